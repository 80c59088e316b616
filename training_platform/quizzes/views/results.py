"""The result of an attempt: score, what went wrong and why, what comes next."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import select

from training_platform.assessment.disputes import texts
from training_platform.assessment.disputes.models import Dispute
from training_platform.assessment.disputes.queries import disputes_of
from training_platform.assessment.keys import key_lines
from training_platform.assessment.presentation import QuestionView, public_view
from training_platform.assessment.review import Review, review_of
from training_platform.content.queries import revisions_data
from training_platform.core.db import db
from training_platform.core.i18n import language
from training_platform.core.permissions import Permission, Right
from training_platform.core.web import check as check_subject
from training_platform.core.web import requires
from training_platform.people.models import Employee
from training_platform.quizzes import queries, regrade_queries
from training_platform.quizzes.disputing import SUBJECT, can_dispute, is_blind, shown_numbers
from training_platform.quizzes.models import Attempt, AttemptState, Paper
from training_platform.quizzes.result_models import QuizRegrade
from training_platform.quizzes.rules import may_review
from training_platform.quizzes.views.access import paper_of
from training_platform.quizzes.views.blueprint import bp


@bp.get("/quizzes/attempts/<token>/result")
@requires(Permission.ATTEMPT_READ)
def result(token: str) -> ResponseReturnValue:
    """Show a submitted attempt: to its owner by the review policy, to trainers, its score to HR."""
    session = db.session()
    found = session.scalars(select(Attempt).where(Attempt.token == token)).first()
    attempt = check_subject(found, Attempt.read_permission)
    if attempt.state is not AttemptState.SUBMITTED:
        return redirect(url_for(".attempt", token=token), 303)
    if attempt.is_sealed:  # her own: nobody else may read it yet
        return redirect(attempt.part_of, 303)
    is_own = attempt.employee_id == current_user.id
    paper = paper_of(attempt)
    reviews = _reviews(attempt) if _sees_answers(attempt, paper, is_own=is_own) else []
    disputes = _disputes(attempt) if is_own else {}
    is_hidden = is_own and is_blind(paper["review"], attempt)
    numbers = shown_numbers(paper["review"], attempt, disputes) if is_hidden else []
    corrected = regrade_queries.regrades_in_force(session, attempt) if reviews else {}
    return render_template(
        "quizzes/result.html",
        attempt=attempt,
        paper=paper,
        is_own=is_own,
        name=None if is_own else session.get_one(Employee, attempt.employee_id).name,
        reviews=reviews,
        policy=paper["review"],
        can_dispute=is_own and can_dispute(attempt),
        blind=_asked(attempt, numbers),
        corrected=corrected,
        keys=_keys(corrected),
        changes=regrade_queries.changes_of(session, attempt.id),
        disputes=disputes,
        dispute_states=texts.STATES,
        dispute_tones=texts.TONES,
        right_count=sum(bool(mark["right"]) for mark in attempt.marks or []),
        lessons=_lessons(reviews),
        titles=queries.lesson_titles(
            session, {lesson.split("/")[0] for lesson in _lessons(reviews)}
        ),
        standing=_standing(attempt) if is_own and not attempt.part_of else None,
    )


def _disputes(attempt: Attempt) -> dict[str, Dispute]:
    """Return the newest dispute about each question."""
    found = disputes_of(db.session(), SUBJECT, attempt.id)
    return {check: each[0] for check, each in found.items()}


def _sees_answers(attempt: Attempt, paper: Any, *, is_own: bool) -> bool:
    if is_own:
        return may_review(paper["review"], is_passed=bool(attempt.is_passed))
    return bool(current_user.has(Right.TRAINER))


def _reviews(attempt: Attempt) -> list[Review]:
    known = revisions_data(db.session(), {place["revision"] for place in attempt.layout})
    return [
        review_of(known[place["revision"]], place["order"], language(), mark["answer"])
        for place, mark in zip(attempt.layout, attempt.marks or [], strict=True)
    ]


def _asked(attempt: Attempt, numbers: Sequence[int]) -> list[tuple[int, QuestionView, Any]]:
    """Return these questions with their numbers and answers, and nothing of their keys."""
    asked = [(n, attempt.layout[n - 1], (attempt.marks or [])[n - 1]) for n in numbers]
    known = revisions_data(db.session(), {place["revision"] for _n, place, _mark in asked})
    return [
        (n, public_view(known[place["revision"]], place["order"], language()), mark["answer"])
        for n, place, mark in asked
    ]


def _keys(corrected: Mapping[int, list[QuizRegrade]]) -> dict[int, list[str]]:
    """Return the corrected keys of regrades as people read them, by the regrade's id."""
    regrades = [each for group in corrected.values() for each in group]
    known = revisions_data(db.session(), {each.revision_ids[0] for each in regrades})
    return {
        each.id: key_lines(known[each.revision_ids[0]], each.key, language()) if each.key else []
        for each in regrades
    }


def _lessons(reviews: list[Review]) -> list[str]:
    """Return the lessons to read again, each once."""
    wrong = [review.lesson for review in reviews if not review.is_right and review.lesson]
    return list(dict.fromkeys(wrong))


def _standing(attempt: Attempt) -> queries.Standing:
    paper = db.session.get_one(Paper, attempt.paper_id)
    return queries.standing_of(db.session(), attempt.employee_id, paper)
