"""The tier of a customer: a function of what it paid in twelve months (V05). Pure."""

from datetime import datetime, timedelta
from decimal import Decimal

KEY_FROM = Decimal("100000.00")
VIP_FROM = Decimal("500000.00")
WINDOW = timedelta(days=365)


def tier_of(paid: Decimal | None) -> str:
    """Return the tier for what was paid, net of refunds, in the last twelve months."""
    amount = paid or Decimal("0.00")
    if amount >= VIP_FROM:
        return "vip"
    return "key" if amount >= KEY_FROM else "regular"


def window_start(now: datetime) -> datetime:
    """Return the instant from which on paid orders count."""
    return now - WINDOW
