"""What happens to a customer's data in the end: archive, anonymize, legal hold."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from training_platform.core.errors import ConflictError, InvalidTransitionError, RuleError
from training_platform.crm.desk import Desk
from training_platform.crm.models import Activity, Contact, CrmEvent, Customer, Lead
from training_platform.crm.services import records
from training_platform.crm.services.access import expect_editable, expect_leading

#: Fields of a person, and what stands there afterwards: truly nothing.
PERSONAL_OF_CUSTOMER = (
    "contact_name",
    "contact_title",
    "mobile",
    "email",
    "needs",
    "remarks",
    "former_name",
)
PERSONAL_OF_CONTACT = ("title", "mobile", "email", "wechat", "role", "mobile_verified_at")
PERSONAL_OF_ACTIVITY = ("summary", "reaction", "next_step")
PERSONAL_OF_LEAD = ("person", "title", "mobile", "email", "remarks")
#: Entity → the fields that anonymizing empties; their history is not shown after it.
PERSONAL: Mapping[str, frozenset[str]] = {
    "customer": frozenset({*PERSONAL_OF_CUSTOMER, "custom"}),
    "contact": frozenset({*PERSONAL_OF_CONTACT, "name"}),
    "lead": frozenset({*PERSONAL_OF_LEAD, "custom"}),
    "activity": frozenset(PERSONAL_OF_ACTIVITY),
}
ACTS = ("archive", "restore", "anonymize", "hold", "release_hold")


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def retain(desk: Desk, customer: Customer, act: str, *, expected_version: int) -> Customer:
    """Archive, restore or anonymize a customer, or put it on legal hold and take it off.

    For those who lead. A legal hold refuses anonymizing. Raises ConflictError for an older version.
    """
    expect_leading(desk)
    expect_editable(desk, customer)
    if customer.version != expected_version:
        raise ConflictError(customer)
    if act not in ACTS:
        raise InvalidTransitionError
    if act == "anonymize":
        return _anonymize(desk, customer)
    by_act: dict[str, dict[str, Any]] = {
        "archive": {"retention": "archived", "next_follow_up_at": None},
        "restore": {"retention": "active"},
        "hold": {"is_on_legal_hold": True},
        "release_hold": {"is_on_legal_hold": False},
    }
    if customer.retention == "anonymized" and act in {"archive", "restore"}:
        raise InvalidTransitionError
    return records.change_record(desk, customer, by_act[act], act=act)


def _anonymize(desk: Desk, customer: Customer) -> Customer:
    """Blank everything about persons, in contacts, notes and former leads too; figures stay."""
    if customer.is_on_legal_hold:
        raise RuleError(_("This customer is on legal hold: its data must be kept."))
    if customer.retention == "anonymized":
        raise InvalidTransitionError
    contacts = desk.session.scalars(
        select(Contact).where(Contact.customer_id == customer.id).order_by(Contact.id)
    ).all()
    for contact in contacts:
        blank = dict.fromkeys(PERSONAL_OF_CONTACT) | {"name": ""}
        records.change_record(desk, contact, blank, act="anonymize")
    _forget_names(desk, [contact.id for contact in contacts])
    for lead in desk.session.scalars(
        select(Lead).where(Lead.converted_customer_id == customer.id).order_by(Lead.id)
    ).all():
        blank = dict.fromkeys(PERSONAL_OF_LEAD) | {"custom": {}}
        records.change_record(desk, lead, blank, act="anonymize")
    for activity in desk.session.scalars(
        select(Activity).where(Activity.customer_id == customer.id).order_by(Activity.id)
    ).all():
        records.change_record(desk, activity, dict.fromkeys(PERSONAL_OF_ACTIVITY), act="anonymize")
    values: dict[str, Any] = {
        **dict.fromkeys(PERSONAL_OF_CUSTOMER),
        "retention": "anonymized",
        "next_follow_up_at": None,
        "custom": {},
    }
    return records.change_record(desk, customer, values, act="anonymize")


def _forget_names(desk: Desk, contact_ids: Collection[int]) -> None:
    """Let the log name the contacts no more; what was changed stays in it, for the undo."""
    mine = CrmEvent.layer_id == desk.layer.id, CrmEvent.entity == Contact.entity
    found = select(CrmEvent).where(*mine, CrmEvent.record_id.in_(contact_ids))
    for event in desk.session.scalars(found).all():
        event.context = {**event.context, "title": ""}
