"""Values of records in the form of the event log and of the dataset file: plain JSON."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from training_platform.crm.fields import FieldKind


def to_plain(value: Any) -> Any:
    """Return a value as JSON keeps it: instants in UTC with Z, money as text with two places."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    return value


def from_plain(value: Any, kind: FieldKind) -> Any:
    """Return a value from its plain form; the inverse of to_plain for a field of this kind."""
    if value is None:
        return None
    if kind is FieldKind.INSTANT:
        return datetime.fromisoformat(value)
    if kind is FieldKind.DATE:
        return date.fromisoformat(value)
    if kind is FieldKind.MONEY:
        return Decimal(value)
    return value
