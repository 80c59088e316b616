"""Triggers that keep append-only tables append-only, made by one function on both databases."""

from sqlalchemy import Connection

#: Tables whose rows never change or go; for some, the columns that may still be set.
APPEND_ONLY: dict[str, tuple[str, ...]] = {
    "attempt_step": (),
    "audit_event": ("seal_id",),
    "audit_seal": (),
    "content_revision": (),
    "daily_head": (),
    "late_step": (),
    "training_record": (),
}

_PG_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger AS $$
BEGIN RAISE EXCEPTION 'append-only: %%', TG_TABLE_NAME USING ERRCODE = 'check_violation'; END
$$ LANGUAGE plpgsql
"""


def create_triggers(connection: Connection) -> None:
    """Create all triggers anew; safe to call again, as after a batch change of a table."""
    drop_triggers(connection)
    is_sqlite = connection.dialect.name == "sqlite"
    if not is_sqlite:
        connection.exec_driver_sql(_PG_FUNCTION)
    for table, open_columns in APPEND_ONLY.items():
        frozen = [name for name in _columns(connection, table) if name not in open_columns]
        for act, verb in (("update", f"UPDATE OF {', '.join(frozen)}"), ("delete", "DELETE")):
            head = f"CREATE TRIGGER {table}_no_{act} BEFORE {verb} ON {table}"
            body = (
                f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
                if is_sqlite
                else "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            connection.exec_driver_sql(f"{head} {body}")


def drop_triggers(connection: Connection) -> None:
    """Drop all triggers, before a migration rewrites their tables."""
    for table in APPEND_ONLY:
        for act in ("update", "delete"):
            suffix = "" if connection.dialect.name == "sqlite" else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{act}{suffix}")


def _columns(connection: Connection, table: str) -> list[str]:
    from sqlalchemy import inspect  # noqa: PLC0415  # inspect is heavy, only migrations come here

    return [column["name"] for column in inspect(connection).get_columns(table)]
