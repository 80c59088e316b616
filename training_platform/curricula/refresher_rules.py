"""When refreshers come round, whom they mean, and until when. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

#: Whoever was hired less than a year before the round is new, and goes first.
NEWCOMER_DAYS = 365
#: Whoever completed a course so shortly before the round has it fresh in mind.
FRESH_DAYS = 60
MOST_DUE_DAYS = 180
MOST_LEAD_DAYS = 90
LONGEST_REASON = 300


@dataclass(frozen=True)
class Policy:
    """What HR decides about refreshers; the shipped one is twice a year, in March and September."""

    months: tuple[int, ...] = (3, 9)
    courses: tuple[tuple[str, tuple[str, ...]], ...] = ()
    lead_days: int = 30
    newcomer_due_days: int = 14
    due_days: int = 30
    is_active: bool = False


def next_start(today: date, months: Sequence[int]) -> date | None:
    """Return the first day of the next round, today itself included; None without a month."""
    starts = [date(year, month, 1) for year in (today.year, today.year + 1) for month in months]
    return min((start for start in starts if start >= today), default=None)


def is_to_plan(start: date | None, today: date, lead_days: int) -> bool:
    """Tell whether a round is near enough to be planned."""
    return start is not None and start - today <= timedelta(lead_days)


def is_newcomer(hired_on: date, start: date) -> bool:
    """Tell whether somebody is less than a year here when a round begins."""
    return start - hired_on < timedelta(NEWCOMER_DAYS)


def needs_refresher(completed_on: date, start: date) -> bool:
    """Tell whether a course was completed long enough ago to be taken again."""
    return start - completed_on >= timedelta(FRESH_DAYS)


def due_day(start: date, policy: Policy, *, newcomer: bool) -> date:
    """Return the due day: newcomers first."""
    return start + timedelta(policy.newcomer_due_days if newcomer else policy.due_days)
