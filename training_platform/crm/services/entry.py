"""Entering and changing records by hand: rules first, every fault at once, then the record."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import select

from training_platform.core.errors import RuleError
from training_platform.core.i18n import translate
from training_platform.core.text import nfc
from training_platform.crm.desk import Desk
from training_platform.crm.models import Contract, Customer, Layered, Order, Payment
from training_platform.crm.registry import ENTITIES, Entity, entity_of
from training_platform.crm.rules import validation as rules
from training_platform.crm.rules.keys import company_key, mobile_key
from training_platform.crm.rules.validation import Fault, RefusedError
from training_platform.crm.services import records, stages
from training_platform.crm.services.access import expect_editable, find_within_reach, may_edit
from training_platform.crm.services.checking import (
    Checker,
    Errors,
    check_values,
    closed_period,
    custom_fields,
    period_field,
    typed_numbers,
)
from training_platform.crm.services.contracts import Receipt, take_payment
from training_platform.crm.services.duplicates import Candidate, find_candidates
from training_platform.crm.services.pool import expect_room
from training_platform.crm.services.sla import first_follow_up_due

__all__ = [
    "AFTER_CHANGE",
    "AFTER_CREATE",
    "BEFORE_CHANGE",
    "BEFORE_CREATE",
    "Checker",
    "EntryErrors",
    "Errors",
    "change_entry",
    "check_values",
    "create_entry",
    "custom_fields",
    "delete_entry",
    "fault",
    "is_entered",
    "said",
    "typed_text",
]

#: Entities that are sales: nothing is sold to a customer of the public pool until it is claimed.
SOLD = frozenset({"opportunity", "contract", "order"})
Record = TypeVar("Record", bound=Layered)


class EntryErrors(RuleError):  # noqa: N818  # several of them
    """What was entered breaks rules: one fault per field, and the duplicates that it may be."""

    def __init__(self, faults: Mapping[str, Fault], candidates: Sequence[Candidate] = ()) -> None:
        """Collect the faults by field."""
        super().__init__(field=next(iter(faults), None))
        self.faults = dict(faults)
        self.candidates = tuple(candidates)


def create_entry(
    desk: Desk, entity: Entity, raw: Mapping[str, Any], *, duplicate_reason: str = ""
) -> Layered:
    """Check what was entered and add the record; it belongs to the seller who enters it.

    duplicate_reason answers V11: why this is a new record although it looks like another. Raises
    EntryErrors with every fault.
    """
    values, errors = check_values(desk, entity, raw)
    _check_plan(entity, values, errors)
    _check_customer(desk, entity, values, errors)
    candidates = _candidates(desk, entity, values)
    if candidates and not duplicate_reason.strip():
        _may_be_duplicate(entity, errors, entity.model.title_field)
    if errors:
        raise EntryErrors(errors, candidates)
    if entity.name == "customer":
        expect_room(desk)
    entered = {name: value for name, value in values.items() if value is not None}
    values = entered | _first_values(desk, entity, entered)
    for prepare in BEFORE_CREATE.get(entity.name, ()):
        values = prepare(desk, values)
    record = _create(
        desk,
        entity,
        values,
        _verdict(candidates, duplicate_reason) | typed_numbers(entity, raw, values),
    )
    for follow in AFTER_CREATE.get(entity.name, ()):
        follow(desk, record)
    return record


def is_entered(desk: Desk, record: Layered, raw: Mapping[str, Any]) -> bool:
    """Tell whether a record holds what was entered: empty fields may have their defaults."""
    values, errors = check_values(desk, record.entity, raw, record=record)
    filled = {name: value for name, value in values.items() if value not in (None, "", [], {})}
    return not errors and all(getattr(record, name) == value for name, value in filled.items())


def change_entry(
    desk: Desk,
    record: Record,
    raw: Mapping[str, Any],
    *,
    expected_version: int,
    is_partial: bool = False,
    duplicate_reason: str = "",
) -> Record:
    """Check what was entered and change the record.

    Raises NotPermittedError where it is not the seller's to change (V13), EntryErrors with every
    fault, and ConflictError where it was changed since the form was opened.
    """
    expect_editable(desk, record)
    entity = entity_of(type(record))
    values, errors = check_values(desk, entity, raw, record=record, is_partial=is_partial)
    if values.get("customer_id") != getattr(record, "customer_id", None):
        _check_customer(desk, entity, values, errors)
    renamed = _renamed(record, values)
    candidates = _candidates(desk, entity, renamed, record.id)
    if candidates and not duplicate_reason.strip():
        _may_be_duplicate(entity, errors, next(iter(renamed)))
    if errors:
        raise EntryErrors(errors, candidates)
    for follow in BEFORE_CHANGE.get(entity.name, ()):
        values = follow(desk, record, values)
    changed = records.change_record(
        desk,
        record,
        values,
        expected_version=expected_version,
        **_verdict(candidates, duplicate_reason),
        **typed_numbers(entity, raw, {n: v for n, v in values.items() if v != getattr(record, n)}),
    )
    for complete in AFTER_CHANGE.get(entity.name, ()):
        complete(desk, changed)
    return changed


def delete_entry(desk: Desk, record: Layered, *, expected_version: int) -> None:
    """Delete a record that the seller may change.

    Raises RuleError on a legal hold of the record or of its customer, and EntryErrors for what was
    paid in a closed month (V17).
    """
    expect_editable(desk, record)
    if getattr(record, "is_on_legal_hold", False):
        raise RuleError(_("This customer is on legal hold and cannot be deleted."))
    held = select(Customer.id).where(
        Customer.id == getattr(record, "customer_id", None), Customer.is_on_legal_hold
    )
    if desk.session.scalar(held) is not None:
        raise RuleError(_("Its customer is on legal hold: this record must be kept."))
    if closed := closed_period(desk, record):
        raise EntryErrors({period_field(record): closed})
    records.delete_record(desk, record, expected_version=expected_version)


def said(error: RuleError) -> str:
    """Return a refusal in the page's language: every fault with its code."""
    if isinstance(error, EntryErrors):
        return " ".join(str(each) for each in error.faults.values())
    return translate(error.text, **error.values)


