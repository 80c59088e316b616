"""Words for regrades of tasks: those of all regrades."""

from training_platform.assessment.regrade_texts import CHANGE_TONES, CHANGES, STATE_TONES, STATES

__all__ = ["CHANGES", "CHANGE_TONES", "STATES", "STATE_TONES"]
