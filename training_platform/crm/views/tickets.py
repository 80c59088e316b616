"""The service desk: working on a ticket, and what its customer sees."""

from collections.abc import Callable
from typing import Any, ClassVar

from flask import Flask, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_platform.core import slots
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.forms import OnceForm
from training_platform.core.i18n import translate
from training_platform.core.permissions import Permission
from training_platform.core.text import whole_number
from training_platform.core.web import requires
from training_platform.crm.choices import TICKET_STATUSES, TICKET_STEPS
from training_platform.crm.desk import Desk
from training_platform.crm.models import Article, Customer, Layered, Ticket
from training_platform.crm.queries import sellers
from training_platform.crm.queries.names import names_of
from training_platform.crm.rules import sla
from training_platform.crm.rules import tickets as rules
from training_platform.crm.services import entry, records
from training_platform.crm.services import tickets as services
from training_platform.crm.services.access import (
    expect_editable,
    find_to_change,
    find_within_reach,
    may_edit,
)
from training_platform.crm.views.blueprint import bp, reading_desk, render, writing_desk
from training_platform.crm.views.selling import led_before, remember, seen_version


def init_app(app: Flask) -> None:
    """Show on a ticket's page where it stands, and the way to its work page."""
    slots.fill(app, "crm.record", _panel)


