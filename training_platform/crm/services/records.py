"""The one way to write a record: copy on write, tombstones, version, and the event beside it."""

from collections.abc import Mapping
from functools import partial
from typing import Any, TypeVar

from sqlalchemy import and_, inspect, select

from training_platform.core.errors import ConflictError, NotFoundError
from training_platform.crm.desk import Desk
from training_platform.crm.errors import DeletedError
from training_platform.crm.fields import FieldKind
from training_platform.crm.layering import ALL_LAYERS, LayerError, is_from_dataset
from training_platform.crm.models import Layered
from training_platform.crm.registry import entity_of
from training_platform.crm.rules.keys import derived
from training_platform.crm.services.codes import next_code

Record = TypeVar("Record", bound=Layered)
#: Kept by this service; no caller sets them.
_OWN = frozenset({"layer_id", "id", "version", "is_deleted", "created_at", "updated_at", "folded"})


def find_record(desk: Desk, model: type[Record], record_id: int | None) -> Record:
    """Return a record as the workspace sees it; raise NotFoundError for any other id."""
    record = desk.session.scalar(select(model).where(model.id == record_id))
    if record is None:
        raise NotFoundError
    return record


def find_deleted(desk: Desk, model: type[Record], record_id: int | None) -> Record | None:
    """Return a record that was deleted in this workspace, as it was; None for any other id."""
    own = _own_row(desk, model, record_id) if record_id is not None else None
    return own if own is not None and own.is_deleted else None


def create_record(
    desk: Desk,
    model: type[Record],
    values: Mapping[str, Any],
    *,
    act: str = "create",
    **context: Any,
) -> Record:
    """Add a record with the next id (and code) of the workspace, and log it.

    Rules are the caller's: services.entry checks them for what people type.
    """
    _refuse_own_columns(values)
    now = desk.now
    record_id = desk.take_id()
    record = new_row(
        model,
        layer_id=desk.layer.id,
        id=record_id,
        version=1,
        is_deleted=False,
        created_at=now,
        updated_at=now,
        **with_defaults(model, values),
    )
    if model.code_prefix and not getattr(record, "code", None):
        record.code = next_code(desk, model)  # type: ignore[attr-defined]
    derive(record)
    desk.session.add(record)
    desk.session.flush()
    shown = {name: [None, value] for name, value in values.items() if value not in (None, "", [])}
    desk.log(act, model.entity, record_id, shown, title=title_of(record), **context)
    return record


def change_record(
    desk: Desk,
    record: Record,
    values: Mapping[str, Any],
    *,
    expected_version: int | None = None,
    act: str = "update",
    **context: Any,
) -> Record:
    """Give a record new values and return it; a record of the dataset is copied first.

    Unchanged values leave no trace. Raises ConflictError where expected_version is not the
    record's (somebody, another tab, changed it since), and DeletedError where it was deleted since.
    """
    _refuse_own_columns(values)
    record = _newest(desk, record, expected_version)
    changes = {
        name: [getattr(record, name), value]
        for name, value in values.items()
        if not _is_same(record, name, value)
    }
    if not changes:
        return record
    own = _own_copy(desk, record)
    for name, (_before, after) in changes.items():
        setattr(own, name, after)
    _stamp(desk, own)
    desk.log(act, own.entity, own.id, changes, title=title_of(own), **context)
    return own


def delete_record(
    desk: Desk,
    record: Layered,
    *,
    expected_version: int | None = None,
    act: str = "delete",
    **context: Any,
) -> None:
    """Leave a tombstone in the workspace's layer; the dataset keeps its row.

    Raises ConflictError as change_record does.
    """
    record = _newest(desk, record, expected_version)
    before = {
        name: [getattr(record, name), None]
        for name in entity_of(type(record)).fields
        if getattr(record, name) not in (None, "", [])
    }
    own = _own_copy(desk, record)
    own.is_deleted = True
    _stamp(desk, own)
    desk.log(act, own.entity, own.id, before, title=title_of(own), **context)


def restore_record(
    desk: Desk, model: type[Record], record_id: int, *, act: str = "restore", **context: Any
) -> Record:
    """Bring a deleted record back as it was; raise NotFoundError where nothing was deleted."""
    own = _own_row(desk, model, record_id)
    if own is None or not own.is_deleted:
        raise NotFoundError
    own.is_deleted = False
    _stamp(desk, own)
    values = {name: getattr(own, name) for name in entity_of(model).fields}
    shown = {name: [None, value] for name, value in values.items() if value not in (None, "", [])}
    desk.log(act, own.entity, own.id, shown, title=title_of(own), **context)
    return own


def new_row(model: type[Record], **values: Any) -> Record:
    """Return a row of a model; the columns that all records have are the mixin's."""
    constructor: Any = model
    row: Record = constructor(**values)
    return row


def title_of(record: Layered) -> str:
    """Return what a record is called; an empty text where only others name it."""
    return "" if record.title_field == "id" else str(getattr(record, record.title_field) or "")


def derive(record: Layered) -> None:
    """Set what is stored only to be found: the folded text, and the keys of duplicates."""
    for name, value in derived(type(record), partial(getattr, record)).items():
        setattr(record, name, value)


def _newest(desk: Desk, record: Record, expected_version: int | None) -> Record:
    """Return the record as it stands now: the caller may still hold the dataset's row.

    Raises ConflictError where it is not the version that was seen, DeletedError where it is gone.
    """
    if is_from_dataset(record):
        record = _own_row(desk, type(record), record.id) or record
    if record.is_deleted:
        raise DeletedError(record.entity)
    if expected_version not in (None, record.version):
        raise ConflictError(record)
    return record


def _own_row(desk: Desk, model: type[Record], record_id: int) -> Record | None:
    """Return the workspace's own row of a record, a tombstone too."""
    return desk.session.scalar(
        select(model).where(and_(model.layer_id == desk.layer.id, model.id == record_id)),
        execution_options={ALL_LAYERS: True},
    )


def _stamp(desk: Desk, own: Layered) -> None:
    derive(own)
    own.updated_at = desk.now
    own.version += 1
    desk.session.flush()


def _is_same(record: Layered, name: str, value: Any) -> bool:
    """Tell whether a value is unchanged; the order of tags is none."""
    before = getattr(record, name)
    field = entity_of(type(record)).fields.get(name)
    if field is not None and field.kind is FieldKind.TAGS:
        return set(before or ()) == set(value or ())
    return bool(before == value)


def _refuse_own_columns(values: Mapping[str, Any]) -> None:
    if wrong := _OWN & values.keys():
        raise LayerError(f"{sorted(wrong)}: services.records sets them itself")


def _own_copy(desk: Desk, record: Record) -> Record:
    if not is_from_dataset(record):
        return record
    copied = {
        attribute.key: getattr(record, attribute.key)
        for attribute in inspect(type(record)).column_attrs
    }
    copied["layer_id"] = desk.layer.id
    own = new_row(type(record), **copied)
    desk.session.add(own)
    return own


def with_defaults(model: type[Layered], values: Mapping[str, Any]) -> dict[str, Any]:
    """Fill in the columns' defaults now: rules and searches look at the record before a flush."""
    filled = dict(values)
    for column in inspect(model).local_table.columns:
        if column.name in filled or column.name in _OWN or column.default is None:
            continue
        default = column.default.arg
        filled[column.name] = default(None) if callable(default) else default
    return filled
