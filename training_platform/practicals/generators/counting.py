"""The metrics of the company as it is at the beginning, from the rows of the dataset."""

from collections.abc import Mapping, Sequence
from typing import Any

from training_platform.crm.metrics.twin import TwinSource
from training_platform.crm.registry import ENTITIES
from training_platform.crm.values import from_plain
from training_platform.practicals.drawing import Baseline
from training_platform.practicals.generators.moments import beginning

#: A column that no field is, and yet the metrics look at.
_MORE = ("cohort",)


def source_of(
    baseline: Baseline, entities: Sequence[str], owners: frozenset[int] | None = None
) -> TwinSource:
    """Return what answers the metrics' questions about these entities' rows."""
    world = {name: [_typed(name, row) for row in baseline[name].values()] for name in entities}
    return TwinSource(world, beginning(), owners)


def _typed(entity: str, row: Mapping[str, Any]) -> dict[str, Any]:
    fields = ENTITIES[entity].fields
    typed = {name: from_plain(row.get(name), known.kind) for name, known in fields.items()}
    return typed | {"id": row["id"]} | {name: row[name] for name in _MORE if name in row}
