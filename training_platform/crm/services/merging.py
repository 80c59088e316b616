"""Merging customers or contacts: values chosen, children moved, losers tombstoned; and the undo."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from sqlalchemy import select

from training_platform.core.errors import ConflictError, NotFoundError, RuleError
from training_platform.crm.desk import Desk
from training_platform.crm.fields import FieldKind
from training_platform.crm.models import (
    Alert,
    Contact,
    CrmEvent,
    Customer,
    Layered,
    Lead,
    Segment,
)
from training_platform.crm.registry import ENTITIES, entity_of
from training_platform.crm.services.access import expect_editable
from training_platform.crm.services.contacts import join_mains
from training_platform.crm.services.records import (
    change_record,
    delete_record,
    find_record,
    restore_record,
    title_of,
)
from training_platform.crm.services.stages import mirror_stage
from training_platform.crm.values import from_plain, to_plain

LEAST, MOST = 2, 5
MERGEABLE: Mapping[str, type[Layered]] = {"customer": Customer, "contact": Contact}
#: References that no field describes.
_HIDDEN = {"contact": ((Lead, "converted_contact_id"),)}
#: Fields that stay the survivor's: numbers, and what the system keeps.
_KEPT = frozenset(
    {"code", "stage", "pooled_at", "pool_reason", "last_owner_id", "claimed_at", "retention"}
)
#: What a merge changes besides references: it stands again as it was.
_WHOLE = frozenset({"member_ids", "is_primary"})
Record = TypeVar("Record", bound=Layered)


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Plan:
    """What to merge: the records, which one survives, and whose value stands in which field."""

    entity: str
    ids: tuple[int, ...]
    survivor_id: int
    #: Field → id of the record whose value is taken; others keep the survivor's.
    choices: Mapping[str, int] = field(default_factory=dict)
    #: Id → the version that was seen.
    versions: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldChoice:
    """A field in which the records differ: the value of each, and whose is proposed."""

    name: str
    values: Mapping[int, Any]
    proposed_id: int


@dataclass(frozen=True)
class Child:
    """A record that hangs on one of the others."""

    entity: str
    id: int
    title: str
    field: str
    parent_id: int


def find_all(desk: Desk, entity: str, ids: Sequence[int]) -> list[Any]:
    """Return the records to merge in the order given.

    Raises RuleError unless they are two to five, NotFoundError for an unknown id, and
    NotPermittedError where one is not the seller's to change.
    """
    wanted = tuple(dict.fromkeys(ids))
    if not LEAST <= len(wanted) <= MOST:
        raise RuleError(_("Choose two to five records to merge."))
    if entity not in MERGEABLE:
        raise NotFoundError
    found = [find_record(desk, MERGEABLE[entity], ident) for ident in wanted]
    for record in found:
        expect_editable(desk, record)
    if entity == "contact" and len({record.customer_id for record in found}) > 1:  # type: ignore[attr-defined]
        raise RuleError(
            _("Only contacts of one customer can be merged. Merge the customers first.")
        )
    return found


def differing_fields(records: Sequence[Layered], survivor_id: int) -> list[FieldChoice]:
    """Return the fields in which records differ; the survivor's value is proposed if it has one."""
    found = []
    for name, known in entity_of(type(records[0])).fields.items():
        if name in _KEPT or known.kind in {FieldKind.TAGS, FieldKind.CUSTOM, FieldKind.JSON}:
            continue
        values = {record.id: getattr(record, name) for record in records}
        filled = {ident for ident, value in values.items() if not _is_empty(value)}
        if len({str(to_plain(values[ident])) for ident in filled}) < 2 and (
            not filled or survivor_id in filled
        ):
            continue
        proposed = survivor_id if survivor_id in filled else min(filled)
        found.append(FieldChoice(name, values, proposed))
    return found


def children_of(desk: Desk, entity: str, ids: Sequence[int]) -> list[Child]:
    """Return every record that names one of these: what a merge moves (V12)."""
    found = [
        Child(child.entity, child.id, title_of(child) or f"#{child.id}", name, getattr(child, name))
        for model, name in _references(entity)
        for child in desk.session.scalars(
            select(model).where(getattr(model, name).in_(ids)).order_by(model.id)
        )
    ]
    alerts = select(Alert).where(Alert.about_entity == entity, Alert.about_id.in_(ids))
    found += [
        Child("alert", alert.id, alert.kind, "about_id", alert.about_id or 0)
        for alert in desk.session.scalars(alerts.order_by(Alert.id))
    ]
    return found


