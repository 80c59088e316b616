"""What waits for the seller on the first page: whom to call, what to do, who is new."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from training_platform.crm.desk import Desk
from training_platform.crm.models import Activity, Customer, Lead
from training_platform.crm.queries.lists import Row, rows_of
from training_platform.crm.queries.views import (
    Conditions,
    day_of,
    follow_up_overdue,
    follow_up_today,
    open_leads,
    open_tasks,
)
from training_platform.crm.registry import ENTITIES

SHOWN = 6


@dataclass(frozen=True)
class Waiting:
    """One list of the first page, with the view that shows the whole of it."""

    key: str
    entity: str
    view: str
    rows: Sequence[Row]
    has_more: bool


def waiting(desk: Desk) -> list[Waiting]:
    """Return what waits, the most urgent first; lists with nothing in them are left out."""
    _start, end = day_of(desk.now)
    tasks = [*open_tasks(desk), Activity.due_at < end]
    new = [*open_leads(desk), Lead.first_followed_up_at.is_(None)]
    contact = ("mobile", "stage", "next_follow_up_at")
    found = [
        _list(desk, "overdue", "customer", follow_up_overdue(desk), contact),
        _list(desk, "today", "customer", follow_up_today(desk), contact),
        _list(desk, "tasks", "activity", tasks, ("method", "customer_id", "due_at")),
        _list(desk, "new", "lead", new, ("person", "source", "first_follow_up_due_at")),
    ]
    return [each for each in found if each.rows]


_ORDER: dict[str, Any] = {
    "customer": Customer.next_follow_up_at,
    "activity": Activity.due_at,
    "lead": Lead.first_follow_up_due_at,
}


def _list(
    desk: Desk, key: str, entity_name: str, conditions: Conditions, columns: Sequence[str]
) -> Waiting:
    entity = ENTITIES[entity_name]
    model: Any = entity.model
    rows = desk.session.scalars(
        select(model).where(*conditions).order_by(_ORDER[entity_name], model.id).limit(SHOWN + 1)
    ).all()
    view = {"tasks": "mine", "new": "mine"}.get(key, key)
    return Waiting(
        key, entity_name, view, rows_of(desk, entity, columns, rows[:SHOWN]), len(rows) > SHOWN
    )
