"""Keeps workspaces apart: every select is narrowed, every wrong write refused."""

from functools import cache
from typing import Any, cast

from sqlalchemy import Table, TextClause, event
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria
from sqlalchemy.orm.attributes import instance_state
from sqlalchemy.sql import visitors

from training_platform.core.triggers import SEALED_BY
from training_platform.crm import models  # noqa: F401  # all tables, before they are listed
from training_platform.crm.models.base import FIRST_OWN_ID, CrmEvent, CrmLayer, Layered
from training_platform.crm.scope import current_scope, has_scope

#: Execution option of the few statements that may see all layers (loading, sweeping).
ALL_LAYERS = "crm_all_layers"


class LayerError(RuntimeError):
    """Code tried what would mix workspaces or change the dataset: a programming error."""


@cache
def layered_tables() -> frozenset[Table]:
    """Return the tables whose rows lie in layers; asked on each statement, also outside of here."""
    return frozenset(model.__table__ for model in layered_models())


def layered_models() -> list[Any]:
    """Return every layered model."""
    return [model for model in Layered.__subclasses__() if hasattr(model, "__table__")]


SEALED_BY.update({table.name: CrmLayer.__tablename__ for table in layered_tables()})
SEALED_BY[CrmEvent.__tablename__] = CrmLayer.__tablename__

_NARROWED = with_loader_criteria(
    Layered,
    lambda cls: cls.visible(),
    include_aliases=True,
    propagate_to_loaders=False,
    track_closure_variables=False,
)


@event.listens_for(Session, "do_orm_execute")
def _narrow(state: ORMExecuteState) -> None:
    """Narrow every select to what the workspace sees; refuse shapes that would escape it."""
    if state.execution_options.get(ALL_LAYERS) or state.is_column_load:
        return
    if state.is_select and state.is_orm_statement:
        if has_scope():
            state.statement = state.statement.options(_NARROWED)
        elif _is_about_layers(state):
            current_scope()
    elif _touches_layers(state):
        raise LayerError(
            "layered tables are read by ORM selects only and written by services.records only"
        )


def _is_about_layers(state: ORMExecuteState) -> bool:
    """Tell it from the entities where there are some: walking every statement would cost."""
    if mappers := state.all_mappers:
        return any(issubclass(mapper.class_, Layered) for mapper in mappers)
    return _touches_layers(state)


def _touches_layers(state: ORMExecuteState) -> bool:
    tables = layered_tables()
    if isinstance(state.statement, TextClause):
        return any(table.name in state.statement.text for table in tables)
    return any(
        getattr(element, "__visit_name__", "") == "table" and element in tables
        for element in visitors.iterate(cast("Any", state.statement))
    )


@event.listens_for(Session, "before_flush")
def _guard(session: Session, _context: Any, _instances: Any) -> None:
    """Refuse changes of the dataset and of other layers, naming the row and the right call."""
    for record in session.dirty:
        if isinstance(record, Layered) and session.is_modified(record):
            _expect_own(record)
    for record in session.new:
        if isinstance(record, Layered):
            _expect_own(record)
    for record in session.deleted:
        if isinstance(record, Layered):
            raise LayerError(f"{_name(record)}: records.delete_record leaves a tombstone instead")


def _expect_own(record: Layered) -> None:
    if record.layer_id != current_scope().layer_id:
        raise LayerError(f"{_name(record)} lies in another layer: call records.change_record")


def _name(record: Layered) -> str:
    key = instance_state(record).identity
    return f"{type(record).__name__} {key or (record.layer_id, record.id)}"


def is_from_dataset(record: Layered) -> bool:
    """Tell whether a record is still the dataset's own row."""
    return record.layer_id != current_scope().layer_id and record.id < FIRST_OWN_ID
