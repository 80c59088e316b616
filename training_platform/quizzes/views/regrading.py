"""Correcting a wrong question: what is decided, each result that would change, the decision."""

from collections.abc import Callable
from typing import Any

from flask import Flask, flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.assessment import deciding
from training_platform.assessment.disputes.models import Dispute
from training_platform.assessment.keys import Fix, key_lines, shown_order
from training_platform.assessment.models import Question
from training_platform.assessment.presentation import parse_answer, public_view
from training_platform.assessment.regrade_texts import words
from training_platform.assessment.regrading import Change, RegradeState
from training_platform.assessment.review import review_of
from training_platform.content.queries import revision_data
from training_platform.core import slots
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.i18n import language
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.text import whole_number
from training_platform.core.web import load, render_form, requires, see_other
from training_platform.people.models import Employee
from training_platform.quizzes import regrade_queries as queries
from training_platform.quizzes.disputing import SUBJECT
from training_platform.quizzes.forms import (
    FIXES,
    QuestionRegradeForm,
    RegradeRevertForm,
    TakePassForm,
)
from training_platform.quizzes.result_models import QuizRegrade, QuizRegradeItem
from training_platform.quizzes.services import regrading
from training_platform.quizzes.services.regrading import Proposal
from training_platform.quizzes.views.blueprint import bp


def init_app(app: Flask) -> None:
    """Offer the correction of a question on its page of statistics, and show those in force."""
    slots.fill(app, "assessment.question", _offer)
    slots.fill(app, "assessment.question_note", _corrections)


def _offer(*, question: Question) -> str:
    if not may(current_user, None, Permission.QUESTION_REGRADE):
        return ""
    return render_template("quizzes/_correct.html", question=question)


def _corrections(*, question: Question) -> str:
    session = db.session()
    definition = revision_data(session, question.revision_id)
    corrections = [
        (each, key_lines(definition, each.key, language()) if each.key else [])
        for each in queries.regrades_holding(session, question)
    ]
    return render_template("quizzes/_corrections.html", question=question, corrections=corrections)


@bp.route("/quizzes/questions/<path:question_id>/regrades", methods=["GET", "POST"])
@requires(Permission.QUESTION_REGRADE)
def question_regrades(question_id: str) -> ResponseReturnValue:
    """List what was decided about a question, and plan a regrade; its address names the text."""
    question = db.session.get(Question, question_id)
    if question is None:
        raise NotFoundError
    texts = queries.texts_of(db.session(), question)
    revision_id = whole_number(request.args.get("text", "")) or question.revision_id
    if revision_id not in texts:
        raise NotFoundError
    definition = revision_data(db.session(), revision_id)
    form = QuestionRegradeForm()
    answer = parse_answer(definition["kind"], request.form) if request.method == "POST" else None
    if form.validate_on_submit():
        try:
            with transaction() as session:
                proposal = Proposal(
                    Fix(form.fix.data), form.reason.data or "", revision_id, answer, _dispute()
                )
                planned = regrading.plan_regrade(session, question, current_user, proposal)
                regrade_id = planned.id
        except RuleError as error:
            form.refuse(error)
        else:
            return see_other(".quiz_regrade", quiz_regrade_id=regrade_id)
    return render_form(
        "quizzes/question_regrades.html",
        form,
        answer=answer,
        texts=texts,
        **_planned(question, revision_id, definition),
    )


def _planned(question: Question, revision_id: int, definition: Any) -> dict[str, Any]:
    session = db.session()
    order = shown_order(definition)
    same = queries.same_texts(session, question, revision_id)
    return {
        "question": question,
        "revision_id": revision_id,
        "is_present": question.revision_id in same,
        "view": public_view(definition, order, language()),
        "review": review_of(definition, order, language(), None),
        "answered": queries.count_answered(session, question.id, same),
        "under_way": queries.under_way(session, question.id),
        "held_wrong": queries.held_wrong(session, question.id),
        "page": paginate(session, queries.regrades_of(question.id)),
        **_words(),
    }


def _dispute() -> Dispute | None:
    """Return the dispute about a quiz that the address names."""
    ident = whole_number(request.args.get("dispute", ""))
    found = db.session.get(Dispute, ident) if ident else None
    return found if found is not None and found.subject_kind == SUBJECT else None


