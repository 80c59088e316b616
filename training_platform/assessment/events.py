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


@dataclass(frozen=True)
class DisputeDecided(Event):
    """A trainer has decided a dispute. remedy: points, check, or nothing where it was rejected."""

    dispute_id: int
    subject_kind: str
    subject_id: int
    check: str
    employee_id: int
    remedy: str
