"""Layers, workspaces, the event log, and what every record of the sandbox has."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Integer,
    and_,
    bindparam,
    exists,
    false,
    inspect,
    or_,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.crm.scope import current_scope
from training_platform.people.models import Employee

#: Ids below it belong to the dataset; each workspace counts its own from here.
FIRST_OWN_ID = 10_000_000


class LayerKind(StrEnum):
    """What a layer of records is."""

    DATASET = "dataset"
    WORKSPACE = "workspace"
    #: A state of a workspace that was kept under a name.
    CHECKPOINT = "checkpoint"


class WorkspaceKind(StrEnum):
    """What a workspace is for."""

    FREE = "free"
    PRACTICE = "practice"
    EXAM = "exam"
    #: An author tries out a task that is not published yet; nobody else looks into it.
    REHEARSAL = "rehearsal"


class CrmLayer(Base):
    """A set of records: the sealed dataset, or what one workspace changed on top of it."""

    __tablename__ = "crm_layer"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[LayerKind]
    base_id: Mapped[int | None] = mapped_column(ForeignKey("crm_layer.id"))
    workspace_id: Mapped[int | None] = mapped_column(index=True)
    dataset: Mapped[str]
    dataset_version: Mapped[int]
    is_sealed: Mapped[bool] = mapped_column(default=False)
    #: The seller whom the trainee plays.
    seller_id: Mapped[int | None]
    #: The sandbox's own time: where it stood when it was last seen, and when that was.
    virtual_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    #: The most that the sandbox's clock moves by itself between two acts.
    drift_seconds: Mapped[int] = mapped_column(default=600)
    next_id: Mapped[int] = mapped_column(default=FIRST_OWN_ID)
    next_seq: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    #: When a reset put another layer in its place; swept some days later.
    retired_at: Mapped[datetime | None] = mapped_column(index=True)


class CrmWorkspace(Base):
    """A trainee's own company to practise on. Its address stays; a reset gives it a new layer."""

    __tablename__ = "crm_workspace"
    __table_args__ = (
        Index(
            "uq_crm_workspace_free",
            "employee_id",
            unique=True,
            sqlite_where=text("kind = 'free'"),
            postgresql_where=text("kind = 'free'"),
        ),
    )
    read_permission: ClassVar[Permission] = Permission.WORKSPACE_READ

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    kind: Mapped[WorkspaceKind]
    layer_id: Mapped[int | None] = mapped_column(ForeignKey("crm_layer.id"))
    previous_layer_id: Mapped[int | None] = mapped_column(ForeignKey("crm_layer.id"))
    resets_count: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime] = mapped_column(index=True)
    #: Until when work counts in it; the instant itself still does.
    closes_at: Mapped[datetime | None]
    #: When what was done in it was handed in: from then on it is only looked at.
    closed_at: Mapped[datetime | None]
    #: When what was done in it was erased; what was handed in lies elsewhere.
    erased_at: Mapped[datetime | None]

    employee: Mapped[Employee] = relationship(lazy="raise_on_sql")
    #: Not joined: PostgreSQL locks no row that an outer join may miss.
    layer: Mapped[CrmLayer] = relationship(foreign_keys=layer_id)

    def is_open(self, now: datetime) -> bool:
        """Tell whether work in it counts now."""
        return self.closed_at is None and (self.closes_at is None or now <= self.closes_at)


class CrmEvent(Base):
    """One act in a workspace: what was done, in which order, at which real and virtual time."""

    __tablename__ = "crm_event"
    __table_args__ = (Index("ix_crm_event_record", "layer_id", "entity", "record_id"),)

    layer_id: Mapped[int] = mapped_column(ForeignKey("crm_layer.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True)
    happened_at: Mapped[datetime]
    virtual_at: Mapped[datetime]
    actor_id: Mapped[int | None]
    seller_id: Mapped[int | None]
    act: Mapped[str]
    entity: Mapped[str | None]
    record_id: Mapped[int | None]
    #: {field: [before, after]} in the form of the event log (services/values.py).
    changes: Mapped[dict[str, Any]]
    context: Mapped[dict[str, Any]]


class Layered:
    """A record of the sandbox: one row per layer that has an own version of it."""

    __table_args__: Any = {"sqlite_with_rowid": False}

    #: What the record is called in addresses, events and texts.
    entity: ClassVar[str]
    #: The field that names a record to people, and the fields that searches look at.
    title_field: ClassVar[str] = "name"
    search_fields: ClassVar[tuple[str, ...]] = ()
    #: How the codes of new records begin; None where records have no code.
    code_prefix: ClassVar[str | None] = None
    #: Everybody in the company reads its records, whoever owns them.
    is_shared: ClassVar[bool] = False
    #: The customer whose owner may change a record that has no owner of its own.
    customer_field: ClassVar[str] = "customer_id"

    layer_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    version: Mapped[int] = mapped_column(default=1)
    is_deleted: Mapped[bool] = mapped_column(default=False)
    #: In the sandbox's own time.
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    #: The searched fields, folded: found by LIKE on both databases.
    folded: Mapped[str] = mapped_column(default="")

    def __init_subclass__(cls, **arguments: Any) -> None:
        """Give the table its indexes, each below the layer."""
        super().__init_subclass__(**arguments)
        table = cls.__table__  # type: ignore[attr-defined]
        for column in table.columns:
            if column.info.get("crm_index"):
                Index(f"ix_{table.name}_{column.name}", table.c.layer_id, column)

    @classmethod
    def visible(cls) -> ColumnElement[bool]:
        """Return the condition that a row is what the present workspace sees of its record.

        Own rows stand; rows of the dataset stand unless an own row of the same id hides them.
        The layer is asked for when the statement runs, so that one compiled statement serves all.
        """
        mapper = inspect(cls, raiseerr=False)
        if mapper is None:
            return true()
        own = mapper.mapper.local_table.alias()
        hidden = exists().where(own.c.layer_id == _layer(), own.c.id == cls.id)
        return and_(
            or_(cls.layer_id == _layer(), and_(cls.layer_id == _base(), ~hidden)),
            cls.is_deleted == false(),
        )


def _layer() -> Any:
    return bindparam("crm_layer", callable_=lambda: current_scope().layer_id, type_=Integer)


def _base() -> Any:
    return bindparam("crm_base", callable_=lambda: current_scope().base_id, type_=Integer)
