"""Checks a value against a schema of the OpenAPI document, word by word of JSON Schema.

It shares no code with what made the document, and refuses words that it does not know: nothing is
passed over in silence.
"""

import re
from datetime import date, datetime
from typing import Any

TYPES: dict[str, tuple[type, ...]] = {
    "array": (list,),
    "boolean": (bool,),
    "integer": (int,),
    "null": (type(None),),
    "object": (dict,),
    "string": (str,),
}
SAYS_NOTHING = {"title", "description", "default"}


def faults(
    value: Any, schema: dict[str, Any], document: dict[str, Any], at: str = "$"
) -> list[str]:
    """Return what is wrong with a value, each with its place; nothing where all is right."""
    found: list[str] = []
    for word, rule in schema.items():
        if word in SAYS_NOTHING:
            continue
        check = WORDS.get(word)
        if check is None:
            raise AssertionError(f"the document says {word}, which this check does not know")
        found += check(value, rule, document, at, schema)
    return found


def resolve(reference: str, document: dict[str, Any]) -> dict[str, Any]:
    """Return what a reference within the document points to; raise KeyError for nothing."""
    found: Any = document
    for part in reference.removeprefix("#/").split("/"):
        found = found[part]
    return found  # type: ignore[no-any-return]


def _ref(value, rule, document, at, _schema):
    return faults(value, resolve(rule, document), document, at)


def _type(value, rule, _document, at, _schema):
    is_right = isinstance(value, TYPES[rule]) and (rule == "boolean" or value is not True)
    return [] if is_right and (rule == "boolean" or value is not False) else [f"{at}: no {rule}"]


def _any_of(value, rule, document, at, _schema):
    ways = [faults(value, each, document, at) for each in rule]
    return [] if [] in ways else [f"{at}: none of the ways"]


def _enum(value, rule, _document, at, _schema):
    return [] if value in rule else [f"{at}: {value!r} is not among {rule}"]


def _properties(value, rule, document, at, _schema):
    if not isinstance(value, dict):
        return []
    return [
        fault
        for name, each in rule.items()
        if name in value
        for fault in faults(value[name], each, document, f"{at}.{name}")
    ]


def _required(value, rule, _document, at, _schema):
    return [f"{at}: no {name}" for name in rule if isinstance(value, dict) and name not in value]


def _additional(value, rule, _document, at, schema):
    assert rule is False
    if not isinstance(value, dict):
        return []
    return [f"{at}: {name} is not described" for name in value if name not in schema["properties"]]


def _items(value, rule, document, at, _schema):
    if not isinstance(value, list):
        return []
    return [
        fault
        for number, each in enumerate(value)
        for fault in faults(each, rule, document, f"{at}[{number}]")
    ]


def _format(value, rule, _document, at, _schema):
    reads = {"date": date.fromisoformat, "date-time": datetime.fromisoformat}[rule]
    try:
        read = reads(value)
    except (TypeError, ValueError):
        return [f"{at}: {value!r} is no {rule}"]
    has_zone = rule == "date" or (read.tzinfo is not None and re.search("Z$", value))
    return [] if has_zone else [f"{at}: {value!r} has no zone"]


WORDS = {
    "$ref": _ref,
    "additionalProperties": _additional,
    "anyOf": _any_of,
    "enum": _enum,
    "format": _format,
    "items": _items,
    "properties": _properties,
    "required": _required,
    "type": _type,
}
