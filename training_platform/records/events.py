"""What records announces."""

from dataclasses import dataclass
from decimal import Decimal

from training_platform.core.events import Event


@dataclass(frozen=True)
class RecordAdded(Event):
    """A training record was appended."""

    record_id: int
    employee_id: int
    kind: str
    subject: str


@dataclass(frozen=True)
class ResultCorrected(Event):
    """Two persons found that a result is another one, or none; its record is corrected already.

    source: of the record that was corrected. is_passed and percent: what holds from now on, None
    where it stays. is_void: it no longer counts at all. cause: once each. actor_id: who proposed.
    """

    source: str
    employee_id: int
    is_passed: bool | None
    percent: int | None
    is_void: bool
    cause: str
    actor_id: int | None
    reason: str

    def passes(self, was_passed: bool) -> bool:
        """Tell whether the result is a pass from now on, given whether it was one."""
        return not self.is_void and (was_passed if self.is_passed is None else self.is_passed)

    def reaches(self, percent: int | Decimal) -> int | Decimal:
        """Return the percent that holds from now on, given what was reached."""
        return percent if self.percent is None else self.percent


@dataclass(frozen=True)
class ValuesErased(Event):
    """What somebody's records say was erased; the records themselves stay."""

    employee_id: int
