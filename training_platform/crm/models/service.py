"""Service after the sale: tickets, their steps, surveys, knowledge articles, feedback, problems."""

from datetime import date, datetime

from sqlalchemy.orm import Mapped

from training_platform.core.db import Base
from training_platform.crm.choices import (
    ARTICLE_STATES,
    FEEDBACK_KINDS,
    FEEDBACK_STATES,
    LEVELS,
    PRIORITIES,
    PROBLEM_KINDS,
    TICKET_CATEGORIES,
    TICKET_CHANNELS,
    TICKET_STATUSES,
    TICKET_STEPS,
    TIERS,
)
from training_platform.crm.fields import FieldKind as K
from training_platform.crm.fields import choice, column, reference
from training_platform.crm.models.base import Layered


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


class Ticket(Layered, Base):
    """A customer's request for help."""

    __tablename__ = "crm_ticket"
    entity = "ticket"
    title_field = "subject"
    search_fields = ("code", "subject")
    code_prefix = "T-"

    code: Mapped[str] = column(_("Ticket number"), read_only=True, index=True)
    customer_id: Mapped[int] = reference(_("Customer"), "customer", required=True)
    contact_id: Mapped[int | None] = reference(_("Contact"), "contact")
    subject: Mapped[str] = column(_("Subject"), required=True)
    channel: Mapped[str] = choice(_("Channel"), TICKET_CHANNELS, required=True)
    category: Mapped[str] = choice(_("Category"), TICKET_CATEGORIES, required=True)
    description: Mapped[str | None] = column(_("Description"), K.LONG_TEXT)
    severity: Mapped[str] = choice(_("Severity"), LEVELS, required=True, default="medium")
    priority: Mapped[str] = choice(_("Priority"), PRIORITIES, default="medium", index=True)
    tier_at_creation: Mapped[str | None] = choice(_("Tier when received"), TIERS, read_only=True)
    status: Mapped[str] = choice(
        _("Status"), TICKET_STATUSES, default="new", read_only=True, rules=("V16",), index=True
    )
    owner_id: Mapped[int | None] = reference(_("Agent"), "seller", read_only=True)
    received_at: Mapped[datetime] = column(_("Came in at"), K.INSTANT, read_only=True, index=True)
    response_due_at: Mapped[datetime | None] = column(_("Response due"), K.INSTANT, read_only=True)
    resolve_due_at: Mapped[datetime | None] = column(_("Resolution due"), K.INSTANT, read_only=True)
    first_responded_at: Mapped[datetime | None] = column(
        _("First response at"), K.INSTANT, read_only=True
    )
    resolved_at: Mapped[datetime | None] = column(_("Resolved at"), K.INSTANT, read_only=True)
    closed_at: Mapped[datetime | None] = column(_("Closed at"), K.INSTANT, read_only=True)
    solution: Mapped[str | None] = column(_("Solution"), K.LONG_TEXT, rules=("V16",))
    article_id: Mapped[int | None] = reference(_("Knowledge article"), "article")
    reopened_count: Mapped[int] = column(_("Times reopened"), K.INTEGER, default=0, read_only=True)


class TicketStep(Layered, Base):
    """One step of a ticket; those for the customer are what she sees of its progress."""

    __tablename__ = "crm_ticket_step"
    entity = "ticket_step"
    title_field = "kind"

    ticket_id: Mapped[int] = reference(_("Ticket"), "ticket", required=True)
    kind: Mapped[str] = choice(_("Step"), TICKET_STEPS, required=True)
    text: Mapped[str | None] = column(_("What was done or said"), K.LONG_TEXT)
    is_for_customer: Mapped[bool] = column(_("Shown to the customer"), K.BOOLEAN, default=False)
    seller_id: Mapped[int | None] = reference(_("By"), "seller", read_only=True)
    happened_at: Mapped[datetime] = column(_("When"), K.INSTANT, read_only=True)


