"""Instants of the dataset's history: within working hours, on working days."""

from datetime import date, datetime, time, timedelta

from training_platform.crm.dataset.dice import Dice
from training_platform.crm.rules.calendar import (
    CHINA,
    days_between,
    is_working_day,
)

#: The instant at which the history ends; the first minute of a Monday's work.
NOW = datetime(2025, 6, 30, 9, tzinfo=CHINA)
FIRST_DAY = date(2023, 7, 1)
LAST_DAY = date(2025, 6, 29)


def nearest_working_day(day: date) -> date:
    """Return the day itself or the nearest one on which the company works, the earlier first."""
    for distance in range(12):
        for found in (day - timedelta(days=distance), day + timedelta(days=distance)):
            if is_working_day(found):
                return found
    raise ValueError(day)


def at(day: date, minute: int, second: int = 0) -> datetime:
    """Return an instant of a day, by the minute of the day."""
    return datetime.combine(day, time(minute // 60, minute % 60, second), CHINA)


def moment(dice: Dice, day: date) -> datetime:
    """Return an instant in the working hours of a day; fewer in the lunch break."""
    minute = dice.whole(8 * 60 + 40, 17 * 60 + 50)
    if 12 * 60 <= minute < 13 * 60 + 20 and dice.chance(0.85):
        minute = dice.whole(14 * 60, 17 * 60 + 20)
    return at(day, minute, dice.whole(0, 59))


def near(dice: Dice, instant: datetime) -> datetime:
    """Return an instant of working time on the working day nearest to an instant.

    What is to lie in the past does: today becomes the last working day.
    """
    found = moment(dice, nearest_working_day(instant.astimezone(CHINA).date()))
    return moment(dice, date(2025, 6, 27)) if instant < NOW <= found else found


def within(begin: datetime, end: datetime, share: float) -> datetime:
    """Return an instant between two others, in working hours where there are any."""
    found = (begin + (end - begin) * share).replace(microsecond=0)
    local = found.astimezone(CHINA)
    minute = min(max(local.hour * 60 + local.minute, 545), 1075)
    working = at(nearest_working_day(local.date()), minute, local.second)
    if begin < working < end:
        return working
    return found if begin < found < end else begin + (end - begin) / 2


def working_days(first: date, last: date) -> list[date]:
    """Return the working days from first to last, both included."""
    return [day for day in days_between(first, last) if is_working_day(day)]
