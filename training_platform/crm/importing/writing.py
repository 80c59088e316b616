"""Writing the rows of an import, batch by batch, and taking them back."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select

from training_platform.crm.desk import Desk
from training_platform.crm.importing.checking import Checked
from training_platform.crm.importing.duplicates import Duplicate, model_of
from training_platform.crm.models import Contact, CrmImport, Layered
from training_platform.crm.registry import ENTITIES
from training_platform.crm.services import bulk, records
from training_platform.crm.services.checking import typed_numbers
from training_platform.crm.services.contacts import without_second_mains
from training_platform.crm.values import from_plain, to_plain

SKIP, UPDATE, CREATE = "skip", "update", "create"
BATCH = 1000
_CHUNK = 500


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: Why a record stays as it is when an import is reverted.
CHANGED_SINCE = _("changed since the import")
IN_USE = _("other records refer to it")
GONE = _("deleted since the import")


def choice_for(found: CrmImport, number: int, duplicate: Duplicate | None) -> str:
    """Return what a row does: the choice for it, or that for all; new ones are created.

    A name that only looks alike decides nothing by itself: such a row is new, unless told.
    """
    if duplicate is None:
        return CREATE
    for_all = found.choices.get("all") or SKIP
    chosen: str = found.choices.get(str(number)) or (for_all if duplicate.is_strong else CREATE)
    return SKIP if chosen == UPDATE and not duplicate.may_update else chosen


def write_batch(
    desk: Desk, found: CrmImport, rows: Sequence[tuple[Checked, Duplicate | None]]
) -> None:
    """Write some rows and add what came of them to the import's result."""
    result = _result(found)
    new: list[tuple[Checked, Duplicate | None]] = []
    for row, duplicate in rows:
        choice = choice_for(found, row.number, duplicate)
        if row.faults:
            result["refused"] += 1
        elif choice == SKIP:
            result["skipped"] += 1
        elif choice == UPDATE and duplicate is not None:
            result["updated"] += _update(desk, found, row, duplicate)
        else:
            new.append((row, duplicate))
    if new:
        made = _create(desk, found, new)
        result["created"].append([made.start, made.stop])
    found.result = result
    found.done_count += len(rows)


def created_ids(found: CrmImport) -> Iterator[int]:
    """Yield the ids of the records that an import made."""
    for start, stop in found.result.get("created", []):
        yield from range(start, stop)


def revert_batch(desk: Desk, found: CrmImport, ids: Sequence[int]) -> list[dict[str, Any]]:
    """Take created records back; return those that stay, each with its reason."""
    model: Any = model_of(found.entity)
    rows = desk.session.scalars(select(model).where(model.id.in_(ids)).order_by(model.id)).all()
    used = _in_use(desk, model, ids)
    kept, gone = [], []
    for record in rows:
        if record.version > 1:
            kept.append(_kept(record, CHANGED_SINCE))
        elif record.id in used:
            kept.append(_kept(record, IN_USE))
        else:
            gone.append(record)
    bulk.delete_records(desk, gone, act="import_revert", import_id=found.id)
    return kept


def restore_updated(desk: Desk, found: CrmImport) -> list[dict[str, Any]]:
    """Give updated records their values back; return those that stay, each with its reason."""
    model: Any = model_of(found.entity)
    fields = ENTITIES[found.entity].fields
    kept = []
    for ident, version, before in found.result.get("updated", []):
        record = desk.session.scalar(select(model).where(model.id == ident))
        if record is None:
            kept.append({"id": ident, "title": str(ident), "reason": GONE})
        elif record.version != version:
            kept.append(_kept(record, CHANGED_SINCE))
        else:
            values = {name: from_plain(value, fields[name].kind) for name, value in before.items()}
            records.change_record(desk, record, values, act="import_revert", import_id=found.id)
    return kept


def _create(
    desk: Desk, found: CrmImport, rows: Sequence[tuple[Checked, Duplicate | None]]
) -> range:
    entity, first = ENTITIES[found.entity], _first_values(desk, found.entity)
    contexts = [
        {"import_id": found.id, "line": row.number}
        | ({"duplicate_reason": found.reason} if duplicate and duplicate.is_strong else {})
        | typed_numbers(entity, row.texts, row.values)
        for row, duplicate in rows
    ]
    values = [{**row.values, **first} for row, _duplicate in rows]
    if entity.model is Contact:
        values = without_second_mains(desk, values)
    return bulk.create_records(
        desk, model_of(found.entity), values, act="import", contexts=contexts
    )


def _first_values(desk: Desk, entity: str) -> dict[str, Any]:
    """Return what imported records have from the start; leads wait to be assigned."""
    if entity == "customer":
        return {"owner_id": desk.seller.id, "claimed_at": desk.now}
    return {"status": "unassigned", "received_at": desk.now} if entity == "lead" else {}


def _update(desk: Desk, found: CrmImport, row: Checked, duplicate: Duplicate) -> list[list[Any]]:
    """Change the record that a row repeats: filled cells only. Return what a revert needs."""
    record: Any = records.find_record(desk, model_of(found.entity), duplicate.id)
    seen = record.version
    values = {
        name: value
        for name, value in row.values.items()
        if row.texts.get(name) and value not in (None, "", [])
    }
    if own := row.values.get("custom"):
        values["custom"] = {**(record.custom or {}), **own}
    if values.get("is_primary") and not record.is_primary:
        (values,) = without_second_mains(desk, [{"customer_id": record.customer_id, **values}])
    before = {name: to_plain(getattr(record, name)) for name in values}
    typed = typed_numbers(ENTITIES[found.entity], row.texts, values)
    changed = records.change_record(
        desk, record, values, import_id=found.id, line=row.number, **typed
    )
    return [[changed.id, changed.version, before]] if changed.version != seen else []


def _in_use(desk: Desk, model: type[Layered], ids: Sequence[int]) -> set[int]:
    """Return the ids to which records of the workspace refer."""
    used: set[int] = set()
    for entity in ENTITIES.values():
        for name, known in entity.fields.items():
            if known.refers_to != model.entity:
                continue
            column: Any = getattr(entity.model, name)
            for start in range(0, len(ids), _CHUNK):
                part = ids[start : start + _CHUNK]
                used |= set(desk.session.scalars(select(column).distinct().where(column.in_(part))))
    return used


def _kept(record: Layered, reason: str) -> dict[str, Any]:
    return {"id": record.id, "title": records.title_of(record), "reason": reason}


def _result(found: CrmImport) -> dict[str, Any]:
    empty: Mapping[str, Any] = {"created": [], "updated": [], "skipped": 0, "refused": 0}
    given = found.result
    return {
        name: list(given.get(name, value)) if isinstance(value, list) else given.get(name, value)
        for name, value in empty.items()
    }
