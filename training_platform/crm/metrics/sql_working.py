"""What was done, promised and planned, as ORM selects, the same for both databases."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_, select, type_coerce

from training_platform.core import clock
from training_platform.core.db import Money
from training_platform.crm.metrics.functions import epoch
from training_platform.crm.metrics.shapes import (
    ZERO,
    CampaignFact,
    Marks,
    Span,
    TargetFact,
    TicketFact,
    UsageFact,
    Work,
    targets_within,
    waited_minutes,
)
from training_platform.crm.metrics.sql_base import Asking, count_if, within
from training_platform.crm.models import (
    Activity,
    Campaign,
    CampaignMember,
    CrmEvent,
    Survey,
    Target,
    Ticket,
)

QUARTER_HOUR = 900


class WorkingAnswers(Asking):
    """Answers from follow-ups, tickets, surveys, campaigns, targets and the event log."""

    def work(self, span: Span) -> Mapping[int, Work]:
        """Return what each seller did."""
        done = and_(Activity.done_at.is_not(None), within(Activity.done_at, span))
        overdue = and_(Activity.done_at.is_(None), Activity.due_at < self.now)
        has_next = and_(done, func.coalesce(Activity.next_step, "") != "")
        rows = self._execute(
            select(
                Activity.owner_id,
                count_if(done),
                func.count(func.distinct(case((done, Activity.customer_id)))),
                count_if(has_next),
                count_if(overdue),
            )
            .where(
                Activity.owner_id.is_not(None),
                self.among(Activity.owner_id),
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
                count_if(Survey.score >= 4),
                func.coalesce(func.sum(Survey.score), 0),
            )
            .where(self.among(Survey.seller_id), within(Survey.sent_at, span))
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
        statement: Any = select(
            Ticket.priority,
            func.count(),
            *(count_if(condition) for condition in (*response, *solution)),
            count_if(is_solved),
            count_if(and_(is_solved, Ticket.reopened_count == 0)),
            count_if(has_response),
        )
        chosen = and_(self.among(Ticket.owner_id), within(Ticket.received_at, span))
        rows = self._execute(statement.where(chosen).group_by(Ticket.priority))
        waited = self._working_minutes(chosen)
        found = {}
        for priority, *counts in rows:
            fact, (first, last) = TicketFact(*(int(count) for count in counts)), waited[priority]
            found[priority] = replace(fact, response_minutes=first, solution_minutes=last)
        return found

    def _working_minutes(self, chosen: ColumnElement[bool]) -> Mapping[str, tuple[int, int]]:
        """Return by priority the minutes to response and solution: no database knows holidays."""
        found: dict[str, tuple[int, int]] = {}
        for priority, *instants in self._execute(
            select(
                Ticket.priority, Ticket.received_at, Ticket.first_responded_at, Ticket.resolved_at
            ).where(chosen)
        ):
            found[priority] = waited_minutes(found.get(priority, (0, 0)), *instants)
        return found


def _in_time(due: Any, done: Any, now: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    """Return the conditions that something had to be done by now, and that it was in time."""
    counts = and_(due.is_not(None), or_(done.is_not(None), due < now))
    return counts, and_(counts, done.is_not(None), done <= due)
