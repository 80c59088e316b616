"""Metrics of customers: RFM, value matrix, churn warning, lifetime value. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from training_platform.core import clock
from training_platform.crm.metrics import thresholds as t
from training_platform.crm.metrics.results import median_days, yearly_spends
from training_platform.crm.metrics.shapes import ZERO, Pipe, Source, rounded
from training_platform.crm.rules.stages import STAGES
from training_platform.crm.rules.tiers import tier_of


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: (recency, frequency, monetary high?) → (group, what to do).
RFM_GROUPS = {
    (True, True, True): ("champion", _("Important: valued"), _("Look after, offer new things")),
    (True, False, True): ("grow", _("Important: to develop"), _("Win for regular orders")),
    (False, True, True): ("keep", _("Important: to keep"), _("Visit now, ask what changed")),
    (False, False, True): ("rescue", _("Important: to win back"), _("Personal call by the lead")),
    (True, True, False): ("loyal", _("General: valued"), _("Offer larger packages")),
    (True, False, False): ("new", _("General: to develop"), _("Welcome, show use cases")),
    (False, True, False): ("steady", _("General: to keep"), _("Remind by mail")),
    (False, False, False): ("asleep", _("General: to win back"), _("Only cheap contact")),
}


@dataclass(frozen=True)
class Rfm:
    """The points of one customer."""

    customer_id: int
    days: int
    orders: int
    net: Decimal
    recency: int
    frequency: int
    monetary: int
    group: str

    @property
    def code(self) -> str:
        """Return the three points as they are written: 545."""
        return f"{self.recency}{self.frequency}{self.monetary}"


def rfm(source: Source, *, by_fifths: bool = False) -> list[Rfm]:
    """Return the points of every customer who paid in twelve months, the largest first.

    Points come from the printed limits, or by fifths of the customers themselves.
    """
    today, spends = clock.company_day(source.now), yearly_spends(source)
    idle = {ident: (today - clock.company_day(each.last_at)).days for ident, each in spends.items()}
    ranks = (
        fifths({ident: -days for ident, days in idle.items()}),
        fifths({ident: each.orders for ident, each in spends.items()}),
        fifths({ident: each.net for ident, each in spends.items()}),
    )
    found = []
    for customer, spend in spends.items():
        days = idle[customer]
        points = (
            points_up_to(days, t.RECENCY_DAYS),
            points_from(spend.orders, t.FREQUENCY),
            points_from(spend.net, t.MONETARY),
        )
        if by_fifths:
            points = (ranks[0][customer], ranks[1][customer], ranks[2][customer])
        is_high = tuple(point >= t.HIGH_POINTS for point in points)
        group = RFM_GROUPS[is_high[0], is_high[1], is_high[2]][0]
        found.append(Rfm(customer, days, spend.orders, spend.net, *points, group))
    return sorted(found, key=lambda each: (-each.net, each.customer_id))


def fifths(values: Mapping[int, int | Decimal]) -> dict[int, int]:
    """Return 1 to 5 as NTILE(5) over (value, id) does: ties by id, the first groups one larger."""
    order = sorted(values, key=lambda ident: (values[ident], ident))
    size, more = divmod(len(order), 5)
    points = [fifth for fifth in range(1, 6) for _each in range(size + (fifth <= more))]
    return dict(zip(order, points, strict=True))


def points_up_to(value: int, limits: Sequence[int]) -> int:
    """Return 5 for at most the first limit, down to 1 beyond the last."""
    return next((5 - at for at, limit in enumerate(limits) if value <= limit), 1)


def points_from(value: int | Decimal, limits: Sequence[int | Decimal]) -> int:
    """Return 5 from the first limit on, down to 1 below the last."""
    return next((5 - at for at, limit in enumerate(limits) if value >= limit), 1)


def chance(pipe: Pipe) -> Decimal:
    """Return the probability of open opportunities: the own one with a reason, or the stage's."""
    if pipe.probability_percent is not None:
        return Decimal(pipe.probability_percent) / 100
    return STAGES[pipe.stage].probability