def count_children(children: Sequence[Child]) -> Mapping[str, int]:
    """Return how many records of each entity move."""
    return Counter(child.entity for child in children)


def merge(desk: Desk, plan: Plan) -> tuple[Any, CrmEvent]:
    """Merge records into the survivor, and return it with the event that can be undone.

    Everything that hangs on the others moves to the survivor (V12); the others are tombstoned and
    name it. Raises ConflictError where one was changed since it was seen, RuleError for a wrong
    plan, NotPermittedError where one is not the seller's.
    """
    records = find_all(desk, plan.entity, plan.ids)
    _expect_versions(records, plan)
    by_id = {record.id: record for record in records}
    if plan.survivor_id not in by_id or not set(plan.choices.values()) <= by_id.keys():
        raise RuleError(_("Choose which record stays, of those that are merged."))
    survivor = by_id.pop(plan.survivor_id)
    values = _merged_values(survivor, list(by_id.values()), plan.choices)
    names = [*values, *(["stage"] if plan.entity == "customer" else [])]
    before = {name: to_plain(getattr(survivor, name)) for name in names}
    survivor = change_record(desk, survivor, values, act="merge_values")
    moved = _move_children(desk, plan.entity, survivor.id, tuple(by_id))
    losers = [_bury(desk, loser, survivor.id) for loser in by_id.values()]
    if plan.entity == "customer":
        mirror_stage(desk, survivor.id)
    survivor = find_record(desk, type(survivor), survivor.id)
    event = desk.log(
        "merge",
        plan.entity,
        survivor.id,
        title=title_of(survivor),
        losers=losers,
        before=before,
        after={name: to_plain(getattr(survivor, name)) for name in names},
        moved=moved,
        choices=dict(plan.choices),
    )
    desk.session.flush()
    return survivor, event


def undo_merge(desk: Desk, seq: int) -> tuple[Any, list[str]]:
    """Take a merge back: the others return, and what was moved goes back to them.

    What was changed since stays as it is; its names are returned. Raises NotFoundError for an
    event that is no merge, and RuleError where the merge was undone already or the customer was
    anonymized since: the others would bring back who it was.
    """
    event = desk.session.get(CrmEvent, (desk.layer.id, seq))
    if event is None or event.act != "merge":
        raise NotFoundError
    if _is_undone(desk, seq):
        raise RuleError(_("This merge was undone already."))
    model = MERGEABLE[event.entity or ""]
    survivor: Any = find_record(desk, model, event.record_id)
    expect_editable(desk, survivor)
    _expect_known(desk, survivor)
    for ident in event.context["losers"]:
        loser = restore_record(desk, model, ident, act="merge_restore")
        if hasattr(loser, "merged_into_id"):
            change_record(desk, loser, {"merged_into_id": None}, act="merge_restore")
    kept = [*_move_back(desk, survivor.id, event.context["moved"])]
    restored, changed = _values_before(survivor, event)
    survivor = change_record(desk, survivor, restored, act="merge_undo_values")
    desk.log("merge_undo", event.entity, survivor.id, title=title_of(survivor), merge=seq)
    return survivor, [*kept, *changed]


def open_merges(desk: Desk, most: int = 10) -> list[CrmEvent]:
    """Return the last merges that can be undone."""
    events = desk.session.scalars(
        select(CrmEvent)
        .where(CrmEvent.layer_id == desk.layer.id, CrmEvent.act.in_(("merge", "merge_undo")))
        .order_by(CrmEvent.seq.desc())
        .limit(most * 2)
    ).all()
    undone = {event.context["merge"] for event in events if event.act == "merge_undo"}
    merges = [event for event in events if event.act == "merge" and event.seq not in undone]
    return merges[:most]


def _references(entity: str) -> Iterator[tuple[Any, str]]:
    """Yield every field of every model that names records of an entity."""
    for known in ENTITIES.values():
        for name, each in known.fields.items():
            if each.refers_to == entity:
                yield known.model, name
    yield from _HIDDEN.get(entity, ())


def _expect_known(desk: Desk, survivor: Any) -> None:
    customer: Any = survivor
    if not isinstance(survivor, Customer):
        customer_id = getattr(survivor, "customer_id", None)
        customer = desk.session.scalar(select(Customer).where(Customer.id == customer_id))
    if customer is not None and customer.retention == "anonymized":
        raise RuleError(_("This customer was anonymized since: the merge cannot be undone."))


