"""What people do with quizzes: start, answer, submit, open another attempt."""

from training_platform.quizzes.services.grading import submit_attempt, submit_overdue, unseal
from training_platform.quizzes.services.reopening import open_anew, reopen_attempt
from training_platform.quizzes.services.saving import Outcome, Saved, Step, save_step
from training_platform.quizzes.services.starting import start_attempt

__all__ = [
    "Outcome",
    "Saved",
    "Step",
    "open_anew",
    "reopen_attempt",
    "save_step",
    "start_attempt",
    "submit_attempt",
    "submit_overdue",
    "unseal",
]
