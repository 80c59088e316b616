"""What was sold and may be sold, as ORM selects, the same for both databases."""

from collections import Counter
from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, type_coerce

from training_platform.core import clock
from training_platform.core.db import Money
from training_platform.crm.metrics.functions import epoch
from training_platform.crm.metrics.shapes import ZERO, DealFact, Flow, Pipe, Span, Spend
from training_platform.crm.metrics.sql_base import Asking, count_if, within
from training_platform.crm.models import Contract, Opportunity, Order, StageChange
from training_platform.crm.queries.tiers import net_amount
from training_platform.crm.rules.stages import OPEN, WAY


def is_paid() -> ColumnElement[bool]:
    """Return the condition that an order counts as a sale."""
    return and_(Order.paid_at.is_not(None), Order.status != "canceled")


class SellingAnswers(Asking):
    """Answers from opportunities, contracts and orders."""

    def flow(self, span: Span | None, cohort: str | None) -> Flow:
        """Return how far the opportunities opened in a period, or those of a cohort, came.

        Three flat selects, put together here: joined, both databases searched all stages again
        for each opportunity, and a year took seconds.
        """
        furthest = self._furthest()
        seen: dict[int, tuple[int, str]] = {}
        for ident, stage, lost_from in self._execute(
            select(Opportunity.id, Opportunity.stage, Opportunity.lost_from_stage).where(
                *self._flowing(span, cohort)
            )
        ):
            own = _place(lost_from if stage == "lost" else stage)
            end = {"lost": str(own), "won": "won"}.get(stage, "open")
            seen[ident] = (max(furthest.get(ident, 0), own), end)
        return Flow(Counter(seen.values()), self._dwell(seen))

    def _flowing(self, span: Span | None, cohort: str | None) -> Iterable[ColumnElement[bool]]:
        yield self.among(Opportunity.owner_id)
        if cohort is not None:
            yield Opportunity.cohort == cohort
        if span is not None:
            yield within(Opportunity.opened_at, span)

    def _furthest(self) -> Mapping[int, int]:
        place = case(*((StageChange.to_stage == name, at) for at, name in enumerate(WAY)), else_=0)
        rows = self._execute(
            select(StageChange.opportunity_id, func.max(place)).group_by(StageChange.opportunity_id)
        )
        return {row[0]: row[1] for row in rows}

    def _dwell(self, chosen: Container[int]) -> Mapping[str, tuple[int, int]]:
        """Return by stage how often chosen opportunities left it, and after how many seconds."""
        seconds = epoch(StageChange.left_at) - epoch(StageChange.entered_at)
        found: dict[str, tuple[int, int]] = {}
        for ident, stage, count, spent in self._execute(
            select(
                StageChange.opportunity_id, StageChange.to_stage, func.count(), func.sum(seconds)
            )
            .where(StageChange.left_at.is_not(None), StageChange.to_stage.in_(OPEN))
            .group_by(StageChange.opportunity_id, StageChange.to_stage)
        ):
            if ident in chosen:
                times, before = found.get(stage, (0, 0))
                found[stage] = (times + count, before + int(spent))
        return found

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
                self.among(Order.owner_id),
                is_paid(),
                within(Order.paid_at, Span(edges[0], edges[-1])),
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
            .where(self.among(Order.owner_id), is_paid(), Order.paid_at <= until)
            .group_by(Order.customer_id)
        )
        if after is not None:
            statement = statement.where(Order.paid_at > after)
        return {row[0]: Spend(row[1], row[2] or ZERO, row[3]) for row in self._execute(statement)}

    def purchases(self, until: datetime) -> Mapping[int, Sequence[date]]:
        """Return the days on which each customer paid an order, in order, each once."""
        rows = self._execute(
            select(Order.customer_id, Order.paid_at)
            .where(self.among(Order.owner_id), is_paid(), Order.paid_at <= until)
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
        has_reason = func.coalesce(Opportunity.probability_reason, "") != ""
        own = case((has_reason, Opportunity.probability_percent)).label("x_own")
        alike = (
            Opportunity.customer_id,
            Opportunity.stage,
            own,
            Opportunity.expected_close_on,
        )
        rows = self._execute(
            select(*alike, type_coerce(func.sum(Opportunity.amount), Money))
            .where(
                self.among(Opportunity.owner_id),
                Opportunity.closed_at.is_(None),
                Opportunity.stage.in_(OPEN),
            )
            .group_by(alike[0], alike[1], "x_own", alike[3])
        )
        return [Pipe(row[0], row[1], row[2], row[3], row[4] or ZERO) for row in rows]

    def deals(self, span: Span) -> Mapping[int | None, DealFact]:
        """Return by owner what is open now, and what was won and lost in a period."""
        is_open = and_(Opportunity.closed_at.is_(None), Opportunity.stage.in_(OPEN))
        closed = within(Opportunity.closed_at, span)
        has_won, has_lost = (and_(closed, Opportunity.stage == end) for end in ("won", "lost"))
        seconds = epoch(Opportunity.closed_at) - epoch(Opportunity.opened_at)
        value = case((has_won, Opportunity.amount))
        rows = self._execute(
            select(
                Opportunity.owner_id,
                *(count_if(each) for each in (is_open, has_won, has_lost)),
                func.count(value),
                type_coerce(func.sum(value), Money),
                func.coalesce(func.sum(case((has_won, seconds))), 0),
            )
            .where(self.among(Opportunity.owner_id), or_(is_open, has_won, has_lost))
            .group_by(Opportunity.owner_id)
        )
        return {
            owner: DealFact(int(opened), int(won), int(lost), valued, amount or ZERO, int(spent))
            for owner, opened, won, lost, valued, amount, spent in rows
        }

    def contract_ends(self) -> Mapping[int, date | None]:
        """Return by customer when its last signed contract ends; None where one has no end."""
        endless = func.count() - func.count(Contract.ends_on)
        rows = self._execute(
            select(Contract.customer_id, func.max(Contract.ends_on), endless)
            .where(self.among(Contract.owner_id), Contract.signed_at.is_not(None))
            .group_by(Contract.customer_id)
        )
        return {customer: None if without else last for customer, last, without in rows}


def _place(stage: str | None) -> int:
    return WAY.index(stage) if stage in WAY else 0
