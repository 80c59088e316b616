"""The practice company as evidence tells of it: before the attempt, and after. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

from training_platform.crm.dataset import files
from training_platform.practicals.evidence import Evidence, Row

#: Columns that change with every write, and those that are derived from others.
ASIDE = frozenset(
    {"layer_id", "id", "version", "is_deleted", "created_at", "updated_at", "folded"}
    | {"name_key", "company_key"}
)
Rows = Mapping[int, Row]


class UnknownDatasetError(Exception):
    """The evidence names a dataset whose file is not here."""


@lru_cache(maxsize=2)
def baseline(dataset: str, version: int) -> Mapping[str, Rows]:
    """Return the records of a dataset's file, by entity and id. Raises UnknownDatasetError."""
    header = files.read_header()
    if (header.dataset, header.version) != (dataset, version):
        raise UnknownDatasetError(f"{dataset}@{version}")
    return {entity: {row["id"]: row for row in rows} for entity, rows in files.read()}


class World:
    """The records before and after an attempt, and what was done between."""

    def __init__(self, evidence: Evidence, below: Mapping[str, Rows] | None = None) -> None:
        """Take the evidence; below replaces the dataset's file, for tests of the grader."""
        self.evidence = evidence
        self._below = (
            baseline(evidence.dataset, evidence.dataset_version) if below is None else below
        )

    def before(self, entity: str) -> Rows:
        """Return what lay there when the attempt began, by id."""
        return self._laid(entity, "planted")

    def after(self, entity: str) -> Rows:
        """Return what lies there now, by id."""
        return self._laid(entity, "rows")

    @property
    def events(self) -> Sequence[Row]:
        """Return what was done, in order."""
        return self.evidence.events

    @cached_property
    def touched(self) -> tuple[tuple[str, int], ...]:
        """Return every record that is other than at the start, by entity and id."""
        return tuple(sorted(self._touched()))

    def changes(self, entity: str, record_id: int) -> dict[str, tuple[Any, Any]]:
        """Return the fields of a record that changed: before and after."""
        old = self.before(entity).get(record_id, {})
        new = self.after(entity).get(record_id, {})
        return {
            name: (old.get(name), new.get(name))
            for name in {*old, *new} - ASIDE
            if old.get(name) != new.get(name)
        }

    def _touched(self) -> Iterator[tuple[str, int]]:
        for entity, rows in self.evidence.rows.items():
            before, after = self.before(entity), self.after(entity)
            for row in rows:
                number = row["id"]
                if (number in before) != (number in after) or self.changes(entity, number):
                    yield entity, number

    def _laid(self, entity: str, over: str) -> Rows:
        found = self._laid_rows.get((entity, over))
        if found is None:
            found = dict(self._below.get(entity, {}))
            for row in getattr(self.evidence, over).get(entity, ()):
                found.pop(row["id"], None)
                if not row.get("is_deleted"):
                    found[row["id"]] = row
            self._laid_rows[entity, over] = found
        return found

    @cached_property
    def _laid_rows(self) -> dict[tuple[str, str], Rows]:
        return {}
