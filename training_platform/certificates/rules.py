"""What holds for certificates: states, bands, and how long they are valid. Pure."""

import calendar
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """Whether a certificate counts today."""

    VALID = "valid"
    EXPIRED = "expired"
    REVOKED = "revoked"


class Band(StrEnum):
    """How well somebody did."""

    PASS = "pass"  # noqa: S105  # no password
    DISTINCTION = "distinction"


def state_of(valid_until: date | None, revoked_at: datetime | None, today: date) -> State:
    """Return the state on a day; the last day counts."""
    if revoked_at is not None:
        return State.REVOKED
    if valid_until is not None and today > valid_until:
        return State.EXPIRED
    return State.VALID


def last_valid_day(issued_on: date, months: int | None) -> date | None:
    """Return the last day of validity: the day before the same day some months later.

    Where that month is too short, its last day (August 31, six months: February 28). None: forever.
    """
    if months is None:
        return None
    count = issued_on.year * 12 + issued_on.month - 1 + months
    year, month = count // 12, count % 12 + 1
    length = calendar.monthrange(year, month)[1]
    if issued_on.day > length:
        return date(year, month, length)
    return date(year, month, issued_on.day) - timedelta(days=1)


def best_band(results: Iterable[Mapping[str, Any]]) -> Band:
    """Return the best band among the values of passed quizzes."""
    is_best = any(result.get("outcome") == Band.DISTINCTION for result in results)
    return Band.DISTINCTION if is_best else Band.PASS
