"""The service desk: tickets from their arrival to the survey, and the knowledge behind them."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from training_platform.core.errors import ConflictError, InvalidTransitionError, RuleError
from training_platform.core.text import fold
from training_platform.crm.desk import Desk
from training_platform.crm.models import (
    FIRST_OWN_ID,
    Article,
    Seller,
    Survey,
    Ticket,
    TicketStep,
)
from training_platform.crm.queries.tiers import tiers_of
from training_platform.crm.rules import tickets as rules
from training_platform.crm.rules.validation import MOST_CHARACTERS
from training_platform.crm.services import entry, records
from training_platform.crm.services.access import expect_editable
from training_platform.crm.services.sla import ticket_dues

MOST_SUGGESTED = 5
#: How long a customer takes to answer a survey.
ANSWERS_AFTER = timedelta(hours=4)
_ANSWER_SHARE = 0.75
_SIGNS = re.compile(r"[,，、;；|\s]+")


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: What the fields of the work on a ticket are called.
REASON, STEP, SOLUTION = _("Reason"), _("What you did or said"), _("Solution")
COMMENTS = {
    5: "处理得很快，讲解也清楚。",
    4: "问题解决了，下次再快一点就更好。",
    3: "解决了，但中间等了比较久。",
    2: "沟通了好几次才说清楚。",
    1: "拖得太久，影响了生产。",
}
#: What the customer reads of each step.
TOLD = {
    "received": "您的问题已登记，我们会尽快联系您。",
    "assigned": "已安排专人处理。",
    "resolved": "问题已处理完成，请您确认。",
    "closed": "工单已关闭，感谢您的反馈。",
    "reopened": "我们已重新处理您的问题。",
}


def prepare_ticket(desk: Desk, values: dict[str, Any]) -> dict[str, Any]:
    """Give a new ticket what follows from its customer: tier, priority, and when it is due."""
    tier = tiers_of(desk, [values["customer_id"]])[values["customer_id"]]
    priority = rules.priority_of(tier, values.get("severity") or "medium")
    return {
        **values,
        "tier_at_creation": tier,
        "priority": priority,
        "status": "new",
        "owner_id": None,
        **ticket_dues(desk, desk.now, tier, priority),
    }


def receive_ticket(desk: Desk, ticket: Ticket) -> None:
    """Write down that a ticket came in."""
    _add_step(desk, ticket, "received", TOLD["received"], is_for_customer=True)


def replan_ticket(desk: Desk, ticket: Ticket, values: dict[str, Any]) -> dict[str, Any]:
    """Let the priority follow a new severity, and what is due follow the priority.

    Who sets the priority has the last word. What was promised and kept, and a solution that is due
    anew since the ticket was opened again, stay as they are.
    """
    priority, severity = (
        values.get(name) or getattr(ticket, name) for name in ("priority", "severity")
    )
    if priority == ticket.priority and severity != ticket.severity:
        priority = rules.priority_of(ticket.tier_at_creation or "regular", severity)
    if priority == ticket.priority:
        return values
    dues = ticket_dues(desk, ticket.received_at, ticket.tier_at_creation, priority)
    if ticket.first_responded_at is not None:
        dues.pop("response_due_at")
    if ticket.resolved_at is not None or ticket.reopened_count:
        dues.pop("resolve_due_at")
    return {**values, "priority": priority, **dues}


entry.BEFORE_CREATE.setdefault("ticket", []).append(prepare_ticket)
entry.BEFORE_CHANGE.setdefault("ticket", []).append(replan_ticket)
entry.AFTER_CREATE.setdefault("ticket", []).append(receive_ticket)


def assign_ticket(
    desk: Desk, ticket: Ticket, seller_id: int, reason: str, expected_version: int
) -> Ticket:
    """Give a ticket to an agent. What nobody has, anybody may take or hand on.

    A VIP's ticket goes to a senior agent; to another only with a reason.
    """
    _expect(desk, ticket, "assign")
    reason = entry.typed_text("reason", REASON, reason, MOST_CHARACTERS)
    agent = desk.session.scalar(select(Seller).where(Seller.id == seller_id))
    if agent is None or not agent.is_active:
        raise RuleError(_("This colleague is not at work. Choose another."), field="seller_id")
    if rules.needs_reason(ticket.tier_at_creation, agent.role) and not reason:
        raise RuleError(
            _("A VIP's ticket goes to a senior agent. Say why another has it."), field="reason"
        )
    status = "assigned" if ticket.status in {"new", "reopened"} else ticket.status
    values = {"owner_id": agent.id, "status": status}
    changed = records.change_record(
        desk,
        ticket,
        values,
        expected_version=expected_version,
        act="ticket_assign",
        reason=reason,
    )
    _add_step(desk, changed, "assigned", TOLD["assigned"], is_for_customer=True)
    return changed


def log_step(desk: Desk, ticket: Ticket, raw: dict[str, str], expected_version: int) -> Ticket:
    """Log a step by hand: kind and text; the first reply is the first response.

    With is_waiting the ticket waits for the customer; its service level goes on.
    """
    _expect(desk, ticket, "step")
    kind, text = raw.get("kind", ""), entry.typed_text("text", STEP, raw.get("text", ""))
    if kind not in rules.LOGGED_STEPS:
        raise RuleError(_("Choose what you did."), field="kind")
    if not text:
        raise RuleError(_("Write what you did or said."), field="text")
    values: dict[str, Any] = {"status": "waiting" if raw.get("is_waiting") else "in_progress"}
    if kind == "replied" and ticket.first_responded_at is None:
        values["first_responded_at"] = desk.now
    if kind == "note":
        values = {}
    changed = _change(desk, ticket, values, expected_version, "ticket_step")
    _add_step(desk, changed, kind, text, is_for_customer=kind in rules.HEARD_STEPS)
    return changed


def solve_ticket(desk: Desk, ticket: Ticket, solution: str, expected_version: int) -> Ticket:
    """Say how the ticket was solved. Changes of data need the identity checked first."""
    _expect(desk, ticket, "solve")
    solution = entry.typed_text("solution", SOLUTION, solution)
    if not solution:
        raise RuleError(_("V16 Write the solution."), field="solution")
    if ticket.category in rules.NEEDS_IDENTITY and not _has_step(desk, ticket, "identity_checked"):
        raise RuleError(
            _("Check first who is asking: log the step “Identity checked”."), field="solution"
        )
    values: dict[str, Any] = {
        "solution": solution,
        "status": "resolved",
        "resolved_at": desk.now,
    }
    if ticket.first_responded_at is None:
        values["first_responded_at"] = desk.now
    changed = _change(desk, ticket, values, expected_version, "ticket_solve")
    _add_step(desk, changed, "resolved", TOLD["resolved"], is_for_customer=True)
    return changed


def send_survey(desk: Desk, ticket: Ticket, expected_version: int) -> Survey:
    """Ask the customer how content she is: after the solution, once for each."""
    _expect(desk, ticket, "survey")
    if ticket.version != expected_version:
        raise ConflictError(ticket)
    if survey_of(desk, ticket) is not None:
        raise RuleError(_("The survey is sent already."))
    values = {
        "ticket_id": ticket.id,
        "customer_id": ticket.customer_id,
        "seller_id": ticket.owner_id,
        "sent_at": desk.now,
    }
    return records.create_record(desk, Survey, values, act="survey_send")


def answer_survey(desk: Desk, survey: Survey) -> Survey:
    """Let the invented customer answer; the same ticket always gets the same answer."""
    ticket = records.find_record(desk, Ticket, survey.ticket_id)
    due = ticket.resolve_due_at
    score = rules.survey_score(
        rules.share(desk.layer.dataset, f"score:{ticket.code}:{ticket.reopened_count}"),
        is_late=bool(due and ticket.resolved_at and ticket.resolved_at > due),
        reopened=ticket.reopened_count,
    )
    values = {"score": score, "comment": COMMENTS[score], "answered_at": desk.now}
    return records.change_record(desk, survey, values, act="survey_answer")


def answer_due_surveys(desk: Desk) -> int:
    """Let customers answer what was sent some hours ago; not every one does. Return how many."""
    waiting = select(Survey).where(
        Survey.id >= FIRST_OWN_ID,
        Survey.answered_at.is_(None),
        Survey.sent_at <= desk.now - ANSWERS_AFTER,
    )
    answering = [
        survey
        for survey in desk.session.scalars(waiting.order_by(Survey.id)).all()
        if rules.share(desk.layer.dataset, f"answers:{survey.ticket_id}") < _ANSWER_SHARE
    ]
    for survey in answering:
        answer_survey(desk, survey)
    return len(answering)


def close_ticket(desk: Desk, ticket: Ticket, expected_version: int) -> Ticket:
    """Close a solved ticket. V16: with its solution, and after the survey was sent."""
    _expect(desk, ticket, "close")
    if not (ticket.solution or "").strip():
        raise RuleError(_("V16 Write the solution."))
    if survey_of(desk, ticket) is None:
        raise RuleError(_("V16 Send the survey before you close the ticket."))
    values = {"status": "closed", "closed_at": desk.now}
    changed = _change(desk, ticket, values, expected_version, "ticket_close")
    _add_step(desk, changed, "closed", TOLD["closed"], is_for_customer=True)
    return changed


def reopen_ticket(desk: Desk, ticket: Ticket, reason: str, expected_version: int) -> Ticket:
    """Open a ticket again, with the reason; its solution is due anew."""
    _expect(desk, ticket, "reopen")
    reason = entry.typed_text("reason", REASON, reason, MOST_CHARACTERS)
    if not reason:
        raise RuleError(_("Say why the ticket is opened again."), field="reason")
    dues = ticket_dues(desk, desk.now, ticket.tier_at_creation, ticket.priority)
    values = {
        "status": "reopened",
        "reopened_count": ticket.reopened_count + 1,
        "resolved_at": None,
        "closed_at": None,
        "resolve_due_at": dues["resolve_due_at"],
    }
    changed = _change(desk, ticket, values, expected_version, "ticket_reopen", reason=reason)
    _add_step(desk, changed, "note", reason, is_for_customer=False)
    _add_step(desk, changed, "reopened", TOLD["reopened"], is_for_customer=True)
    return changed


def link_article(desk: Desk, ticket: Ticket, article_id: int, expected_version: int) -> Ticket:
    """Name the knowledge article that answers a ticket; only published ones count."""
    _expect(desk, ticket, "article")
    article = desk.session.scalar(select(Article).where(Article.id == article_id))
    if article is None or article.status != "published":
        raise RuleError(_("This article is not published. Choose another."), field="article_id")
    return _change(desk, ticket, {"article_id": article.id}, expected_version, "ticket_article")


def suggest_articles(desk: Desk, ticket: Ticket) -> list[Article]:
    """Return published articles whose keywords stand in the ticket, the best first."""
    text = fold(f"{ticket.subject} {ticket.description or ''}")
    found = []
    for article in desk.session.scalars(
        select(Article).where(Article.status == "published").order_by(Article.id)
    ):
        words = {fold(word) for word in _SIGNS.split(article.keywords or "") if len(word) > 1}
        hits = sum(word in text for word in words)
        points = 2 * hits + (article.category == ticket.category)
        if hits:
            found.append((points, article))
    found.sort(key=lambda pair: -pair[0])
    return [article for _points, article in found[:MOST_SUGGESTED]]


def steps_of(desk: Desk, ticket: Ticket, *, for_customer: bool = False) -> Sequence[TicketStep]:
    """Return the steps of a ticket in order; those that the customer sees, if wanted."""
    statement = select(TicketStep).where(TicketStep.ticket_id == ticket.id)
    if for_customer:
        statement = statement.where(TicketStep.is_for_customer)
    return desk.session.scalars(statement.order_by(TicketStep.happened_at, TicketStep.id)).all()


def survey_of(desk: Desk, ticket: Ticket) -> Survey | None:
    """Return the survey of the ticket's present solution; an earlier one counts no more."""
    since: datetime = ticket.resolved_at or ticket.received_at
    return desk.session.scalars(
        select(Survey)
        .where(Survey.ticket_id == ticket.id, Survey.sent_at >= since)
        .order_by(Survey.id.desc())
        .limit(1)
    ).first()


def _expect(desk: Desk, ticket: Ticket, act: str) -> None:
    if ticket.owner_id is not None or act != "assign":
        expect_editable(desk, ticket)
    if not rules.may(act, ticket.status):
        raise InvalidTransitionError


def _change(
    desk: Desk, ticket: Ticket, values: dict[str, Any], version: int, act: str, **context: str
) -> Ticket:
    return records.change_record(desk, ticket, values, expected_version=version, act=act, **context)


def _has_step(desk: Desk, ticket: Ticket, kind: str) -> bool:
    return any(step.kind == kind for step in steps_of(desk, ticket))


def _add_step(desk: Desk, ticket: Ticket, kind: str, text: str, *, is_for_customer: bool) -> None:
    values = {
        "ticket_id": ticket.id,
        "kind": kind,
        "text": text,
        "is_for_customer": is_for_customer,
        "seller_id": desk.seller.id,
        "happened_at": desk.now,
    }
    records.create_record(desk, TicketStep, values, act="step")
