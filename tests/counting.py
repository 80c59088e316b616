"""How many statements a page needs."""

from typing import Any

from sqlalchemy import event

from training_platform.core.db import db


def count_statements(client: Any, address: str) -> int:
    """Return how many statements a page takes once the process is warm."""
    assert client.get(address).status_code == 200
    statements: list[str] = []

    def note(*args: Any) -> None:
        statements.append(args[2])

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        assert client.get(address).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return sum(not each.startswith(("BEGIN", "PRAGMA")) for each in statements)
