"""Disputing one question of one's own result, and what the pages of a dispute show of it."""

from typing import Any

from flask import Flask, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from training_platform.assessment.disputes.forms import DisputeForm
from training_platform.assessment.disputes.models import Dispute
from training_platform.assessment.disputes.rules import Remedy
from training_platform.assessment.disputes.services import open_dispute
from training_platform.assessment.presentation import public_view
from training_platform.assessment.review import Review, review_of
from training_platform.content.queries import revision_data
from training_platform.core import slots
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.i18n import language
from training_platform.core.permissions import Permission, may
from training_platform.core.web import render_form, requires, see_other
from training_platform.quizzes import regrade_queries
from training_platform.quizzes.disputing import (
    SUBJECT,
    disputed,
    is_blind,
    last_day,
)
from training_platform.quizzes.models import Attempt
from training_platform.quizzes.rules import ReviewPolicy
from training_platform.quizzes.views.access import own_attempt, paper_of
from training_platform.quizzes.views.blueprint import bp


def init_app(app: Flask) -> None:
    """Draw the disputed question on the pages of disputes."""
    slots.fill(app, "dispute.evidence", _evidence)
    slots.fill(app, "dispute.points", _hidden_points)
    slots.fill(app, "dispute.outcome", _outcome)


@bp.route("/quizzes/attempts/<token>/questions/<int:place>/dispute", methods=["GET", "POST"])
@requires(Permission.ATTEMPT_TAKE)
def dispute(token: str, place: int) -> ResponseReturnValue:
    """Say that one question of one's own result was marked wrongly; with the key or without."""
    attempt = db.session.get_one(Attempt, own_attempt(token).id)
    paper = paper_of(attempt)
    blind = is_blind(paper["review"], attempt)
    about = disputed(attempt, paper["title"], place, blind=blind)
    if about is None:
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
            return see_other(".result", token=token)
    return render_form(
        "quizzes/dispute.html",
        form,
        attempt=attempt,
        about=about,
        policy=paper["review"],
        last_day=last_day(attempt),
        **_shown(attempt, place, blind=blind),
    )


def _shown(attempt: Attempt, number: int, *, blind: bool) -> dict[str, Any]:
    """Return a question for a page: its review, or the question and the answer without the key."""
    place, mark = attempt.layout[number - 1], (attempt.marks or [])[number - 1]
    definition = revision_data(db.session(), place["revision"])
    review: Review | None = None
    if not blind:
        review = review_of(definition, place["order"], language(), mark["answer"])
    view = public_view(definition, place["order"], language()) if blind else None
    return {"review": review, "view": view, "answer": mark["answer"], "number": number}


def _evidence(*, dispute: Dispute) -> str:
    """Draw the question with the answer; whoever disputed it sees its key only where she may."""
    if dispute.subject_kind != SUBJECT:
        return ""
    attempt = db.session.get_one(Attempt, dispute.subject_id)
    is_own, policy = attempt.employee_id == current_user.id, paper_of(attempt)["review"]
    hides_key = is_blind(policy, attempt)
    return render_template(
        "quizzes/_disputed.html",
        attempt=attempt,
        hides_key=hides_key and not is_own,
        policy=policy,
        **_shown(attempt, int(dispute.check_key), blind=hides_key and is_own),
    )


def _hidden_points(*, dispute: Dispute) -> str:
    """Return what stands in place of the points where they would tell whether she was right."""
    if dispute.subject_kind != SUBJECT:
        return ""
    attempt = db.session.get_one(Attempt, dispute.subject_id)
    policy = paper_of(attempt)["review"]
    if attempt.employee_id != current_user.id or not is_blind(policy, attempt):
        return ""
    if policy == ReviewPolicy.NEVER:
        return str(gettext("Not shown for this quiz"))
    return str(gettext("Shown once you have passed"))


def _outcome(*, dispute: Dispute) -> str:
    """Say what follows where the question itself was found wrong."""
    if dispute.subject_kind != SUBJECT or dispute.remedy is not Remedy.CHECK:
        return ""
    session = db.session()
    attempt = session.get_one(Attempt, dispute.subject_id)
    place = attempt.layout[int(dispute.check_key) - 1]
    settled = regrade_queries.settled_revisions(session, place["question"])
    return render_template(
        "quizzes/_dispute_outcome.html",
        dispute=dispute,
        place=place,
        is_waiting=place["revision"] not in settled,
        may_regrade=may(current_user, None, Permission.QUESTION_REGRADE),
    )
