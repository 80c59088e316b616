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


@dataclass(frozen=True)
class ValuesErased(Event):
    """What somebody's records say was erased; the records themselves stay."""

    employee_id: int
