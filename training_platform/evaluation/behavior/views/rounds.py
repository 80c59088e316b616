"""Rounds: the list, opening one, its page with the progress, people, due day, closing."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from training_platform.core import clock
from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.i18n import pick
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.text import whole_number
from training_platform.core.web import load, render_form, requires, see_other
from training_platform.evaluation.behavior import anonymity, queries, rules
from training_platform.evaluation.behavior.forms import DueForm, RoundForm
from training_platform.evaluation.behavior.models import BehaviorRound
from training_platform.evaluation.behavior.rules import Group
from training_platform.evaluation.behavior.services import raters, rounds
from training_platform.evaluation.behavior.views.base import bp, words
from training_platform.evaluation.behavior.views.mine import chosen_ids
from training_platform.people.models import Department


@bp.get("/evaluation/rounds")
@requires(Permission.BEHAVIOR_MANAGE)
def round_list() -> ResponseReturnValue:
    """List the rounds of one's departments."""
    state = request.args.get("state", "")
    page = paginate(db.session(), queries.rounds(current_user, state))
    return render_template("evaluation/behavior/rounds.html", page=page, state=state, **words())


@bp.route("/evaluation/rounds/new", methods=["GET", "POST"])
@requires(Permission.BEHAVIOR_MANAGE)
def new_round() -> ResponseReturnValue:
    """Open a round; somebody may stand in the address as its first person."""
    session = db.session()
    today = clock.today()
    form = RoundForm(
        employee=request.args.get("employee", ""),
        starts_on=today - rules.USUAL_PERIOD,
        ends_on=today,
        due_on=today + rules.USUAL_TIME,
    )
    known = queries.departments_to_open(session, current_user)
    form.department_id.choices = [_choice(each) for each in known]
    if address := already_led_to(session, current_user.id, form.once.data):
        return redirect(address, code=303)
    if form.validate_on_submit():
        first = whole_number(form.employee.data or "")
        try:
            with transaction() as write:
                found = rounds.open_round(
                    write,
                    current_user,
                    write.get_one(Department, form.department_id.data),
                    form.plan,
                    asks_self=bool(form.asks_self.data),
                )
                rounds.add_people(write, found, current_user, {first} if first else ())
                address = url_for(
                    ".people" if not first else ".show_round", behavior_round_id=found.id
                )
                remember(write, current_user.id, form.once.data, address)
        except RuleError as error:
            form.refuse(error)
        else:
            return redirect(address, code=303)
    return render_form("evaluation/behavior/new_round.html", form)


@bp.get("/evaluation/rounds/<int:behavior_round_id>")
@requires(Permission.BEHAVIOR_MANAGE)
def show_round(behavior_round_id: int) -> ResponseReturnValue:
    """Show a round with its people, and of the progress what gives nobody away."""
    found = load(BehaviorRound, behavior_round_id)
    session = db.session()
    progress = queries.progress(session, behavior_round_id)
    answered = {
        ident: {group: count for group, (_asked, count) in groups.items()}
        for ident, groups in progress.items()
    }
    return render_template(
        "evaluation/behavior/round.html",
        round=found,
        page=paginate(session, queries.assessments_in(found)),
        progress=progress,
        shown={ident: anonymity.counts_to_show(each) for ident, each in answered.items()},
        ready={ident for ident, each in answered.items() if anonymity.has_enough(each)},
        people=len(found.assessments),
        least=anonymity.LEAST,
        today=clock.today(),
        Group=Group,
        **words(),
    )


@bp.route("/evaluation/rounds/<int:behavior_round_id>/people", methods=["GET", "POST"])
@requires(Permission.BEHAVIOR_MANAGE)
def people(behavior_round_id: int) -> ResponseReturnValue:
    """Put people into a round."""
    found = load(BehaviorRound, behavior_round_id)
    if request.method == "POST":
        with transaction() as session:
            count = rounds.add_people(session, found, current_user, chosen_ids("id"))
        if count:
            text = ngettext("%(num)s person is in now.", "%(num)s people are in now.", count)
            flash(text, "success")
            return see_other(".show_round", behavior_round_id=behavior_round_id)
        flash(gettext("Choose at least one row first."), "warning")
        return see_other(".people", behavior_round_id=behavior_round_id)
    if not found.is_open:
        return see_other(".show_round", behavior_round_id=behavior_round_id)
    text = request.args.get("q", "")
    page = paginate(db.session(), queries.people_to_add(found, current_user, text))
    return render_template("evaluation/behavior/people.html", round=found, page=page, text=text)


@bp.route("/evaluation/rounds/<int:behavior_round_id>/due", methods=["GET", "POST"])
@requires(Permission.BEHAVIOR_MANAGE)
def due(behavior_round_id: int) -> ResponseReturnValue:
    """Give an open round more time, or open a closed one again."""
    found = load(BehaviorRound, behavior_round_id)
    was_open = found.is_open
    form = DueForm(version=found.version, due_on=found.due_on if was_open else None)
    if form.validate_on_submit():
        seen = form.version.data or 0
        day = form.due_on.data
        assert day is not None  # noqa: S101  # required
        try:
            with transaction() as session:
                rounds.set_due(session, found, current_user, day, expected_version=seen)
        except RuleError as error:
            form.refuse(error)
        else:
            text = gettext("Raters have time until %(day)s.", day=day.isoformat())
            flash(text, "success")
            return see_other(".show_round", behavior_round_id=behavior_round_id)
    return render_form("evaluation/behavior/due.html", form, round=found)


@bp.post("/evaluation/rounds/<int:behavior_round_id>/close")
@requires(Permission.BEHAVIOR_MANAGE)
def close(behavior_round_id: int) -> ResponseReturnValue:
    """Close a round: results are out."""
    found = load(BehaviorRound, behavior_round_id)
    seen = whole_number(request.form.get("version", "")) or 0
    with transaction() as session:
        rounds.close_round(session, found, current_user, expected_version=seen)
    flash(gettext("The round is closed. People and superiors are told."), "success")
    return see_other(".show_round", behavior_round_id=behavior_round_id)


@bp.post("/evaluation/rounds/<int:behavior_round_id>/remind")
@requires(Permission.BEHAVIOR_MANAGE)
def remind(behavior_round_id: int) -> ResponseReturnValue:
    """Remind those whose answer is awaited; the page does not say how many they are."""
    found = load(BehaviorRound, behavior_round_id)
    with transaction() as session:
        raters.remind_raters(session, found, current_user)
    flash(gettext("Whoever has not answered yet is reminded, each at most once a day."), "success")
    return see_other(".show_round", behavior_round_id=behavior_round_id)


def _choice(department: Department) -> Any:
    indent = "　" * (department.path.count("/") - 2)
    return SelectChoice(department.id, f"{indent}{pick(department.name)}")
