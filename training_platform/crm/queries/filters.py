"""Filters over an entity's records, as plain data: lists, segments, exports and reports share them.

A set of filters is a dictionary that JSON keeps: {"industry": ["machinery"], "tags": ["华东"],
"amount": {"from": "1000"}, "tier": ["vip"], "owner_id": ["1", "none"], "custom.size": ["大型"],
"q": "华东"}. What it does not know, it leaves out.
"""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, or_

from training_platform.core import clock
from training_platform.core.text import like_pattern, nfc, whole_number
from training_platform.crm.desk import Desk
from training_platform.crm.fields import CUSTOM_PREFIX, Field, FieldKind
from training_platform.crm.queries.scores import has_grade
from training_platform.crm.queries.tiers import has_tier
from training_platform.crm.registry import Entity
from training_platform.crm.rules.parsing import FIRST_YEAR, LAST_YEAR, read_value
from training_platform.crm.rules.validation import RefusedError

Filters = dict[str, Any]
#: Kinds that are filtered by a range, and those by a choice of values.
RANGES = frozenset(
    {FieldKind.MONEY, FieldKind.INTEGER, FieldKind.PERCENT, FieldKind.DATE, FieldKind.INSTANT}
)
VALUES = frozenset({FieldKind.CHOICE, FieldKind.REFERENCE, FieldKind.BOOLEAN, FieldKind.TAGS})
#: The value that stands for "nothing is entered", and that for fields whose list has this code.
EMPTY, UNSET = "none", "unset"
#: (entity, computed column) → the condition that a record is of one of these grades.
GRADED: Mapping[tuple[str, str], Callable[[Desk, Collection[str]], ColumnElement[bool]]] = {
    ("customer", "tier"): has_tier,
    ("lead", "score"): has_grade,
}
MOST_VALUES, MOST_TEXT = 40, 100
#: Keys of own fields: what stands in the path of a JSON value must not break out of it.
_CUSTOM_KEY = re.compile(r"[\w-]{1,60}")


def read_filters(entity: Entity, given: Mapping[str, Iterable[str]]) -> Filters:
    """Return the filters in an address: name → texts (several, or joined by commas).

    Ranges stand under "<field>.from" and "<field>.to".
    """
    found: Filters = {}
    for name, texts in given.items():
        values = [part for text in texts for part in _split(name, text)][:MOST_VALUES]
        base, _dot, end = name.rpartition(".")
        if not values:
            continue
        if name == "q":
            found["q"] = values[0]
        elif end in {"from", "to"} and _kind(entity, base) in RANGES:
            if isinstance(found.setdefault(base, {}), dict):
                found[base][end] = values[0]
        elif (
            (_kind(entity, name) in RANGES and values == [EMPTY])
            or (entity.name, name) in GRADED
            or _kind(entity, name) in VALUES
            or _is_custom(entity, name)
        ):
            found[name] = values
    return found


def empty_text(known: Field) -> str:
    """Return the value by which records are found in which a field is empty."""
    return UNSET if EMPTY in (known.choices or {}) else EMPTY


def to_arguments(filters: Filters) -> dict[str, str]:
    """Return filters as the values of an address; the inverse of read_filters."""
    found: dict[str, str] = {}
    for name, value in filters.items():
        if isinstance(value, Mapping):
            found |= {f"{name}.{end}": str(text) for end, text in value.items() if text}
        else:
            found[name] = value if isinstance(value, str) else ",".join(map(str, value))
    return found


def conditions(desk: Desk, entity: Entity, filters: Filters) -> list[ColumnElement[bool]]:
    """Return the conditions of filters on an entity's model."""
    found: list[ColumnElement[bool]] = []
    for name, wanted in filters.items():
        if name == "q":
            found.append(entity.model.folded.like(like_pattern(str(wanted)), escape="\\"))
        elif (entity.name, name) in GRADED:
            found.append(GRADED[entity.name, name](desk, wanted))
        elif _is_custom(entity, name):
            found.append(_has_custom(entity, name.removeprefix(CUSTOM_PREFIX), wanted))
        elif name in entity.fields:
            found += _on_field(entity, name, wanted)
    return found


def _on_field(entity: Entity, name: str, wanted: Any) -> Iterable[ColumnElement[bool]]:
    known, column = entity.fields[name], getattr(entity.model, name)
    if isinstance(wanted, Mapping):
        yield from _in_range(known, column, wanted)
    elif known.kind is FieldKind.TAGS:
        yield or_(*(column.has(str(tag)) for tag in wanted))
    elif known.kind is FieldKind.BOOLEAN:
        is_wanted = column.in_([str(e) in {"1", "true", "True"} for e in wanted if e != EMPTY])
        yield or_(is_wanted, column.is_(None)) if EMPTY in wanted else is_wanted
    else:
        yield _is_one_of(known, column, [str(each) for each in wanted])


def _is_one_of(known: Field, column: Any, texts: list[str]) -> ColumnElement[bool]:
    empty = empty_text(known)
    values: list[Any] = [text for text in texts if text != empty]
    if known.kind is FieldKind.REFERENCE:
        values = [number for text in values if (number := whole_number(text)) is not None]
    elif known.kind in RANGES:
        values = []
    found: ColumnElement[bool] = column.in_(values)
    return or_(found, column.is_(None)) if empty in texts else found


def _in_range(known: Field, column: Any, ends: Mapping[str, Any]) -> Iterable[ColumnElement[bool]]:
    least, most = (_end(known, ends.get(name)) for name in ("from", "to"))
    if least is not None:
        yield column >= least
    if most is None:
        return
    if known.kind is FieldKind.INSTANT and len(str(ends["to"])) <= 10:
        yield column < most + timedelta(days=1)  # the whole of the last day
    else:
        yield column <= most


def _end(known: Field, text: Any) -> Any:
    """Return one end of a range; what cannot be read is no end."""
    zone = clock.company_zone()
    found: Any = None
    try:
        if known.kind is FieldKind.INSTANT and len(str(text)) <= 10:
            day = date.fromisoformat(str(text))
            found = datetime.combine(day, time.min, tzinfo=zone)
        else:
            found = read_value(known, str(text), zone) if text else None
    except (RefusedError, ValueError, OverflowError):
        return None
    if isinstance(found, datetime) and not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None  # no database and no zone takes the ends of the calendar
    return found


def _has_custom(entity: Entity, key: str, wanted: Iterable[Any]) -> ColumnElement[bool]:
    column: Any = entity.model.custom  # type: ignore[attr-defined]
    value, texts = column[key].as_string(), [str(each) for each in wanted]
    found: ColumnElement[bool] = value.in_([text for text in texts if text != EMPTY])
    return or_(found, value.is_(None)) if EMPTY in texts else found


def _kind(entity: Entity, name: str) -> FieldKind | None:
    known = entity.fields.get(name)
    return known.kind if known else None


def _is_custom(entity: Entity, name: str) -> bool:
    key = name.removeprefix(CUSTOM_PREFIX)
    is_known = key != name and "custom" in entity.fields
    return is_known and _CUSTOM_KEY.fullmatch(key) is not None


def _split(name: str, text: str) -> list[str]:
    text = nfc(text).strip()[: MOST_TEXT * 10]
    parts = [text] if name == "q" else text.split(",")
    return [part.strip()[:MOST_TEXT] for part in parts if part.strip()]
