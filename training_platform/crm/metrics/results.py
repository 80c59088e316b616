"""The metrics themselves: from the answers of a source to the figures that people read. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from statistics import median

from training_platform.core import clock
from training_platform.crm.metrics import periods
from training_platform.crm.metrics.shapes import (
    ZERO,
    Marks,
    Source,
    Span,
    Spend,
    TicketFact,
    rounded,
)
from training_platform.crm.metrics.thresholds import LAG_POINTS
from training_platform.crm.rules.stages import OPEN, WAY
from training_platform.crm.rules.tiers import window_start

DAY_SECONDS = 86_400
#: A window of spends begins after an instant and ends with another; a period the other way round.
INSTANT = timedelta(microseconds=1)


def percent(part: int | Decimal, whole: int | Decimal) -> Decimal | None:
    """Return a share in percent, with one place; None of nothing."""
    if not whole:
        return None
    return rounded(Decimal(part) * 100 / Decimal(whole), 1)


@dataclass(frozen=True)
class FunnelStep:
    """One stage of the funnel."""

    stage: str
    reached: int
    lost: int
    open: int
    loss_percent: Decimal | None
    conversion_percent: Decimal | None
    dwell_days: Decimal | None


def funnel(source: Source, span: Span | None = None, cohort: str | None = None) -> list[FunnelStep]:
    """Return the funnel of the opportunities opened in a period, or of a cohort."""
    flow = source.flow(span, cohort)
    reached, closed = (
        [
            sum(n for (at, end), n in flow.ends.items() if at >= i and end not in left_out)
            for i in range(len(WAY))
        ]
        for left_out in ((), ("open",))
    )
    steps = []
    for at, stage in enumerate(WAY):
        lost = sum(n for (_at, end), n in flow.ends.items() if end == str(at))
        times, seconds = flow.dwell.get(stage, (0, 0))
        dwell = Decimal(seconds) / DAY_SECONDS / times if times else None
        is_last = stage not in OPEN
        steps.append(
            FunnelStep(
                stage,
                reached[at],
                lost,
                sum(n for (i, end), n in flow.ends.items() if end == "open" and i == at),
                None if is_last else percent(lost, reached[at]),
                None if is_last else percent(closed[at + 1], closed[at]),
                rounded(dwell, 1) if dwell is not None else None,
            )
        )
    return steps


def win_rate(steps: Sequence[FunnelStep]) -> Decimal | None:
    """Return the share of won ones among those that were won or lost."""
    won = steps[-1].reached
    return percent(won, won + sum(step.lost for step in steps))


@dataclass(frozen=True)
class MonthSales:
    """The sales of one month, by whoever owns the orders."""

    month: date
    orders: int
    net: Decimal
    by_owner: Mapping[int | None, Decimal]


def monthly_sales(source: Source, months: Sequence[date]) -> list[MonthSales]:
    """Return paid sales less refunds of each month."""
    found = source.paid_by_month(periods.edges_of(months))
    sales = []
    for at, month in enumerate(months):
        here = {owner: value for (place, owner), value in found.items() if place == at}
        sales.append(
            MonthSales(
                month,
                sum(count for count, _net in here.values()),
                sum((net for _count, net in here.values()), ZERO),
                {owner: net for owner, (_count, net) in here.items()},
            )
        )
    return sales


def by_team(source: Source, by_owner: Mapping[int | None, Decimal]) -> dict[str, Decimal]:
    """Return amounts by the team of their owners; nobody's are under an empty name."""
    sellers = source.sellers()
    teams: dict[str, Decimal] = {}
    for owner, net in by_owner.items():
        seller = sellers.get(owner or 0)
        team = seller.team if seller else ""
        teams[team] = teams.get(team, ZERO) + net
    return teams


def yearly_spends(source: Source) -> Mapping[int, Spend]:
    """Return what each customer paid in the last twelve months."""
    return source.spends(window_start(source.now), source.now)


@dataclass(frozen=True)
class Repeat:
    """How many customers bought again."""

    customers: int
    repeaters: int
    percent: Decimal | None
    orders: int


def repeat_purchase(source: Source, span: Span) -> Repeat:
    """Return the share of customers with two or more paid orders in a period."""
    ending = min(span.end - INSTANT, source.now)
    spends = source.spends(span.start - INSTANT, ending).values()
    repeaters = sum(1 for spend in spends if spend.orders >= 2)
    return Repeat(
        len(spends), repeaters, percent(repeaters, len(spends)), sum(s.orders for s in spends)
    )


