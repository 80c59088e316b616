"""Forms of records, made from what the registry knows of their fields."""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import g
from werkzeug.datastructures import MultiDict

from training_platform.core.errors import RuleError
from training_platform.core.i18n import translate, viewer_zone
from training_platform.crm import cells
from training_platform.crm.desk import Desk
from training_platform.crm.fields import CUSTOM_PREFIX, Field, FieldKind
from training_platform.crm.models import Layered
from training_platform.crm.queries.names import choices_for, names_for
from training_platform.crm.registry import ENTITIES, Entity
from training_platform.crm.rules.validation import Fault
from training_platform.crm.services.checking import custom_fields
from training_platform.crm.services.duplicates import Candidate
from training_platform.crm.services.entry import EntryErrors

#: Entities that are few enough to be chosen from a list.
CHOSEN = frozenset({"seller", "product", "campaign", "segment", "assignment_rule"})
_TYPES = {
    FieldKind.MOBILE: "tel",
    FieldKind.EMAIL: "email",
    FieldKind.DATE: "date",
    FieldKind.INSTANT: "datetime-local",
    FieldKind.LONG_TEXT: "textarea",
}


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: What helps to fill in a kind or a field right.
HINTS: Mapping[str, str] = {
    "V01": _("As on the business license, at least 4 characters."),
    "V02": _("11 digits, for example 15412345678."),
    "V06": _("In the future, to the minute."),
    "tags": _("Separate tags by commas."),
    "reference": _("Number or full name."),
    "V10": _("In yuan, with at most two decimals."),
}
WIDE = frozenset({FieldKind.LONG_TEXT})


@dataclass
class Input:
    """One field of a form as the macros draw it."""

    name: str
    label: str
    type: str
    value: str = ""
    hint: str = ""
    error: str | None = None
    is_optional: bool = True
    is_wide: bool = False
    options: Sequence[tuple[str, str]] | None = None
    #: The entity whose records are suggested while typing.
    suggests: str | None = None

    @property
    def id(self) -> str:
        """Return the id of the control: errors link to it."""
        return f"f-{self.name.replace('.', '-')}"


@dataclass
class EntryForm:
    """A form on a record: nothing typed is lost when it comes back."""

    inputs: list[Input]
    version: int = 0
    once: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    candidates: Sequence[Candidate] = ()
    duplicate_reason: str = ""
    form_errors: list[str] = field(default_factory=list)

    @property
    def errors(self) -> list[Input]:
        """Return the fields with an error."""
        return [each for each in self.inputs if each.error]

    def typed(self) -> dict[str, str]:
        """Return what was entered as a person reads it, for the page of a conflict."""
        return {each.label: _shown(each) for each in self.inputs if each.value}

    def __iter__(self) -> Iterator[Input]:
        """Go through the fields in their order."""
        return iter(self.inputs)

    def refuse(self, error: RuleError) -> None:
        """Show a refusal of a service beside its field, or above the form if it names none."""
        if isinstance(error, EntryErrors):
            self.show(error.faults, error.candidates)
            return
        text = translate(error.text, **error.values)
        named = next((each for each in self.inputs if each.name == error.field), None)
        if named is None:
            self.form_errors.append(text)
        else:
            named.error = text

    def show(self, faults: Mapping[str, Fault], candidates: Sequence[Candidate] = ()) -> None:
        """Put each fault beside its field, those of no field above the form."""
        by_name = {each.name: each for each in self.inputs}
        for name, fault in faults.items():
            if name in by_name:
                by_name[name].error = str(fault)
            else:
                self.form_errors.append(str(fault))
        self.candidates = candidates


def build_form(
    desk: Desk,
    entity: Entity,
    record: Layered | None = None,
    typed: Mapping[str, Any] | None = None,
    only: str | None = None,
) -> EntryForm:
    """Return the form of a new or an existing record; typed texts stand before stored values.

    only names the one field of an inline form.
    """
    known: dict[str, Field] = dict(entity.editable)
    if "custom" in entity.fields:
        known |= {CUSTOM_PREFIX + k: f for k, f in custom_fields(desk, entity.name).items()}
    wanted = {name: each for name, each in known.items() if only in {None, name}}
    stored = _stored(desk, entity, record, wanted)
    given = {**stored, **{k: v for k, v in (typed or {}).items() if k in wanted}}
    form = EntryForm(
        [
            _input(desk, name, each, str(given.get(name) or ""), is_new=record is None)
            for name, each in wanted.items()
        ],
        version=record.version if record is not None else 0,
    )
    g.submitted_form = form
    return form