def weighted(pipe: Pipe) -> Decimal:
    """Return an amount times its probability, to the fen."""
    return rounded(pipe.amount * chance(pipe))


@dataclass(frozen=True)
class Place:
    """Where a customer stands in the value matrix."""

    customer_id: int
    value: Decimal
    potential: Decimal

    @property
    def quadrant(self) -> str:
        """Return star, keep, grow or base."""
        is_valued, has_potential = self.value >= t.VALUE_FROM, self.potential >= t.POTENTIAL_FROM
        if is_valued:
            return "star" if has_potential else "keep"
        return "grow" if has_potential else "base"


def value_matrix(source: Source) -> list[Place]:
    """Return every customer who paid in twelve months or has open opportunities."""
    potential: dict[int, Decimal] = {}
    for pipe in source.pipeline():
        potential[pipe.customer_id] = potential.get(pipe.customer_id, ZERO) + weighted(pipe)
    spends = yearly_spends(source)
    places = [
        Place(ident, spends[ident].net if ident in spends else ZERO, potential.get(ident, ZERO))
        for ident in {*spends, *potential}
    ]
    return sorted(places, key=lambda each: (-each.value, -each.potential, each.customer_id))


@dataclass(frozen=True)
class Risk:
    """A customer who may be leaving, and why we think so."""

    customer_id: int
    tier: str
    idle_days: int
    median_days: float | None
    orders: int
    net: Decimal
    reason: str


def churn(source: Source) -> list[Risk]:
    """Return the customers who may be leaving, the most valuable first."""
    today, yearly = clock.company_day(source.now), yearly_spends(source)
    ever = source.spends(None, source.now)
    risks = []
    for customer, days in source.purchases(source.now).items():
        idle, interval = (today - days[-1]).days, median_days(days)
        net = yearly[customer].net if customer in yearly else ZERO
        tier, orders = tier_of(net), ever[customer].orders
        limit = max(float(t.CHURN_IDLE_DAYS), t.CHURN_INTERVALS * (interval or 0))
        if tier == "vip" and idle >= t.CHURN_IDLE_DAYS:
            reason = "vip_idle"
        elif orders >= t.CHURN_ORDERS and idle > limit:
            reason = "interval"
        else:
            continue
        risks.append(Risk(customer, tier, idle, interval, orders, ever[customer].net, reason))
    return sorted(risks, key=lambda each: (-each.net, each.customer_id))


@dataclass(frozen=True)
class Lapsed:
    """A customer whose last contract ended, and was not renewed."""

    customer_id: int
    ended_on: date
    days: int
    yearly: Decimal


def lapsed(source: Source) -> list[Lapsed]:
    """Return the customers without a running contract who had one, the most valuable first."""
    today, yearly = clock.company_day(source.now), yearly_spends(source)
    found = [
        Lapsed(
            customer, end, (today - end).days, yearly[customer].net if customer in yearly else ZERO
        )
        for customer, end in source.contract_ends().items()
        if end is not None and end < today
    ]
    return sorted(found, key=lambda each: (-each.yearly, each.days, each.customer_id))


@dataclass(frozen=True)
class Lifetime:
    """What a customer brought, and what it may bring."""

    customer_id: int
    so_far: Decimal
    yearly: Decimal
    to_come: Decimal


def lifetime_values(source: Source) -> list[Lifetime]:
    """Return the lifetime value of every customer who ever paid, the largest first."""
    yearly = yearly_spends(source)
    found = []
    for customer, spend in source.spends(None, source.now).items():
        year = yearly[customer].net if customer in yearly else ZERO
        found.append(Lifetime(customer, spend.net, year, to_come(year)))
    return sorted(found, key=lambda each: (-each.so_far - each.to_come, each.customer_id))


def to_come(yearly: Decimal) -> Decimal:
    """Return the sum over the next years of margin × kept customers ÷ discount."""
    years = range(1, t.LIFETIME_YEARS + 1)
    factor = sum((t.RETENTION**year / t.DISCOUNT**year for year in years), Decimal(0))
    return rounded(yearly * t.MARGIN * factor)
