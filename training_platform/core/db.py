"""The database: base model, column types, how a transaction begins, the one place that commits."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, ClassVar, Protocol, TypeVar, cast

from flask import g, has_app_context
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import (
    JSON,
    BigInteger,
    Connection,
    CursorResult,
    DateTime,
    Engine,
    Executable,
    MetaData,
    TypeDecorator,
    event,
)
from sqlalchemy import Enum as SAEnum
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Session, registry
from sqlalchemy.orm.exc import StaleDataError

from training_platform.core.errors import ConflictError, NotFoundError
from training_platform.core.permissions import Permission


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC; SQLite would forget the zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Drop the zone after moving to UTC."""
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        """Give the zone back."""
        return value.replace(tzinfo=UTC) if value else None


class Money(TypeDecorator[Decimal]):
    """An amount in CNY with two places, kept as whole fen: Numeric is a float on SQLite."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Any) -> int | None:
        """Return the amount in fen; raise ValueError where it has a part of a fen."""
        if value is None:
            return None
        fen = value.scaleb(2)
        if fen != int(fen):
            raise ValueError(f"{value} has more than two places")
        return int(fen)

    def process_result_value(self, value: int | None, dialect: Any) -> Decimal | None:
        """Return the amount in yuan, always with two places."""
        return None if value is None else Decimal(value).scaleb(-2)


#: JSON as text on SQLite, as jsonb on PostgreSQL. Never changed in place: assign a new value.
Json = JSON().with_variant(JSONB(), "postgresql")

#: Named constraints: without names Alembic cannot change or drop them on SQLite.
NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


def _values(members: type[Enum]) -> list[str]:
    return [member.value for member in members]


class Base(DeclarativeBase):
    """Base of every model."""

    #: Who may know that a row exists. load() refuses models that do not say it.
    read_permission: ClassVar[Permission]

    # Flask-SQLAlchemy copies this class; a type_annotation_map beside it would be refused.
    registry = registry(
        metadata=MetaData(naming_convention=NAMING_CONVENTION),
        type_annotation_map={
            datetime: UtcDateTime,
            dict[str, Any]: Json,
            list[Any]: Json,
            list[str]: Json,
            # Enums are kept by value, as plain text: new members need no ALTER TYPE.
            Enum: SAEnum(
                Enum,
                native_enum=False,
                length=40,
                values_callable=_values,
                create_constraint=False,
            ),
        },
    )


db = SQLAlchemy(model_class=Base)

Model = TypeVar("Model", bound=Base)


def intend_to_write() -> None:
    """Declare that this request, job or command writes. Call it before the first statement."""
    g.writing = True


@contextmanager
def transaction() -> Iterator[Session]:
    """Commit on success, roll back on any error. Only views, jobs and commands open one."""
    if not g.get("writing"):
        raise RuntimeError("a safe request writes nothing; jobs and commands call intend_to_write")
    session = db.session()
    try:
        yield session
        session.commit()
    except StaleDataError:
        session.rollback()
        raise ConflictError from None
    except BaseException:
        session.rollback()
        raise


@contextmanager
def writing() -> Iterator[Session]:
    """Open a transaction in a job or a command: declare the intent, then commit once."""
    before = g.get("writing", False)
    db.session.rollback()
    intend_to_write()
    try:
        with transaction() as session:
            yield session
    finally:
        g.writing = before


@contextmanager
def reading() -> Iterator[Session]:
    """Read without the write lock in a request that writes later: slow work lies between.

    What was read may have changed by then; whoever writes looks again.
    """
    before = g.get("writing", False)
    db.session.rollback()
    g.writing = False
    try:
        yield db.session()
    finally:
        db.session.rollback()
        g.writing = before


def fetch(
    session: Session,
    statement: Executable,
    values: Mapping[str, Any] | Sequence[Mapping[str, Any]] | None = None,
) -> CursorResult[*tuple[Any, ...]]:
    """Run a statement on columns without the machinery of entities: a third of its cost.

    For hot paths, with a statement that was built once. It sees what the session has changed;
    entities that the session holds do not see what it changes.
    """
    session.flush()
    return _connection(session).execute(statement, values)


def _connection(session: Session) -> Connection:
    """Return the session's connection, looked up once a transaction: its own way takes longer."""
    held: tuple[Any, Connection] | None = session.info.get("connection")
    if held and held[0] is session.get_transaction() and session.is_active:
        return held[1]
    connection = session.connection()
    session.info["connection"] = (session.get_transaction(), connection)
    return connection


def lock(session: Session, model: type[Model], ident: Any) -> Model:
    """Fetch a row and keep others from changing it until the transaction ends.

    On SQLite the whole database is already locked by BEGIN IMMEDIATE; PostgreSQL locks the row.
    Raises NotFoundError if there is none.
    """
    row = session.get(model, ident, with_for_update=True, populate_existing=True)
    if row is None:
        raise NotFoundError
    return row


@event.listens_for(Engine, "connect")
def _set_up_sqlite(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    connection.isolation_level = None  # the driver begins nothing by itself; _begin does
    for pragma in (
        "foreign_keys=ON",
        "busy_timeout=10000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "cache_size=-16000",
        "mmap_size=268435456",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Take SQLite's write lock before the first read of whoever will write.

    So load() and the service see one state, and a second writer waits instead of failing.
    """
    if connection.dialect.name != "sqlite":
        return
    if has_app_context() and g.get("writing", False):
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    else:  # takes no lock, so it cannot fail and needs no translation of faults
        cast("sqlite3.Connection", connection.connection.driver_connection).execute("BEGIN")


def is_out_of_space(fault: DBAPIError) -> bool:
    """Tell whether the database could not write because its disk is full."""
    cause = str(fault.orig)
    return any(text in cause for text in ("disk is full", "No space left", "disk I/O error"))


class Versioned(Protocol):
    """A model with a version column, named in its mapper's version_id_col."""

    version: Any


def expect_version(subject: Versioned, expected: int) -> None:
    """Raise ConflictError if the subject is not the version that the person has seen."""
    if subject.version != expected:
        raise ConflictError(subject)
