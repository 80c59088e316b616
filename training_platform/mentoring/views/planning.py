"""Beginning and changing: a new practice, its page, its change, acceptance, cancellation."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import db
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.i18n import pick
from training_platform.core.permissions import Permission, Right
from training_platform.core.tables import paginate
from training_platform.core.web import load, render_form, requires, see_other
from training_platform.mentoring import queries, services, texts
from training_platform.mentoring.forms.parts import ActForm, ReasonForm
from training_platform.mentoring.forms.planning import NewPracticeForm, PlanForm, edit_form
from training_platform.mentoring.models import Practice
from training_platform.mentoring.rules import Act
from training_platform.mentoring.services import Plan
from training_platform.mentoring.views.base import acts_on, bp, done, may_assign, shown
from training_platform.people.queries import departments


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@bp.route("/new", methods=["GET", "POST"])
@requires(Permission.MENTORING_USE)
def new() -> ResponseReturnValue:
    """Assign a practice to somebody, or propose one for oneself."""
    form = NewPracticeForm(**_proposed_values())
    if not may_assign():
        del form.trainee
    _offer(form)
    if form.validate_on_submit():
        plan: Plan = form.plan
        text = gettext("The practice is there. Everybody concerned is told.")
        if page := done(form, lambda session: _create(session, form, plan), text, ".show"):
            return page
    return render_form("mentoring/new.html", form)


def _create(session: Session, form: Any, plan: Plan) -> dict[str, int]:
    named = form.trainee.data if "trainee" in form else ""
    trainee_id = _named(session, named) if named else current_user.id
    return {"practice_id": services.create_practice(session, current_user, trainee_id, plan).id}


def _named(session: Session, text: str) -> int:
    found = queries.people_called(session, current_user, text)
    if not found:
        raise RuleError(_("There is nobody of this name or staff number."), field="trainee")
    if len(found) > 1:
        raise RuleError(_("Several people are called so. Enter the staff number."), field="trainee")
    return found[0]


def _proposed_values() -> dict[str, Any]:
    """Return what stands in a new form: one's own department, a mentor oneself."""
    values: dict[str, Any] = {
        "department_id": str(current_user.department_id),
        "trainee": request.args.get("trainee", ""),
        "starts_on": clock.today(),
    }
    if current_user.has(Right.MENTOR):
        values["mentor_id"] = str(current_user.id)
    return values


def _offer(form: PlanForm, practice: Practice | None = None) -> None:
    session = db.session()
    names = {
        str(row.id): f"{row.name} · {pick(row.department)}"
        for row in queries.mentor_options(session)
    }
    if practice is not None:  # whoever lost the right stays to be chosen where she stands
        names.setdefault(str(practice.mentor_id), practice.mentor.name)
        names.pop(str(practice.trainee_id), None)
    places = [(str(each.id), pick(each.name)) for each in departments(session)]
    form.offer(list(names.items()), places)


@bp.get("/<int:practice_id>")
@requires(Permission.MENTORING_READ)
def show(practice_id: int) -> ResponseReturnValue:
    """Show what a practice is about, and all that happened, newest first."""
    practice = load(Practice, practice_id)
    page = paginate(db.session(), queries.timeline(practice))
    return render_template(
        "mentoring/show.html", page=page, happened=texts.HAPPENED, **shown(practice)
    )


@bp.route("/<int:practice_id>/edit", methods=["GET", "POST"])
@requires(Permission.MENTORING_MANAGE)
def edit(practice_id: int) -> ResponseReturnValue:
    """Change what a practice is about."""
    practice = load(Practice, practice_id)
    form = edit_form(practice)
    _offer(form, practice)
    if form.validate_on_submit():
        plan, seen = form.plan, form.version.data or 0

        def act(session: Session) -> None:
            services.edit_practice(session, practice, current_user, plan, expected_version=seen)

        if page := done(
            form, act, gettext("The change is saved."), ".show", practice_id=practice_id
        ):
            return page
    elif Act.EDIT not in acts_on(practice):
        raise InvalidTransitionError
    return render_form("mentoring/edit.html", form, practice=practice)


@bp.post("/<int:practice_id>/accept")
@requires(Permission.MENTORING_MANAGE)
def accept(practice_id: int) -> ResponseReturnValue:
    """Let a proposed practice begin."""
    practice = load(Practice, practice_id)
    form = ActForm()
    if form.validate_on_submit():
        seen = form.version.data or 0

        def act(session: Session) -> None:
            services.accept_practice(session, practice, current_user, expected_version=seen)

        text = gettext("The practice is accepted and begins.")
        if page := done(form, act, text, ".show", practice_id=practice_id):
            return page
    return see_other(".show", practice_id=practice_id)


@bp.route("/<int:practice_id>/cancel", methods=["GET", "POST"])
@requires(Permission.MENTORING_MANAGE)
def cancel(practice_id: int) -> ResponseReturnValue:
    """Ask for the reason, then end a practice without a result."""
    practice = load(Practice, practice_id)
    form = ReasonForm(version=practice.version)
    if form.validate_on_submit():
        reason, seen = form.reason.data or "", form.version.data or 0

        def act(session: Session) -> None:
            services.cancel_practice(session, practice, current_user, reason, expected_version=seen)

        text = gettext("The practice is cancelled. Trainee and mentor are told why.")
        if page := done(form, act, text, ".show", practice_id=practice_id):
            return page
    elif Act.CANCEL not in acts_on(practice):
        raise InvalidTransitionError
    return render_form("mentoring/cancel.html", form, practice=practice)
