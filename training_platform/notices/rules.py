"""Rules of notices: when a mail may leave, and which reminder is due. Pure: time is an argument."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import StrEnum

#: When a digest leaves where nobody has quiet hours.
MORNING = time(8)
MONDAY = 0
#: A reminder whose day was missed (the worker stood still over a weekend) still goes out so long.
CATCH_UP_DAYS = 2
MOST_DAYS = 365
MOST_REMINDERS = 6


class Channel(StrEnum):
    """How mails of a group of notices come; in the application they always show."""

    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"
    NONE = "none"


@dataclass(frozen=True)
class QuietHours:
    """From when until when no mail leaves, in the reader's own zone; over midnight as well."""

    begins: time
    ends: time

    @classmethod
    def parse(cls, text: str) -> "QuietHours | None":
        """Read "20:00-08:00"; None for an empty text. Raises ValueError for anything else."""
        if not text:
            return None
        begins, _dash, ends = text.partition("-")
        return cls(time.fromisoformat(begins), time.fromisoformat(ends))

    def __str__(self) -> str:
        """Return the text that parse() reads."""
        return f"{self.begins:%H:%M}-{self.ends:%H:%M}"

    def holds_at(self, local: time) -> bool:
        """Tell whether a time of day lies within them; the end does not. Equal ends: never."""
        if self.begins <= self.ends:
            return self.begins <= local < self.ends
        return local >= self.begins or local < self.ends


def leaves_at(
    channel: Channel, quiet: QuietHours | None, now: datetime, zone: tzinfo
) -> datetime | None:
    """Return when a mail leaves: now, at a later instant with others, or None for never."""
    if channel is Channel.NONE:
        return None
    local = now.astimezone(zone)
    if channel is Channel.AT_ONCE and (quiet is None or not quiet.holds_at(local.time())):
        return now
    at = quiet.ends if quiet else MORNING
    day = local.date()
    while True:
        leaves = datetime.combine(day, at, zone).astimezone(UTC)
        if leaves > now and (channel is not Channel.WEEKLY or day.weekday() == MONDAY):
            return leaves
        day += timedelta(days=1)


@dataclass(frozen=True)
class Reminders:
    """When somebody is reminded of a due day: days before and after it, and of whom else."""

    days_before: tuple[int, ...] = (7, 1)
    days_after: tuple[int, ...] = (1, 7)
    #: The superior is told so many days after the due day; None: never.
    escalate_after: int | None = 7

    def window(self, today: date) -> tuple[date, date]:
        """Return the first and the last due day that any reminder of today can be about."""
        late = max((*self.days_after, self.escalate_after or 0, 0)) + CATCH_UP_DAYS
        early = max((*self.days_before, 0))
        return today - timedelta(days=late), today + timedelta(days=early)

    def due(self, due_on: date, today: date) -> int | None:
        """Return the day of the reminder that is due: -7 a week before, 1 the day after; or None.

        Of several that were missed only the last one is due. What was to come before the due day
        is not caught up after it.
        """
        passed = (today - due_on).days
        wanted = [-day for day in self.days_before if passed <= 0]
        wanted += [day for day in self.days_after if day > 0]
        met = [day for day in wanted if day <= passed <= day + CATCH_UP_DAYS]
        return max(met, default=None)

    def escalates(self, due_on: date, today: date) -> bool:
        """Tell whether the superior is to be told."""
        passed = (today - due_on).days
        after = self.escalate_after
        return after is not None and after <= passed <= after + CATCH_UP_DAYS


def clean_days(days: Iterable[int]) -> tuple[int, ...]:
    """Return days once each, the largest first; raise ValueError for what makes no sense."""
    found = sorted(set(days), reverse=True)
    if len(found) > MOST_REMINDERS or any(not 0 <= day <= MOST_DAYS for day in found):
        raise ValueError("days of reminders")
    return tuple(found)


def newest_of_each(keys: Sequence[str]) -> set[str]:
    """Return the keys of notices without reminders that a later one of the same due day overtook.

    A reminder's key ends in how many days before or after the due day it is: due:…:<days>.
    """
    return set({_due_day_of(key): key for key in keys}.values())


def _due_day_of(key: str) -> str:
    return key.rpartition(":")[0] if key.startswith("due:") else key
