"""Steps that were taken for one item of a list after the other, said once for all of them. Pure."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from training_platform.practicals.selecting import UnknownNameError
from training_platform.practicals.solving import put_in

_LISTS = re.compile(r"(\$key(?:\.[A-Za-z_]\w*)+)\.\d+(?!\w)")
Step = dict[str, Any]
#: A step, and the fields that were sent with it as the page held them.
Taken = tuple[Mapping[str, Any], Mapping[str, str]]


def folded(steps: Sequence[Taken], scope: Mapping[str, Any]) -> list[Step]:
    """Return the steps with runs over the items of a list taken as one: each: $key.cards."""
    found: list[Step] = []
    at = 0
    while at < len(steps):
        step, count = _run(steps[at:], scope) or (dict(steps[at][0]), 1)
        found.append(step)
        at += count
    return found


def _run(steps: Sequence[Taken], scope: Mapping[str, Any]) -> tuple[Step, int] | None:
    """Return what stands for the first steps, and for how many; None for the first alone."""
    for name in dict.fromkeys(_LISTS.findall(str(steps[0][0]))):
        whole, numbers = _same_steps(steps, name, scope)
        left = sorted({*range(len(put_in(name, scope)))} - {*numbers})
        if len(numbers) > 1 and numbers == sorted(numbers) and len(left) < len(numbers):
            return {"each": name, **whole, **({"but": left} if left else {})}, len(numbers)
    return None


def _same_steps(
    steps: Sequence[Taken], name: str, scope: Mapping[str, Any]
) -> tuple[Step, list[int]]:
    """Return what the first steps have in common, and the numbers of the items they are about."""
    whole: Step | None = None
    done: list[tuple[int, Mapping[str, str]]] = []
    for step, kept in steps:
        same, number = _of_each(step, name)
        if number is None or number in [each for each, _kept in done]:
            break
        mine = [(number, kept)]
        joined = same if whole is None else _joined((whole, done), (same, mine), name, scope)
        if joined is None:
            break
        whole, done = joined, done + mine
    return whole or {}, [number for number, _kept in done]


def _joined(
    one: tuple[Step, list[tuple[int, Mapping[str, str]]]],
    other: tuple[Step, list[tuple[int, Mapping[str, str]]]],
    name: str,
    scope: Mapping[str, Any],
) -> Step | None:
    """Return the step that says what both say; None where they say different things.

    What one of them did not fill in, because the page held it already, may stand in the other.
    """
    left, right = one[0], other[0]
    aside = {"fill", "form"}
    if {k: v for k, v in left.items() if k not in aside} != {
        k: v for k, v in right.items() if k not in aside
    }:
        return None
    forms = {each["form"] for each in (left, right) if "form" in each}
    fills = [each.get("fill", {}) for each in (left, right)]
    if len(forms) > 1 or (fills[0] != fills[1] and not all(isinstance(f, dict) for f in fills)):
        return None
    if fills[0] != fills[1]:
        for mine, (theirs, done) in (
            (fills[0], (fills[1], other[1])),
            (fills[1], (fills[0], one[1])),
        ):
            for field, value in mine.items():
                if field in theirs and theirs[field] != value:
                    return None
                if field not in theirs and not _held(field, value, done, name, scope):
                    return None
        fills[0] = {**fills[0], **fills[1]}
    joined = {**left, **({"form": forms.pop()} if forms else {})}
    return joined | ({"fill": fills[0]} if fills[0] else {})


def _held(
    field: str,
    value: Any,
    done: list[tuple[int, Mapping[str, str]]],
    name: str,
    scope: Mapping[str, Any],
) -> bool:
    """Tell whether the pages of these items held in a field what the value says of them."""
    items = put_in(name, scope)
    try:
        return all(
            _said(put_in(value, {**scope, "each": items[number]})) == kept.get(field)
            for number, kept in done
        )
    except UnknownNameError:
        return False


def _said(value: Any) -> Any:
    return [*map(str, value)] if isinstance(value, list) else str(value)


def _of_each(step: Mapping[str, Any], name: str) -> tuple[Step, int | None]:
    """Return a step with one item of a list called $each, and that item's number."""
    item = re.compile(rf"{re.escape(name)}\.(\d+)(?!\w)")
    numbers = {int(each) for each in item.findall(str(step))}
    if len(numbers) != 1:
        return dict(step), None
    return _replaced(dict(step), item), numbers.pop()


def _replaced(value: Any, item: re.Pattern[str]) -> Any:
    if isinstance(value, dict):
        return {name: _replaced(each, item) for name, each in value.items()}
    if isinstance(value, list):
        return [_replaced(each, item) for each in value]
    return item.sub("$each", value) if isinstance(value, str) else value
