"""Periods of reports: months, quarters and years as the company counts them."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time

from training_platform.core import clock
from training_platform.crm.metrics.shapes import Span

_PERIOD = re.compile(r"(20\d\d)(?:-(0[1-9]|1[0-2])|-?Q([1-4]))?")


def midnight(day: date) -> datetime:
    """Return the beginning of a company's day."""
    return datetime.combine(day, time.min, tzinfo=clock.company_zone())


def add_months(day: date, count: int) -> date:
    """Return the first day of the month that lies so many months away."""
    place = day.year * 12 + day.month - 1 + count
    return date(place // 12, place % 12 + 1, 1)


def month_of(instant: datetime) -> date:
    """Return the first day of the company's month of an instant."""
    return clock.company_day(instant).replace(day=1)


def month_key(day: date) -> str:
    """Return a month as it is written: 2025-06."""
    return f"{day:%Y-%m}"


def months_until(last: date, count: int) -> list[date]:
    """Return so many months, the last one given."""
    first = last.replace(day=1)
    return [add_months(first, at - count + 1) for at in range(count)]


def edges_of(months: Sequence[date]) -> list[datetime]:
    """Return the instants between which months lie, one more than months."""
    return [midnight(month) for month in (*months, add_months(months[-1], 1))]


def read_period(text: str) -> tuple[date, date] | None:
    """Return first day and the day after the last of 2025, 2025Q2 or 2025-06; None for others."""
    found = _PERIOD.fullmatch(text.strip().upper())
    if found is None:
        return None
    year, month, quarter = found.groups()
    if month:
        first, months = date(int(year), int(month), 1), 1
    elif quarter:
        first, months = date(int(year), int(quarter) * 3 - 2, 1), 3
    else:
        first, months = date(int(year), 1, 1), 12
    return first, add_months(first, months)


def span_of(first: date, after: date) -> Span:
    """Return the period between two days, the second not included."""
    return Span(midnight(first), midnight(after))


def months_in(first: date, after: date) -> list[date]:
    """Return the months that begin in a period of days."""
    found, month = [], first.replace(day=1)
    while month < after:
        found.append(month)
        month = add_months(month, 1)
    return found
