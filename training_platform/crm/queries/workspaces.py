"""What the workspace's own pages show."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

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
from training_platform.crm.queries import views

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


def overview(desk: Desk) -> Overview:
    """Count what waits for the seller who is played."""
    unseen = Alert.seller_id == desk.seller.id, Alert.seen_at.is_(None)
    wanted = (
        (Customer, views.own_customers(desk)),
        (Customer, views.follow_up_today(desk)),
        (Customer, views.follow_up_overdue(desk)),
        (Lead, views.open_leads(desk)),
        (Opportunity, views.open_opportunities(desk)),
        (Ticket, views.open_tickets(desk)),
        (Alert, unseen),
    )
    statements = (select(func.count(model.id)).where(*where) for model, where in wanted)
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
