"""The views that come with each list: conditions under a name, which counts use too."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, select

from training_platform.core import clock
from training_platform.crm.desk import Desk
from training_platform.crm.models import (
    Activity,
    Contract,
    Customer,
    Lead,
    Opportunity,
    Order,
    Quote,
    Seller,
    Ticket,
)
from training_platform.crm.registry import Entity
from training_platform.crm.rules.roles import Reach, reach_of

Conditions = list[ColumnElement[bool]]
#: Without a follow-up for so long, a customer stands still; an opportunity, in one stage.
STALE_CUSTOMER = timedelta(days=30)
STALE_OPPORTUNITY = timedelta(days=14)


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class View:
    """A list under a name."""

    key: str
    label: str
    conditions: Callable[[Desk], Conditions]
    #: The field that orders it at first; None for the entity's own order.
    order: str | None = None


def day_of(now: datetime) -> tuple[datetime, datetime]:
    """Return the company's day on which an instant falls, as (first instant, first after it)."""
    start = datetime.combine(clock.company_day(now), time.min, tzinfo=clock.company_zone())
    return start, start + timedelta(days=1)


def views_of(entity: Entity, role: str) -> Sequence[View]:
    """Return the views of an entity's list for a seller's role; the first is shown at first."""
    found = VIEWS.get(entity.name)
    if found:
        sees_team = reach_of(role) is not Reach.OWN
        return [view for view in found if view.key != "team" or sees_team]
    if entity.has_owner:
        return (View("mine", MINE, lambda desk: _own(entity.model, desk)), _ALL_OF_THEM)
    return (_ALL_OF_THEM,)


def _own(model: Any, desk: Desk) -> Conditions:
    return [model.owner_id == desk.seller.id]


def _team(model: Any, desk: Desk) -> Conditions:
    return [model.owner_id.in_(select(Seller.id).where(Seller.team == desk.seller.team))]


def own_customers(desk: Desk) -> Conditions:
    """Return: the seller's own customers that are not archived."""
    return [*_own(Customer, desk), Customer.retention == "active"]


def follow_up_today(desk: Desk) -> Conditions:
    """Return: own customers whose next follow-up is today, and not past yet."""
    _start, end = day_of(desk.now)
    return [
        *own_customers(desk),
        Customer.next_follow_up_at >= desk.now,
        Customer.next_follow_up_at < end,
    ]


def follow_up_overdue(desk: Desk) -> Conditions:
    """Return: own customers whose next follow-up has passed."""
    return [*own_customers(desk), Customer.next_follow_up_at < desk.now]


def _stale_customers(desk: Desk) -> Conditions:
    followed = select(Activity.customer_id).where(
        Activity.done_at > desk.now - STALE_CUSTOMER, Activity.customer_id.is_not(None)
    )
    return [*own_customers(desk), Customer.id.not_in(followed)]


def open_leads(desk: Desk) -> Conditions:
    """Return: the seller's leads that wait for something."""
    return [*_own(Lead, desk), Lead.status.in_(("assigned", "following"))]


def _late_leads(desk: Desk) -> Conditions:
    return [
        *open_leads(desk),
        Lead.first_followed_up_at.is_(None),
        Lead.first_follow_up_due_at < desk.now,
    ]


def open_opportunities(desk: Desk) -> Conditions:
    """Return: the seller's opportunities that are neither won nor lost."""
    return [*_own(Opportunity, desk), Opportunity.closed_at.is_(None)]


def _closing(desk: Desk) -> Conditions:
    today = clock.company_day(desk.now)
    first_of_next = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return [*open_opportunities(desk), Opportunity.expected_close_on < first_of_next]


def open_tasks(desk: Desk) -> Conditions:
    """Return: what the seller has to do, with a date."""
    return [*_own(Activity, desk), Activity.done_at.is_(None), Activity.due_at.is_not(None)]


def open_tickets(desk: Desk) -> Conditions:
    """Return: the tickets that the seller is working on."""
    return [*_own(Ticket, desk), Ticket.status.not_in(("resolved", "closed"))]


def _this_month(desk: Desk) -> datetime:
    start, _end = day_of(desk.now)
    return start.replace(day=1)


