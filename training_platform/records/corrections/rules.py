"""Where a correction stands, what it changes, and when it takes two persons. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from training_platform.records.rules import PASSED, Effect

LONGEST_TEXT = 1000
MOST_MINUTES = 60 * 1000


class CorrectionState(StrEnum):
    """Where a correction stands."""

    #: Somebody says that an own record is wrong; human resources have not looked yet.
    REQUESTED = "requested"
    #: One person says what is right; another decides.
    PROPOSED = "proposed"
    APPLIED = "applied"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN = (CorrectionState.REQUESTED, CorrectionState.PROPOSED)


class Value(StrEnum):
    """A value of a record that a correction can set."""

    DAY = "happened_on"
    PERCENT = "percent"
    MINUTES = "minutes"
    #: Passed or failed, where the result is turned; a record itself says it by its kind.
    OUTCOME = "outcome"


@dataclass(frozen=True)
class Proposal:
    """What is to be corrected, and why. values: the right ones by Value, days as ISO texts."""

    effect: Effect
    changes: str
    reason: str
    evidence: str
    values: Mapping[str, Any] = field(default_factory=dict)


def needs_second_person(effect: Effect, values: Mapping[str, Any]) -> bool:
    """Tell whether another person must decide: the result, the hours or the day change."""
    return effect is not Effect.VALUES or bool(values)


def changed_values(old: Mapping[str, Any], wanted: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """Return what differs as (old, new) by Value; what was not given stays as it is."""
    return {
        each.value: (old.get(each.value), wanted[each.value])
        for each in Value
        if wanted.get(each.value) is not None and wanted[each.value] != old.get(each.value)
    }


def is_possible(values: Mapping[str, Any], today: date) -> str | None:
    """Return the Value that cannot be, None where all can."""
    day = values.get(Value.DAY)
    if day is not None and date.fromisoformat(day) > today:
        return Value.DAY.value
    percent = values.get(Value.PERCENT)
    if percent is not None and not 0 <= percent <= 100:
        return Value.PERCENT.value
    minutes = values.get(Value.MINUTES)
    if minutes is not None and not 0 < minutes <= MOST_MINUTES:
        return Value.MINUTES.value
    return None


def turned_percent_is_possible(outcome: str, old: int | None, new: int | None) -> bool:
    """Tell whether a percent goes with a turned result: no pass has less than its fail had."""
    if old is None or new is None:
        return True
    return new >= old if outcome == PASSED else new <= old
