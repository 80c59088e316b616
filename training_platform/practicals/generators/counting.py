"""The metrics of the company as it is at the beginning, from the rows of the dataset."""

from collections.abc import Mapping, Sequence
from typing import Any

from training_platform.crm.metrics.twin import TwinSource
from training_platform.crm.registry import ENTITIES
from training_platform.crm.values import from_plain
from training_platform.practicals.drawing import Baseline
from training_platform.practicals.generators.moments import beginning
from training_platform.practicals.world import Rows

#: A column that no field is, and yet the metrics look at.
_MORE = ("cohort",)


#: Entity → the rows that were typed last, and what they became: proofs draw a task many times.
_LAST: dict[str, tuple[Rows, list[dict[str, Any]]]] = {}


def source_of(
    baseline: Baseline, entities: Sequence[str], owners: frozenset[int] | None = None
) -> TwinSource:
    """Return what answers the metrics' questions about these entities' rows."""
    world = {name: typed_rows(baseline, name) for name in entities}
    return TwinSource(world, beginning(), owners)


def typed_rows(baseline: Baseline, entity: str) -> Sequence[Mapping[str, Any]]:
    """Return the rows of an entity as the metrics count them: instants, amounts, not texts."""
    rows = baseline[entity]
    known = _LAST.get(entity)
    if known is None or known[0] is not rows:
        known = _LAST[entity] = rows, [_typed(entity, row) for row in rows.values()]
    return known[1]


def _typed(entity: str, row: Mapping[str, Any]) -> dict[str, Any]:
    fields = ENTITIES[entity].fields
    typed = {name: from_plain(row.get(name), known.kind) for name, known in fields.items()}
    return typed | {"id": row["id"]} | {name: row[name] for name in _MORE if name in row}
