"""Kinds of checks: what each looks at, and which of them only guard what must stay."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

from training_platform.practicals import schemas
from training_platform.practicals.checks import assigning, log, merges, reports, speed, state
from training_platform.practicals.checks.findings import Finding, all_or_nothing
from training_platform.practicals.matchers import same
from training_platform.practicals.selecting import resolve
from training_platform.practicals.world import World

#: Checks that an untouched workspace passes: they earn the share that the others reached.
PRESERVING = frozenset({"absent", "access_only", "event_absent", "only_changed"})
#: Checks that people score: what look() finds of them is the text, worth nothing by itself.
SCORED = frozenset({"rubric"})


def look(check: schemas.AnyCheck, world: World) -> Finding:
    """Return what a check finds in a world. Whatever it raises is a fault of the grader."""
    return _BY_TYPE[check.type](check, world)


def _answer(check: schemas.Answer, world: World) -> Finding:
    typed = world.evidence.answers.get(check.id, "")
    wanted = resolve(check.value, world.evidence)
    holds = bool(typed.strip()) and same(check.matcher, typed, wanted, check.within)
    return all_or_nothing(holds=holds, seen=typed, wanted=wanted)


def _written(check: schemas.Rubric, world: World) -> Finding:
    return Finding(Fraction(0), seen=world.evidence.answers.get(check.id, "").strip())


_BY_TYPE: Mapping[str, Callable[[Any, World], Finding]] = {
    "absent": state.absent,
    "access_only": log.access_only,
    "aggregate": state.aggregate,
    "answer": _answer,
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
    "rubric": _written,
    "set_f1": state.set_f1,
    "survivor": merges.survivor,
    "within": log.within,
}
