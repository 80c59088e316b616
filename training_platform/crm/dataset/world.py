"""The dataset while it grows: its tables, row by row."""

from datetime import datetime
from typing import Any

Row = dict[str, Any]


class World:
    """The tables so far. Rows are kept in the order of their ids."""

    def __init__(self) -> None:
        self.tables: dict[str, list[Row]] = {}

    def add(
        self,
        entity: str,
        ident: int,
        created_at: datetime,
        updated_at: datetime | None = None,
        **values: Any,
    ) -> Row:
        """Add a row and return it; it may be changed until the dataset is written."""
        row = {"id": ident, "created_at": created_at, "updated_at": updated_at or created_at}
        row |= values
        self.tables.setdefault(entity, []).append(row)
        return row

    def rows(self, entity: str) -> list[Row]:
        """Return the rows of an entity."""
        return self.tables.get(entity, [])

    def next_id(self, entity: str) -> int:
        """Return the id that the next row of an entity takes."""
        return len(self.rows(entity)) + 1
