"""Who buys and who sells: sellers, customers, contacts, leads, opportunities, activities."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from training_platform.core.db import Base
from training_platform.crm.choices import (
    ACTIVITY_METHODS,
    CONSENTS,
    CONTACT_ROLES,
    INDUSTRIES,
    LEAD_POTENTIALS,
    LEAD_STATUSES,
    LOST_REASONS,
    NURTURE_STEPS,
    PRODUCT_LINES,
    PROVINCES,
    REGIONS,
    RETENTION_STATES,
    SELLER_ROLES,
    SOURCES,
    STAGES,
)
from training_platform.crm.fields import FieldKind as K
from training_platform.crm.fields import choice, column, reference
from training_platform.crm.models.base import Layered


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


class Seller(Layered, Base):
    """One of the company's sellers; the trainee plays one of them."""

    __tablename__ = "crm_seller"
    entity = "seller"
    search_fields = ("name", "latin_name", "team")

    name: Mapped[str] = column(_("Name"), required=True)
    latin_name: Mapped[str] = column(_("Name in Latin letters"))
    role: Mapped[str] = choice(_("Role"), SELLER_ROLES, required=True)
    team: Mapped[str] = choice(_("Team"), REGIONS, required=True)
    email: Mapped[str] = column(_("E-mail"), K.EMAIL, rules=("V03",))
    is_active: Mapped[bool] = column(_("Active"), K.BOOLEAN, default=True)
    capacity_count: Mapped[int] = column(_("Open leads at most"), K.INTEGER, default=40)
    export_limit_count: Mapped[int] = column(_("Rows per export at most"), K.INTEGER, default=100)
    #: A suspended account is inactive and nobody works at its desk (services/accounts.py).
    suspended_at: Mapped[datetime | None] = column(_("Suspended at"), K.INSTANT, read_only=True)
    suspension_reason: Mapped[str | None] = column(_("Why suspended"), read_only=True)
    #: When password, sessions and keys were last made void.
    access_rotated_at: Mapped[datetime | None] = column(
        _("Access renewed at"), K.INSTANT, read_only=True
    )


class Customer(Layered, Base):
    """A firm that buys or may buy. Without an owner it lies in the public pool."""

    __tablename__ = "crm_customer"
    entity = "customer"
    search_fields = ("name", "code", "mobile", "contact_name", "former_name")
    code_prefix = "C-"

    code: Mapped[str] = column(_("Customer number"), read_only=True, index=True)
    name: Mapped[str] = column(_("Customer name"), required=True, rules=("V01", "V11"))
    former_name: Mapped[str | None] = column(_("Former name"))
    name_key: Mapped[str] = mapped_column(default="", info={"crm_index": True})
    credit_code: Mapped[str | None] = column(_("Unified social credit code"), index=True)
    contact_name: Mapped[str | None] = column(_("Contact"), required=True)
    contact_title: Mapped[str | None] = column(_("Position"), required=True)
    mobile: Mapped[str | None] = column(
        _("Mobile"), K.MOBILE, required=True, masked=True, rules=("V02", "V11"), index=True
    )
    email: Mapped[str | None] = column(_("E-mail"), K.EMAIL, masked=True, rules=("V03",))
    industry: Mapped[str | None] = choice(
        _("Industry"), INDUSTRIES, required=True, rules=("V04",), index=True
    )
    region: Mapped[str | None] = choice(_("Region"), REGIONS, index=True)
    province: Mapped[str | None] = choice(_("Province"), PROVINCES)
    city: Mapped[str | None] = column(_("City"))
    source: Mapped[str | None] = choice(_("Source"), SOURCES)
    stage: Mapped[str | None] = choice(_("Stage"), STAGES, read_only=True)
    needs: Mapped[str | None] = column(_("Needs"), K.LONG_TEXT)
    next_follow_up_at: Mapped[datetime | None] = column(
        _("Next follow-up"), K.INSTANT, required_when_new=True, rules=("V06",), index=True
    )
    tags: Mapped[list[str]] = column(_("Tags"), K.TAGS, default=list)
    custom: Mapped[dict[str, Any]] = column(_("Own fields"), K.CUSTOM, default=dict)
    remarks: Mapped[str | None] = column(_("Remarks"), K.LONG_TEXT)
    owner_id: Mapped[int | None] = reference(_("Owner"), "seller", read_only=True, rules=("V13",))
    protected_until: Mapped[datetime | None] = column(
        _("Protected until"), K.INSTANT, read_only=True
    )
    claimed_at: Mapped[datetime | None] = column(_("Claimed at"), K.INSTANT, read_only=True)
    pooled_at: Mapped[datetime | None] = column(_("In the pool since"), K.INSTANT, read_only=True)
    pool_reason: Mapped[str | None] = column(_("Why in the pool"), read_only=True)
    last_owner_id: Mapped[int | None] = column(
        _("Last owner"), K.REFERENCE, refers_to="seller", read_only=True
    )
    parent_id: Mapped[int | None] = reference(_("Parent company"), "customer")
    referred_by_id: Mapped[int | None] = column(_("Referred by"), K.REFERENCE, refers_to="customer")
    consent: Mapped[str] = choice(_("Consent to contact"), CONSENTS, default="all", rules=("V15",))
    is_do_not_contact: Mapped[bool] = column(
        _("Do not contact"), K.BOOLEAN, default=False, rules=("V15",)
    )
    retention: Mapped[str] = choice(
        _("Retention"), RETENTION_STATES, default="active", read_only=True
    )
    is_on_legal_hold: Mapped[bool] = column(
        _("Legal hold"), K.BOOLEAN, default=False, read_only=True
    )
    merged_into_id: Mapped[int | None] = mapped_column()


