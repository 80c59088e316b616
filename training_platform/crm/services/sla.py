"""Service levels of the workspace's company."""

from datetime import datetime

from sqlalchemy import select

from training_platform.crm.desk import Desk
from training_platform.crm.models import ServiceLevel
from training_platform.crm.rules import sla


def level_of(
    desk: Desk,
    about: str,
    tier: str | None,
    priority: str | None,
    default: sla.Level = sla.TICKET,
) -> sla.Level:
    """Return the service level that holds for a ticket or lead: the company's, or the default."""
    rows = desk.session.scalars(
        select(ServiceLevel).where(ServiceLevel.about == about).order_by(ServiceLevel.id)
    )
    levels = [
        sla.Level(
            row.response_minutes,
            row.resolve_minutes,
            row.is_working_time,
            row.tier,
            row.priority,
        )
        for row in rows
    ]
    return sla.pick_level(levels, tier, priority, default)


def first_follow_up_due(desk: Desk, tier: str | None = None) -> datetime:
    """Return when a lead that somebody gets now must be followed up at the latest.

    The company's level says how long that is, and whether only working time counts.
    """
    return sla.due_dates(desk.now, level_of(desk, "lead", tier, None, sla.LEAD))[0]


def ticket_dues(
    desk: Desk, received: datetime, tier: str | None, priority: str | None
) -> dict[str, datetime | None]:
    """Return when a ticket's first response and its solution are due, as its fields."""
    response, resolve = sla.due_dates(received, level_of(desk, "ticket", tier, priority))
    return {"response_due_at": response, "resolve_due_at": resolve}
