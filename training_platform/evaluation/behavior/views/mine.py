"""What everybody sees: whom to rate, what is known about oneself, a result."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user

from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.text import whole_number
from training_platform.core.web import load, requires, see_other
from training_platform.evaluation.behavior import presentation, queries, rules
from training_platform.evaluation.behavior.models import BehaviorAssessment
from training_platform.evaluation.behavior.services.raters import propose_colleagues
from training_platform.evaluation.behavior.views.base import bp, words


@bp.get("/evaluation/")
@requires(Permission.BEHAVIOR_HOME)
def index() -> ResponseReturnValue:
    """List whom one is asked to rate, and one's own assessments."""
    session = db.session()
    return render_template(
        "evaluation/behavior/index.html",
        waiting=queries.to_rate(session, current_user.id),
        page=paginate(session, queries.about(current_user.id)),
        may_manage=may(current_user, None, Permission.BEHAVIOR_MANAGE),
        **words(),
    )


@bp.get("/evaluation/assessments/<int:behavior_id>")
@requires(Permission.BEHAVIOR_READ)
def result(behavior_id: int) -> ResponseReturnValue:
    """Show a result as far as the viewer may see it; before the first closing, what comes."""
    found = load(BehaviorAssessment, behavior_id)
    is_out = found.round.closings > 0
    return render_template(
        "evaluation/behavior/result.html",
        assessment=found,
        round=found.round,
        view=presentation.result_view(db.session(), found, current_user) if is_out else None,
        is_own=found.employee_id == current_user.id,
        may_manage=may(current_user, found, Permission.BEHAVIOR_MANAGE),
        **words(),
    )


@bp.route("/evaluation/assessments/<int:behavior_id>/propose", methods=["GET", "POST"])
@requires(Permission.BEHAVIOR_PROPOSE)
def propose(behavior_id: int) -> ResponseReturnValue:
    """Let the assessed person propose colleagues; ticks on other pages of the list are kept."""
    found = load(BehaviorAssessment, behavior_id)
    session = db.session()
    proposed = queries.proposed_ids(session, found.id)
    error = None
    if request.method == "POST":
        wanted = chosen_ids("id") | (proposed - chosen_ids("shown"))
        try:
            with transaction() as write:
                count = propose_colleagues(write, found, current_user, wanted)
        except RuleError as refusal:
            error, proposed = gettext(refusal.text) % refusal.values, wanted
        else:
            flash(
                ngettext(
                    "You propose %(num)s colleague. Your superior or HR decides.",
                    "You propose %(num)s colleagues. Your superior or HR decides.",
                    count,
                ),
                "success",
            )
            return see_other(".result", behavior_id=behavior_id)
    text = request.args.get("q", "")
    page = render_template(
        "evaluation/behavior/propose.html",
        assessment=found,
        page=paginate(session, queries.candidates(found, text, first=proposed)),
        proposed=proposed,
        text=text,
        most=rules.MOST_PROPOSALS,
        error=error,
    )
    return page, 422 if error else 200


def chosen_ids(name: str) -> set[int]:
    """Return the ids that a form names; anything odd is left out."""
    found = map(whole_number, request.form.getlist(name)[:200])
    return {each for each in found if each is not None}
