"""PostgreSQL databases that a test left as it found them, for the next test.

Copying a database costs PostgreSQL more than most tests cost; and most tests of rules and
services take everything back at their end. A database goes to the next test only if nothing
was written and committed to it, and no other program was started meanwhile.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
from sqlalchemy import event
from sqlalchemy.engine import URL, Connection, Engine, make_url

from tests import postgres

#: Statements that change nothing which outlives their transaction.
HARMLESS = ("select", "set", "show", "lock", "savepoint", "release", "rollback to")
VALUES = """
SELECT quote_ident(schemaname) || '.' || quote_ident(sequencename), start_value, last_value
FROM pg_sequences ORDER BY 1
"""

_changed: set[str | None] = set()
_programs: list[str] = []
_free: dict[str, list[str]] = {}
_sequences: dict[str, list[tuple[str, int, int | None]]] = {}


@event.listens_for(Engine, "before_cursor_execute")
def _see_statement(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
    if not statement.lstrip().lower().startswith(HARMLESS):
        connection.info["has_written"] = True


@event.listens_for(Engine, "rollback")
def _see_rollback(connection: Connection) -> None:
    connection.info.pop("has_written", None)


@event.listens_for(Engine, "commit")
def _see_commit(connection: Connection) -> None:
    if connection.info.pop("has_written", False):
        _changed.add(connection.engine.url.database)


def _see_program(name: str, _arguments: tuple[Any, ...]) -> None:
    if name in {"subprocess.Popen", "os.fork", "os.posix_spawn"}:
        _programs.append(name)


sys.addaudithook(_see_program)


def is_changed(url: URL) -> bool:
    """Tell whether somebody wrote to a database and committed it."""
    return url.database in _changed


@contextmanager
def database(server: postgres.Server, template: str) -> Iterator[str]:
    """Give the address of a database like the template's; only `template` itself knows more."""
    free = _free.setdefault(template, [])
    started = len(_programs)
    if free:
        name = free.pop()
    else:
        name = f"test_{uuid4().hex[:12]}"
        server.create_database(name, template=template)
    url = server.url(name)
    if template not in _sequences:
        _sequences[template] = _values(url)
    yield url
    if name in _changed or len(_programs) > started:
        server.drop_database(name)
    else:
        _restart(url, _sequences[template])
        free.append(name)


def forget(server: postgres.Server, template: str) -> None:
    """Drop the databases that wait for a next test."""
    for name in _free.pop(template, []):
        server.drop_database(name)


def _values(url: str) -> list[tuple[str, int, int | None]]:
    with _connect(url) as connection:
        return connection.execute(VALUES).fetchall()  # type: ignore[return-value]


def _restart(url: str, wanted: list[tuple[str, int, int | None]]) -> None:
    """Let the sequences go on where the template's do: a rollback leaves them advanced."""
    with _connect(url) as connection:
        now = connection.execute(VALUES).fetchall()
        moved = [each for each, found in zip(wanted, now, strict=True) if each != found]
        for name, start, last in moved:
            values = (name, start if last is None else last, last is not None)
            connection.execute("SELECT setval(%s::regclass, %s, %s)", values)


def _connect(url: str) -> psycopg.Connection[tuple[Any, ...]]:
    plain = make_url(url).set(drivername="postgresql")
    return psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True)