class Contact(Layered, Base):
    """A person at a customer."""

    __tablename__ = "crm_contact"
    entity = "contact"
    search_fields = ("name", "mobile", "email", "title")

    customer_id: Mapped[int] = reference(_("Customer"), "customer", required=True)
    name: Mapped[str] = column(_("Name"), required=True)
    title: Mapped[str | None] = column(_("Position"))
    role: Mapped[str | None] = choice(_("Role in buying"), CONTACT_ROLES)
    mobile: Mapped[str | None] = column(
        _("Mobile"), K.MOBILE, masked=True, rules=("V02",), index=True
    )
    mobile_verified_at: Mapped[datetime | None] = column(_("Mobile verified at"), K.INSTANT)
    email: Mapped[str | None] = column(_("E-mail"), K.EMAIL, masked=True, rules=("V03",))
    wechat: Mapped[str | None] = column(_("WeChat"), masked=True)
    is_primary: Mapped[bool] = column(_("Main contact"), K.BOOLEAN, default=False)
    has_opted_out: Mapped[bool] = column(
        _("Opted out of mailings"), K.BOOLEAN, default=False, rules=("V15",)
    )


class Lead(Layered, Base):
    """Somebody who may become a customer."""

    __tablename__ = "crm_lead"
    entity = "lead"
    title_field = "company"
    search_fields = ("company", "code", "person", "mobile")
    code_prefix = "XS"

    code: Mapped[str] = column(_("Lead number"), read_only=True, index=True)
    company: Mapped[str] = column(_("Customer name"), required=True, rules=("V01", "V11"))
    company_key: Mapped[str] = mapped_column(default="", info={"crm_index": True})
    person: Mapped[str | None] = column(_("Contact"), required=True)
    title: Mapped[str | None] = column(_("Position"))
    mobile: Mapped[str | None] = column(
        _("Mobile"), K.MOBILE, required=True, masked=True, rules=("V02", "V11"), index=True
    )
    email: Mapped[str | None] = column(_("E-mail"), K.EMAIL, masked=True, rules=("V03",))
    industry: Mapped[str | None] = choice(_("Industry"), INDUSTRIES, rules=("V04",))
    region: Mapped[str | None] = choice(_("Region"), REGIONS)
    source: Mapped[str] = choice(_("Source"), SOURCES, required=True)
    campaign_id: Mapped[int | None] = reference(_("Campaign"), "campaign")
    potential: Mapped[str | None] = choice(_("Potential"), LEAD_POTENTIALS)
    status: Mapped[str] = choice(
        _("Status"), LEAD_STATUSES, default="unassigned", read_only=True, index=True
    )
    owner_id: Mapped[int | None] = reference(_("Owner"), "seller", read_only=True)
    received_at: Mapped[datetime] = column(_("Received at"), K.INSTANT, read_only=True)
    assigned_at: Mapped[datetime | None] = column(_("Assigned at"), K.INSTANT, read_only=True)
    assign_rule_id: Mapped[int | None] = column(
        _("Assigned by rule"), K.REFERENCE, refers_to="assignment_rule", read_only=True
    )
    assign_reason: Mapped[str | None] = column(_("Why this owner"), read_only=True)
    first_follow_up_due_at: Mapped[datetime | None] = column(
        _("First follow-up due"), K.INSTANT, read_only=True
    )
    first_followed_up_at: Mapped[datetime | None] = column(
        _("First followed up"), K.INSTANT, read_only=True
    )
    next_follow_up_at: Mapped[datetime | None] = column(
        _("Next follow-up"), K.INSTANT, rules=("V06",)
    )
    expected_close_on: Mapped[date | None] = column(_("Expected close"), K.DATE)
    expected_amount: Mapped[Decimal | None] = column(_("Expected amount"), K.MONEY, rules=("V10",))
    nurture_step: Mapped[str] = choice(_("Nurturing"), NURTURE_STEPS, default="none")
    lost_reason: Mapped[str | None] = choice(_("Why invalid"), LOST_REASONS, read_only=True)
    converted_customer_id: Mapped[int | None] = reference(
        _("Became customer"), "customer", read_only=True
    )
    converted_contact_id: Mapped[int | None] = mapped_column()
    converted_opportunity_id: Mapped[int | None] = mapped_column()
    converted_at: Mapped[datetime | None] = column(_("Converted at"), K.INSTANT, read_only=True)
    tags: Mapped[list[str]] = column(_("Tags"), K.TAGS, default=list)
    custom: Mapped[dict[str, Any]] = column(_("Own fields"), K.CUSTOM, default=dict)
    remarks: Mapped[str | None] = column(_("Remarks"), K.LONG_TEXT)


