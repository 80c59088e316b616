"""What the checks of a task compare a field with: a value typed there is meant as that. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from training_platform.practicals.schemas import TaskFile

_PLACE = re.compile(r"\$(?:key|params)(?:\.\w+)+")
#: A field that is repeated in a form: product_0, product_1.
_REPEATED = re.compile(r"_\d+$")
#: What these ask for is that a value is not there.
_AVOIDED = frozenset({"is_not", "not_in"})
_OTHERS = frozenset({"absent", "only_changed"})
Meant = Mapping[str, tuple[str, ...]]


def meant_by(task: TaskFile) -> Meant:
    """Return the places that the checks compare each field of a record with, by the field."""
    found: dict[str, list[str]] = defaultdict(list)
    for check in task.checks:
        if check.type in _OTHERS:
            continue
        said = check.model_dump(mode="json", exclude={"misconceptions"})
        for name, place in _compared(said):
            if place not in found[plain_name(name)]:
                found[plain_name(name)].append(place)
    found.pop("id", None)
    return {name: tuple(places) for name, places in found.items()}


def answers_meant(task: TaskFile) -> Meant:
    """Return the places that each field of the task itself is compared with, by its name."""
    found: dict[str, list[str]] = defaultdict(list)
    for check in task.checks:
        name = getattr(check, "field_id", None) or check.id
        found[name] += _PLACE.findall(str(check.model_dump(mode="json")))
    return {name: tuple(places) for name, places in found.items()}


def plain_name(name: str) -> str:
    """Return a field's name as records and forms have it in common: product_0 is product_id."""
    return _REPEATED.sub("", name.rsplit(".", 1)[-1]).removesuffix("_id")


def _compared(said: Any) -> Iterator[tuple[str, str]]:
    if isinstance(said, list):
        for each in said:
            yield from _compared(each)
    elif isinstance(said, Mapping):
        is_place = isinstance(said.get("value"), str) and _PLACE.fullmatch(said["value"])
        if is_place and "field" in said and said.get("op") not in _AVOIDED:
            yield str(said["field"]), said["value"]
        if isinstance(said.get("key"), str) and isinstance(said.get("fields"), Mapping):
            for name in {str(said.get("match_on", "id")), *said["fields"]}:
                yield name, said["key"]
        for each in said.values():
            yield from _compared(each)
