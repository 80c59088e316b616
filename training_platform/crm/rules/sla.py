"""How fast a ticket must be answered, in working time; and moves of the sandbox's clock. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from training_platform.crm.rules.calendar import (
    CHINA,
    CLOSES,
    OPENS,
    add_working_minutes,
    days_between,
    is_working_day,
    working_day_from,
)

#: The most that the clock is moved in one go.
MOST_MOVE = timedelta(days=92)


@dataclass(frozen=True)
class Level:
    """A service level: minutes to the first response and to the solution."""

    response_minutes: int
    resolve_minutes: int | None
    is_working_time: bool = True
    tier: str | None = None
    priority: str | None = None


#: What holds where the company has set no service level. A ticket: two working hours, two working
#: days; a lead: a day, whatever day it is.
TICKET, LEAD = Level(120, 1080), Level(1440, None, is_working_time=False)


def pick_level(
    levels: Sequence[Level], tier: str | None, priority: str | None, default: Level = TICKET
) -> Level:
    """Return the level that fits best: one that names tier and priority goes before others."""
    fitting = [
        level
        for level in levels
        if level.tier in {None, tier} and level.priority in {None, priority}
    ]
    if not fitting:
        return default
    return max(fitting, key=lambda level: (level.tier is not None, level.priority is not None))


def due_dates(received: datetime, level: Level) -> tuple[datetime, datetime | None]:
    """Return when the first response and the solution are due."""

    def after(minutes: int) -> datetime:
        if level.is_working_time:
            return add_working_minutes(received, minutes)
        return received + timedelta(minutes=minutes)

    resolve = level.resolve_minutes
    return after(level.response_minutes), None if resolve is None else after(resolve)


def working_minutes(start: datetime, end: datetime) -> int:
    """Return the minutes of working time between two instants; 0 if the end is not later."""
    first, last = start.astimezone(CHINA), end.astimezone(CHINA)
    minutes = 0.0
    for day in days_between(first.date(), last.date()):
        if is_working_day(day):
            opens, closes = (datetime.combine(day, each, CHINA) for each in (OPENS, CLOSES))
            minutes += max((min(closes, last) - max(opens, first)).total_seconds(), 0) / 60
    return int(minutes)


def next_working_morning(now: datetime) -> datetime:
    """Return the next nine o'clock of a working day after an instant."""
    here = now.astimezone(CHINA)
    day = working_day_from(here.date())
    morning = datetime.combine(day, OPENS, CHINA)
    if morning <= here:
        morning = datetime.combine(working_day_from(day + timedelta(days=1)), OPENS, CHINA)
    return morning


def moved(now: datetime, step: str) -> datetime | None:
    """Return where a step takes the clock; None for an unknown step."""
    if step == "morning":
        return next_working_morning(now)
    span = {"hour": 1, "four_hours": 4, "day": 24, "week": 24 * 7}.get(step)
    return None if span is None else now + timedelta(hours=span)


def is_within_hours(instant: datetime) -> bool:
    """Tell whether an instant lies in working time."""
    here = instant.astimezone(CHINA)
    return is_working_day(here.date()) and OPENS <= _time(here) < CLOSES


def _time(instant: datetime) -> time:
    return instant.time().replace(tzinfo=None)