def _expect_versions(records: Sequence[Layered], plan: Plan) -> None:
    for record in records:
        if plan.versions.get(record.id, record.version) != record.version:
            raise ConflictError(record)


def _is_empty(value: Any) -> bool:
    return value in (None, "", [], {})


def _merged_values(
    survivor: Layered, others: Sequence[Layered], choices: Mapping[str, int]
) -> dict[str, Any]:
    """Return the survivor's new values: the chosen ones, empty fields filled, tags together."""
    records = [survivor, *others]
    known = entity_of(type(survivor)).fields
    by_id = {record.id: record for record in records}
    values: dict[str, Any] = {}
    for choice in differing_fields(records, survivor.id):
        source = by_id[choices.get(choice.name, choice.proposed_id)]
        values[choice.name] = getattr(source, choice.name)
    for name, each in known.items():
        if each.kind is FieldKind.TAGS:
            values[name] = sorted(
                {tag for record in records for tag in getattr(record, name) or ()}
            )
        elif each.kind is FieldKind.CUSTOM:
            merged: dict[str, Any] = {}
            for record in reversed(records):
                merged |= getattr(record, name) or {}
            values[name] = merged
    held = [bool(getattr(record, "is_on_legal_hold", False)) for record in records]
    if any(held):
        values["is_on_legal_hold"] = True  # a hold on one holds the whole
    return values


def _move_children(
    desk: Desk, entity: str, survivor_id: int, loser_ids: Sequence[int]
) -> list[list[Any]]:
    """Let the children name the survivor; return [entity, id, field, former parent] of each."""
    moved: list[list[Any]] = []
    for child in children_of(desk, entity, loser_ids):
        record = find_record(desk, ENTITIES[child.entity].model, child.id)
        # A record that would name itself (a parent company merged into its own branch) names none.
        target = None if record.id == survivor_id and child.entity == entity else survivor_id
        change_record(desk, record, {child.field: target}, act="move")
        moved.append([child.entity, child.id, child.field, child.parent_id])
    if entity == "customer":
        came = [ident for name, ident, *_ in moved if name == Contact.entity]
        moved += join_mains(desk, survivor_id, came)
        moved += _move_members(desk, survivor_id, set(loser_ids))
    return moved


def _move_members(desk: Desk, survivor_id: int, loser_ids: set[int]) -> list[list[Any]]:
    """Let frozen segments name the survivor once; return what they held."""
    moved: list[list[Any]] = []
    for segment in desk.session.scalars(select(Segment).order_by(Segment.id)).all():
        members = list(segment.member_ids or ())
        if not loser_ids.intersection(members):
            continue
        named = [survivor_id if ident in loser_ids else ident for ident in members]
        change_record(desk, segment, {"member_ids": list(dict.fromkeys(named))}, act="move")
        moved.append(["segment", segment.id, "member_ids", members])
    return moved


def _bury(desk: Desk, loser: Layered, survivor_id: int) -> int:
    if hasattr(loser, "merged_into_id"):
        loser = change_record(desk, loser, {"merged_into_id": survivor_id}, act="merge_into")
    delete_record(desk, loser, act="merge_away", survivor=survivor_id)
    return loser.id


def _move_back(desk: Desk, survivor_id: int, moved: Sequence[list[Any]]) -> Iterator[str]:
    """Give children back to their former parents; yield the titles of those changed since."""
    for entity, ident, name, before in moved:
        model: Any = ENTITIES[entity].model
        child = desk.session.scalar(select(model).where(model.id == ident))
        if child is None:
            continue
        present = getattr(child, name)
        if name in _WHOLE or present in (survivor_id, None):
            change_record(desk, child, {name: before}, act="move_back")
        else:
            yield title_of(child) or f"#{child.id}"


def _values_before(survivor: Layered, event: CrmEvent) -> tuple[dict[str, Any], list[str]]:
    """Return the survivor's values before the merge, and the labels of those changed since."""
    known = entity_of(type(survivor)).fields
    restored: dict[str, Any] = {}
    changed: list[str] = []
    for name, before in event.context["before"].items():
        if to_plain(getattr(survivor, name)) == event.context["after"][name]:
            restored[name] = from_plain(before, known[name].kind)
        else:
            changed.append(known[name].label)
    return restored, changed


def _is_undone(desk: Desk, seq: int) -> bool:
    undos = desk.session.scalars(
        select(CrmEvent).where(CrmEvent.layer_id == desk.layer.id, CrmEvent.act == "merge_undo")
    )
    return any(event.context.get("merge") == seq for event in undos)
