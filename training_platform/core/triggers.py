"""Triggers that keep append-only tables append-only, made by one function on both databases."""

from sqlalchemy import Connection

#: Tables whose rows never change or go; for some, the columns that may still be set.
APPEND_ONLY: dict[str, tuple[str, ...]] = {
    "api_pull": (),
    "attempt_step": (),
    "audit_event": ("seal_id",),
    "audit_seal": (),
    "behavior_rating": ("cell",),
    "content_revision": (),
    "daily_head": (),
    "exam_result_change": (),
    "external_training_event": (),
    "late_step": (),
    "notice_wording": (),
    "practical_correction": (),
    "practical_evidence": (),
    "practical_grading": (),
    "practical_result_change": (),
    "practical_start": (),
    "practical_step": (),
    "practice_comment": (),
    "practice_entry": (),
    "practice_event": (),
    "record_erasure": (),
    "quiz_result_change": (),
    "spot_finding": (),
    "training_budget_move": (),
    "training_record": (),
}

#: Tables of layers: table → the table whose row (by layer_id) says is_sealed. Filled by features.
SEALED_BY: dict[str, str] = {}

_PG_SEALED_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_sealed() RETURNS trigger AS $$
DECLARE found boolean; wanted integer;
BEGIN
  IF TG_OP = 'INSERT' THEN wanted := NEW.layer_id; ELSE wanted := OLD.layer_id; END IF;
  EXECUTE format('SELECT is_sealed FROM %%I WHERE id = $1', TG_ARGV[0]) INTO found USING wanted;
  IF found THEN
    RAISE EXCEPTION 'sealed layer: %%', TG_TABLE_NAME USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END
$$ LANGUAGE plpgsql
"""
_PG_LAYER_FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_unsealing() RETURNS trigger AS $$
BEGIN
  IF OLD.is_sealed THEN
    RAISE EXCEPTION 'sealed layer: %%', TG_TABLE_NAME USING ERRCODE = 'check_violation';
  END IF;
  IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
  RETURN NEW;
END
$$ LANGUAGE plpgsql
"""
_ACTS = ("insert", "update", "delete")

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
    for table in _standing(connection, set(APPEND_ONLY)):
        open_columns = APPEND_ONLY[table]
        frozen = [name for name in _columns(connection, table) if name not in open_columns]
        for act, verb in (("update", f"UPDATE OF {', '.join(frozen)}"), ("delete", "DELETE")):
            head = f"CREATE TRIGGER {table}_no_{act} BEFORE {verb} ON {table}"
            body = (
                f"BEGIN SELECT RAISE(ABORT, 'append-only: {table}'); END"
                if is_sqlite
                else "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
            )
            connection.exec_driver_sql(f"{head} {body}")
    _create_seals(connection, is_sqlite=is_sqlite)


def drop_triggers(connection: Connection) -> None:
    """Drop all triggers, before a migration rewrites their tables."""
    for table in _standing(connection, set(APPEND_ONLY)):
        for act in ("update", "delete"):
            suffix = "" if connection.dialect.name == "sqlite" else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_no_{act}{suffix}")
    for table in _standing(connection, {*SEALED_BY, *SEALED_BY.values()}):
        for act in _ACTS:
            suffix = "" if connection.dialect.name == "sqlite" else f" ON {table}"
            connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {table}_sealed_{act}{suffix}")


def _create_seals(connection: Connection, *, is_sqlite: bool) -> None:
    """Guard the rows of sealed layers, and the seal itself."""
    if not is_sqlite:
        connection.exec_driver_sql(_PG_SEALED_FUNCTION)
        connection.exec_driver_sql(_PG_LAYER_FUNCTION)
    for table in _standing(connection, set(SEALED_BY)):
        layers = SEALED_BY[table]
        for act in _ACTS:
            row = "NEW" if act == "insert" else "OLD"
            _seal(
                connection,
                table,
                act,
                f"(SELECT is_sealed FROM {layers} WHERE id = {row}.layer_id)",  # noqa: S608  # our names
                f"refuse_sealed('{layers}')",
            )
    for layers in _standing(connection, set(SEALED_BY.values())):
        for act in ("update", "delete"):
            _seal(connection, layers, act, "OLD.is_sealed", "refuse_unsealing()")


def _seal(connection: Connection, table: str, act: str, condition: str, function: str) -> None:
    head = f"CREATE TRIGGER {table}_sealed_{act} BEFORE {act.upper()} ON {table} FOR EACH ROW"
    connection.exec_driver_sql(
        f"{head} WHEN {condition} BEGIN SELECT RAISE(ABORT, 'sealed layer: {table}'); END"
        if connection.dialect.name == "sqlite"
        else f"{head} EXECUTE FUNCTION {function}"
    )


def _standing(connection: Connection, tables: set[str]) -> list[str]:
    """Return those of the tables that the present revision of the database has."""
    from sqlalchemy import inspect  # noqa: PLC0415  # inspect is heavy, only migrations come here

    return sorted(tables & set(inspect(connection).get_table_names()))


def _columns(connection: Connection, table: str) -> list[str]:
    from sqlalchemy import inspect  # noqa: PLC0415  # inspect is heavy, only migrations come here

    return [column["name"] for column in inspect(connection).get_columns(table)]
