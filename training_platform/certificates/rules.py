"""What holds for certificates: states, bands, and how long they are valid. Pure."""

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any


class State(StrEnum):
    """Whether a certificate counts on a day."""

    NOT_YET = "not_yet"
    VALID = "valid"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    REVOKED = "revoked"


class RenewalReason(StrEnum):
    """Why something is to be passed again."""

    EXPIRY = "expiry"
    REVISION = "revision"


@dataclass(frozen=True)
class Life:
    """The days on which a certificate's state turns. Of valid_until the day itself counts."""

    issued_on: date
    valid_until: date | None = None
    #: The first day on which it counts no longer, because of a significant revision.
    superseded_from: date | None = None
    revoked_on: date | None = None

    @property
    def last_day(self) -> date | None:
        """Return the last day on which it counts, revocation aside; None: it does not end."""
        ends = [self.valid_until] if self.valid_until else []
        if self.superseded_from:
            ends.append(self.superseded_from - timedelta(days=1))
        return min(ends, default=None)


class Band(StrEnum):
    """How well somebody did."""

    PASS = "pass"  # noqa: S105  # no password
    DISTINCTION = "distinction"


def state_on(life: Life, day: date) -> State:
    """Return the state on a day, past or to come, as far as is known now; the last day counts.

    A revocation counts from its day on: what was valid before it was valid then. Of two ends the
    earlier one names the state; on the same day it expired.
    """
    if day < life.issued_on:
        return State.NOT_YET
    if life.revoked_on is not None and day >= life.revoked_on:
        return State.REVOKED
    is_expired = life.valid_until is not None and day > life.valid_until
    is_superseded = life.superseded_from is not None and day >= life.superseded_from
    if is_superseded and not (is_expired and life.last_day == life.valid_until):
        return State.SUPERSEDED
    return State.EXPIRED if is_expired else State.VALID


def due_reminder(last_day: date, today: date, reminder_days: Iterable[int]) -> int | None:
    """Return which reminder is due: the nearest threshold reached; None before all, and after.

    Whoever was not reached in time gets only the reminder that fits the day.
    """
    left = (last_day - today).days
    if left < 0:
        return None
    return min((days for days in reminder_days if left <= days), default=None)


def superseded_day(published_on: date, grace_days: int) -> date:
    """Return the first day on which a certificate counts no longer after a revision came out."""
    return published_on + timedelta(days=grace_days + 1)


def renewed_until(
    old_until: date | None, today: date, months: int | None, *, is_delta: bool
) -> date | None:
    """Return the last day of the next certificate.

    Whoever renews before the end loses no day: the new time begins where the old one ends. Who
    only proved what changed keeps the old end, unless it is over.
    """
    is_running = old_until is not None and old_until >= today
    if is_delta and (is_running or old_until is None):
        return old_until
    begins = old_until + timedelta(days=1) if is_running and old_until else today
    return last_valid_day(begins, months)


def refreshed_until(old_until: date | None, today: date, months: int | None) -> date | None:
    """Return the last day of a certificate after a passed refresher: the time begins anew today.

    Refreshers come more often than certificates end, so their times do not add up; but nobody
    who renewed early loses a day by one.
    """
    fresh = last_valid_day(today, months)
    if fresh is None or old_until is None:
        return fresh
    return max(fresh, old_until)


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
