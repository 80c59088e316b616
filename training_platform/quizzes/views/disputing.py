"""Disputing one question of one's own result, and what the pages of a dispute show of it."""

from flask import Flask, flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from training_platform.assessment.disputes.forms import DisputeForm
from training_platform.assessment.disputes.models import Dispute
from training_platform.assessment.disputes.services import open_dispute
from training_platform.assessment.review import Review, review_of
from training_platform.content.queries import revision_data
from training_platform.core import slots
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.i18n import language
from training_platform.core.permissions import Permission
from training_platform.core.web import render_form, requires, see_other
from training_platform.quizzes.disputing import SUBJECT, disputed, last_day
from training_platform.quizzes.models import Attempt
from training_platform.quizzes.rules import may_review
from training_platform.quizzes.views.access import own_attempt, paper_of
from training_platform.quizzes.views.blueprint import bp


def init_app(app: Flask) -> None:
    """Draw the disputed question on the pages of disputes."""
    slots.fill(app, "dispute.evidence", _evidence)


@bp.route("/quizzes/attempts/<token>/questions/<int:place>/dispute", methods=["GET", "POST"])
@requires(Permission.ATTEMPT_TAKE)
def dispute(token: str, place: int) -> ResponseReturnValue:
    """Say that one question of one's own result was marked wrongly."""
    attempt = db.session.get_one(Attempt, own_attempt(token).id)
    paper = paper_of(attempt)
    about = disputed(attempt, paper["title"], place)
    if about is None or not may_review(paper["review"], is_passed=bool(attempt.is_passed)):
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
        review=_review(attempt, place),
        last_day=last_day(attempt),
    )


def _review(attempt: Attempt, number: int) -> Review:
    place, mark = attempt.layout[number - 1], (attempt.marks or [])[number - 1]
    definition = revision_data(db.session(), place["revision"])
    return review_of(definition, place["order"], language(), mark["answer"])


def _evidence(*, dispute: Dispute) -> str:
    """Draw the question with the answer; whoever disputed it sees it only where she may."""
    if dispute.subject_kind != SUBJECT:
        return ""
    attempt = db.session.get_one(Attempt, dispute.subject_id)
    is_own = attempt.employee_id == current_user.id
    policy = paper_of(attempt)["review"]
    if is_own and not may_review(policy, is_passed=bool(attempt.is_passed)):
        return ""
    review = _review(attempt, int(dispute.check_key))
    return render_template("quizzes/_disputed.html", attempt=attempt, review=review)