class Survey(Layered, Base):
    """What the customer says of a solved ticket, from 1 to 5."""

    __tablename__ = "crm_survey"
    entity = "survey"
    title_field = "id"

    ticket_id: Mapped[int] = reference(_("Ticket"), "ticket", read_only=True)
    customer_id: Mapped[int] = reference(_("Customer"), "customer", read_only=True)
    seller_id: Mapped[int | None] = reference(_("Agent"), "seller", read_only=True)
    sent_at: Mapped[datetime] = column(_("Sent at"), K.INSTANT, read_only=True)
    answered_at: Mapped[datetime | None] = column(_("Answered at"), K.INSTANT, read_only=True)
    score: Mapped[int | None] = column(_("Score (1-5)"), K.INTEGER, read_only=True)
    comment: Mapped[str | None] = column(_("Comment"), K.LONG_TEXT, read_only=True)


class Article(Layered, Base):
    """A knowledge article: a question that comes again, with its answer."""

    __tablename__ = "crm_article"
    entity = "article"
    title_field = "title"
    search_fields = ("code", "title", "keywords")
    code_prefix = "K-"
    is_shared = True

    code: Mapped[str] = column(_("Article number"), read_only=True, index=True)
    title: Mapped[str] = column(_("Title"), required=True)
    keywords: Mapped[str | None] = column(_("Keywords"))
    category: Mapped[str] = choice(_("Category"), TICKET_CATEGORIES, required=True)
    body: Mapped[str] = column(_("Text of the article"), K.LONG_TEXT, required=True)
    status: Mapped[str] = choice(_("Status"), ARTICLE_STATES, default="draft")
    owner_id: Mapped[int | None] = reference(_("Author"), "seller", read_only=True)
    review_on: Mapped[date | None] = column(_("Review on"), K.DATE)


class Feedback(Layered, Base):
    """What a customer said unasked."""

    __tablename__ = "crm_feedback"
    entity = "feedback"
    title_field = "subject"
    search_fields = ("subject", "text")

    customer_id: Mapped[int | None] = reference(_("Customer"), "customer")
    kind: Mapped[str] = choice(_("Kind"), FEEDBACK_KINDS, required=True)
    subject: Mapped[str] = column(_("Subject"), required=True)
    text: Mapped[str | None] = column(_("Text of the feedback"), K.LONG_TEXT)
    received_at: Mapped[datetime] = column(_("Came in at"), K.INSTANT, read_only=True)
    status: Mapped[str] = choice(_("Status"), FEEDBACK_STATES, default="open")
    owner_id: Mapped[int | None] = reference(_("Owner"), "seller")
    answer: Mapped[str | None] = column(_("Our reply"), K.LONG_TEXT)


class ProblemReport(Layered, Base):
    """A colleague reports that something in the CRM is wrong."""

    __tablename__ = "crm_problem_report"
    entity = "problem_report"
    title_field = "subject"
    search_fields = ("code", "subject", "description")
    code_prefix = "W-"

    code: Mapped[str] = column(_("Report number"), read_only=True, index=True)
    subject: Mapped[str] = column(_("Subject"), required=True)
    reporter_id: Mapped[int | None] = reference(_("Reported by"), "seller", read_only=True)
    department: Mapped[str | None] = column(_("Department"), required=True)
    kind: Mapped[str] = choice(_("Kind"), PROBLEM_KINDS, required=True)
    severity: Mapped[str] = choice(_("Severity"), LEVELS, required=True)
    description: Mapped[str | None] = column(_("Description"), K.LONG_TEXT, required=True)
    occurred_at: Mapped[datetime | None] = column(_("Happened at"), K.INSTANT)
    wanted_on: Mapped[date | None] = column(_("Solution wanted by"), K.DATE)
    status: Mapped[str] = choice(_("Status"), FEEDBACK_STATES, default="open")
    solution: Mapped[str | None] = column(_("Solution"), K.LONG_TEXT)
    customer_id: Mapped[int | None] = reference(_("About customer"), "customer")
