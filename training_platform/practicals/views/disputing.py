"""Disputing one check of one's own result, and what the pages of a dispute show of the attempt."""

from flask import Flask, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from training_platform.assessment.disputes.forms import DisputeForm
from training_platform.assessment.disputes.models import Dispute
from training_platform.assessment.disputes.rules import Remedy
from training_platform.assessment.disputes.services import open_dispute
from training_platform.core import slots
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.permissions import Permission, may
from training_platform.core.web import render_form, requires, see_other
from training_platform.practicals import disputing, queries, regrade_queries, services
from training_platform.practicals.models import PracticalAttempt
from training_platform.practicals.views.access import own_attempt, titles_of
from training_platform.practicals.views.blueprint import bp
from training_platform.practicals.views.results import lines_of


def init_app(app: Flask) -> None:
    """Draw the evidence of a disputed check on the pages of disputes."""
    slots.fill(app, "dispute.evidence", _evidence)
    slots.fill(app, "dispute.outcome", _outcome)


@bp.route("/attempts/<token>/checks/<check_id>/dispute", methods=["GET", "POST"])
@requires(Permission.PRACTICAL_ATTEMPT_TAKE)
def dispute(token: str, check_id: str) -> ResponseReturnValue:
    """Say that one check of one's own result is wrong."""
    attempt = own_attempt(token)
    grading = queries.holding_grading(db.session(), attempt)
    about = grading and disputing.disputed(db.session(), attempt, grading, check_id)
    if not about:
        raise NotFoundError
    form = DisputeForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                open_dispute(session, about, current_user, form.claim)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(gettext("Your dispute is with the trainers. You are told what they decide."))
            return see_other(".result", token=token, _anchor=f"check-{check_id}")
    return render_form(
        "practicals/dispute.html",
        form,
        attempt=attempt,
        about=about,
        lines=[each for each in lines_of(attempt, grading) if each.id == check_id],
        last_day=disputing.last_day(grading),
    )


def _evidence(*, dispute: Dispute) -> str:
    """Draw the check as it was graded, with ways into the sealed work."""
    if dispute.subject_kind != services.SUBJECT:
        return ""
    session = db.session()
    attempt = session.get_one(PracticalAttempt, dispute.subject_id)
    grading = disputing.graded_before(session, dispute)
    lines = [each for each in lines_of(attempt, grading) if each.id == dispute.check_key]
    evidence = queries.evidence_of(session, attempt.id)
    return render_template(
        "practicals/_disputed.html",
        attempt=attempt,
        lines=lines,
        titles=titles_of([each.lesson for each in lines if each.lesson]),
        sha256=evidence.sha256 if evidence is not None else "",
    )


def _outcome(*, dispute: Dispute) -> str:
    """Say what follows where the check itself was found wrong."""
    if dispute.subject_kind != services.SUBJECT or dispute.remedy is not Remedy.CHECK:
        return ""
    session = db.session()
    attempt = session.get_one(PracticalAttempt, dispute.subject_id)
    waiting = {
        row.id
        for row in regrade_queries.checks_held_wrong(
            session, attempt.practical_id, services.SUBJECT
        )
    }
    return render_template(
        "practicals/_dispute_outcome.html",
        practical_id=attempt.practical_id,
        is_waiting=dispute.id in waiting,
        may_regrade=may(current_user, None, Permission.PRACTICAL_REGRADE),
    )
