"""Pages of disputes: the trainers' queue, one dispute with its evidence, the decision."""

from typing import Any

from flask import Blueprint, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import current_user

from training_platform.assessment.disputes import queries, rules, services, texts
from training_platform.assessment.disputes.forms import RulingForm
from training_platform.assessment.disputes.models import Dispute
from training_platform.core import clock
from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.text import whole_number
from training_platform.core.web import load, render_form, requires, see_other

bp = Blueprint("disputes", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        key="disputes",
        text=lazy_gettext("Disputes"),
        icon="message-question",
        endpoint="disputes.queue",
        permission=Permission.DISPUTE_DECIDE,
        position=69,
        blueprints=("disputes",),
    ),
)


@bp.get("/disputes/")
@requires(Permission.DISPUTE_DECIDE)
def queue() -> ResponseReturnValue:
    """List the disputes, the next deadline first."""
    given = request.args
    chosen = queries.QueueFilter(
        state=given.get("state", ""), kind=given.get("kind", ""), text=given.get("q", "")
    )
    session = db.session()
    page = paginate(session, queries.queue(chosen, current_user.id, clock.today()))
    return render_template(
        "assessment/disputes/queue.html",
        page=page,
        chosen=chosen,
        kinds=[(each, texts.KINDS.get(each, each)) for each in queries.kinds(session)],
        today=clock.today(),
        overdue=queries.OVERDUE,
        **_words(),
    )


@bp.get("/disputes/<int:dispute_id>")
@requires(Permission.DISPUTE_READ)
def show(dispute_id: int) -> ResponseReturnValue:
    """Show a dispute with the sealed evidence: to whoever opened it, and to trainers."""
    found = load(Dispute, dispute_id)
    return render_template("assessment/disputes/show.html", **_shown(found))


@bp.route("/disputes/<int:dispute_id>/decide", methods=["GET", "POST"])
@requires(Permission.DISPUTE_DECIDE)
def decide(dispute_id: int) -> ResponseReturnValue:
    """Let a trainer decide, with the evidence beside the form."""
    found = load(Dispute, dispute_id)
    form = RulingForm(version=found.version)
    form.offer(found.subject_kind)
    if form.validate_on_submit():
        seen = form.version.data or 0
        try:
            with transaction() as session:
                services.decide_dispute(
                    session, found, current_user, form.ruling, expected_version=seen
                )
        except RuleError as error:
            form.refuse(error)
        else:
            flash(gettext("The decision is recorded, and the trainee is told."), "success")
            return see_other(".show", dispute_id=dispute_id)
    if not found.is_open:
        return see_other(".show", dispute_id=dispute_id)
    return render_form("assessment/disputes/decide.html", form, **_shown(found))


@bp.post("/disputes/<int:dispute_id>/withdraw")
@requires(Permission.DISPUTE_WITHDRAW)
def withdraw(dispute_id: int) -> ResponseReturnValue:
    """Take one's own dispute back."""
    found = load(Dispute, dispute_id)
    seen = whole_number(request.form.get("version", "")) or 0
    with transaction() as session:
        services.withdraw_dispute(session, found, current_user, expected_version=seen)
    flash(gettext("You took the dispute back. The result stays as it is."), "success")
    return see_other(".show", dispute_id=dispute_id)


def _shown(dispute: Dispute) -> dict[str, Any]:
    return {
        "dispute": dispute,
        "is_own": dispute.employee_id == current_user.id,
        "may_decide": dispute.is_open and may(current_user, dispute, Permission.DISPUTE_DECIDE),
        "may_withdraw": dispute.is_open and may(current_user, dispute, Permission.DISPUTE_WITHDRAW),
        "is_overdue": dispute.is_open and dispute.due_on < clock.today(),
        **_words(),
    }


def _words() -> dict[str, Any]:
    return {
        "states": texts.STATES,
        "tones": texts.TONES,
        "grounds": texts.GROUNDS,
        "remedies": texts.REMEDIES,
        "kind_names": texts.KINDS,
        "dispute_days": rules.DISPUTE_DAYS,
    }
