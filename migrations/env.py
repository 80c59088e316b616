"""How migrations run: in one transaction, foreign keys checked around SQLite's rewrites."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from training_platform.core.db import intend_to_write
from training_platform.core.triggers import create_triggers, drop_triggers

database = current_app.extensions["migrate"].db


def render_type(kind: str, obj: object, autogen: object) -> str | bool:
    """Write our column types as plain ones, so that no migration imports the application."""
    autogen.imports.add("from sqlalchemy.dialects import postgresql")  # type: ignore[attr-defined]
    names = {
        "UtcDateTime": "sa.DateTime()",
        "Money": "sa.BigInteger()",
        "JSON": 'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")',
        "Enum": "sa.String(40)",
        "Tags": "sa.String()",
    }
    return names.get(type(obj).__name__, False) if kind == "type" else False


def run(connection: Connection) -> None:
    """Run the migrations on one connection."""
    is_sqlite = connection.dialect.name == "sqlite"
    context.configure(
        connection=connection,
        target_metadata=database.metadata,
        render_as_batch=True,
        compare_type=True,
        render_item=render_type,
        transaction_per_migration=False,
    )
    with context.begin_transaction():
        if context.get_context().get_current_revision() is not None:
            drop_triggers(connection)
        context.run_migrations()
        if context.get_context().get_current_revision() is not None:
            create_triggers(connection)
        if is_sqlite:
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"foreign keys are broken after the migration: {broken[:5]}")


def switch_foreign_keys(connection: Connection, *, on: bool) -> None:
    """Switch SQLite's foreign keys, past SQLAlchemy: within a transaction that does nothing.

    A batch change drops the parent table, whose children must neither refuse nor go with it.
    """
    if connection.dialect.name != "sqlite":
        return
    driver = connection.connection.driver_connection
    assert driver is not None  # noqa: S101  # the connection is open
    driver.execute(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")


if context.is_offline_mode():
    raise SystemExit("Migrations need the database: offline mode is not supported.")
intend_to_write()
with database.engine.connect() as connection:
    switch_foreign_keys(connection, on=False)
    try:
        run(connection)
        connection.commit()
    finally:
        connection.rollback()
        switch_foreign_keys(connection, on=True)