def typed_text(name: str, label: str, text: str, most: int = rules.MOST_LONG_CHARACTERS) -> str:
    """Return what was typed into a field that an act asks for; its label is a message id.

    Raises EntryErrors for a text that is too long or holds characters that nobody sees.
    """
    clean = nfc(text).strip()
    try:
        rules.check_text(label, clean, most)
    except RefusedError as refused:
        raise EntryErrors({name: refused.fault}) from None
    return clean


def fault(code: str, name: str, entity_name: str) -> Fault:
    """Return the fault of a field that must be filled in here, though not everywhere."""
    return Fault(code, rules.REQUIRED, {"field": ENTITIES[entity_name].fields[name].label})


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def _create(desk: Desk, entity: Entity, values: dict[str, Any], verdict: dict[str, Any]) -> Layered:
    if entity.name == "opportunity":  # the funnel counts from its first change of stage
        return stages.open_opportunity(desk, values)
    if entity.name == "payment":  # what is paid and paid back stands on the order too
        return _take_payment(desk, values)
    return records.create_record(desk, entity.model, values, **verdict)


def _take_payment(desk: Desk, values: Mapping[str, Any]) -> Payment:
    order_id, contract_id = values.get("order_id"), values.get("contract_id")
    if bool(order_id) == bool(contract_id):
        raise RuleError(_("A payment is for one order or for one contract."), field="order_id")
    target: Order | Contract = (
        find_within_reach(desk, Order, order_id)
        if order_id
        else find_within_reach(desk, Contract, contract_id)
    )
    if target.customer_id != values["customer_id"]:
        raise RuleError(_("This order or contract is another customer's."), field="customer_id")
    receipt = Receipt(
        values["amount"], values["kind"], values["paid_at"], values.get("remarks") or ""
    )
    return take_payment(desk, target, receipt)


