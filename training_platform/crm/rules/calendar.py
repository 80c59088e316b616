"""The working days of the sandbox's company: China's public holidays, as they were. Pure."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta, timezone
from functools import cache

CHINA = timezone(timedelta(hours=8))
#: Working time for service levels.
OPENS, CLOSES = time(9), time(18)


def days_between(first: date, last: date) -> Iterator[date]:
    """Yield the days from first to last, both included."""
    while first <= last:
        yield first
        first += timedelta(days=1)


#: Free days as the General Office of the State Council set them; those of 2026 by its notice of
#: 4 November 2025 (printed by Xinhua that day).
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
        ("2025-10-01", "2025-10-08"),
        ("2026-01-01", "2026-01-03"),
        ("2026-02-15", "2026-02-23"),
        ("2026-04-04", "2026-04-06"),
        ("2026-05-01", "2026-05-05"),
        ("2026-06-19", "2026-06-21"),
        ("2026-09-25", "2026-09-27"),
        ("2026-10-01", "2026-10-07"),
    )
    for day in days_between(date.fromisoformat(first), date.fromisoformat(last))
)
#: Saturdays and Sundays that were worked instead.
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
        "2025-09-28",
        "2025-10-11",
        "2026-01-04",
        "2026-02-14",
        "2026-02-28",
        "2026-05-09",
        "2026-09-20",
        "2026-10-10",
    )
)


@cache
def is_working_day(day: date) -> bool:
    """Tell whether the company works on a day."""
    return day in WORKED_WEEKENDS or (day.weekday() < 5 and day not in HOLIDAYS)


def working_day_from(day: date) -> date:
    """Return the day itself or the next one on which the company works."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


def add_working_minutes(instant: datetime, minutes: int) -> datetime:
    """Return the instant after so many minutes of working time (9 to 18 o'clock)."""
    now = instant.astimezone(CHINA)
    left = timedelta(minutes=minutes)
    while True:
        day = working_day_from(now.date())
        opens, closes = (datetime.combine(day, each, CHINA) for each in (OPENS, CLOSES))
        now = max(now, opens)
        if now + left <= closes:
            return now + left
        left -= max(closes - now, timedelta())
        now = datetime.combine(day + timedelta(days=1), time(), CHINA)
