"""What the seller has to do by date, and what a search over the workspace finds."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from training_platform.core.text import like_pattern
from training_platform.crm.desk import Desk
from training_platform.crm.models import Activity
from training_platform.crm.queries.lists import Row, rows_of
from training_platform.crm.queries.sellers import within_reach
from training_platform.crm.queries.views import day_of, open_tasks
from training_platform.crm.registry import ENTITIES, Entity

MOST_LATER = 50
MOST_HITS = 8
SEARCHED = ("customer", "contact", "lead", "opportunity", "ticket", "article")
_HIT_COLUMNS = {
    "customer": ("code", "mobile", "owner_id"),
    "contact": ("customer_id", "mobile"),
    "lead": ("code", "person", "status"),
    "opportunity": ("code", "customer_id", "stage"),
    "ticket": ("code", "customer_id", "status"),
    "article": ("code", "category"),
}


@dataclass(frozen=True)
class TaskGroup:
    """Tasks that are late, of today, or of later."""

    key: str
    rows: Sequence[Row]


@dataclass(frozen=True)
class Hits:
    """What a search found of one entity."""

    entity: Entity
    rows: Sequence[Row]
    has_more: bool


def tasks_of(desk: Desk) -> list[TaskGroup]:
    """Return the seller's open tasks: late ones, those of today, and the next of later."""
    _start, end = day_of(desk.now)
    statement = select(Activity).where(*open_tasks(desk)).order_by(Activity.due_at, Activity.id)
    due = desk.session.scalars(statement.where(Activity.due_at < end)).all()
    later = desk.session.scalars(statement.where(Activity.due_at >= end).limit(MOST_LATER)).all()
    entity = ENTITIES["activity"]
    columns = ("due_at", "method", "customer_id", "lead_id", "opportunity_id")
    rows = rows_of(desk, entity, columns, [*due, *later])
    late = sum(1 for each in due if each.due_at is not None and each.due_at < desk.now)
    return [
        TaskGroup("late", rows[:late]),
        TaskGroup("today", rows[late : len(due)]),
        TaskGroup("later", rows[len(due) :]),
    ]


def search(desk: Desk, text: str) -> list[Hits]:
    """Return what the seller may see and the text is found in, entity by entity."""
    pattern = like_pattern(text)
    found = []
    for name in SEARCHED:
        entity = ENTITIES[name]
        model: Any = entity.model
        rows = desk.session.scalars(
            select(model)
            .where(within_reach(desk, model), model.folded.like(pattern, escape="\\"))
            .order_by(model.id)
            .limit(MOST_HITS + 1)
        ).all()
        if rows:
            shown = rows_of(desk, entity, _HIT_COLUMNS[name], rows[:MOST_HITS])
            found.append(Hits(entity, shown, len(rows) > MOST_HITS))
    return found
