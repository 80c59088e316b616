"""The one clock, so that tests can stop it and the demo company can live through its months."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo

_stopped_at: ContextVar[datetime | None] = ContextVar("stopped_at", default=None)
_zone: list[tzinfo] = [ZoneInfo("Asia/Shanghai")]


def now() -> datetime:
    """Return the present instant, aware, in UTC."""
    return _stopped_at.get() or datetime.now(UTC)


def today() -> date:
    """Return the company's day: dates are never converted to a viewer's zone."""
    return now().astimezone(_zone[0]).date()


def company_zone() -> tzinfo:
    """Return the zone in which the company counts its days."""
    return _zone[0]


def set_company_zone(name: str) -> None:
    """Choose the company's zone by its IANA name; raise ZoneInfoNotFoundError for others."""
    _zone[0] = ZoneInfo(name)


def company_day(instant: datetime) -> date:
    """Return the company's day on which an instant falls."""
    return instant.astimezone(_zone[0]).date()


@contextmanager
def stopped(at: datetime) -> Iterator[None]:
    """Let the clock stand still at an aware instant, for this context only."""
    token = _stopped_at.set(at)
    try:
        yield
    finally:
        _stopped_at.reset(token)
