"""Plain rows for the figures' examples."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from training_platform.crm.metrics.shapes import Span
from training_platform.crm.metrics.twin import TwinSource

NOW = datetime(2025, 6, 30, 1, 0, tzinfo=UTC)
JUNE = Span(datetime(2025, 5, 31, 16, tzinfo=UTC), datetime(2025, 6, 30, 16, tzinfo=UTC))
DAY = timedelta(days=1)


def twin(now: datetime = NOW, **world: Any) -> TwinSource:
    """Return a source over a few plain rows; what a row does not say is empty."""
    return TwinSource(
        {name: [_full(name, row) for row in rows] for name, rows in world.items()}, now
    )


def _full(entity: str, row: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {
        "order": {"status": "paid", "refunded_amount": None, "owner_id": 1, "customer_id": 1},
        "opportunity": {
            "owner_id": 1,
            "customer_id": 1,
            "cohort": "c",
            "closed_at": None,
            "lost_from_stage": None,
            "probability_percent": None,
            "probability_reason": None,
            "opened_at": NOW,
        },
        "contract": {"owner_id": 1, "signed_at": NOW},
        "stage_change": {"left_at": None, "entered_at": NOW},
    }
    return defaults.get(entity, {}) | dict(row)


def paid(customer_id: int, days_ago: int, amount: int, **more: Any) -> dict[str, Any]:
    """Return an order that was paid some days ago."""
    return {
        "customer_id": customer_id,
        "paid_at": NOW - days_ago * DAY,
        "amount": Decimal(amount),
        **more,
    }
