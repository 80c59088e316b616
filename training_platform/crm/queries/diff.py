"""What a workspace changed of its dataset: the rows of its layer beside the rows below them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    CompoundSelect,
    Integer,
    Row,
    Table,
    bindparam,
    exists,
    literal,
    select,
    union_all,
)
from sqlalchemy.orm import Session

from training_platform.crm.layering import ALL_LAYERS
from training_platform.crm.models import FIRST_OWN_ID, CrmLayer
from training_platform.crm.registry import ENTITIES
from training_platform.crm.values import to_plain

_EVERYWHERE = {ALL_LAYERS: True}
_LAYER = bindparam("layer", type_=Integer)
#: Columns that change with every write, and those that are derived.
_DERIVED = frozenset({"layer_id", "folded", "name_key", "company_key"})
_ASIDE = _DERIVED | {"id", "version", "is_deleted", "created_at", "updated_at"}


@dataclass(frozen=True)
class Difference:
    """One record that is other than in the dataset: created, changed or deleted."""

    entity: str
    record_id: int
    kind: str
    #: Field → (before, after); all fields that hold something of a created record.
    fields: Mapping[str, tuple[Any, Any]]


def diff_of(session: Session, layer: CrmLayer) -> list[Difference]:
    """Return everything that a layer changed, entity by entity, by id."""
    return [each for name in _touched(session, layer.id) for each in _of(session, layer, name)]


def plain_rows(session: Session, layer: CrmLayer) -> dict[str, list[dict[str, Any]]]:
    """Return every own row of a layer in its plain form, tombstones too, by entity and id."""
    found = {}
    for name in _touched(session, layer.id):
        table = _table(name)
        columns = [column.name for column in table.columns if column.name not in _DERIVED]
        found[name] = [
            {column: to_plain(getattr(row, column)) for column in columns}
            for row in _rows(session, table, table.c.layer_id == layer.id)
        ]
    return found


def created_rows(
    session: Session, layer_ids: Sequence[int], entity: str
) -> Mapping[int, list[dict[str, Any]]]:
    """Return what was created of an entity, and is still there, in each of many layers.

    The rows are plain, by layer and id; one statement for all of them.
    """
    table = _table(entity)
    columns = [column.name for column in table.columns if column.name not in _DERIVED]
    conditions = (
        table.c.layer_id.in_(layer_ids),
        table.c.id >= FIRST_OWN_ID,
        table.c.is_deleted.is_(False),
    )
    found: dict[int, list[dict[str, Any]]] = {each: [] for each in layer_ids}
    for row in _rows(session, table, *conditions):
        found[row.layer_id].append({name: to_plain(getattr(row, name)) for name in columns})
    return found


def _touched(session: Session, layer_id: int) -> Sequence[str]:
    """Return the entities of which the layer holds rows, in one statement."""
    found = session.execute(_asking(), {"layer": layer_id}, execution_options=_EVERYWHERE)
    return [row[0] for row in found]


@cache
def _asking() -> CompoundSelect[Any]:
    """Return the statement that asks every table; it is large, and built once."""
    return union_all(
        *(
            select(literal(name, literal_execute=True).label("entity")).where(
                exists(select(_table(name).c.id).where(_table(name).c.layer_id == _LAYER))
            )
            for name in ENTITIES
        )
    )


def _of(session: Session, layer: CrmLayer, name: str) -> Iterator[Difference]:
    table = _table(name)
    own = _rows(session, table, table.c.layer_id == layer.id)
    mine = select(table.c.id).where(table.c.layer_id == layer.id)
    below = {
        row.id: row
        for row in _rows(session, table, table.c.layer_id == layer.base_id, table.c.id.in_(mine))
    }
    columns = [column.name for column in table.columns if column.name not in _ASIDE]
    for row in own:
        before = below.get(row.id)
        if row.is_deleted:
            if before is not None:
                yield Difference(name, row.id, "deleted", {})
        elif before is None:
            yield Difference(name, row.id, "created", _fields(columns, None, row))
        elif fields := _fields(columns, before, row):
            yield Difference(name, row.id, "changed", fields)


def _fields(
    columns: Sequence[str], before: Row[Any] | None, after: Row[Any]
) -> dict[str, tuple[Any, Any]]:
    pairs = {
        name: (getattr(before, name) if before is not None else None, getattr(after, name))
        for name in columns
    }
    return {
        name: (old, new)
        for name, (old, new) in pairs.items()
        if old != new and (before is not None or new not in ("", [], {}))
    }


def _rows(session: Session, table: Table, *conditions: Any) -> Sequence[Row[Any]]:
    statement = select(table).where(*conditions).order_by(table.c.id)
    return session.execute(statement, execution_options=_EVERYWHERE).all()


def _table(name: str) -> Table:
    table: Table = ENTITIES[name].model.__table__  # type: ignore[attr-defined]
    return table