class Opportunity(Layered, Base):
    """A possible sale on its way through the stages."""

    __tablename__ = "crm_opportunity"
    entity = "opportunity"
    search_fields = ("name", "code")
    code_prefix = "O-"

    code: Mapped[str] = column(_("Opportunity number"), read_only=True, index=True)
    name: Mapped[str] = column(_("Opportunity"), required=True)
    customer_id: Mapped[int] = reference(_("Customer"), "customer", required=True)
    contact_id: Mapped[int | None] = reference(_("Contact"), "contact")
    stage: Mapped[str] = choice(
        _("Stage"),
        STAGES,
        default="initial_contact",
        read_only=True,
        rules=("V07", "V08", "V09"),
        index=True,
    )
    stage_entered_at: Mapped[datetime] = column(_("In this stage since"), K.INSTANT, read_only=True)
    amount: Mapped[Decimal | None] = column(_("Amount"), K.MONEY, required=True, rules=("V10",))
    probability_percent: Mapped[int | None] = column(_("Probability (%)"), K.PERCENT)
    probability_reason: Mapped[str | None] = column(_("Why this probability"))
    expected_close_on: Mapped[date | None] = column(_("Expected close"), K.DATE, required=True)
    opened_at: Mapped[datetime] = column(_("Opened at"), K.INSTANT, read_only=True, index=True)
    closed_at: Mapped[datetime | None] = column(_("Closed at"), K.INSTANT, read_only=True)
    lost_reason: Mapped[str | None] = choice(
        _("Why lost"), LOST_REASONS, read_only=True, rules=("V09",)
    )
    lost_notes: Mapped[str | None] = column(_("Notes on the loss"), K.LONG_TEXT, read_only=True)
    lost_from_stage: Mapped[str | None] = choice(_("Lost in stage"), STAGES, read_only=True)
    competitor: Mapped[str | None] = column(_("Competitor"))
    product_line: Mapped[str | None] = choice(_("Product line"), PRODUCT_LINES)
    lead_id: Mapped[int | None] = reference(_("Lead"), "lead", read_only=True)
    campaign_id: Mapped[int | None] = reference(_("Campaign"), "campaign")
    owner_id: Mapped[int | None] = reference(_("Owner"), "seller", read_only=True)
    cohort: Mapped[str | None] = mapped_column(String(40))
    tags: Mapped[list[str]] = column(_("Tags"), K.TAGS, default=list)
    remarks: Mapped[str | None] = column(_("Remarks"), K.LONG_TEXT)


class StageChange(Layered, Base):
    """An opportunity entered a stage: the basis of funnel and dwell."""

    __tablename__ = "crm_stage_change"
    entity = "stage_change"
    title_field = "to_stage"

    opportunity_id: Mapped[int] = reference(_("Opportunity"), "opportunity", read_only=True)
    from_stage: Mapped[str | None] = choice(_("From stage"), STAGES, read_only=True)
    to_stage: Mapped[str] = choice(_("To stage"), STAGES, read_only=True)
    entered_at: Mapped[datetime] = column(_("Entered at"), K.INSTANT, read_only=True)
    left_at: Mapped[datetime | None] = column(_("Left at"), K.INSTANT, read_only=True)
    evidence: Mapped[str | None] = column(_("Exit criterion shown by"), read_only=True)
    reason: Mapped[str | None] = column(_("Reason"), read_only=True)
    seller_id: Mapped[int | None] = reference(_("By"), "seller", read_only=True)


class Activity(Layered, Base):
    """A follow-up that happened, or a task to be done, with a customer, lead or opportunity."""

    __tablename__ = "crm_activity"
    entity = "activity"
    title_field = "subject"
    search_fields = ("subject", "summary")

    customer_id: Mapped[int | None] = reference(_("Customer"), "customer")
    lead_id: Mapped[int | None] = reference(_("Lead"), "lead")
    opportunity_id: Mapped[int | None] = reference(_("Opportunity"), "opportunity")
    ticket_id: Mapped[int | None] = reference(_("Ticket"), "ticket")
    contact_id: Mapped[int | None] = column(_("Contact"), K.REFERENCE, refers_to="contact")
    method: Mapped[str] = choice(_("How"), ACTIVITY_METHODS, required=True)
    subject: Mapped[str] = column(_("Subject"), required=True)
    summary: Mapped[str | None] = column(_("Summary"), K.LONG_TEXT)
    reaction: Mapped[str | None] = column(_("Reaction of the customer"), K.LONG_TEXT)
    next_step: Mapped[str | None] = column(_("Next step"))
    owner_id: Mapped[int | None] = reference(_("By"), "seller")
    due_at: Mapped[datetime | None] = column(_("Due"), K.INSTANT, index=True)
    remind_at: Mapped[datetime | None] = column(_("Remind at"), K.INSTANT)
    done_at: Mapped[datetime | None] = column(_("Done at"), K.INSTANT, index=True)
    duration_minutes: Mapped[int | None] = column(_("Minutes"), K.INTEGER)
