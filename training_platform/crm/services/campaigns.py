"""Campaigns: a segment with frozen members, sending to whom it is allowed, what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from training_platform.core.errors import ConflictError, InvalidTransitionError, RuleError
from training_platform.core.permissions import Permission, authorize
from training_platform.crm.desk import Desk
from training_platform.crm.models import Campaign, CampaignMember, Contact, Customer, Segment
from training_platform.crm.queries import lists
from training_platform.crm.rules import campaigns as rules
from training_platform.crm.rules.tickets import share
from training_platform.crm.services import bulk, records
from training_platform.crm.services.access import expect_editable

MOST_MEMBERS = 5000
_CHUNK = 500


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Reached:
    """A customer who may be reached, through which contact; None for the firm itself."""

    customer: Customer
    contact: Contact | None


@dataclass(frozen=True)
class Audience:
    """Whom a campaign reaches, and whom it leaves out for which reason (V15)."""

    reached: Sequence[Reached]
    excluded: Sequence[tuple[Customer, str]]


def freeze_segment(desk: Desk, name: str, state: lists.ListState) -> Segment:
    """Keep the customers of a list, as they are now, under a name."""
    authorize(desk.actor, desk.workspace, Permission.WORKSPACE_WRITE)
    if not name.strip():
        raise RuleError(_("Give the segment a name."), field="name")
    found = lists.statement(desk, state).with_only_columns(Customer.id)
    ids = list(desk.session.scalars(found.limit(MOST_MEMBERS + 1)))
    if not ids:
        raise RuleError(_("The list is empty. Choose other filters."), field="name")
    if len(ids) > MOST_MEMBERS:
        raise RuleError(_("A segment has 5,000 members at most. Narrow the list."), field="name")
    values = {
        "name": " ".join(name.split())[:80],
        "definition": state.arguments(),
        "member_ids": ids,
        "frozen_at": desk.now,
    }
    return records.create_record(desk, Segment, values, act="segment_freeze")


def audience_of(desk: Desk, campaign: Campaign) -> Audience:
    """Return whom a campaign may reach of its segment, and whom not; empty without a segment."""
    if campaign.segment_id is None:
        return Audience((), ())
    segment = records.find_record(desk, Segment, campaign.segment_id)
    ids = [int(ident) for ident in segment.member_ids]
    contacts = _contacts(desk, ids)
    reached, excluded = [], []
    for customer in _customers(desk, ids):
        reason = rules.exclusion(
            campaign.kind,
            consent=customer.consent,
            is_do_not_contact=customer.is_do_not_contact,
            retention=customer.retention,
        )
        own = contacts.get(customer.id, [])
        reason = reason or _unreachable(campaign.kind, customer, own)
        if reason:
            excluded.append((customer, reason))
        else:
            reached.append(Reached(customer, _addressee(campaign.kind, own)))
    return Audience(reached, excluded)


def send_campaign(desk: Desk, campaign: Campaign, expected_version: int) -> int:
    """Send a planned campaign to whom it may reach; return to how many.

    The invented customers answer at once, and always the same. Raises RuleError without a segment
    or where nobody may be reached.
    """
    expect_editable(desk, campaign)
    if campaign.version != expected_version:
        raise ConflictError(campaign)
    if campaign.sent_at is not None or campaign.status == "ended":
        raise InvalidTransitionError
    if campaign.segment_id is None:
        raise RuleError(_("Choose the segment first: edit the campaign."))
    audience = audience_of(desk, campaign)
    if not audience.reached:
        raise RuleError(_("V15 Nobody of this segment may be reached in this way."))
    rows = [_member(desk, campaign, each) for each in audience.reached]
    bulk.create_records(desk, CampaignMember, rows, act="campaign_reach")
    _note_opt_outs(desk, rows)
    records.change_record(
        desk,
        campaign,
        {"sent_at": desk.now, "status": "running"},
        act="campaign_send",
        reached=len(rows),
        excluded={str(customer.id): reason for customer, reason in audience.excluded},
    )
    return len(rows)


def members_of(desk: Desk, campaign: Campaign) -> Sequence[CampaignMember]:
    """Return the members of a campaign that did something: answered, bought, opted out."""
    acted = ("won", "responded", "opted_out", "bounced")
    return desk.session.scalars(
        select(CampaignMember)
        .where(CampaignMember.campaign_id == campaign.id, CampaignMember.status.in_(acted))
        .order_by(CampaignMember.revenue_amount.desc().nulls_last(), CampaignMember.id)
        .limit(100)
    ).all()


def _member(desk: Desk, campaign: Campaign, each: Reached) -> dict[str, Any]:
    key = f"{campaign.code}:{each.customer.id}"
    state = rules.outcome(campaign.kind, share(desk.layer.dataset, key))
    luck = share(desk.layer.dataset, f"then:{key}")
    responded = desk.now + timedelta(minutes=int(luck * 3 * 1440))
    return {
        "campaign_id": campaign.id,
        "customer_id": each.customer.id,
        "contact_id": each.contact.id if each.contact else None,
        "status": state,
        "sent_at": desk.now,
        "responded_at": responded if state in rules.RESPONSES else None,
        "revenue_amount": rules.revenue(luck) if state == "won" else None,
    }


def _note_opt_outs(desk: Desk, rows: Sequence[Mapping[str, Any]]) -> None:
    """Who opts out of this mailing is left out of the next one."""
    for row in rows:
        if row["status"] == "opted_out" and row["contact_id"]:
            contact = records.find_record(desk, Contact, row["contact_id"])
            records.change_record(desk, contact, {"has_opted_out": True}, act="opt_out")


def _unreachable(kind: str, customer: Customer, contacts: Sequence[Contact]) -> str | None:
    if contacts and all(each.has_opted_out for each in contacts):
        return "opted_out"
    address = _address(kind)
    if address is None:
        return None
    holders: list[Any] = [customer, *(each for each in contacts if not each.has_opted_out)]
    return None if any(getattr(each, address) for each in holders) else "no_address"


def _address(kind: str) -> str | None:
    """Return the field that a kind of campaign needs; None where people are met."""
    return {"sms": "mobile", "trade_fair": None}.get(kind, "email")


def _addressee(kind: str, contacts: Sequence[Contact]) -> Contact | None:
    """Return the first contact who may be reached; None for the firm's own address."""
    address = _address(kind)
    return next(
        (
            each
            for each in contacts
            if not each.has_opted_out and (address is None or getattr(each, address))
        ),
        None,
    )


def _customers(desk: Desk, ids: Sequence[int]) -> list[Customer]:
    found: list[Customer] = []
    for start in range(0, len(ids), _CHUNK):
        part = select(Customer).where(Customer.id.in_(ids[start : start + _CHUNK]))
        found += desk.session.scalars(part.order_by(Customer.id)).all()
    return found


def _contacts(desk: Desk, ids: Sequence[int]) -> dict[int, list[Contact]]:
    """Return the contacts of customers, main ones first."""
    found: dict[int, list[Contact]] = {}
    for start in range(0, len(ids), _CHUNK):
        part = select(Contact).where(Contact.customer_id.in_(ids[start : start + _CHUNK]))
        for contact in desk.session.scalars(part.order_by(Contact.is_primary.desc(), Contact.id)):
            found.setdefault(contact.customer_id, []).append(contact)
    return found
