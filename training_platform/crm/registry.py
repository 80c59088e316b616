"""The entities of the sandbox by name, with their fields in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from sqlalchemy import inspect

from training_platform.core.errors import NotFoundError
from training_platform.crm import models
from training_platform.crm.fields import KEY, Field, FieldKind
from training_platform.crm.models.base import Layered


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Entity:
    """An entity: its model, its texts, how it is listed and entered."""

    model: type[Layered]
    label: str
    plural: str
    icon: str
    columns: tuple[str, ...]
    #: Fields offered as filters of the list.
    filters: tuple[str, ...] = ()
    #: The fields that name its records where no text of their own does: the first two filled ones.
    named_by: tuple[str, ...] = ()
    #: Its list is reached from the sandbox's navigation.
    has_list: bool = True
    #: People may create records of it from a form.
    is_open: bool = True
    #: The field that orders its list at first; a minus puts the largest first.
    order: str = "-id"

    @property
    def name(self) -> str:
        """Return the entity's name in addresses, events and files."""
        return self.model.entity

    @cached_property
    def fields(self) -> Mapping[str, Field]:
        """Return the fields by name, in the order in which people see them."""
        columns = inspect(self.model).local_table.columns
        return {column.name: column.info[KEY] for column in columns if KEY in column.info}

    @property
    def editable(self) -> Mapping[str, Field]:
        """Return the fields that a form takes."""
        return {
            name: field
            for name, field in self.fields.items()
            if not field.is_read_only and field.kind not in {FieldKind.JSON, FieldKind.CUSTOM}
        }

    @property
    def has_owner(self) -> bool:
        """Tell whether records of it belong to a seller."""
        return "owner_id" in self.fields