def _check_plan(entity: Entity, values: Mapping[str, Any], errors: dict[str, Fault]) -> None:
    """Ask for what a new record must have from the start, such as its next follow-up (V06)."""
    for name, known in entity.editable.items():
        if known.is_required_when_new and not values.get(name):
            errors.setdefault(name, fault(next(iter(known.rules), "V00"), name, entity.name))


def _check_customer(
    desk: Desk, entity: Entity, values: Mapping[str, Any], errors: dict[str, Fault]
) -> None:
    """V13: what is sold, and what has no owner of its own, is entered for own customers only.

    So are follow-ups; those of a ticket are service, whoever the customer's owner is.
    """
    known, customer_id = entity.fields.get("customer_id"), values.get("customer_id")
    is_followed = entity.name == "activity" and not values.get("ticket_id")
    is_checked = entity.name in SOLD or (known and known.is_required and not entity.has_owner)
    if known is None or customer_id is None or not (is_checked or is_followed):
        return
    if not may_edit(desk, records.find_record(desk, Customer, customer_id)):
        errors["customer_id"] = Fault("V13", rules.NOT_YOUR_CUSTOMER, {"field": known.label})


def _candidates(
    desk: Desk, entity: Entity, values: Mapping[str, Any], own_id: int | None = None
) -> list[Candidate]:
    """V11: return what the record may already be, of those that oblige an answer."""
    if not values or not any("V11" in known.rules for known in entity.fields.values()):
        return []
    return find_candidates(desk, entity.name, values, own_id, only_strong=True)


def _may_be_duplicate(entity: Entity, errors: dict[str, Fault], name: str) -> None:
    label = entity.fields[name].label
    errors.setdefault(name, Fault("V11", rules.MAY_BE_DUPLICATE, {"field": label}))


def _renamed(record: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that tell records apart and become others, not merely written otherwise."""
    keys: dict[str, Callable[[str], str]] = {
        record.title_field: company_key,
        "mobile": mobile_key,
        "email": str.casefold,
        "credit_code": str.casefold,
    }
    return {
        name: values[name]
        for name, key in keys.items()
        if values.get(name) and key(values[name]) != key(getattr(record, name) or "")
    }


def _verdict(candidates: Sequence[Candidate], reason: str) -> dict[str, Any]:
    if not candidates:
        return {}
    alike = [f"{each.entity}:{each.id}" for each in candidates]
    return {"duplicate_reason": reason.strip()[:400], "looked_like": alike}


def _first_values(desk: Desk, entity: Entity, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a new record has from the start: its owner, and when it came."""
    given: dict[str, Any] = {
        "owner_id": desk.seller.id,
        "reporter_id": desk.seller.id,
        "received_at": desk.now,
        "happened_at": desk.now,
    }
    if entity.name in {"customer", "referral"}:
        given["claimed_at"] = desk.now
    if entity.name == "lead":
        given |= {
            "status": "assigned",
            "assigned_at": desk.now,
            "first_follow_up_due_at": first_follow_up_due(desk),
        }
    if entity.name == "activity" and values.get("owner_id"):
        given.pop("owner_id")
    return {name: value for name, value in given.items() if name in entity.fields}


#: What else belongs to a new or a changed record of an entity; features add theirs.
BEFORE_CREATE: dict[str, list[Callable[[Desk, dict[str, Any]], dict[str, Any]]]] = {}
BEFORE_CHANGE: dict[str, list[Callable[[Desk, Any, dict[str, Any]], dict[str, Any]]]] = {}
AFTER_CREATE: dict[str, list[Callable[[Desk, Any], None]]] = {}
AFTER_CHANGE: dict[str, list[Callable[[Desk, Any], None]]] = {}