def read_raw(entity: Entity, form: MultiDict[str, str]) -> dict[str, str]:
    """Return what was sent for the fields of an entity; a box that is not ticked is empty."""
    raw = {name: form.get(name, "") for name in entity.editable}
    return raw | {name: form[name] for name in form if name.startswith(CUSTOM_PREFIX)}


def _input(desk: Desk, name: str, known: Field, value: str, *, is_new: bool) -> Input:
    options: Sequence[tuple[str, str]] | None = None
    suggests = None
    if known.kind is FieldKind.CHOICE:
        options = [(code, translate(text)) for code, text in (known.choices or {}).items()]
    elif known.kind is FieldKind.REFERENCE and known.refers_to in CHOSEN:
        options = [(str(ident), text) for ident, text in choices_for(desk, known.refers_to)]
    elif known.kind is FieldKind.REFERENCE:
        suggests = known.refers_to
    return Input(
        name,
        translate(known.label),
        "checkbox" if known.kind is FieldKind.BOOLEAN else _TYPES.get(known.kind, "text"),
        value,
        translate(_hint(known)),
        is_optional=not (known.is_required or (is_new and known.is_required_when_new)),
        is_wide=known.kind in WIDE,
        options=options,
        suggests=suggests,
    )


def _hint(known: Field) -> str:
    if known.help:
        return known.help
    if known.kind in {FieldKind.TAGS, FieldKind.REFERENCE} and known.refers_to not in CHOSEN:
        return HINTS[known.kind.value]
    return next((HINTS[rule] for rule in known.rules if rule in HINTS), "")


def _stored(
    desk: Desk, entity: Entity, record: Layered | None, wanted: Mapping[str, Field]
) -> dict[str, str]:
    if record is None:
        return _defaults(entity)
    names = names_for(desk, entity, [record], list(wanted))
    custom = getattr(record, "custom", None) or {}
    found = {}
    for name, known in wanted.items():
        if name.startswith(CUSTOM_PREFIX):
            found[name] = str(custom.get(name.removeprefix(CUSTOM_PREFIX), ""))
            continue
        value = getattr(record, name)
        is_suggested = known.kind is FieldKind.REFERENCE and known.refers_to not in CHOSEN
        if is_suggested and value is not None:
            found[name] = f"#{value} {names.of(known.refers_to, value)}".strip()
        else:
            found[name] = to_input(value)
    return found | masked_of(desk, entity, record)


def masked_of(desk: Desk, entity: Entity, record: Layered) -> dict[str, str]:
    """Return the contact data of a record that is not the seller's own, as its form shows them."""
    if cells.is_own(desk, record, names_for(desk, entity, [record], ["customer_id"])):
        return {}
    return {
        name: cells.mask(known, str(value))
        for name, known in entity.editable.items()
        if known.is_masked and (value := getattr(record, name))
    }


def without_masks(
    desk: Desk, entity: Entity, record: Layered, raw: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what was typed; contact data that came back as they were shown are the stored ones."""
    masked = masked_of(desk, entity, record)
    return {
        name: getattr(record, name) if masked.get(name) == text else text
        for name, text in raw.items()
    }


def to_input(value: Any) -> str:
    """Return a value as a control takes it."""
    if value is None or value is False:
        return ""
    if value is True:
        return "1"
    if isinstance(value, datetime):
        return value.astimezone(viewer_zone()).strftime("%Y-%m-%dT%H:%M")
    if isinstance(value, list):
        return "，".join(str(each) for each in value)
    return str(value)


def _defaults(entity: Entity) -> dict[str, str]:
    columns = entity.model.__table__.columns  # type: ignore[attr-defined]
    found = {}
    for name in entity.editable:
        default = columns[name].default
        if default is not None and not callable(default.arg):
            found[name] = to_input(default.arg)
    return found


def _shown(each: Input) -> str:
    texts = dict(each.options or ())
    if each.type == "checkbox":
        return translate(_("Yes"))
    return texts.get(each.value, each.value)


def title_for(entity: Entity) -> str:
    """Return the heading of the form for a new record."""
    return translate(_("New: %(what)s"), what=translate(ENTITIES[entity.name].label))
