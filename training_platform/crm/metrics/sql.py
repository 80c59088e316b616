"""The questions of the metrics as ORM selects, the same for both databases."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, true, type_coerce

from training_platform.core import clock
from training_platform.core.db import Money
from training_platform.crm.desk import Desk
from training_platform.crm.metrics.functions import epoch, greater
from training_platform.crm.metrics.shapes import (
    ZERO,
    CampaignFact,
    Flow,
    Marks,
    Pipe,
    SellerFact,
    Span,
    Spend,
    TargetFact,
    TicketFact,
    UsageFact,
    Work,
    targets_within,
)
from training_platform.crm.models import (
    Activity,
    Campaign,
    CampaignMember,
    CrmEvent,
    Opportunity,
    Order,
    Seller,
    StageChange,
    Survey,
    Target,
    Ticket,
)
from training_platform.crm.queries.tiers import net_amount
from training_platform.crm.rules.stages import OPEN, WAY

QUARTER_HOUR = 900


def is_paid() -> ColumnElement[bool]:
    """Return the condition that an order counts as a sale."""
    return and_(Order.paid_at.is_not(None), Order.status != "canceled")


class SqlSource:
    """Asks the workspace of a desk; owners narrows to these sellers' and nobody's records.

    What is grouped by has a label of its own: PostgreSQL would see two expressions that are equal
    but for their parameters as two.
    """

    def __init__(self, desk: Desk, owners: frozenset[int] | None = None) -> None:
        self._desk, self._owners = desk, owners
        #: Rows are typed by the shapes that they fill.
        self._execute: Callable[[Any], Any] = desk.session.execute

    @property
    def now(self) -> datetime:
        """Return the sandbox's own time."""
        return self._desk.now

    def sellers(self) -> Mapping[int, SellerFact]:
        """Return the sellers by id."""
        rows = self._execute(
            select(Seller.id, Seller.name, Seller.latin_name, Seller.team, Seller.role).order_by(
                Seller.id
            )
        )
        return {row[0]: SellerFact(*row[1:]) for row in rows}

    def flow(self, span: Span | None, cohort: str | None) -> Flow:
        """Return how far the opportunities opened in a period, or those of a cohort, came."""
        chosen = self._among(Opportunity.owner_id)
        if cohort is not None:
            chosen = and_(chosen, Opportunity.cohort == cohort)
        if span is not None:
            chosen = and_(chosen, _within(Opportunity.opened_at, span))
        furthest = (
            select(StageChange.opportunity_id, func.max(_place(StageChange.to_stage)).label("at"))
            .group_by(StageChange.opportunity_id)
            .subquery()
        )
        own = case(
            (Opportunity.stage == "lost", _place(Opportunity.lost_from_stage)),
            else_=_place(Opportunity.stage),
        )
        reached = greater(func.coalesce(furthest.c.at, 0), own)
        lost_in = case((Opportunity.stage == "lost", _place(Opportunity.lost_from_stage)), else_=-1)
        counted = self._execute(
            select(
                reached.label("x_reached"),
                (Opportunity.stage == "won").label("x_won"),
                lost_in.label("x_lost"),
                func.count(),
            )
            .outerjoin(furthest, furthest.c.opportunity_id == Opportunity.id)
            .where(chosen)
            .group_by("x_reached", "x_won", "x_lost")
        )
        ends: dict[tuple[int, str], int] = {}
        for at, is_won, lost, count in counted:
            end = "won" if is_won else str(lost) if lost >= 0 else "open"
            ends[at, end] = ends.get((at, end), 0) + count
        seconds = epoch(StageChange.left_at) - epoch(StageChange.entered_at)
        spent = self._execute(
            select(StageChange.to_stage, func.count(), func.sum(seconds))
            .where(
                # Not a join: SQLite would search all stages again for each opportunity.
                StageChange.opportunity_id.in_(select(Opportunity.id).where(chosen)),
                StageChange.left_at.is_not(None),
                StageChange.to_stage.in_(OPEN),
            )
            .group_by(StageChange.to_stage)
        )
        return Flow(ends, {row[0]: (row[1], int(row[2])) for row in spent})

    def paid_by_month(
        self, edges: Sequence[datetime]
    ) -> Mapping[tuple[int, int | None], tuple[int, Decimal]]:
        """Return (month's place, owner) → (paid orders, net amount); edges bound the months."""
        month: Any = case(
            *((Order.paid_at < edge, at) for at, edge in enumerate(edges[1:])), else_=-1
        )
        rows = self._execute(
            select(
                month.label("x_month"),
                Order.owner_id,
                func.count(),
                type_coerce(func.sum(net_amount()), Money),
            )
            .where(
                self._among(Order.owner_id),
                is_paid(),
                _within(Order.paid_at, Span(edges[0], edges[-1])),
                Order.paid_at <= self.now,
            )
            .group_by("x_month", Order.owner_id)
        )
        return {(row[0], row[1]): (row[2], row[3] or ZERO) for row in rows}

    def spends(self, after: datetime | None, until: datetime) -> Mapping[int, Spend]:
        """Return what each customer paid after one instant and until another."""
        statement = (
            select(
                Order.customer_id,
                func.count(),
                type_coerce(func.sum(net_amount()), Money),
                func.max(Order.paid_at),
            )
            .where(self._among(Order.owner_id), is_paid(), Order.paid_at <= until)
            .group_by(Order.customer_id)
        )
        if after is not None:
            statement = statement.where(Order.paid_at > after)
        return {row[0]: Spend(row[1], row[2] or ZERO, row[3]) for row in self._execute(statement)}

    def purchases(self, until: datetime) -> Mapping[int, Sequence[date]]:
        """Return the days on which each customer paid an order, in order, each once."""
        rows = self._execute(
            select(Order.customer_id, Order.paid_at)
            .where(self._among(Order.owner_id), is_paid(), Order.paid_at <= until)
            .order_by(Order.customer_id, Order.paid_at)
        )
        found: dict[int, list[date]] = {}
        for customer_id, paid_at in rows:
            days, day = found.setdefault(customer_id, []), clock.company_day(paid_at)
            if not days or days[-1] != day:
                days.append(day)
        return found

    def pipeline(self) -> Sequence[Pipe]:
        """Return the open opportunities."""
        alike = (
            Opportunity.customer_id,
            Opportunity.stage,
            Opportunity.probability_percent,
            Opportunity.expected_close_on,
        )
        rows = self._execute(
            select(*alike, type_coerce(func.sum(Opportunity.amount), Money))
            .where(
                self._among(Opportunity.owner_id),
                Opportunity.closed_at.is_(None),
                Opportunity.stage.in_(OPEN),
            )
            .group_by(*alike)
        )
        return [Pipe(row[0], row[1], row[2], row[3], row[4] or ZERO) for row in rows]

    def work(self, span: Span) -> Mapping[int, Work]:
        """Return what each seller did."""
        done = and_(Activity.done_at.is_not(None), _within(Activity.done_at, span))
        overdue = and_(Activity.done_at.is_(None), Activity.due_at < self.now)
        has_next = and_(done, func.coalesce(Activity.next_step, "") != "")
        rows = self._execute(
            select(
                Activity.owner_id,
                _count(done),
                func.count(func.distinct(case((done, Activity.customer_id)))),
                _count(has_next),
                _count(overdue),
            )
            .where(
                Activity.owner_id.is_not(None),
                self._among(Activity.owner_id),
                or_(done, overdue),
            )
            .group_by(Activity.owner_id)
        )
        return {row[0]: Work(*row[1:]) for row in rows}

    def marks(self, span: Span) -> Mapping[int | None, Marks]:
        """Return the surveys sent in a period by agent."""
        rows = self._execute(
            select(
                Survey.seller_id,
                func.count(),
                func.count(Survey.score),
                _count(Survey.score >= 4),
                func.coalesce(func.sum(Survey.score), 0),
            )
            .where(self._among(Survey.seller_id), _within(Survey.sent_at, span))
            .group_by(Survey.seller_id)
        )
        return {row[0]: Marks(*(int(value) for value in row[1:])) for row in rows}

    def usage(self) -> UsageFact:
        """Return the acts of the event log."""
        here = CrmEvent.layer_id == self._desk.layer.id
        acts = self._execute(select(CrmEvent.act, func.count()).where(here).group_by(CrmEvent.act))
        first = func.min(CrmEvent.happened_at)
        quarter = (epoch(CrmEvent.happened_at) // QUARTER_HOUR).label("x_quarter")
        times = self._execute(select(first, quarter).where(here).group_by("x_quarter"))
        days = {clock.company_day(row[0]) for row in times}
        return UsageFact({row[0]: row[1] for row in acts}, len(days))

    def targets(self, period: str) -> Sequence[TargetFact]:
        """Return the targets of a period such as 2025 or 2025-06, by id."""
        rows = self._execute(
            select(Target.id, Target.scope, Target.team, Target.seller_id, Target.amount)
            .where(Target.period == period)
            .order_by(Target.id)
        )
        found = [TargetFact(row[0], row[1], row[2], row[3], row[4] or ZERO) for row in rows]
        return targets_within(found, self.sellers(), self._owners)

    def campaigns(self) -> Sequence[CampaignFact]:
        """Return the campaigns by id."""
        members: dict[int, dict[str, int]] = {}
        revenue: dict[int, Decimal] = {}
        for ident, status, count, amount in self._execute(
            select(
                CampaignMember.campaign_id,
                CampaignMember.status,
                func.count(),
                type_coerce(func.sum(CampaignMember.revenue_amount), Money),
            ).group_by(CampaignMember.campaign_id, CampaignMember.status)
        ):
            members.setdefault(ident, {})[status] = count
            revenue[ident] = revenue.get(ident, ZERO) + (amount or ZERO)
        rows = self._execute(
            select(Campaign.id, Campaign.name, Campaign.cost_amount).order_by(Campaign.id)
        )
        return [
            CampaignFact(
                row[0], row[1], row[2] or ZERO, members.get(row[0], {}), revenue.get(row[0], ZERO)
            )
            for row in rows
        ]

    def tickets(self, span: Span) -> Mapping[str, TicketFact]:
        """Return the tickets received in a period by priority."""
        response = _in_time(Ticket.response_due_at, Ticket.first_responded_at, self.now)
        solution = _in_time(Ticket.resolve_due_at, Ticket.resolved_at, self.now)
        is_solved = Ticket.resolved_at.is_not(None)
        has_response = Ticket.first_responded_at.is_not(None)
        waited = epoch(Ticket.first_responded_at) - epoch(Ticket.received_at)
        statement: Any = select(
            Ticket.priority,
            func.count(),
            *(_count(condition) for condition in (*response, *solution)),
            _count(is_solved),
            _count(and_(is_solved, Ticket.reopened_count == 0)),
            _count(has_response),
            func.coalesce(func.sum(case((has_response, waited))), 0),
        )
        rows = self._execute(
            statement.where(
                self._among(Ticket.owner_id), _within(Ticket.received_at, span)
            ).group_by(Ticket.priority)
        )
        return {row[0]: TicketFact(*(int(value) for value in row[1:])) for row in rows}

    def _among(self, owner: Any) -> ColumnElement[bool]:
        if self._owners is None:
            return true()
        return or_(owner.is_(None), owner.in_(self._owners))


def _within(column: Any, span: Span) -> ColumnElement[bool]:
    return and_(column >= span.start, column < span.end)


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _place(stage: Any) -> ColumnElement[int]:
    return case(*((stage == name, at) for at, name in enumerate(WAY)), else_=0)


def _in_time(due: Any, done: Any, now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions that something had to be done by now, and that it was in time."""
    counts = and_(due.is_not(None), or_(done.is_not(None), due < now))
    return counts, and_(counts, done.is_not(None), done <= due)
