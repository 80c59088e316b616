"""What leads the work: targets, alerts, rules as data, own fields, saved views and reports."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Mapped

from training_platform.core.db import Base
from training_platform.crm.choices import (
    ALERT_KINDS,
    ASSIGN_STRATEGIES,
    CUSTOM_KINDS,
    INCIDENT_STATES,
    PRIORITIES,
    REGIONS,
    TARGET_SCOPES,
    TIERS,
)
from training_platform.crm.fields import FieldKind as K
from training_platform.crm.fields import choice, column, reference
from training_platform.crm.models.base import Layered


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


class Target(Layered, Base):
    """What is to be sold in a period; children of a target sum to it."""

    __tablename__ = "crm_target"
    entity = "target"
    title_field = "period"

    period: Mapped[str] = column(
        _("Period"), required=True, index=True, help=_("2025, or 2025-06"), rules=("V17",)
    )
    scope: Mapped[str] = choice(_("For"), TARGET_SCOPES, required=True)
    team: Mapped[str | None] = choice(_("Team"), REGIONS)
    seller_id: Mapped[int | None] = reference(_("Seller"), "seller")
    parent_id: Mapped[int | None] = reference(_("Part of"), "target")
    amount: Mapped[Decimal | None] = column(_("Amount"), K.MONEY, required=True, rules=("V10",))


class Alert(Layered, Base):
    """Something that asks for attention, raised by the sandbox's clock."""

    __tablename__ = "crm_alert"
    entity = "alert"
    title_field = "kind"

    kind: Mapped[str] = choice(_("Kind"), ALERT_KINDS, read_only=True)
    #: What raised it, once: the same cause raises it no second time.
    cause: Mapped[str] = column(_("Cause"), read_only=True, index=True)
    about_entity: Mapped[str | None] = column(_("About"), read_only=True)
    about_id: Mapped[int | None] = column(_("Record"), K.INTEGER, read_only=True)
    seller_id: Mapped[int | None] = reference(_("For"), "seller", read_only=True)
    raised_at: Mapped[datetime] = column(_("Raised at"), K.INSTANT, read_only=True, index=True)
    seen_at: Mapped[datetime | None] = column(_("Seen at"), K.INSTANT, read_only=True)
    details: Mapped[dict[str, Any]] = column(_("Details"), K.JSON, read_only=True, default=dict)


class AssignmentRule(Layered, Base):
    """Who gets which new leads: the first rule that matches decides."""

    __tablename__ = "crm_assignment_rule"
    entity = "assignment_rule"
    search_fields = ("name",)

    name: Mapped[str] = column(_("Rule"), required=True)
    position: Mapped[int] = column(_("Place in the order"), K.INTEGER, required=True, index=True)
    is_active: Mapped[bool] = column(_("Active"), K.BOOLEAN, default=True)
    #: {field: [codes]}; empty fits every lead.
    conditions: Mapped[dict[str, Any]] = column(_("Conditions"), K.JSON, default=dict)
    strategy: Mapped[str] = choice(_("How"), ASSIGN_STRATEGIES, required=True)
    seller_ids: Mapped[list[Any]] = column(_("Sellers"), K.JSON, default=list)
    last_seller_id: Mapped[int | None] = column(
        _("Last one"), K.REFERENCE, refers_to="seller", read_only=True
    )


class PoolRule(Layered, Base):
    """How the public pool works. One row; its numbers are data."""

    __tablename__ = "crm_pool_rule"
    entity = "pool_rule"

    name: Mapped[str] = column(_("Rule"), required=True)
    claims_per_day_count: Mapped[int] = column(_("Claims per day at most"), K.INTEGER, default=5)
    own_limit_count: Mapped[int] = column(_("Own customers at most"), K.INTEGER, default=120)
    protection_days: Mapped[int] = column(_("Days protected after a claim"), K.INTEGER, default=30)
    recycle_days: Mapped[int] = column(
        _("Days without follow-up until recycling"), K.INTEGER, default=45
    )
    cool_down_days: Mapped[int] = column(
        _("Days until the same seller may claim again"), K.INTEGER, default=7
    )


class ServiceLevel(Layered, Base):
    """How fast a ticket or a lead must be answered."""

    __tablename__ = "crm_service_level"
    entity = "service_level"

    name: Mapped[str] = column(_("Service level"), required=True)
    about: Mapped[str] = column(_("About"), required=True)
    tier: Mapped[str | None] = choice(_("Tier"), TIERS)
    priority: Mapped[str | None] = choice(_("Priority"), PRIORITIES)
    response_minutes: Mapped[int] = column(_("First response within (minutes)"), K.INTEGER)
    resolve_minutes: Mapped[int | None] = column(_("Resolution within (minutes)"), K.INTEGER)
    is_working_time: Mapped[bool] = column(_("Counts working time only"), K.BOOLEAN, default=False)


class CustomField(Layered, Base):
    """A field that the trainee's company added to customers or leads."""

    __tablename__ = "crm_custom_field"
    entity = "custom_field"
    title_field = "label"

    about: Mapped[str] = column(_("About"), required=True, index=True)
    key: Mapped[str] = column(_("Field code"), read_only=True)
    label: Mapped[str] = column(_("Field"), required=True)
    english_label: Mapped[str | None] = column(_("Field in English"))
    kind: Mapped[str] = choice(_("Kind"), CUSTOM_KINDS, required=True)
    options: Mapped[list[Any]] = column(_("Choices"), K.JSON, default=list)


class Incident(Layered, Base):
    """A suspected leak of data, from the first alarm to the report."""

    __tablename__ = "crm_incident"
    entity = "incident"
    title_field = "subject"
    search_fields = ("code", "subject")
    code_prefix = "IR-"

    code: Mapped[str] = column(_("Incident number"), read_only=True, index=True)
    subject: Mapped[str] = column(_("Subject"), required=True)
    detected_at: Mapped[datetime | None] = column(_("Detected at"), K.INSTANT)
    status: Mapped[str] = choice(_("Status"), INCIDENT_STATES, default="reported")
    suspect_id: Mapped[int | None] = reference(_("Account concerned"), "seller")
    rows_count: Mapped[int | None] = column(_("Records concerned"), K.INTEGER)
    fields: Mapped[str | None] = column(_("Fields concerned"))
    investigation_started_at: Mapped[datetime | None] = column(
        _("Investigation started"), K.INSTANT
    )
    contained_at: Mapped[datetime | None] = column(_("Contained at"), K.INSTANT)
    report: Mapped[str | None] = column(_("Incident report"), K.LONG_TEXT)
    notice: Mapped[str | None] = column(_("Draft of the notice"), K.LONG_TEXT)


class SavedView(Layered, Base):
    """A list with its filters, columns and order under a name."""

    __tablename__ = "crm_saved_view"
    entity = "saved_view"

    name: Mapped[str] = column(_("View"), required=True)
    about: Mapped[str] = column(_("About"), required=True, index=True)
    definition: Mapped[dict[str, Any]] = column(_("Definition"), K.JSON, default=dict)
    seller_id: Mapped[int | None] = reference(_("By"), "seller", read_only=True)


class SavedReport(Layered, Base):
    """A report's definition under a name; running it again gives its numbers."""

    __tablename__ = "crm_saved_report"
    entity = "saved_report"

    name: Mapped[str] = column(_("Report"), required=True)
    definition: Mapped[dict[str, Any]] = column(_("Definition"), K.JSON, default=dict)
    seller_id: Mapped[int | None] = reference(_("By"), "seller", read_only=True)
    last_run_at: Mapped[datetime | None] = column(_("Last run"), K.INSTANT, read_only=True)
