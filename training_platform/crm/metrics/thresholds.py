"""The numbers of the definitions: limits, weights, assumptions. Changing one raises VERSION."""

from collections.abc import Sequence
from decimal import Decimal

from training_platform.crm.rules.tiers import KEY_FROM

VERSION = 1

#: Limits of the points 5, 4, 3, 2: at most so many days ago; at least so many orders, so much.
RECENCY_DAYS: Sequence[int] = (30, 60, 90, 180)
FREQUENCY: Sequence[int] = (12, 8, 5, 2)
MONETARY: Sequence[Decimal] = (
    Decimal(500_000),
    Decimal(200_000),
    Decimal(100_000),
    Decimal(30_000),
)
HIGH_POINTS = 4

VALUE_FROM = KEY_FROM
POTENTIAL_FROM = Decimal(50_000)

CHURN_IDLE_DAYS = 90
CHURN_INTERVALS = 2
CHURN_ORDERS = 3

MARGIN = Decimal("0.3")
RETENTION = Decimal("0.8")
DISCOUNT = Decimal("1.1")
LIFETIME_YEARS = 3

LAG_POINTS = Decimal(15)

SEASON = 12
SMOOTHING = (0.3, 0.05, 0.3)
HORIZON = 3
