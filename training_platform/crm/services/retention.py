"""What happens to a customer's data in the end: archive, anonymize, legal hold."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from training_platform.core.errors import ConflictError, InvalidTransitionError, RuleError
from training_platform.crm.desk import Desk
from training_platform.crm.layering import ALL_LAYERS
from training_platform.crm.models import (
    Activity,
    Alert,
    Contact,
    CrmEvent,
    Customer,
    Feedback,
    Layered,
    Lead,
    Opportunity,
    Payment,
    ProblemReport,
    Quote,
    StageChange,
    Survey,
    Ticket,
    TicketStep,
)
from training_platform.crm.services import imports, records
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
#: Entity → the fields that anonymizing empties; their history is not shown after it. Besides the
#: data of persons, these are the texts in which people name them.
PERSONAL: Mapping[str, frozenset[str]] = {
    "customer": frozenset({*PERSONAL_OF_CUSTOMER, "pool_reason", "custom"}),
    "contact": frozenset({*PERSONAL_OF_CONTACT, "name"}),
    "lead": frozenset({"person", "title", "mobile", "email", "remarks", "custom"}),
    "activity": frozenset({"subject", "summary", "reaction", "next_step"}),
    "ticket": frozenset({"subject", "description", "solution"}),
    "ticket_step": frozenset({"text"}),
    "survey": frozenset({"comment"}),
    "feedback": frozenset({"subject", "text", "answer"}),
    "problem_report": frozenset({"subject", "description", "solution"}),
    "opportunity": frozenset({"probability_reason", "lost_notes", "remarks"}),
    "stage_change": frozenset({"evidence", "reason"}),
    "quote": frozenset({"discount_reason", "remarks"}),
    "payment": frozenset({"remarks"}),
}
_OF_CUSTOMER: tuple[Any, ...] = (
    Contact,
    Ticket,
    Survey,
    Feedback,
    ProblemReport,
    Opportunity,
    Quote,
    Payment,
)
#: What cannot be empty, or says that something was done: its number, or a dash, stands there.
_STANDS_FOR = frozenset({"subject", "solution"})
#: Forecasts take a probability for the seller's own only where there is a reason for it.
_DASHED = frozenset({"probability_reason"})
_DASH = "—"
#: What the log says in words beside the values that were changed.
_SAID = ("title", "evidence", "reason", "duplicate_reason", "typed")
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
    """Blank everything about persons, in what hangs on the customer too; figures stay."""
    if customer.is_on_legal_hold:
        raise RuleError(_("This customer is on legal hold: its data must be kept."))
    if customer.retention == "anonymized":
        raise InvalidTransitionError
    hanging = [record for found in _hanging(desk, customer) for record in found]
    for record in hanging:
        records.change_record(desk, record, _blank(record), act="anonymize")
    gone = [customer, *hanging, *_deleted(desk, customer)]
    _forget_words(desk, gone)
    imports.forget_rows(desk, {(each.entity, each.id) for each in gone})
    _rename_alerts(desk, [record for record in hanging if isinstance(record, Ticket)])
    state = {"retention": "anonymized", "next_follow_up_at": None}
    return records.change_record(desk, customer, _blank(customer) | state, act="anonymize")


def _hanging(desk: Desk, customer: Customer) -> Iterator[Sequence[Layered]]:
    """Yield what hangs on a customer and holds texts about persons, entity by entity."""
    ident = customer.id
    leads = select(Lead.id).where(Lead.converted_customer_id == ident)
    tickets = select(Ticket.id).where(Ticket.customer_id == ident)
    sales = select(Opportunity.id).where(Opportunity.customer_id == ident)
    activities = or_(
        Activity.customer_id == ident,
        Activity.lead_id.in_(leads),
        Activity.ticket_id.in_(tickets),
        Activity.opportunity_id.in_(sales),
    )
    wanted: dict[Any, ColumnElement[bool]] = {
        Lead: Lead.converted_customer_id == ident,
        Activity: activities,
        TicketStep: TicketStep.ticket_id.in_(tickets),
        StageChange: StageChange.opportunity_id.in_(sales),
    }
    for model in _OF_CUSTOMER:
        wanted[model] = model.customer_id == ident
    for each, condition in wanted.items():
        yield desk.session.scalars(select(each).where(condition).order_by(each.id)).all()


def _deleted(desk: Desk, customer: Customer) -> Iterator[Layered]:
    """Yield what hung on a customer and was deleted here: the log still names it."""
    for model in (*_OF_CUSTOMER, Activity, Lead):
        owner = model.converted_customer_id if model is Lead else model.customer_id
        tombstones = select(model).where(
            model.layer_id == desk.layer.id, model.is_deleted, owner == customer.id
        )
        yield from desk.session.scalars(tombstones, execution_options={ALL_LAYERS: True})


def _blank(record: Layered) -> dict[str, Any]:
    """Return what stands in the personal fields of a record afterwards: truly nothing."""
    values: dict[str, Any] = dict.fromkeys(PERSONAL[record.entity])
    for name in _STANDS_FOR & values.keys():
        if getattr(record, name):
            values[name] = getattr(record, "code", None) or _DASH
    values |= {name: _DASH for name in _DASHED & values.keys() if getattr(record, name)}
    if "custom" in values:
        values["custom"] = {}
    if "name" in values:
        values["name"] = ""  # of a contact; a firm keeps its name
    return values


def _forget_words(desk: Desk, found: Iterable[Layered]) -> None:
    """Let the log say no more who it was about; what was changed stays in it, for the undo."""
    by_entity: dict[str, list[int]] = defaultdict(list)
    for record in found:
        by_entity[record.entity].append(record.id)
    about = [
        and_(CrmEvent.entity == entity, CrmEvent.record_id.in_(ids))
        for entity, ids in by_entity.items()
    ]
    events = select(CrmEvent).where(CrmEvent.layer_id == desk.layer.id, or_(*about))
    for event in desk.session.scalars(events).all():
        said = {name: "" for name in _SAID if event.context.get(name)}
        if event.entity == Customer.entity:
            said.pop("title", None)
        if said:
            event.context = {**event.context, **said}


def _rename_alerts(desk: Desk, tickets: Sequence[Ticket]) -> None:
    """Let alerts call the tickets by their numbers."""
    codes = {ticket.id: ticket.code for ticket in tickets}
    alerts = select(Alert).where(Alert.about_entity == "ticket", Alert.about_id.in_(codes))
    for alert in desk.session.scalars(alerts).all():
        details = {**alert.details, "title": codes[alert.about_id or 0]}
        records.change_record(desk, alert, {"details": details}, act="anonymize")
