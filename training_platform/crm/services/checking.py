"""From what people type to typed values: every rule looked at, every fault collected.

Forms, imports and graders share it: `check_values(desk, "customer", raw) -> (values, errors)`.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any

from sqlalchemy import func, or_, select

from training_platform.core import clock
from training_platform.core.i18n import language, viewer_zone
from training_platform.core.text import whole_number
from training_platform.crm.desk import Desk
from training_platform.crm.fields import CUSTOM_PREFIX, Field, FieldKind
from training_platform.crm.models import CustomField, Layered
from training_platform.crm.queries.sellers import within_reach
from training_platform.crm.registry import ENTITIES, Entity, find_entity
from training_platform.crm.rules import validation as rules
from training_platform.crm.rules.parsing import as_text, read_value
from training_platform.crm.rules.validation import Fault, RefusedError
from training_platform.crm.services.probability import check_probability
from training_platform.crm.values import to_plain

Values = dict[str, Any]
Errors = dict[str, Fault]
#: How the values of own fields are named in forms and files.
#: Fields that an action changes, and the rule that says so.
_KEPT_BY_RULE = {"tier": "V05", "owner_id": "V13", "stage": "V07", "status": "V00"}
#: States of a ticket that say that there is a solution.
_SOLVED = frozenset({"resolved", "closed"})
#: Fields that say to which month a record belongs (V17).
_PERIOD_FIELDS = frozenset({"paid_at", "ordered_at", "period"})
_CUSTOM_KINDS = {
    "text": FieldKind.TEXT,
    "number": FieldKind.MONEY,
    "date": FieldKind.DATE,
    "choice": FieldKind.CHOICE,
}


def check_values(
    desk: Desk,
    entity: Entity | str,
    raw: Mapping[str, Any],
    *,
    record: Layered | None = None,
    is_partial: bool = False,
) -> tuple[Values, Errors]:
    """Return the typed values of the fields in raw, and what is wrong with the others.

    raw maps field names to text (or typed values); own fields stand under "custom.<key>". Fields
    that are missing in raw count as empty, unless is_partial (one field of an existing record).
    record is what is being changed: rules look at what differs from it.
    """
    return Checker(desk, entity).check(raw, record=record, is_partial=is_partial)


class Checker:
    """Checks many records of one entity; what it asks the database, it asks once."""

    def __init__(self, desk: Desk, entity: Entity | str) -> None:
        """Prepare for an entity."""
        self.desk = desk
        self.entity = find_entity(entity) if isinstance(entity, str) else entity
        self.zone = viewer_zone()
        self._found: dict[tuple[str, str], int] = {}
        self._custom: Mapping[str, Field] | None = None

    @property
    def custom(self) -> Mapping[str, Field]:
        """Return the own fields of the entity by their key."""
        if self._custom is None:
            self._custom = custom_fields(self.desk, self.entity.name)
        return self._custom

    def check(
        self, raw: Mapping[str, Any], *, record: Layered | None = None, is_partial: bool = False
    ) -> tuple[Values, Errors]:
        """See check_values."""
        values: Values = {}
        errors: Errors = {}
        for name, known in self.entity.editable.items():
            if is_partial and name not in raw:
                continue
            _collect(name, values, errors, lambda n=name, k=known: self._value(n, k, raw, record))  # type: ignore[misc]
        self._refuse_kept(raw, record, errors)
        self._check_custom(raw, record, values, errors)
        self._check_period(values, record, errors)
        if self.entity.name == "opportunity":
            check_probability(values, record, errors)
        return values, errors

    def _value(
        self, name: str, known: Field, raw: Mapping[str, Any], record: Layered | None
    ) -> Any:
        given, before = raw.get(name), getattr(record, name, None)
        value: Any
        if known.kind is not FieldKind.REFERENCE:
            value = read_value(known, given, self.zone)
        elif before is not None and _number_of(as_text(given)) == before:
            value = before  # what stands there may be kept, though it is nobody the seller reaches
        else:
            value = self._reference(known, given)
        if _is_same(value, before):
            value = before
        elif value in (None, []) and known.kind is FieldKind.CHOICE and not known.is_required:
            value = _default(self.entity, name)
        if known.is_required and value in (None, "", []):
            raise RefusedError(_required_code(known), rules.REQUIRED, field=known.label)
        if "V16" in known.rules and not value and getattr(record, "status", "") in _SOLVED:
            raise RefusedError("V16", rules.REQUIRED, field=known.label)
        if value not in (None, "", []) and (record is None or value != before):
            self._check_rules(known, value)
        return value

    def _check_rules(self, known: Field, value: Any) -> None:
        today = clock.company_day(self.desk.now)
        if "V01" in known.rules:
            rules.check_name(known.label, value)
        if "V06" in known.rules:
            rules.check_next_follow_up(known.label, value, self.desk.now)
        if "V10" in known.rules and known.kind is FieldKind.MONEY:
            rules.check_amount(known.label, value)
        if "V10" in known.rules and known.kind is FieldKind.DATE:
            rules.check_validity(known.label, value, today)
        if "V17" in known.rules and known.kind is FieldKind.TEXT:
            rules.last_month(known.label, value)

    def _reference(self, known: Field, given: Any) -> int | None:
        text = as_text(given)
        if not text:
            return None
        key = (known.refers_to or "", text)
        if key not in self._found:
            self._found[key] = self._find_record(known, text)
        return self._found[key]

    def _find_record(self, known: Field, text: str) -> int:
        """Find a record of the workspace by its id (12, #12 …), its number, or its full name."""
        model: Any = ENTITIES[known.refers_to or ""].model
        statement = select(model.id).where(within_reach(self.desk, model)).limit(2)
        if (ident := _number_of(text)) is not None:
            found = self.desk.session.scalars(statement.where(model.id == ident)).all()
        else:
            named = [getattr(model, model.title_field) == text]
            if hasattr(model, "code"):
                named.append(func.upper(model.code) == text.split(maxsplit=1)[0].upper())
            found = self.desk.session.scalars(statement.where(or_(*named))).all()
        if not found:
            raise RefusedError("V00", rules.UNKNOWN_RECORD, field=known.label, given=text[:60])
        if len(found) > 1:
            raise RefusedError("V00", rules.AMBIGUOUS_RECORD, field=known.label, given=text[:60])
        return int(found[0])

    def _refuse_kept(self, raw: Mapping[str, Any], record: Layered | None, errors: Errors) -> None:
        """V05 and the like: what follows from data or actions is not entered."""
        fields = self.entity.fields
        for name, code in _KEPT_BY_RULE.items():
            if not as_text(raw.get(name)) or name in self.entity.editable:
                continue
            if name == "tier":
                errors[name] = Fault(code, rules.TIER_IS_DERIVED, {"field": "Tier"})
            elif name in fields and as_text(raw[name]) != as_text(getattr(record, name, None)):
                errors[name] = Fault(code, rules.IS_KEPT, {"field": fields[name].label})

    def _check_custom(
        self, raw: Mapping[str, Any], record: Layered | None, values: Values, errors: Errors
    ) -> None:
        given = [name for name in raw if name.startswith(CUSTOM_PREFIX)]
        if not given or "custom" not in self.entity.fields:
            return
        kept = dict(getattr(record, "custom", None) or {})
        for key, known in self.custom.items():
            name = CUSTOM_PREFIX + key
            if name not in raw:
                continue
            parsed: Values = {}
            _collect(name, parsed, errors, lambda n=name, k=known: read_value(k, raw[n], self.zone))  # type: ignore[misc]
            kept.pop(key, None)
            if parsed.get(name) is not None:
                kept[key] = _plain(parsed[name])
        values["custom"] = kept

    def _check_period(self, values: Values, record: Layered | None, errors: Errors) -> None:
        """V17: what was paid in a closed month stays as it is, and nothing is added to it."""
        if not has_periods(self.entity):
            return
        changed = {n for n, v in values.items() if record is None or v != getattr(record, n)}
        if record is not None and (closed := closed_period(self.desk, record)):
            errors |= dict.fromkeys(sorted(changed), closed)
            return
        today = clock.company_day(self.desk.now)
        for name in sorted(changed & _PERIOD_FIELDS):
            if values[name] is not None:
                label = self.entity.fields[name].label
                _collect(name, {}, errors, partial(_check_period, label, values[name], today))


def has_periods(entity: Entity) -> bool:
    """Tell whether an entity's records belong to a month that closes (V17)."""
    return any("V17" in known.rules for known in entity.fields.values())


def closed_period(desk: Desk, record: Layered) -> Fault | None:
    """V17: return why a record can only be read; None where its month is open or not paid."""
    entity, name = ENTITIES[record.entity], period_field(record)
    given = getattr(record, name, None)
    if given is None or not has_periods(entity):
        return None
    try:
        _check_period(entity.fields[name].label, given, clock.company_day(desk.now))
    except RefusedError as refused:
        return refused.fault
    return None


def period_field(record: Layered) -> str:
    """Return the field that says to which month a record belongs."""
    return "period" if hasattr(record, "period") else "paid_at"


def typed_numbers(entity: Entity, raw: Mapping[str, Any], values: Mapping[str, Any]) -> Values:
    """V02: return the numbers as they were typed, where they are stored in another form."""
    typed = {
        name: as_text(raw[name])[: rules.MOST_CHARACTERS]
        for name, known in entity.editable.items()
        if known.kind is FieldKind.MOBILE and raw.get(name) and values.get(name)
    }
    other = {name: text for name, text in typed.items() if text != values[name]}
    return {"typed": other} if other else {}


def custom_fields(desk: Desk, entity_name: str) -> Mapping[str, Field]:
    """Return the fields that the workspace's company added to an entity, by key."""
    found = desk.session.scalars(
        select(CustomField).where(CustomField.about == entity_name).order_by(CustomField.id)
    )
    return {
        each.key: Field(
            label=each.english_label if language() == "en" and each.english_label else each.label,
            kind=_CUSTOM_KINDS.get(each.kind, FieldKind.TEXT),
            choices={str(option): str(option) for option in each.options or []} or None,
        )
        for each in found
    }


def _check_period(label: str, given: datetime | str, today: date) -> None:
    if isinstance(given, datetime):
        rules.check_period(label, clock.company_day(given), today)
    else:
        rules.check_period(label, rules.last_month(label, given), today, given)


def _number_of(text: str) -> int | None:
    """Return the id that a reference is entered by: 12, #12, #12 and the title."""
    number = text.split(maxsplit=1)[0].removeprefix("#") if text.startswith("#") else text
    return whole_number(number)


def _collect(name: str, values: Values, errors: Errors, read: Callable[[], Any]) -> None:
    try:
        values[name] = read()
    except RefusedError as refused:
        errors[name] = refused.fault


def _required_code(known: Field) -> str:
    return next((rule for rule in known.rules if rule in {"V01", "V02", "V04"}), "V00")


def _is_same(value: Any, before: Any) -> bool:
    """Tell whether a value is the stored one as a form shows it: instants to the minute."""
    if isinstance(value, datetime) and isinstance(before, datetime):
        return value == before.replace(second=0, microsecond=0)
    return bool(value == before)


def _default(entity: Entity, name: str) -> Any:
    default = entity.model.__table__.columns[name].default  # type: ignore[attr-defined]
    return default.arg if default is not None and not callable(default.arg) else None


def _plain(value: Any) -> Any:
    """Return an own field as JSON keeps it: a save of the form leaves whole numbers whole."""
    if isinstance(value, Decimal) and value == value.to_integral_value():
        return int(value)
    return to_plain(value)
