"""The kanban of opportunities: columns with their sums, cards with what needs attention."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select, type_coerce

from training_platform.core import clock
from training_platform.core.db import Money
from training_platform.crm.desk import Desk
from training_platform.crm.models import Customer, Opportunity, Seller
from training_platform.crm.queries.sellers import shown_name, within_reach
from training_platform.crm.rules import stages as rules

#: Closed columns show what was closed in the last days.
CLOSED_DAYS = 30
MOST_CARDS = 30
COLUMNS = (*rules.WAY, "lost")


@dataclass(frozen=True)
class Card:
    """One opportunity on the board."""

    opportunity: Opportunity
    customer: str
    owner: str
    days: int
    is_stale: bool
    is_overdue: bool
    targets: tuple[str, ...]


@dataclass(frozen=True)
class Column:
    """One stage with its cards and the sums of all its opportunities."""

    stage: str
    cards: Sequence[Card]
    count: int
    amount: Decimal
    weighted: Decimal

    @property
    def more(self) -> int:
        """Return how many opportunities have no card."""
        return self.count - len(self.cards)


def board(desk: Desk, *, is_own: bool = True) -> list[Column]:
    """Return the columns: the seller's own opportunities, or all within reach."""
    mine = Opportunity.owner_id == desk.seller.id if is_own else within_reach(desk, Opportunity)
    sums = _sums(desk, mine)
    return [
        Column(stage, _cards(desk, stage, mine), *sums.get(stage, (0, Decimal(0), Decimal(0))))
        for stage in COLUMNS
    ]


def _shown(desk: Desk) -> ColumnElement[bool]:
    recent = Opportunity.closed_at > desk.now - timedelta(days=CLOSED_DAYS)
    return or_(Opportunity.closed_at.is_(None), recent)


def _sums(desk: Desk, mine: ColumnElement[bool]) -> Mapping[str, tuple[int, Decimal, Decimal]]:
    """Return count, amount and weighted amount by stage; own probabilities count where given."""
    total = type_coerce(func.sum(Opportunity.amount), Money)
    statement = (
        select(
            Opportunity.stage,
            Opportunity.probability_percent,
            Opportunity.probability_reason.is_not(None).label("is_own"),
            func.count(),
            total,
        )
        .where(mine, _shown(desk))
        .group_by(Opportunity.stage, Opportunity.probability_percent, "is_own")
    )
    sums: dict[str, tuple[int, Decimal, Decimal]] = {}
    for stage, percent, is_own, count, found in desk.session.execute(statement):
        share = rules.probability(stage, percent, "own" if is_own else None)
        before = sums.get(stage, (0, Decimal(0), Decimal(0)))
        amount = found or Decimal(0)
        sums[stage] = (before[0] + count, before[1] + amount, before[2] + amount * share)
    return sums


def _cards(desk: Desk, stage: str, mine: ColumnElement[bool]) -> list[Card]:
    today = clock.company_day(desk.now)
    order: Any = Opportunity.stage_entered_at
    if stage not in rules.OPEN:
        order = Opportunity.closed_at.desc()
    statement = (
        select(Opportunity, Customer.name, Seller)
        .join(Customer, Customer.id == Opportunity.customer_id)
        .outerjoin(Seller, Seller.id == Opportunity.owner_id)
        .where(mine, _shown(desk), Opportunity.stage == stage)
        .order_by(order, Opportunity.id)
        .limit(MOST_CARDS)
    )
    return [
        _card(desk, opportunity, customer, seller, today)
        for opportunity, customer, seller in desk.session.execute(statement)
    ]


def _card(
    desk: Desk, opportunity: Opportunity, customer: str, seller: Seller | None, today: date
) -> Card:
    stage, entered, close = (
        opportunity.stage,
        opportunity.stage_entered_at,
        opportunity.expected_close_on,
    )
    return Card(
        opportunity,
        customer,
        shown_name(seller) if seller else "",
        rules.days_in_stage(entered, desk.now),
        rules.is_stale(stage, entered, desk.now),
        stage in rules.OPEN and close is not None and close < today,
        rules.targets(stage),
    )
