"""Kinds of checks: what each looks at, and which of them only guard what must stay."""

from collections.abc import Callable, Mapping
from typing import Any

from training_platform.practicals import schemas
from training_platform.practicals.checks import assigning, log, merges, reports, speed, state, typed
from training_platform.practicals.checks.findings import Finding
from training_platform.practicals.world import World

#: Checks that an untouched workspace passes: they earn the share that the others reached.
PRESERVING = frozenset({"absent", "access_only", "event_absent", "only_changed"})
#: Checks that people score: what look() finds of them is the text, worth nothing by itself.
SCORED = frozenset({"rubric"})


def look(check: schemas.AnyCheck, world: World) -> Finding:
    """Return what a check finds in a world. Whatever it raises is a fault of the grader."""
    return _BY_TYPE[check.type](check, world)


_BY_TYPE: Mapping[str, Callable[[Any, World], Finding]] = {
    "absent": state.absent,
    "access_only": log.access_only,
    "aggregate": state.aggregate,
    "answer": typed.answer,
    "children_moved": merges.children_moved,
    "assigned_as_rules_say": assigning.assigned_as_rules_say,
    "count": state.count,
    "elapsed": log.elapsed,
    "event": log.event,
    "event_absent": log.event_absent,
    "event_order": log.event_order,
    "exists": state.exists,
    "field": state.field_is,
    "only_changed": state.only_changed,
    "pair_f1": merges.pairs_merged,
    "report_result": reports.report_result,
    "rate": speed.rate,
    "rows_match_key": state.rows_match_key,
    "rubric": typed.written,
    "set_f1": state.set_f1,
    "survivor": merges.survivor,
    "typed_rows": typed.typed_rows,
    "within": log.within,
}
