"""Filling in the form with an account: autosaved until it is handed in."""

from flask import flash, jsonify, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from training_platform.core.db import db, transaction
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.i18n import format_time
from training_platform.core.permissions import Permission
from training_platform.core.web import load, render_form, requires, see_other
from training_platform.evaluation.behavior import queries
from training_platform.evaluation.behavior.forms import rating_form
from training_platform.evaluation.behavior.models import BehaviorRater
from training_platform.evaluation.behavior.services.rating import save_draft, submit_rating
from training_platform.evaluation.behavior.views.base import bp


@bp.route("/evaluation/rate/<int:behavior_rater_id>", methods=["GET", "POST"])
@requires(Permission.BEHAVIOR_RATE)
def rate(behavior_rater_id: int) -> ResponseReturnValue:
    """Let somebody who was asked fill in the form; "draft" keeps it, "submit" hands it in."""
    rater = load(BehaviorRater, behavior_rater_id)
    if not rater.may_answer:
        flash(gettext("This rating is handed in, or it is no longer needed."), "info")
        return see_other(".index")
    definition = queries.form_of(db.session(), rater.assessment.round, rater.group)
    form = rating_form(definition, rater)
    if form.validate_on_submit():
        is_draft = request.form.get("act") == "draft"
        act = save_draft if is_draft else submit_rating
        seen = form.version.data or 0
        try:
            with transaction() as session:
                act(session, rater, current_user, form.sheet, expected_version=seen)
        except RuleError as error:
            form.refuse(error)
        else:
            return _after(behavior_rater_id, is_draft=is_draft)
    return render_form(
        "evaluation/behavior/rate.html",
        form,
        rater=rater,
        round=rater.assessment.round,
        employee=rater.assessment.employee,
        definition=definition,
    )


@bp.post("/evaluation/rate/<int:behavior_rater_id>/draft")
@requires(Permission.BEHAVIOR_RATE)
def draft(behavior_rater_id: int) -> ResponseReturnValue:
    """Keep the sheet while it is filled in; answer when, and with which version to go on."""
    rater = load(BehaviorRater, behavior_rater_id)
    if not rater.may_answer:
        raise InvalidTransitionError
    form = rating_form(queries.form_of(db.session(), rater.assessment.round, rater.group), rater)
    if not form.validate():
        return jsonify({"errors": form.errors}), 422
    seen = form.version.data or 0
    with transaction() as session:
        kept = save_draft(session, rater, current_user, form.sheet, expected_version=seen)
        saved = {"version": kept.version, "saved_at": format_time(kept.saved_at)}
    return jsonify(saved)


def _after(rater_id: int, *, is_draft: bool) -> ResponseReturnValue:
    if is_draft:
        flash(gettext("The draft is kept. Nobody else sees it."), "success")
        return see_other(".rate", behavior_rater_id=rater_id)
    flash(gettext("Thank you. Your rating is handed in."), "success")
    return see_other(".index")
