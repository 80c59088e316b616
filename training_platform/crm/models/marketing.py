"""Campaigns, whom they reached, and what people looked at."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Mapped

from training_platform.core.db import Base
from training_platform.crm.choices import (
    CAMPAIGN_KINDS,
    CAMPAIGN_STATES,
    MEMBER_STATES,
    PAGE_KINDS,
)
from training_platform.crm.fields import FieldKind as K
from training_platform.crm.fields import choice, column, reference
from training_platform.crm.models.base import Layered


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


class Campaign(Layered, Base):
    """A marketing campaign with its costs."""

    __tablename__ = "crm_campaign"
    entity = "campaign"
    search_fields = ("name", "code")
    code_prefix = "M-"
    is_shared = True

    code: Mapped[str] = column(_("Campaign number"), read_only=True, index=True)
    name: Mapped[str] = column(_("Campaign"), required=True)
    kind: Mapped[str] = choice(_("Kind"), CAMPAIGN_KINDS, required=True)
    status: Mapped[str] = choice(_("Status"), CAMPAIGN_STATES, default="planned")
    starts_on: Mapped[date | None] = column(_("Starts on"), K.DATE, required=True)
    ends_on: Mapped[date | None] = column(_("Ends on"), K.DATE)
    budget_amount: Mapped[Decimal | None] = column(_("Budget"), K.MONEY)
    cost_amount: Mapped[Decimal | None] = column(_("Cost"), K.MONEY)
    segment_id: Mapped[int | None] = reference(_("Segment"), "segment")
    message: Mapped[str | None] = column(_("Message"), K.LONG_TEXT)
    sent_at: Mapped[datetime | None] = column(_("Sent at"), K.INSTANT, read_only=True)
    owner_id: Mapped[int | None] = reference(_("Owner"), "seller", read_only=True)


class CampaignMember(Layered, Base):
    """A customer whom a campaign was meant for, and how far it went."""

    __tablename__ = "crm_campaign_member"
    entity = "campaign_member"
    title_field = "id"

    campaign_id: Mapped[int] = reference(_("Campaign"), "campaign", required=True)
    customer_id: Mapped[int] = reference(_("Customer"), "customer", required=True)
    contact_id: Mapped[int | None] = column(_("Contact"), K.REFERENCE, refers_to="contact")
    status: Mapped[str] = choice(_("Status"), MEMBER_STATES, default="planned")
    sent_at: Mapped[datetime | None] = column(_("Sent at"), K.INSTANT)
    responded_at: Mapped[datetime | None] = column(_("Responded at"), K.INSTANT)
    revenue_amount: Mapped[Decimal | None] = column(_("Revenue"), K.MONEY)


class Segment(Layered, Base):
    """A group of customers by a saved filter, with the members it had when it was frozen."""

    __tablename__ = "crm_segment"
    entity = "segment"
    search_fields = ("name",)

    name: Mapped[str] = column(_("Segment"), required=True)
    #: The filter in the form of list filters (queries/filters.py).
    definition: Mapped[dict[str, Any]] = column(_("Definition"), K.JSON, read_only=True)
    member_ids: Mapped[list[Any]] = column(_("Members"), K.JSON, read_only=True, default=list)
    frozen_at: Mapped[datetime | None] = column(_("Frozen at"), K.INSTANT, read_only=True)


class WebVisit(Layered, Base):
    """Somebody of a customer looked at a page of the company's site."""

    __tablename__ = "crm_web_visit"
    entity = "web_visit"
    title_field = "page"

    customer_id: Mapped[int | None] = reference(_("Customer"), "customer", read_only=True)
    page: Mapped[str] = choice(_("Page"), PAGE_KINDS, read_only=True)
    product_id: Mapped[int | None] = reference(_("Product"), "product", read_only=True)
    visited_at: Mapped[datetime] = column(_("Visited at"), K.INSTANT, read_only=True, index=True)
    seconds_count: Mapped[int] = column(_("Seconds"), K.INTEGER, read_only=True)
