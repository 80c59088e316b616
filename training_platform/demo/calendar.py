"""Working days and hours of the demo company. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random

from training_platform.core import clock

#: The first day of the spring festival's week.
SPRING_FESTIVALS = frozenset(
    {
        date(2024, 2, 10),
        date(2025, 1, 28),
        date(2026, 2, 16),
        date(2027, 2, 5),
        date(2028, 1, 25),
        date(2029, 2, 12),
        date(2030, 2, 2),
    }
)
FIRST_MINUTE = 8 * 60 + 50
LAST_MINUTE = 17 * 60 + 40


def is_working_day(day: date) -> bool:
    """Tell whether people work: Monday to Friday, but for the large holidays."""
    if day.weekday() >= 5:
        return False
    if (day.month, day.day) in {(1, 1), (5, 1), (5, 2), (5, 3)}:
        return False
    if day.month == 10 and day.day <= 7:
        return False
    return not any(start <= day < start + timedelta(days=8) for start in SPRING_FESTIVALS)


def working_days(first: date, last: date) -> Iterator[date]:
    """Yield the working days from first to last, both included."""
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if is_working_day(day):
            yield day


def working_day_from(day: date) -> date:
    """Return the day itself if people work then, else the next working day."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def working_day_after(day: date, count: int) -> date:
    """Return the working day that comes so many working days after a day."""
    for _each in range(count):
        day = working_day_from(day + timedelta(days=1))
    return working_day_from(day)


def working_day_before(day: date, count: int) -> date:
    """Return the working day so many working days back; 0 is the day itself, or the last one."""
    while not is_working_day(day):
        day -= timedelta(days=1)
    for _each in range(count):
        day -= timedelta(days=1)
        while not is_working_day(day):
            day -= timedelta(days=1)
    return day


def moment(day: date, rng: Random) -> datetime:
    """Return some instant in the working hours of a day, in the company's zone."""
    minute = rng.randint(FIRST_MINUTE, LAST_MINUTE)
    return at(day, minute // 60, minute % 60, rng.randint(0, 59))


def at(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """Return an instant of a day, in the company's zone."""
    return datetime.combine(day, time(hour, minute, second), clock.company_zone())


def months_before(day: date, months: int) -> date:
    """Return the first day of the month so many months before a day."""
    index = day.year * 12 + day.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)
