"""What the workspace's own pages show."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.crm.desk import Desk
from training_platform.crm.models import (
    Alert,
    CrmEvent,
    CrmLayer,
    CrmWorkspace,
    Customer,
    LayerKind,
    Lead,
    Opportunity,
    Ticket,
    WorkspaceKind,
)

#: Acts that change nothing: left out where changes are counted.
LOOKS = ("view", "search", "deny", "play_seller", "report_run")


@dataclass(frozen=True)
class Overview:
    """The numbers of the first page, for the seller who is played."""

    own_customers: int
    due_today: int
    overdue: int
    open_leads: int
    open_opportunities: int
    open_tickets: int
    alerts: int


def free_workspace(session: Session, employee_id: int) -> CrmWorkspace | None:
    """Return a person's free workspace; None before it was opened."""
    return session.scalar(
        select(CrmWorkspace).where(
            CrmWorkspace.employee_id == employee_id, CrmWorkspace.kind == WorkspaceKind.FREE
        )
    )


def has_dataset(session: Session) -> bool:
    """Tell whether a dataset to practise on is loaded."""
    found = select(CrmLayer.id).where(CrmLayer.kind == LayerKind.DATASET, CrmLayer.is_sealed)
    return session.scalar(found.limit(1)) is not None


def end_of_day(now: datetime) -> datetime:
    """Return the end of the company's day on which an instant falls."""
    day = clock.company_day(now) + timedelta(days=1)
    return datetime.combine(day, time.min, tzinfo=clock.company_zone())


def overview(desk: Desk) -> Overview:
    """Count what waits for the seller who is played."""
    seller, now = desk.seller.id, desk.now
    own = Customer.owner_id == seller, Customer.retention == "active"
    count = select(func.count())
    statements = (
        count.select_from(Customer).where(*own),
        count.select_from(Customer).where(
            *own, Customer.next_follow_up_at >= now, Customer.next_follow_up_at < end_of_day(now)
        ),
        count.select_from(Customer).where(*own, Customer.next_follow_up_at < now),
        count.select_from(Lead).where(
            Lead.owner_id == seller, Lead.status.in_(("assigned", "following"))
        ),
        count.select_from(Opportunity).where(
            Opportunity.owner_id == seller, Opportunity.closed_at.is_(None)
        ),
        count.select_from(Ticket).where(
            Ticket.owner_id == seller, Ticket.status.not_in(("resolved", "closed"))
        ),
        count.select_from(Alert).where(Alert.seller_id == seller, Alert.seen_at.is_(None)),
    )
    return Overview(*(desk.session.scalar(statement) or 0 for statement in statements))


def acts(desk: Desk, most: int = 8) -> Sequence[CrmEvent]:
    """Return the last acts that changed something."""
    return desk.session.scalars(
        select(CrmEvent)
        .where(CrmEvent.layer_id == desk.layer.id, CrmEvent.act.not_in(LOOKS))
        .order_by(CrmEvent.seq.desc())
        .limit(most)
    ).all()


def count_changes(desk: Desk) -> int:
    """Return how many acts a reset would put away."""
    return (
        desk.session.scalar(
            select(func.count())
            .select_from(CrmEvent)
            .where(CrmEvent.layer_id == desk.layer.id, CrmEvent.act.not_in(LOOKS))
        )
        or 0
    )
