"""What coaching calls things, and how a drawn act reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _l

from training_platform.coaching.models import SpotItem
from training_platform.coaching.rules import (
    Finding,
    ItemKind,
    SlotState,
    Source,
    SpotState,
    Trend,
)
from training_platform.core.i18n import translate
from training_platform.crm.cells import plain
from training_platform.crm.fields import Field, FieldKind
from training_platform.crm.registry import ENTITIES
from training_platform.crm.texts import act_name
from training_platform.crm.values import from_plain

TRENDS = {
    Trend.NEW: _l("seen once"),
    Trend.BETTER: _l("getting better"),
    Trend.SAME: _l("as before"),
    Trend.WORSE: _l("getting worse"),
}
TREND_TONES = {Trend.BETTER: "ok", Trend.WORSE: "bad", Trend.SAME: "warn", Trend.NEW: None}
SLOT_STATES = {
    SlotState.OPEN: _l("Free"),
    SlotState.BOOKED: _l("Booked"),
    SlotState.DONE: _l("Held"),
    SlotState.CANCELLED: _l("Called off"),
}
SLOT_TONES = {
    SlotState.OPEN: "accent",
    SlotState.BOOKED: "info",
    SlotState.DONE: "ok",
    SlotState.CANCELLED: "bad",
}
SOURCES = {
    Source.SANDBOX: _l("Practice CRM, drawn by chance"),
    Source.LIVE: _l("Live CRM, notes by hand"),
}
SPOT_STATES = {SpotState.OPEN: _l("In progress"), SpotState.CLOSED: _l("Completed")}
SPOT_TONES = {SpotState.OPEN: "info", SpotState.CLOSED: "ok"}
FINDINGS = {Finding.RIGHT: _l("Found right"), Finding.WRONG: _l("Found wrong")}
FINDING_TONES = {Finding.RIGHT: "ok", Finding.WRONG: "bad"}
BY_ITSELF = frozenset(ItemKind) - {ItemKind.HAND}
#: Where a step of the first month leads; {} is its subject.
PLACES = {
    ItemKind.LESSON: "/courses/{}",
    ItemKind.COURSE: "/courses/{}",
    ItemKind.QUIZ: "/quizzes/{}",
    ItemKind.TASK: "/practicals/{}",
    ItemKind.SESSION: "/coaching/",
}


@dataclass(frozen=True)
class ShownItem:
    """A drawn act as a page shows it."""

    item: SpotItem
    act: str
    kind: str
    #: (label, before, after) of what the act changed.
    changes: Sequence[tuple[str, str, str]]
    #: (label, value) of the record as it was when the sample was drawn.
    record: Sequence[tuple[str, str]]


def shown(item: SpotItem) -> ShownItem:
    """Return an act in words, with its values in the page's language."""
    entity = ENTITIES.get(item.entity or "")
    fields: Mapping[str, Field] = entity.fields if entity else {}
    changes = item.shown.get("changes", {})
    return ShownItem(
        item,
        act_name(item.act) if item.act else "",
        translate(entity.label) if entity else "",
        [
            (translate(known.label), _text(known, pair[0]), _text(known, pair[1]))
            for name, pair in changes.items()
            if (known := fields.get(name)) and known.kind is not FieldKind.REFERENCE
        ],
        [
            (translate(fields[name].label), _text(fields[name], value))
            for name, value in item.shown.get("record", {}).items()
            if name in fields
        ],
    )


def fields_of(item: SpotItem) -> list[tuple[str, str]]:
    """Return the fields of which one may be wrong, to choose from."""
    entity = ENTITIES.get(item.entity or "")
    if entity is None:
        return []
    return [
        (name, translate(known.label))
        for name, known in entity.fields.items()
        if known.kind not in {FieldKind.JSON, FieldKind.CUSTOM} and not known.is_read_only
    ]


def field_name(item: SpotItem, name: str) -> str:
    """Return what a field that was found wrong is called."""
    entity = ENTITIES.get(item.entity or "")
    known = entity.fields.get(name) if entity else None
    return translate(known.label) if known else name


def place_of(kind: ItemKind, subject: str) -> str | None:
    """Return where a step of the first month is done."""
    return PLACES[kind].format(subject) if kind in PLACES else None


def _text(known: Field, value: Any) -> str:
    if known.kind is FieldKind.REFERENCE:
        return str(value or "")
    return plain(known, from_plain(value, known.kind))
