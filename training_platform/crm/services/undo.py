"""Taking back the last acts, by the values that the event log kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, or_, select

from training_platform.core.errors import ConflictError, NotFoundError, RuleError
from training_platform.core.permissions import Permission, authorize
from training_platform.crm.desk import Desk
from training_platform.crm.fields import FieldKind
from training_platform.crm.models import FIRST_OWN_ID, CrmEvent, Layered, WorkspaceKind
from training_platform.crm.registry import ENTITIES, Entity
from training_platform.crm.services.records import (
    change_record,
    delete_record,
    find_record,
    restore_record,
)
from training_platform.crm.values import from_plain

ACT = "undo"
#: The last so many events that wrote something are looked at.
LOOKED_AT = 600
#: What is larger is no slip of the hand.
MOST_EVENTS = 200


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


CHANGED = _("A record was changed since then. Take back the later acts first.")


@dataclass(frozen=True)
class Deed:
    """What was done in one go: its events, in order."""

    events: Sequence[CrmEvent]

    @property
    def seq(self) -> int:
        """Return the number of its first event: it names the deed."""
        return self.events[0].seq

    @property
    def main(self) -> CrmEvent:
        """Return the event that tells best what was done: the last one."""
        return self.events[-1]


def last_deeds(desk: Desk, most: int = 10) -> list[Deed]:
    """Return the last deeds that can be taken back, the newest first, each of them whole.

    Of a deed of too many events only so many are returned as tell that it is too large.
    """
    deeds: list[list[CrmEvent]] = []
    undone: set[int] = set()
    looked_at = 0
    for event in desk.session.scalars(_writings(desk)):
        looked_at += 1
        if event.act == ACT:
            undone.add(event.context["undone"])
        elif event.seq in undone or event.entity not in ENTITIES:
            continue
        elif not deeds or not _is_one_deed(deeds[-1][-1], event):
            deeds.append([event])
        elif len(deeds[-1]) <= MOST_EVENTS:
            deeds[-1].append(event)
    if looked_at == LOOKED_AT and deeds and len(deeds[-1]) <= MOST_EVENTS:
        deeds.pop()  # its beginning may lie further back
    return [Deed(list(reversed(found))) for found in deeds[:most]]


def undo_last(desk: Desk, expected_seq: int) -> Deed | None:
    """Take back the last deed, where it is still the one that the person saw.

    Raises RuleError for what cannot be taken back, such as a large import: it has its own way.
    """
    authorize(desk.actor, desk.workspace, Permission.WORKSPACE_WRITE)
    if desk.workspace.kind is not WorkspaceKind.FREE:
        raise RuleError(_("Acts can be taken back in the free practice company only."))
    deed = next(iter(last_deeds(desk, 1)), None)
    if deed is None or deed.seq != expected_seq:
        return None
    if len(deed.events) > MOST_EVENTS:
        raise RuleError(_("This was too much at once. Take an import back on its own page."))
    try:
        for event in reversed(deed.events):
            _take_back(desk, event)
    except (ConflictError, NotFoundError):
        raise RuleError(
            _("A record was changed since then. Take back the later acts first.")
        ) from None
    return deed


def _writings(desk: Desk) -> Select[CrmEvent]:
    """Return the last events that wrote something, the newest first; looks are none."""
    return (
        select(CrmEvent)
        .where(
            CrmEvent.layer_id == desk.layer.id,
            CrmEvent.record_id.is_not(None),
            or_(CrmEvent.changes != {}, CrmEvent.act.in_(("delete", ACT))),
        )
        .order_by(CrmEvent.seq.desc())
        .limit(LOOKED_AT)
    )


def _is_one_deed(later: CrmEvent, event: CrmEvent) -> bool:
    """Tell whether two events were done in one go; an import, or its revert, takes several."""
    if event.happened_at == later.happened_at:
        return True
    return _import_of(event) is not None and _import_of(event) == _import_of(later)


def _import_of(event: CrmEvent) -> tuple[int, bool] | None:
    import_id = event.context.get("import_id")
    return (import_id, event.act == "import_revert") if import_id is not None else None


def _take_back(desk: Desk, event: CrmEvent) -> None:
    entity = ENTITIES[event.entity or ""]
    ident = event.record_id or 0
    found: Layered | None = desk.session.scalar(
        select(entity.model).where(entity.model.id == ident)
    )
    if found is None:
        restore_record(desk, entity.model, ident, act=ACT, undone=event.seq)
    elif ident >= FIRST_OWN_ID and _is_first(desk, event):
        delete_record(desk, found, act=ACT, undone=event.seq)
    else:
        before = {
            name: _value(entity, name, pair[0])
            for name, pair in event.changes.items()
            if hasattr(entity.model, name)
        }
        record = find_record(desk, entity.model, ident)
        change_record(desk, record, before, act=ACT, undone=event.seq)


def _is_first(desk: Desk, event: CrmEvent) -> bool:
    """Tell whether an event is a record's first: then it was created by it."""
    first = desk.session.scalar(
        select(func.min(CrmEvent.seq)).where(
            CrmEvent.layer_id == event.layer_id,
            CrmEvent.entity == event.entity,
            CrmEvent.record_id == event.record_id,
            CrmEvent.changes != {},
        )
    )
    return first == event.seq


def _value(entity: Entity, name: str, plain: Any) -> Any:
    known: Mapping[str, Any] = entity.fields
    kind = known[name].kind if name in known else FieldKind.TEXT
    return from_plain(plain, kind)
