"""The table of entities, fields, types, rules and lists (docs/crm-fields.md), from the registry."""

from collections.abc import Iterator, Mapping

from flask_babel import force_locale

from training_platform.core.i18n import translate
from training_platform.crm import choices
from training_platform.crm.fields import Field, FieldKind
from training_platform.crm.importing.mapping import ALSO_REQUIRED
from training_platform.crm.registry import ENTITIES, Entity
from training_platform.crm.rules.validation import RULES

_INTRODUCTION = """\
# Fields of the sandbox CRM

Written by `flask sandbox write-fields` from `training_platform/crm/registry.py`; a test compares.
Every record also has an id, a version, and the instants at which it was created and changed, in
the sandbox's own time. Marks: **R** required, **N** required of a new record that is entered by
hand, **I** required in a file that is imported, **–** read-only (the system sets it), **M** masked
for others. Records of the dataset have ids below 10,000,000; those of a workspace begin there. The
tier of a customer (VIP, key, regular) is no field: it follows from the orders paid in the last
twelve months, net of refunds (V05). The score of a lead is none either: it is computed from the
lead and its firm's visits to the site (`rules/scoring.py`)."""
_KINDS: Mapping[FieldKind, str] = {
    FieldKind.TEXT: "text",
    FieldKind.LONG_TEXT: "long text",
    FieldKind.MOBILE: "mobile number",
    FieldKind.EMAIL: "e-mail",
    FieldKind.CHOICE: "one of a list",
    FieldKind.MONEY: "CNY, two places",
    FieldKind.INTEGER: "whole number",
    FieldKind.PERCENT: "whole percent",
    FieldKind.BOOLEAN: "yes or no",
    FieldKind.DATE: "day",
    FieldKind.INSTANT: "instant, to the minute",
    FieldKind.TAGS: "tags",
    FieldKind.REFERENCE: "reference",
    FieldKind.CUSTOM: "own fields",
    FieldKind.JSON: "structure",
}


def field_table() -> str:
    """Return the whole file; needs an application, for the texts in both languages."""
    parts = [
        _INTRODUCTION,
        *_rules(),
        *(line for entity in ENTITIES.values() for line in _entity(entity)),
        *_lists(),
    ]
    return "\n".join(parts) + "\n"


def in_both(text: str) -> tuple[str, str]:
    """Return a text in English and in Chinese, as a table can hold it."""
    found = []
    for language in ("en", "zh"):
        with force_locale(language):
            found.append(translate(text).replace("|", "\\|"))
    return found[0], found[1]


def _rules() -> Iterator[str]:
    yield from ("", "## Rules", "", "| code | rule | 规则 |", "|---|---|---|")
    for code, text in RULES.items():
        english, chinese = in_both(text)
        yield f"| {code} | {english} | {chinese} |"


def _entity(entity: Entity) -> Iterator[str]:
    english, chinese = in_both(entity.label)
    yield from ("", f"## {english} {chinese} (`{entity.name}`)")
    prefix = entity.model.code_prefix
    if prefix:
        yield f"Numbers begin with `{prefix}`."
    yield from ("", "| field | name | 名称 | type | | rules |", "|---|---|---|---|---|---|")
    for name, field in entity.fields.items():
        label, label_zh = in_both(field.label)
        marks, rules = _marks(entity, name), " ".join(field.rules)
        yield f"| `{name}` | {label} | {label_zh} | {_type(field)} | {marks} | {rules} |"


def _type(field: Field) -> str:
    if field.choices is not None:
        name = _name_of(field.choices)
        return f"[list](#list-{name}) `{name}`" if name else _KINDS[field.kind]
    if field.refers_to:
        return f"→ `{field.refers_to}`"
    return _KINDS[field.kind]


def _marks(entity: Entity, name: str) -> str:
    field = entity.fields[name]
    marks = (
        (field.is_required, "R"),
        (field.is_required_when_new, "N"),
        (name in ALSO_REQUIRED.get(entity.name, ()), "I"),
        (field.is_read_only, "–"),
        (field.is_masked, "M"),
    )
    return " ".join(mark for holds, mark in marks if holds)


def _name_of(wanted: choices.Choices) -> str:
    return next((name for name, known in _known().items() if known is wanted), "")


def _known() -> dict[str, choices.Choices]:
    """Return the lists by name, in the order of the module."""
    used = [field.choices for entity in ENTITIES.values() for field in entity.fields.values()]
    return {
        name.lower().replace("_", "-"): value
        for name, value in vars(choices).items()
        if any(value is each for each in used) and isinstance(value, Mapping)
    }


def _lists() -> Iterator[str]:
    yield from ("", "# Lists")
    for name, known in _known().items():
        yield from ("", f"## List {name}", "", "| code | text | 文字 |", "|---|---|---|")
        for code, text in known.items():
            english, chinese = in_both(text)
            yield f"| `{code}` | {english} | {chinese} |"
