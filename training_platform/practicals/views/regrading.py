"""Regrading a task after its correction: the plan, each result that would change, the decision."""

from collections.abc import Callable
from typing import Any

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.assessment import deciding
from training_platform.assessment.regrade_texts import words
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.text import whole_number
from training_platform.core.web import load, render_form, requires, see_other
from training_platform.people.models import Employee
from training_platform.practicals import regrade_queries as queries
from training_platform.practicals import services
from training_platform.practicals.forms import ReasonForm, RevertForm
from training_platform.practicals.models import Practical
from training_platform.practicals.regrading import Change, RegradeState
from training_platform.practicals.result_models import PracticalRegrade, PracticalRegradeItem
from training_platform.practicals.services import regrading
from training_platform.practicals.views.blueprint import bp
from training_platform.practicals.views.results import lines_by, lines_of


@bp.route("/<practical_id>/regrades", methods=["GET", "POST"])
@requires(Permission.PRACTICAL_REGRADE)
def regrades(practical_id: str) -> ResponseReturnValue:
    """List the regrades of a task, and plan one after its correction was published."""
    practical = db.session.get(Practical, practical_id)
    if practical is None:
        raise NotFoundError
    form = ReasonForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                planned = regrading.plan_regrade(
                    session, practical, current_user, form.reason.data or ""
                )
                regrade_id = planned.id
        except RuleError as error:
            form.refuse(error)
        else:
            return see_other(".regrade", regrade_id=regrade_id)
    session = db.session()
    return render_form(
        "practicals/regrades.html",
        form,
        practical=practical,
        page=paginate(session, queries.regrades_of(practical_id)),
        outdated=queries.count_outdated(session, practical),
        unfinished=queries.count_unfinished(session, practical_id),
        held_wrong=queries.checks_held_wrong(session, practical_id, services.SUBJECT),
        under_way=queries.under_way(session, practical_id),
        **words(),
    )


@bp.get("/regrades/<int:regrade_id>")
@requires(Permission.PRACTICAL_OVERSEE)
def regrade(regrade_id: int) -> ResponseReturnValue:
    """Show a regrade: how far it is, whose result changes, what was decided."""
    found = load(PracticalRegrade, regrade_id)
    session = db.session()
    change, text = request.args.get("change", ""), request.args.get("q", "")
    return render_template(
        "practicals/regrade.html",
        regrade=found,
        tally=queries.tally_of(session, regrade_id),
        page=paginate(session, queries.items_of(regrade_id, change, text)),
        change=change,
        text=text,
        may_decide=found.state is RegradeState.READY
        and may(current_user, found, Permission.PRACTICAL_REGRADE),
        may_revert=found.state is RegradeState.APPLIED
        and may(current_user, found, Permission.PRACTICAL_REGRADE),
        **words(),
    )


@bp.post("/regrades/<int:regrade_id>/apply")
@requires(Permission.PRACTICAL_REGRADE)
def apply_regrade(regrade_id: int) -> ResponseReturnValue:
    """Change the results as the plan lists them."""
    return _decide(regrade_id, regrading.apply_regrade, _("The results are being changed."))


@bp.post("/regrades/<int:regrade_id>/drop")
@requires(Permission.PRACTICAL_REGRADE)
def drop_regrade(regrade_id: int) -> ResponseReturnValue:
    """Drop the plan: every result stays."""
    done = _("The plan is dropped. Every result stays.")
    return _decide(regrade_id, deciding.drop_regrade, done)


@bp.route("/regrades/<int:regrade_id>/revert", methods=["GET", "POST"])
@requires(Permission.PRACTICAL_REGRADE)
def revert_regrade(regrade_id: int) -> ResponseReturnValue:
    """Take an applied regrade back as a whole, with a reason."""
    found = load(PracticalRegrade, regrade_id)
    if found.state is not RegradeState.APPLIED:
        return see_other(".regrade", regrade_id=regrade_id)
    form = RevertForm(version=found.version)
    if form.validate_on_submit():
        reason, seen = form.reason.data or "", form.version.data or 0
        try:
            with transaction() as session:
                regrading.revert_regrade(
                    session, found, current_user, reason, expected_version=seen
                )
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The results from before are being restored."), "success")
            return see_other(".regrade", regrade_id=regrade_id)
    tally = queries.tally_of(db.session(), regrade_id)
    return render_form("practicals/regrade_revert.html", form, regrade=found, tally=tally)


@bp.route("/regrades/<int:regrade_id>/results/<int:result_id>", methods=["GET", "POST"])
@requires(Permission.PRACTICAL_REGRADE)
def regrade_item(regrade_id: int, result_id: int) -> ResponseReturnValue:
    """Show one result by the old and by the corrected task; a pass may be taken away here only."""
    regrade = load(PracticalRegrade, regrade_id)
    item = db.session.get(PracticalRegradeItem, result_id)
    if item is None or item.regrade_id != regrade.id:
        raise NotFoundError
    form = ReasonForm(reason=item.taken_reason)
    if request.form.get("act") == "keep":
        with transaction() as session:
            deciding.leave_pass(session, item, current_user)
        flash(_("The pass stays."), "success")
        return see_other(".regrade", regrade_id=regrade_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                deciding.take_pass(session, item, current_user, form.reason.data or "")
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("This pass is taken away when the regrade is applied."), "success")
            return see_other(".regrade", regrade_id=regrade_id)
    return render_form("practicals/regrade_item.html", form, **_compared(regrade, item))


def _compared(regrade: PracticalRegrade, item: PracticalRegradeItem) -> dict[str, Any]:
    attempt = item.attempt
    return {
        "regrade": regrade,
        "item": item,
        "attempt": attempt,
        "name": db.session.get_one(Employee, attempt.employee_id).name,
        "old_lines": lines_of(attempt, item.old_grading),
        "new_lines": lines_by(attempt, regrade.revision_id, item.outcomes),
        "may_decide": regrade.state is RegradeState.READY and item.change is Change.LOST,
        **words(),
    }


def _decide(regrade_id: int, act: Callable[..., None], done: str) -> ResponseReturnValue:
    found = load(PracticalRegrade, regrade_id)
    seen = whole_number(request.form.get("version", "")) or 0
    with transaction() as session:
        act(session, found, current_user, expected_version=seen)
    flash(done, "success")
    return see_other(".regrade", regrade_id=regrade_id)
