"""What records announces."""

from dataclasses import dataclass

from training_platform.core.events import Event


@dataclass(frozen=True)
class RecordAdded(Event):
    """A training record was appended."""

    record_id: int
    employee_id: int
    kind: str
    subject: str
