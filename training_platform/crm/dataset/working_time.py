"""The working days and hours of the dataset, with China's public holidays as they were."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from functools import cache

from training_platform.crm.dataset.dice import Dice

CHINA = timezone(timedelta(hours=8))
#: The instant at which the history ends; the first minute of a Monday's work.
NOW = datetime(2025, 6, 30, 9, tzinfo=CHINA)
FIRST_DAY = date(2023, 7, 1)
LAST_DAY = date(2025, 6, 29)


def _days(first: str, last: str) -> Iterator[date]:
    day, end = date.fromisoformat(first), date.fromisoformat(last)
    while day <= end:
        yield day
        day += timedelta(days=1)


#: Free days and worked weekends as the State Council set them for these two years.
HOLIDAYS = frozenset(
    day
    for first, last in (
        ("2023-09-29", "2023-10-06"),
        ("2023-12-30", "2024-01-01"),
        ("2024-02-10", "2024-02-17"),
        ("2024-04-04", "2024-04-06"),
        ("2024-05-01", "2024-05-05"),
        ("2024-06-08", "2024-06-10"),
        ("2024-09-15", "2024-09-17"),
        ("2024-10-01", "2024-10-07"),
        ("2025-01-01", "2025-01-01"),
        ("2025-01-28", "2025-02-04"),
        ("2025-04-04", "2025-04-06"),
        ("2025-05-01", "2025-05-05"),
        ("2025-05-31", "2025-06-02"),
    )
    for day in _days(first, last)
)
WORKED_WEEKENDS = frozenset(
    date.fromisoformat(day)
    for day in (
        "2023-10-07",
        "2023-10-08",
        "2024-02-04",
        "2024-02-18",
        "2024-04-07",
        "2024-04-28",
        "2024-05-11",
        "2024-09-14",
        "2024-09-29",
        "2024-10-12",
        "2025-01-26",
        "2025-02-08",
        "2025-04-27",
    )
)


@cache
def is_working_day(day: date) -> bool:
    """Tell whether the company works on a day."""
    return day in WORKED_WEEKENDS or (day.weekday() < 5 and day not in HOLIDAYS)


def nearest_working_day(day: date) -> date:
    """Return the day itself or the nearest one on which the company works, the earlier first."""
    for distance in range(12):
        for found in (day - timedelta(days=distance), day + timedelta(days=distance)):
            if is_working_day(found):
                return found
    raise ValueError(day)


def working_day_from(day: date) -> date:
    """Return the day itself or the next one on which the company works."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


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


def working_days(first: date, last: date) -> list[date]:
    """Return the working days from first to last, both included."""
    return [day for day in _days(first.isoformat(), last.isoformat()) if is_working_day(day)]
