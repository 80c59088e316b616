"""What quizzes announces."""

from dataclasses import dataclass

from training_platform.core.events import Event


@dataclass(frozen=True)
class AttemptGraded(Event):
    """An attempt was submitted and marked."""

    attempt_id: int
    employee_id: int
    paper_id: str
    number: int
    is_passed: bool
    #: The page of the exam that the attempt is a part of; empty where it stands alone.
    part_of: str = ""


@dataclass(frozen=True)
class AttemptReopened(Event):
    """HR opened another attempt after a failed one."""

    attempt_id: int
    employee_id: int
    paper_id: str
    opened_by_id: int
    reason: str
