"""Times of the drawn world: counted from the dataset's end, in the company's zone."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from training_platform.crm.dataset import files
from training_platform.crm.rules.calendar import working_day_from

ZONE = ZoneInfo("Asia/Shanghai")


def beginning() -> datetime:
    """Return when an attempt begins: the dataset's end, in the company's zone."""
    return datetime.fromisoformat(files.read_header().now).astimezone(ZONE)


def at(days: int, hour: int, minute: int = 0) -> datetime:
    """Return a time so many days after the beginning's day."""
    day = beginning() + timedelta(days=days)
    return day.replace(hour=hour, minute=minute, second=0, microsecond=0)


def working(days: int, hour: int, minute: int = 0) -> datetime:
    """Return a time on the first working day from so many days after the beginning's day on."""
    day = working_day_from(at(days, hour).date())
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def plain(instant: datetime) -> str:
    """Return an instant as rows and keys hold it."""
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def shown(instant: datetime) -> str:
    """Return an instant as a brief says it."""
    return instant.astimezone(ZONE).strftime("%Y-%m-%d %H:%M")
