"""What assessment announces."""

from dataclasses import dataclass

from training_platform.core.events import Event


@dataclass(frozen=True)
class ScoringFinished(Event):
    """People have scored something, and the result is final."""

    scoring_id: int
    subject_kind: str
    subject_id: int
    check: str
    employee_id: int
