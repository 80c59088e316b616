"""What a trainee entered in the sandbox, and each act with its record as it stands."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from training_platform.coaching.models import SpotItem
from training_platform.core.permissions import Person
from training_platform.crm.desk import Desk, open_desk
from training_platform.crm.fields import FieldKind
from training_platform.crm.metrics.periods import midnight
from training_platform.crm.models import CrmEvent, CrmWorkspace, WorkspaceKind
from training_platform.crm.queries.names import Names, names_for
from training_platform.crm.queries.workspaces import LOOKS
from training_platform.crm.registry import ENTITIES, Entity
from training_platform.crm.scope import enter
from training_platform.crm.values import to_plain

#: Acts that the sandbox does by itself, or that say nothing about entering data.
NOT_ENTERED = (*LOOKS, "alert", "alert_seen", "recycle", "plant", "clock_advance", "undo")
#: (layer, kind of record, id).
_Key = tuple[int, str, int]


def population_of(
    session: Session, employee_id: int, from_on: date, until_on: date
) -> list[tuple[int, int]]:
    """Return what was entered in these days, as (layer, number)."""
    may_be_seen = or_(CrmWorkspace.kind != WorkspaceKind.EXAM, CrmWorkspace.closed_at.is_not(None))
    rows = session.execute(
        select(CrmEvent.layer_id, CrmEvent.seq)
        .join(CrmWorkspace, CrmWorkspace.layer_id == CrmEvent.layer_id)
        .where(
            CrmWorkspace.employee_id == employee_id,
            may_be_seen,
            CrmWorkspace.kind != WorkspaceKind.REHEARSAL,  # trying out a task is no work of hers
            CrmEvent.actor_id == employee_id,
            CrmEvent.act.not_in(NOT_ENTERED),
            CrmEvent.record_id.is_not(None),
            CrmEvent.happened_at >= midnight(from_on),
            CrmEvent.happened_at < midnight(until_on + timedelta(days=1)),
        )
    )
    return [(row.layer_id, row.seq) for row in rows]


def items_of(session: Session, checker: Person, drawn: Sequence[tuple[int, int]]) -> list[SpotItem]:
    """Take down each act with its record as it is now: a reset would take both away."""
    if not drawn:
        return []
    events = {
        (event.layer_id, event.seq): event
        for event in session.scalars(
            select(CrmEvent).where(tuple_(CrmEvent.layer_id, CrmEvent.seq).in_(drawn))
        )
    }
    wanted: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for event in events.values():
        wanted[event.layer_id][event.entity or ""].add(event.record_id or 0)
    seen = _records(session, checker, wanted)
    return [_item(position, events[key], seen) for position, key in enumerate(drawn, start=1)]


def _item(position: int, event: CrmEvent, seen: Mapping[_Key, Mapping[str, Any]]) -> SpotItem:
    key = (event.layer_id, event.entity or "", event.record_id or 0)
    happened_at: datetime = event.happened_at
    return SpotItem(
        position=position,
        happened_at=happened_at,
        act=event.act,
        entity=event.entity,
        record_id=event.record_id,
        layer_id=event.layer_id,
        seq=event.seq,
        title=str(event.context.get("title") or ""),
        shown={"changes": event.changes, "record": dict(seen.get(key, {}))},
    )


def _records(
    session: Session, checker: Person, wanted: Mapping[int, Mapping[str, set[int]]]
) -> dict[_Key, dict[str, Any]]:
    """Return the records as their workspaces see them: a statement per kind, not per record."""
    workspaces = session.scalars(select(CrmWorkspace).where(CrmWorkspace.layer_id.in_(wanted)))
    found: dict[_Key, dict[str, Any]] = {}
    try:
        for workspace in workspaces.all():
            desk = open_desk(session, workspace, checker, is_writing=False)
            for name, ids in wanted[desk.layer.id].items():
                found |= _read(desk, name, ids)
    finally:
        enter(None)
    return found


def _read(desk: Desk, name: str, ids: set[int]) -> dict[_Key, dict[str, Any]]:
    entity = ENTITIES.get(name)
    if entity is None:
        return {}
    model: Any = entity.model
    rows = desk.session.scalars(select(model).where(model.id.in_(ids))).all()
    names = names_for(desk, entity, rows)
    return {(desk.layer.id, name, row.id): _values(entity, row, names) for row in rows}


def _values(entity: Entity, row: Any, names: Names) -> dict[str, Any]:
    """Return what stands in a record, as plain values; empty fields stay out."""
    return {
        name: names.of(known.refers_to, getattr(row, name))
        if known.kind is FieldKind.REFERENCE
        else to_plain(getattr(row, name))
        for name, known in entity.fields.items()
        if known.kind not in {FieldKind.JSON, FieldKind.CUSTOM}
        and getattr(row, name) not in (None, "", [])
    }
