"""Choosing records and events by conditions that stand in a task's file as data. Pure.

A condition is {field, op, value}. A value that is a text beginning with "$params." or "$key." is
looked up in what the attempt drew; everything else stands for itself.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Protocol

from training_platform.core.text import fold
from training_platform.crm.registry import ENTITIES
from training_platform.practicals.evidence import Evidence, Row
from training_platform.practicals.matchers import is_empty, read_decimal, same
from training_platform.practicals.world import Rows, World

Condition = Mapping[str, Any]


class Drew(Protocol):
    """What was drawn for an attempt: as evidence keeps it, or fresh from the generator."""

    @property
    def params(self) -> Mapping[str, Any]:
        """Return what the brief may show."""

    @property
    def key(self) -> Mapping[str, Any]:
        """Return the answers."""


class UnknownNameError(Exception):
    """A task's file names something that the attempt did not draw."""


def resolve(value: Any, drew: Drew) -> Any:
    """Return a value of the file with what was drawn put in. Raises UnknownNameError."""
    if isinstance(value, str) and value.startswith(("$params.", "$key.")):
        source, *path = value[1:].split(".")
        found: Any = getattr(drew, source)
        for name in path:
            found = _within(found, name, value)
        return found
    if isinstance(value, Mapping):
        return {name: resolve(each, drew) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [resolve(each, drew) for each in value]
    return value


def select(
    world: World, entity: str, conditions: Sequence[Condition], *, was: bool = False
) -> dict[int, Row]:
    """Return the records that meet all conditions, by id; was asks for those before."""
    rows_of = world.before if was else world.after
    fits = filter_of(world, entity, conditions, rows_of)
    return {number: row for number, row in sorted(rows_of(entity).items()) if fits(row)}


def filter_of(
    world: World, entity: str, conditions: Sequence[Condition], rows_of: Callable[[str], Rows]
) -> Callable[[Row], bool]:
    """Return what tells whether a record meets all conditions, for looking at a few."""
    wanted = [
        (each["field"], _test_of(each["op"], resolve(each.get("value"), world.evidence)))
        for each in conditions
    ]
    return lambda row: all(holds(field_of(entity, row, name, rows_of)) for name, holds in wanted)


def field_of(entity: str, row: Row, path: str, rows_of: Callable[[str], Rows]) -> Any:
    """Return a field; a dot goes on to the record that a reference names: customer_id.name."""
    name, _dot, rest = path.partition(".")
    value = row.get(name)
    if not rest:
        return value
    refers_to = ENTITIES[entity].fields[name].refers_to or ""
    there = rows_of(refers_to).get(value) if value is not None else None
    return None if there is None else field_of(refers_to, there, rest, rows_of)


def chosen_events(
    events: Iterable[Row], conditions: Sequence[Condition], evidence: Evidence
) -> list[Row]:
    """Return the events that meet all conditions, in order.

    Fields are act, entity, record_id, seller_id, virtual_at, happened_at, context.<name>, and
    changes.<field> for the value that a field was given.
    """
    wanted = [
        (each["field"], _test_of(each["op"], resolve(each.get("value"), evidence)))
        for each in conditions
    ]
    return [
        event for event in events if all(holds(_of_event(event, name)) for name, holds in wanted)
    ]


def meets(got: Any, op: str, value: Any) -> bool:
    """Tell whether a value meets one condition."""
    return _OPS[op](got, value)


def ops() -> tuple[str, ...]:
    """Return the names of all operators."""
    return tuple(sorted(_OPS))


def _of_event(event: Row, path: str) -> Any:
    name, _dot, rest = path.partition(".")
    if not rest:
        return event.get(name)
    inner = (event.get(name) or {}).get(rest)
    return inner[1] if name == "changes" and isinstance(inner, list | tuple) else inner


def _within(found: Any, name: str, whole: str) -> Any:
    try:
        return found[int(name)] if isinstance(found, list | tuple) else found[name]
    except (KeyError, IndexError, ValueError, TypeError) as error:
        raise UnknownNameError(whole) from error


def _key(value: Any) -> Any:
    """Return what equal values have in common: numbers as numbers, texts without their look."""
    if value is None or isinstance(value, bool):
        return value
    number = read_decimal(value)
    if number is not None:
        return number
    return fold(value) if isinstance(value, str) else value


def _is(got: Any, value: Any) -> bool:
    return bool(_key(got) == _key(value))


def _test_of(op: str, value: Any) -> Callable[[Any], bool]:
    """Return one condition as a test of values; what many rows are compared with is read once."""
    if op in {"in", "not_in"} and all(isinstance(each, str | int) for each in value):
        known = {_key(each) for each in value}
        return lambda got: (_hashed(got) in known) is (op == "in")
    return lambda got: meets(got, op, value)


def _hashed(got: Any) -> Any:
    return str(got) if isinstance(got, list | dict) else _key(got)


def _compare(sign: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    """Compare numbers as numbers, and days and instants as the texts that they are in files."""

    def compared(got: Any, value: Any) -> bool:
        if is_empty(got) or is_empty(value):
            return False
        numbers = read_decimal(got), read_decimal(value)
        pair = (str(got), str(value)) if None in numbers else numbers
        return sign(*pair)

    return compared


_OPS: Mapping[str, Callable[[Any, Any], bool]] = {
    "is": _is,
    "is_not": lambda got, value: not _is(got, value),
    "in": lambda got, value: any(_is(got, each) for each in value),
    "not_in": lambda got, value: not any(_is(got, each) for each in value),
    "less": _compare(lambda got, value: got < value),
    "most": _compare(lambda got, value: got <= value),
    "more": _compare(lambda got, value: got > value),
    "least": _compare(lambda got, value: got >= value),
    "has": lambda got, value: _key(value) in {_key(each) for each in got or ()},
    "empty": lambda got, value: is_empty(got) is (value is not False),
    "contains": lambda got, value: not is_empty(got) and same("contains", got, value),
    "names": lambda got, value: not is_empty(got) and same("names", got, value),
    "tells": lambda got, value: not is_empty(got) and same("tells", got, value),
}