_ALL = (
    Entity(
        models.Customer,
        _("Customer"),
        _("Customers"),
        "building",
        ("name", "tier", "mobile", "industry", "stage", "next_follow_up_at", "open_amount"),
        ("region", "industry", "source", "stage", "retention"),
        order="name",
    ),
    Entity(
        models.Contact,
        _("Contact"),
        _("Contacts"),
        "user",
        ("name", "customer_id", "title", "role", "mobile", "email"),
        ("role", "has_opted_out"),
        order="name",
    ),
    Entity(
        models.Lead,
        _("Lead"),
        _("Leads"),
        "user-plus",
        (
            "company",
            "code",
            "score",
            "source",
            "region",
            "industry",
            "status",
            "owner_id",
            "received_at",
            "first_follow_up_due_at",
        ),
        ("status", "source", "region", "industry", "potential"),
        order="-received_at",
    ),
    Entity(
        models.Opportunity,
        _("Opportunity"),
        _("Opportunities"),
        "target",
        (
            "name",
            "customer_id",
            "stage",
            "amount",
            "probability_percent",
            "expected_close_on",
            "owner_id",
        ),
        ("stage", "lost_reason"),
        order="-opened_at",
    ),
    Entity(
        models.Activity,
        _("Follow-up"),
        _("Follow-ups and tasks"),
        "phone",
        ("subject", "method", "customer_id", "owner_id", "due_at", "done_at"),
        ("method",),
        order="-id",
    ),
    Entity(
        models.Ticket,
        _("Ticket"),
        _("Tickets"),
        "message",
        (
            "subject",
            "code",
            "customer_id",
            "priority",
            "status",
            "owner_id",
            "received_at",
            "resolve_due_at",
        ),
        ("status", "priority", "category", "channel", "severity"),
        order="-received_at",
    ),
    Entity(
        models.Quote,
        _("Quote"),
        _("Quotes"),
        "file-text",
        ("code", "customer_id", "amount", "discount_percent", "status", "valid_until_on"),
        ("status",),
        is_open=False,
    ),
    Entity(
        models.Contract,
        _("Contract"),
        _("Contracts"),
        "certificate",
        ("code", "customer_id", "amount", "status", "signed_at", "ends_on"),
        ("status",),
    ),
    Entity(
        models.Order,
        _("Order"),
        _("Orders"),
        "clipboard-check",
        ("code", "customer_id", "amount", "refunded_amount", "status", "ordered_at", "paid_at"),
        ("status",),
        order="-ordered_at",
    ),
    Entity(
        models.Payment,
        _("Payment"),
        _("Payments and refunds"),
        "coins",
        ("code", "kind", "customer_id", "order_id", "contract_id", "amount", "paid_at"),
        ("kind",),
        order="-paid_at",
        is_open=False,
    ),
    Entity(
        models.Product,
        _("Product"),
        _("Products"),
        "archive",
        ("name", "code", "line", "unit", "list_price_amount", "is_active"),
        ("line", "is_active"),
        order="code",
    ),
    Entity(
        models.Campaign,
        _("Campaign"),
        _("Campaigns"),
        "send",
        ("name", "kind", "status", "starts_on", "budget_amount", "cost_amount"),
        ("kind", "status"),
        order="-starts_on",
    ),
    Entity(
        models.Segment,
        _("Segment"),
        _("Segments"),
        "users",
        ("name", "frozen_at"),
        is_open=False,
    ),
    Entity(
        models.Referral,
        _("Referral"),
        _("Referrals"),
        "users",
        ("code", "referrer_id", "referred_name", "status", "reward_amount", "claimed_at"),
        ("status",),
    ),
    Entity(
        models.Article,
        _("Knowledge article"),
        _("Knowledge articles"),
        "book-2",
        ("title", "code", "category", "status", "review_on"),
        ("category", "status"),
    ),
    Entity(
        models.Feedback,
        _("Feedback"),
        _("Feedback"),
        "message",
        ("subject", "kind", "customer_id", "status", "received_at"),
        ("kind", "status"),
        order="-received_at",
    ),
    Entity(
        models.ProblemReport,
        _("Problem report"),
        _("Problem reports"),
        "alert-triangle",
        ("subject", "code", "kind", "severity", "status", "wanted_on"),
        ("kind", "severity", "status"),
    ),
    Entity(
        models.WebVisit,
        _("Web visit"),
        _("Web visits"),
        "world",
        ("page", "customer_id", "product_id", "visited_at", "seconds_count"),
        ("page",),
        is_open=False,
        order="-visited_at",
    ),
    Entity(
        models.Target,
        _("Target"),
        _("Targets"),
        "target",
        ("period", "scope", "amount"),
        ("scope", "team"),
        order="-period",
        named_by=("period", "seller_id", "team", "scope"),
    ),
    Entity(
        models.Seller,
        _("Seller"),
        _("Sellers"),
        "users",
        ("name", "role", "team", "email", "is_active"),
        ("role", "team"),
        order="id",
        is_open=False,
    ),
    Entity(
        models.AssignmentRule,
        _("Assignment rule"),
        _("Rules of assignment"),
        "adjustments",
        ("name", "position", "is_active", "strategy"),
        order="position",
    ),
    Entity(
        models.Incident,
        _("Incident"),
        _("Incidents"),
        "shield-check",
        ("subject", "code", "status", "detected_at"),
        ("status",),
    ),
    Entity(
        models.Survey,
        _("Survey"),
        _("Surveys"),
        "star",
        ("customer_id", "seller_id", "sent_at", "score"),
        ("score",),
        is_open=False,
        named_by=("ticket_id",),
    ),
    Entity(
        models.StageChange,
        _("Change of stage"),
        _("Changes of stage"),
        "flag",
        ("opportunity_id", "from_stage", "to_stage", "entered_at"),
        has_list=False,
        is_open=False,
    ),
    Entity(
        models.TicketStep,
        _("Step"),
        _("Steps"),
        "flag",
        ("kind", "text", "happened_at"),
        has_list=False,
        is_open=False,
    ),
    Entity(
        models.QuoteLine,
        _("Line"),
        _("Lines"),
        "flag",
        ("quantity_count", "unit_price_amount"),
        has_list=False,
        is_open=False,
        named_by=("product_id",),
    ),
    Entity(
        models.OrderLine,
        _("Line"),
        _("Lines"),
        "flag",
        ("quantity_count", "unit_price_amount"),
        has_list=False,
        is_open=False,
        named_by=("product_id",),
    ),
    Entity(
        models.CampaignMember,
        _("Member"),
        _("Members"),
        "users",
        ("status", "sent_at", "revenue_amount"),
        ("status",),
        has_list=False,
        is_open=False,
        named_by=("customer_id",),
    ),
    Entity(
        models.Alert,
        _("Alert"),
        _("Alerts"),
        "bell",
        ("kind", "about_entity", "raised_at"),
        ("kind",),
        has_list=False,
        is_open=False,
    ),
    Entity(
        models.PoolRule,
        _("Pool rule"),
        _("Pool rules"),
        "adjustments",
        ("name",),
        has_list=False,
        is_open=False,
    ),
    Entity(
        models.ServiceLevel,
        _("Service level"),
        _("Service levels"),
        "clock",
        ("name", "tier", "priority", "response_minutes", "resolve_minutes"),
        has_list=False,
        is_open=False,
    ),
    Entity(
        models.CustomField,
        _("Own field"),
        _("Own fields"),
        "adjustments",
        ("label", "about", "kind"),
        has_list=False,
        is_open=False,
    ),
    Entity(
        models.SavedView,
        _("Saved view"),
        _("Saved views"),
        "table",
        ("name", "about"),
        has_list=False,
        is_open=False,
    ),
    Entity(
        models.SavedReport,
        _("Report"),
        _("Saved reports"),
        "chart-bar",
        ("name", "last_run_at"),
        has_list=False,
        is_open=False,
    ),
)

#: Every entity by its name.
ENTITIES: Mapping[str, Entity] = {entity.name: entity for entity in _ALL}


def entity_of(model: type[Layered]) -> Entity:
    """Return the entity of a model."""
    return ENTITIES[model.entity]


def find_entity(name: str) -> Entity:
    """Return an entity by the name in an address; raise NotFoundError for others."""
    entity = ENTITIES.get(name)
    if entity is None:
        raise NotFoundError
    return entity
