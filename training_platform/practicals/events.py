"""What practical tasks announce."""

from dataclasses import dataclass

from training_platform.core.events import Event


@dataclass(frozen=True)
class PracticalGraded(Event):
    """An attempt has its final result."""

    attempt_id: int
    employee_id: int
    practical_id: str
    mode: str
    is_passed: bool