@bp.get("/quizzes/regrades/<int:quiz_regrade_id>")
@requires(Permission.QUESTION_OVERSEE)
def quiz_regrade(quiz_regrade_id: int) -> ResponseReturnValue:
    """Show a regrade: how far it is, whose result changes, what was decided."""
    found = load(QuizRegrade, quiz_regrade_id)
    session = db.session()
    change, text = request.args.get("change", ""), request.args.get("q", "")
    decides = may(current_user, found, Permission.QUESTION_REGRADE)
    definition = revision_data(session, found.revision_ids[0])
    return render_template(
        "quizzes/regrade.html",
        regrade=found,
        lines=key_lines(definition, found.key, language()) if found.key else [],
        tally=queries.tally_of(session, found.id),
        sealed=queries.count_sealed(session, found.id),
        page=paginate(session, queries.items_of(found.id, change, text)),
        change=change,
        text=text,
        may_decide=found.state is RegradeState.READY and decides,
        may_revert=found.state is RegradeState.APPLIED and decides,
        is_in_file=found.question.revision_id in found.revision_ids,
        **_words(),
    )


@bp.post("/quizzes/regrades/<int:quiz_regrade_id>/apply")
@requires(Permission.QUESTION_REGRADE)
def apply_quiz_regrade(quiz_regrade_id: int) -> ResponseReturnValue:
    """Change the results as the plan lists them."""
    return _decide(quiz_regrade_id, regrading.apply_regrade, _("The results are being changed."))


@bp.post("/quizzes/regrades/<int:quiz_regrade_id>/drop")
@requires(Permission.QUESTION_REGRADE)
def drop_quiz_regrade(quiz_regrade_id: int) -> ResponseReturnValue:
    """Drop the plan: every result stays."""
    done = _("The plan is dropped. Every result stays.")
    return _decide(quiz_regrade_id, deciding.drop_regrade, done)


@bp.route("/quizzes/regrades/<int:quiz_regrade_id>/revert", methods=["GET", "POST"])
@requires(Permission.QUESTION_REGRADE)
def revert_quiz_regrade(quiz_regrade_id: int) -> ResponseReturnValue:
    """Take an applied regrade back as a whole, with a reason."""
    found = load(QuizRegrade, quiz_regrade_id)
    if found.state is not RegradeState.APPLIED:
        return see_other(".quiz_regrade", quiz_regrade_id=quiz_regrade_id)
    form = RegradeRevertForm(version=found.version)
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
            return see_other(".quiz_regrade", quiz_regrade_id=quiz_regrade_id)
    tally = queries.tally_of(db.session(), quiz_regrade_id)
    return render_form("quizzes/regrade_revert.html", form, regrade=found, tally=tally)


@bp.route(
    "/quizzes/regrades/<int:quiz_regrade_id>/results/<int:quiz_result_id>",
    methods=["GET", "POST"],
)
@requires(Permission.QUESTION_REGRADE)
def quiz_regrade_item(quiz_regrade_id: int, quiz_result_id: int) -> ResponseReturnValue:
    """Show one result before and by the correction; a pass may be taken away here only."""
    regrade = load(QuizRegrade, quiz_regrade_id)
    item = db.session.get(QuizRegradeItem, quiz_result_id)
    if item is None or item.regrade_id != regrade.id or item.attempt.is_sealed:
        raise NotFoundError
    form = TakePassForm(reason=item.taken_reason)
    if request.form.get("act") == "keep":
        with transaction() as session:
            deciding.leave_pass(session, item, current_user)
        flash(_("The pass stays."), "success")
        return see_other(".quiz_regrade", quiz_regrade_id=quiz_regrade_id)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                deciding.take_pass(session, item, current_user, form.reason.data or "")
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("This pass is taken away when the regrade is applied."), "success")
            return see_other(".quiz_regrade", quiz_regrade_id=quiz_regrade_id)
    return render_form("quizzes/regrade_item.html", form, **_compared(regrade, item))


def _compared(regrade: QuizRegrade, item: QuizRegradeItem) -> dict[str, Any]:
    attempt = item.attempt
    definition = revision_data(db.session(), regrade.revision_ids[0])
    reviews = [
        review_of(
            revision_data(db.session(), place["revision"]),
            place["order"],
            language(),
            mark["answer"],
        )
        for place, mark in zip(attempt.layout, attempt.marks or [], strict=True)
        if place["revision"] in regrade.revision_ids
    ]
    return {
        "regrade": regrade,
        "item": item,
        "attempt": attempt,
        "name": db.session.get_one(Employee, attempt.employee_id).name,
        "reviews": reviews,
        "lines": key_lines(definition, regrade.key, language()) if regrade.key else [],
        "may_decide": regrade.state is RegradeState.READY and item.change is Change.LOST,
        **_words(),
    }


def _decide(regrade_id: int, act: Callable[..., None], done: str) -> ResponseReturnValue:
    found = load(QuizRegrade, regrade_id)
    seen = whole_number(request.form.get("version", "")) or 0
    with transaction() as session:
        act(session, found, current_user, expected_version=seen)
    flash(done, "success")
    return see_other(".quiz_regrade", quiz_regrade_id=regrade_id)


def _words() -> dict[str, Any]:
    return {**words(), "fixes": FIXES}
