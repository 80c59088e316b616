"""Turning a lead into a customer with contact and opportunity; scoring and nurturing before it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.crm.desk import Desk
from training_platform.crm.models import (
    Activity,
    Contact,
    Customer,
    Lead,
    Opportunity,
)
from training_platform.crm.queries.scores import scores_of
from training_platform.crm.rules import scoring
from training_platform.crm.rules.keys import mobile_key
from training_platform.crm.rules.scoring import Score
from training_platform.crm.services.access import expect_editable
from training_platform.crm.services.duplicates import Candidate, find_customers_like
from training_platform.crm.services.pool import expect_room
from training_platform.crm.services.records import change_record, create_record, find_record
from training_platform.crm.services.stages import open_opportunity

#: Lead field → the customer's field that it fills.
TO_CUSTOMER: Mapping[str, str] = {
    "company": "name",
    "person": "contact_name",
    "title": "contact_title",
    "mobile": "mobile",
    "email": "email",
    "industry": "industry",
    "region": "region",
    "source": "source",
    "next_follow_up_at": "next_follow_up_at",
}
#: Lead field → the contact's field that it fills.
TO_CONTACT: Mapping[str, str] = {
    "person": "name",
    "title": "title",
    "mobile": "mobile",
    "email": "email",
}


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Deal:
    """The opportunity that a lead brings."""

    name: str
    amount: Decimal
    expected_close_on: date


@dataclass(frozen=True)
class Conversion:
    """What somebody decides when converting: into which records, and with which opportunity.

    None as customer or contact makes a new one. duplicate_reason answers V11 where a new customer
    looks like an existing one.
    """

    customer_id: int | None = None
    contact_id: int | None = None
    deal: Deal | None = None
    duplicate_reason: str = ""


@dataclass(frozen=True)
class Converted:
    """What came of a lead."""

    lead: Lead
    customer: Customer
    contact: Contact | None
    opportunity: Opportunity | None
    #: The customer's fields that were empty and were filled.
    filled: tuple[str, ...]


def customer_candidates(desk: Desk, lead: Lead) -> list[Candidate]:
    """Return the customers that a lead may be about; leads and contacts are left out."""
    values = {name: getattr(lead, name) for name in ("company", "mobile", "email", "person")}
    return find_customers_like(desk, values)


def contacts_of(desk: Desk, customer_id: int) -> Sequence[Contact]:
    """Return the contacts of a customer."""
    return desk.session.scalars(
        select(Contact).where(Contact.customer_id == customer_id).order_by(Contact.id)
    ).all()


def convert_lead(
    desk: Desk, lead: Lead, conversion: Conversion, expected_version: int | None = None
) -> Converted:
    """Convert a lead. An existing customer keeps its values: only empty fields are filled.

    Raises RuleError where a new customer looks like an existing one and no reason is given (V11),
    or the opportunity has no amount (V10); NotPermittedError where lead or customer are not the
    seller's (V13); InvalidTransitionError for a lead that was converted or is invalid.
    """
    expect_editable(desk, lead)
    if lead.status in {"converted", "invalid"}:
        raise InvalidTransitionError(_("This lead was converted or closed already."))
    customer, filled = _customer(desk, lead, conversion)
    contact = _contact(desk, lead, customer, conversion.contact_id)
    opportunity = _opportunity(desk, lead, customer, contact, conversion.deal)
    converted = change_record(
        desk,
        lead,
        {
            "status": "converted",
            "converted_at": desk.now,
            "converted_customer_id": customer.id,
            "converted_contact_id": contact.id if contact else None,
            "converted_opportunity_id": opportunity.id if opportunity else None,
        },
        expected_version=expected_version,
        act="convert",
        is_new_customer=conversion.customer_id is None,
        filled=list(filled),
        duplicate_reason=conversion.duplicate_reason,
    )
    _bring_activities(desk, lead, customer, opportunity)
    customer = find_record(desk, Customer, customer.id)
    return Converted(converted, customer, contact, opportunity, filled)


def score_lead(desk: Desk, lead: Lead) -> Score:
    """Return how promising a lead is; visits are those of the customer with its name or number."""
    return scores_of(desk, [lead.id])[lead.id]


def nurture(desk: Desk, lead: Lead, expected_version: int | None = None) -> Lead:
    """Take the next step of nurturing; it stands in the lead's timeline.

    Raises InvalidTransitionError after the last step or for a closed lead.
    """
    expect_editable(desk, lead)
    step = scoring.next_step(lead.nurture_step)
    if step is None or lead.status in {"converted", "invalid"}:
        raise InvalidTransitionError(_("There is no further step of nurturing."))
    return change_record(
        desk, lead, {"nurture_step": step}, expected_version=expected_version, act="nurture"
    )


def _customer(desk: Desk, lead: Lead, conversion: Conversion) -> tuple[Customer, tuple[str, ...]]:
    given = {there: getattr(lead, here) for here, there in TO_CUSTOMER.items()}
    if conversion.customer_id is None:
        strong = [each for each in customer_candidates(desk, lead) if each.is_strong]
        if strong and not conversion.duplicate_reason.strip():
            raise RuleError(
                _("V11: %(title)s looks like this lead. Use it, or say why it is another one."),
                field="duplicate_reason",
                title=strong[0].title,
            )
        expect_room(desk)
        new = {name: value for name, value in given.items() if value is not None}
        owned = {"owner_id": desk.seller.id, "claimed_at": desk.now}
        return create_record(desk, Customer, new | owned), ()
    customer = find_record(desk, Customer, conversion.customer_id)
    expect_editable(desk, customer)
    empty = {
        name: value
        for name, value in given.items()
        if value not in (None, "") and getattr(customer, name) in (None, "")
    }
    return change_record(desk, customer, empty, source=f"lead {lead.code}"), tuple(empty)


def _contact(desk: Desk, lead: Lead, customer: Customer, contact_id: int | None) -> Contact | None:
    if contact_id is not None:
        contact = find_record(desk, Contact, contact_id)
        if contact.customer_id != customer.id:
            raise RuleError(_("This contact belongs to another customer."), field="contact")
        empty = {
            there: getattr(lead, here)
            for here, there in TO_CONTACT.items()
            if getattr(lead, here) and not getattr(contact, there)
        }
        return change_record(desk, contact, empty)
    if not lead.person:
        return None
    known = contacts_of(desk, customer.id)
    for contact in known:  # the same person is no second contact
        if lead.mobile and mobile_key(contact.mobile or "") == mobile_key(lead.mobile):
            return contact
    values = {there: getattr(lead, here) for here, there in TO_CONTACT.items()}
    return create_record(
        desk, Contact, values | {"customer_id": customer.id, "is_primary": not known}
    )


def _opportunity(
    desk: Desk, lead: Lead, customer: Customer, contact: Contact | None, deal: Deal | None
) -> Opportunity | None:
    if deal is None:
        return None
    if deal.amount <= 0:
        raise RuleError(_("V10: enter an amount above zero."), field="amount")
    return open_opportunity(
        desk,
        {
            "name": deal.name,
            "customer_id": customer.id,
            "contact_id": contact.id if contact else None,
            "amount": deal.amount,
            "expected_close_on": deal.expected_close_on,
            "lead_id": lead.id,
            "campaign_id": lead.campaign_id,
        },
    )


def _bring_activities(
    desk: Desk, lead: Lead, customer: Customer, opportunity: Opportunity | None
) -> None:
    """Let the lead's follow-ups stand on the customer's timeline too."""
    found = desk.session.scalars(
        select(Activity).where(Activity.lead_id == lead.id, Activity.customer_id.is_(None))
    ).all()
    values: dict[str, Any] = {"customer_id": customer.id}
    if opportunity is not None:
        values["opportunity_id"] = opportunity.id
    for activity in found:
        change_record(desk, activity, values)