MINE, TEAM, ALL = _("Mine"), _("My team's"), _("All")
_ALL_OF_THEM = View("all", ALL, lambda _desk: [])
VIEWS: Mapping[str, Sequence[View]] = {
    "customer": (
        View("mine", _("My customers"), own_customers),
        View("today", _("Follow up today"), follow_up_today, "next_follow_up_at"),
        View("overdue", _("Overdue"), follow_up_overdue, "next_follow_up_at"),
        View("stale", _("Standing still"), _stale_customers),
        View(
            "pool",
            _("Public pool"),
            lambda _desk: [Customer.owner_id.is_(None), Customer.retention == "active"],
            "-pooled_at",
        ),
        View("team", TEAM, lambda desk: _team(Customer, desk)),
        _ALL_OF_THEM,
    ),
    "lead": (
        View("mine", _("My open leads"), open_leads, "first_follow_up_due_at"),
        View("late", _("First follow-up late"), _late_leads, "first_follow_up_due_at"),
        View("unassigned", _("Unassigned"), lambda _desk: [Lead.owner_id.is_(None)]),
        View("team", TEAM, lambda desk: _team(Lead, desk)),
        _ALL_OF_THEM,
    ),
    "opportunity": (
        View("mine", _("My open ones"), open_opportunities, "expected_close_on"),
        View("closing", _("Closing this month"), _closing, "expected_close_on"),
        View(
            "stale",
            _("Standing still"),
            lambda desk: [
                *open_opportunities(desk),
                Opportunity.stage_entered_at < desk.now - STALE_OPPORTUNITY,
            ],
            "stage_entered_at",
        ),
        View(
            "won",
            _("Won"),
            lambda desk: [*_own(Opportunity, desk), Opportunity.stage == "won"],
            "-closed_at",
        ),
        View("team", TEAM, lambda desk: _team(Opportunity, desk)),
        _ALL_OF_THEM,
    ),
    "activity": (
        View("mine", _("My open tasks"), open_tasks, "due_at"),
        View(
            "overdue",
            _("Overdue"),
            lambda desk: [*open_tasks(desk), Activity.due_at < desk.now],
            "due_at",
        ),
        View(
            "done",
            _("Done"),
            lambda desk: [*_own(Activity, desk), Activity.done_at.is_not(None)],
            "-done_at",
        ),
        View("team", TEAM, lambda desk: _team(Activity, desk)),
        _ALL_OF_THEM,
    ),
    "ticket": (
        View("mine", _("My open tickets"), open_tickets, "resolve_due_at"),
        View(
            "late",
            _("Resolution late"),
            lambda desk: [
                Ticket.resolved_at.is_(None),
                Ticket.resolve_due_at < desk.now,
                Ticket.status.not_in(("resolved", "closed")),
            ],
            "resolve_due_at",
        ),
        View("unassigned", _("Unassigned"), lambda _desk: [Ticket.owner_id.is_(None)]),
        View("team", TEAM, lambda desk: _team(Ticket, desk)),
        _ALL_OF_THEM,
    ),
    "order": (
        View("mine", MINE, lambda desk: _own(Order, desk)),
        View("month", _("This month"), lambda desk: [Order.ordered_at >= _this_month(desk)]),
        View("unpaid", _("Not paid yet"), lambda _desk: [Order.paid_at.is_(None)]),
        _ALL_OF_THEM,
    ),
    "quote": (
        View("mine", MINE, lambda desk: _own(Quote, desk)),
        View("approval", _("Waiting for approval"), lambda _desk: [Quote.status == "in_approval"]),
        View(
            "valid",
            _("Still valid"),
            lambda desk: [Quote.valid_until_on >= clock.company_day(desk.now)],
            "valid_until_on",
        ),
        _ALL_OF_THEM,
    ),
    "contract": (
        View("mine", MINE, lambda desk: _own(Contract, desk)),
        View(
            "ending",
            _("Ending within 90 days"),
            lambda desk: [
                Contract.ends_on >= clock.company_day(desk.now),
                Contract.ends_on < clock.company_day(desk.now) + timedelta(days=90),
            ],
            "ends_on",
        ),
        _ALL_OF_THEM,
    ),
}