@bp.get("/<int:workspace_id>/ticket/<int:item_id>/work")
@requires(Permission.WORKSPACE_READ)
def ticket_work(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Show a ticket's steps and what can be done next."""
    desk = reading_desk(workspace_id)
    return _work_page(desk, find_within_reach(desk, Ticket, item_id))


@bp.post("/<int:workspace_id>/ticket/<int:item_id>/work/<ticket_act>")
@requires(Permission.WORKSPACE_WRITE)
def ticket_do(workspace_id: int, item_id: int, ticket_act: str) -> ResponseReturnValue:
    """Do one thing with a ticket; a refusal shows the page with what was typed."""
    if ticket_act not in _ACTS:
        raise NotFoundError
    act, done = _ACTS[ticket_act]
    address = url_for(".ticket_work", workspace_id=workspace_id, item_id=item_id)
    g.submitted_form = _Sent()
    try:
        with writing_desk(workspace_id) as desk:
            if led := led_before(desk):
                return led
            act(desk, find_to_change(desk, Ticket, item_id), seen_version())
            remember(desk, address)
    except RuleError as error:
        desk = reading_desk(workspace_id)
        ticket = find_within_reach(desk, Ticket, item_id)
        refused = error.field or ticket_act, entry.said(error)
        return _work_page(desk, ticket, refused), 422
    flash(str(done))
    return redirect(address, 303)


@bp.get("/<int:workspace_id>/ticket/<int:item_id>/customer-view")
@requires(Permission.WORKSPACE_READ)
def ticket_progress(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Show a ticket as its customer sees it: the steps meant for her, and nothing else."""
    desk = reading_desk(workspace_id)
    ticket = find_within_reach(desk, Ticket, item_id)
    return render(
        "crm/ticket_progress.html",
        desk,
        ticket=ticket,
        customer=records.find_record(desk, Customer, ticket.customer_id),
        steps=services.steps_of(desk, ticket, for_customer=True),
        step_texts=TICKET_STEPS,
        statuses=TICKET_STATUSES,
        survey=services.survey_of(desk, ticket),
    )


class _Sent:
    """What somebody wrote, for the page of a conflict: texts by the labels of their fields."""

    labels: ClassVar = {
        "reason": services.REASON,
        "text": services.STEP,
        "solution": services.SOLUTION,
        "reopen_reason": services.REASON,
    }

    def typed(self) -> dict[str, str]:
        """Return what was entered as a person reads it."""
        given = request.form.get
        return {
            translate(label): text for name, label in self.labels.items() if (text := given(name))
        }


def _number(name: str) -> int:
    return whole_number(request.form.get(name, "")) or 0


def _assign(desk: Desk, ticket: Ticket, version: int) -> None:
    if not _number("seller_id"):
        raise RuleError(_("Choose an agent."), field="seller_id")
    reason = request.form.get("reason", "")
    services.assign_ticket(desk, ticket, _number("seller_id"), reason, version)


def _answer(desk: Desk, ticket: Ticket, _version: int) -> None:
    expect_editable(desk, ticket)
    survey = services.survey_of(desk, ticket)
    if survey is None or survey.answered_at is not None:
        raise RuleError(_("There is no survey that waits for an answer."))
    services.answer_survey(desk, survey)


def _text(name: str, service: Callable[[Desk, Ticket, str, int], Any]) -> Callable[..., Any]:
    return lambda desk, ticket, version: service(desk, ticket, request.form.get(name, ""), version)


_ACTS: dict[str, tuple[Callable[[Desk, Ticket, int], Any], Any]] = {
    "assign": (_assign, _l("The ticket is assigned.")),
    "step": (
        lambda desk, ticket, version: services.log_step(
            desk, ticket, request.form.to_dict(), version
        ),
        _l("The step is logged."),
    ),
    "solve": (_text("solution", services.solve_ticket), _l("The ticket is solved.")),
    "survey": (services.send_survey, _l("The survey is sent.")),
    "answer": (_answer, _l("The customer has answered.")),
    "close": (services.close_ticket, _l("The ticket is closed.")),
    "reopen": (_text("reopen_reason", services.reopen_ticket), _l("The ticket is open again.")),
    "article": (
        lambda desk, ticket, version: services.link_article(
            desk, ticket, _number("article_id"), version
        ),
        _l("The article is linked."),
    ),
}


def _work_page(desk: Desk, ticket: Ticket, refused: tuple[str, str] | None = None) -> str:
    steps = services.steps_of(desk, ticket)
    people = {step.seller_id for step in steps if step.seller_id}
    article = records.find_record(desk, Article, ticket.article_id) if ticket.article_id else None
    return render(
        "crm/ticket_work.html",
        desk,
        ticket=ticket,
        customer=records.find_record(desk, Customer, ticket.customer_id),
        steps=steps,
        names=names_of(desk, {"seller": people}),
        step_texts=TICKET_STEPS,
        loggable=[(kind, translate(TICKET_STEPS[kind])) for kind in rules.LOGGED_STEPS],
        statuses=TICKET_STATUSES,
        survey=services.survey_of(desk, ticket),
        agents=sellers.choices(desk),
        suggested=services.suggest_articles(desk, ticket),
        article=article,
        possible={act for act in rules.POSSIBLE if rules.may(act, ticket.status)},
        may_edit=may_edit(desk, ticket),
        refused=dict([refused]) if refused else {},
        typed=request.form,
        once=OnceForm(formdata=None),
        **_service_level(desk, ticket),
    )


def _service_level(desk: Desk, ticket: Ticket) -> dict[str, Any]:
    """Return how the two promises stand: (due, done, is late, working minutes left)."""
    promises = {
        "response": (ticket.response_due_at, ticket.first_responded_at),
        "solution": (ticket.resolve_due_at, ticket.resolved_at),
    }
    return {
        name: {
            "due": due,
            "done": done,
            "is_late": (done or desk.now) > due,
            "left": sla.working_minutes(desk.now, due) if done is None else 0,
        }
        if due
        else None
        for name, (due, done) in promises.items()
    }


def _panel(*, desk: Desk, record: Layered, can_write: bool) -> str:
    if not isinstance(record, Ticket):
        return ""
    return render_template(
        "crm/_ticket_panel.html",
        desk=desk,
        ticket=record,
        can_write=can_write,
        statuses=TICKET_STATUSES,
        survey=services.survey_of(desk, record),
        **_service_level(desk, record),
    )