@dataclass(frozen=True)
class Satisfaction:
    """What the customers say of one agent's solutions."""

    seller_id: int | None
    sent: int
    answered: int
    csat_percent: Decimal | None
    mean: Decimal | None
    answered_percent: Decimal | None


def satisfaction(source: Source, span: Span) -> list[Satisfaction]:
    """Return satisfaction per agent, the best first."""
    found = [_satisfaction(seller, marks) for seller, marks in source.marks(span).items()]
    return sorted(found, key=lambda each: (-(each.csat_percent or 0), each.seller_id or 0))


def _satisfaction(seller_id: int | None, marks: Marks) -> Satisfaction:
    mean = Decimal(marks.total) / marks.answered if marks.answered else None
    return Satisfaction(
        seller_id,
        marks.sent,
        marks.answered,
        percent(marks.good, marks.answered),
        rounded(mean) if mean is not None else None,
        percent(marks.answered, marks.sent),
    )


@dataclass(frozen=True)
class TargetState:
    """How far a target is reached."""

    target_id: int
    scope: str
    team: str | None
    seller_id: int | None
    target: Decimal
    actual: Decimal
    progress_percent: Decimal | None
    time_percent: Decimal
    is_lagging: bool
    #: What the period brings if it goes on as it began; None before it begins.
    run_rate: Decimal | None

    @property
    def gap(self) -> Decimal:
        """Return what is missing; nothing once the target is reached."""
        return max(self.target - self.actual, ZERO)

    @property
    def is_reached(self) -> bool:
        """Tell that nothing is missing any more."""
        return self.actual >= self.target


def target_states(source: Source, period: str) -> list[TargetState]:
    """Return every target of a period with what was sold so far."""
    found = periods.read_period(period)
    if found is None:
        return []
    first, after = found
    months = monthly_sales(source, periods.months_in(first, after))
    owners: dict[int | None, Decimal] = {}
    for month in months:
        for owner, net in month.by_owner.items():
            owners[owner] = owners.get(owner, ZERO) + net
    teams, time_share = by_team(source, owners), elapsed_percent(first, after, source.now)
    over, days = elapsed_days(first, after, source.now), (after - first).days
    states = []
    for each in source.targets(period):
        actual = {
            "company": sum(owners.values(), ZERO),
            "team": teams.get(each.team or "", ZERO),
        }.get(each.scope, owners.get(each.seller_id, ZERO))
        progress = percent(actual, each.amount)
        states.append(
            TargetState(
                each.id,
                each.scope,
                each.team,
                each.seller_id,
                each.amount,
                actual,
                progress,
                time_share,
                is_lagging=progress is not None and progress < time_share - LAG_POINTS,
                run_rate=rounded(actual * days / over) if over else None,
            )
        )
    return states


def elapsed_percent(first: date, after: date, now: datetime) -> Decimal:
    """Return how much of a period is over, by whole days; the present day counts."""
    days = (after - first).days
    return rounded(Decimal(elapsed_days(first, after, now)) * 100 / days, 1)


def elapsed_days(first: date, after: date, now: datetime) -> int:
    """Return how many days of a period are over; the present day counts."""
    today = clock.company_day(now)
    return min(max((today - first).days + 1, 0), (after - first).days)


@dataclass(frozen=True)
class ServiceLevel:
    """How the tickets of one priority were kept."""

    priority: str
    fact: TicketFact
    response_percent: Decimal | None
    solution_percent: Decimal | None
    at_once_percent: Decimal | None
    response_hours: Decimal | None
    solution_hours: Decimal | None


def service_levels(source: Source, span: Span) -> list[ServiceLevel]:
    """Return the service levels by priority, the most urgent first."""
    order = ("urgent", "high", "medium", "low")
    found = source.tickets(span)
    known = [name for name in order if name in found] + sorted(set(found) - set(order))
    return [_service_level(name, found[name]) for name in known]


def _service_level(priority: str, fact: TicketFact) -> ServiceLevel:
    return ServiceLevel(
        priority,
        fact,
        percent(fact.response_in_time, fact.response_due),
        percent(fact.solution_in_time, fact.solution_due),
        percent(fact.solved_at_once, fact.solved),
        _mean_hours(fact.response_minutes, fact.responded),
        _mean_hours(fact.solution_minutes, fact.solved),
    )


def _mean_hours(minutes: int, count: int) -> Decimal | None:
    return rounded(Decimal(minutes) / 60 / count, 1) if count else None


def median_days(days: Sequence[date]) -> float | None:
    """Return the median of the days between purchases; None below two purchases."""
    gaps = [(after - before).days for before, after in pairwise(days)]
    return float(median(gaps)) if gaps else None
