"""Sales velocity: what the open opportunities bring a day, and its four parts. Pure."""

from dataclasses import dataclass
from decimal import Decimal

from training_platform.crm.metrics.results import DAY_SECONDS, percent
from training_platform.crm.metrics.shapes import DealFact, Source, Span, rounded


@dataclass(frozen=True)
class Velocity:
    """The velocity of one team, or of all for None; "" stands for what nobody owns."""

    team: str | None
    deals: DealFact
    win_percent: Decimal | None
    average: Decimal | None
    cycle_days: Decimal | None
    per_day: Decimal | None


def velocities(source: Source, span: Span) -> list[Velocity]:
    """Return the velocity of all, then of each team, the fastest first."""
    sellers, total = source.sellers(), DealFact()
    teams: dict[str, DealFact] = {}
    for owner, deals in source.deals(span).items():
        seller = sellers.get(owner or 0)
        team = seller.team if seller else ""
        teams[team] = teams.get(team, DealFact()) + deals
        total += deals
    found = [_velocity(team, deals) for team, deals in teams.items()]
    found.sort(key=lambda each: (-(each.per_day or 0), each.team or ""))
    return [_velocity(None, total), *found]


def _velocity(team: str | None, deals: DealFact) -> Velocity:
    average = deals.amount / deals.valued if deals.valued else None
    days = Decimal(deals.seconds) / DAY_SECONDS / deals.won if deals.won else None
    return Velocity(
        team,
        deals,
        percent(deals.won, deals.won + deals.lost),
        rounded(average) if average is not None else None,
        rounded(days, 1) if days is not None else None,
        _per_day(deals, average, days),
    )


def _per_day(deals: DealFact, average: Decimal | None, days: Decimal | None) -> Decimal | None:
    """Return open ones × average amount × share won ÷ days; None where a part is unknown."""
    if average is None or days is None or days <= 0:
        return None
    return rounded(deals.open * average * deals.won / (deals.won + deals.lost) / days)
