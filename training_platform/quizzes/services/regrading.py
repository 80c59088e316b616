"""Correcting a question that was wrong: planned, applied, dropped, taken back as a whole.

A decision holds for the texts of the question that ask and mark the same. It changes the results
of all who submitted one of them, and is how those are marked who submit one later.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from training_platform.assessment import deciding
from training_platform.assessment.disputes.models import Dispute
from training_platform.assessment.keys import Correction, Fix, counts_already, key_of
from training_platform.assessment.models import Question
from training_platform.assessment.regrading import (
    Change,
    RegradeState,
    Worth,
    change_of,
    is_applied,
)
from training_platform.content.queries import revision_data, revisions_data
from training_platform.core import audit, clock
from training_platform.core.db import lock
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.quizzes import regrade_queries as queries
from training_platform.quizzes.models import Attempt
from training_platform.quizzes.regrading import Regraded, regraded
from training_platform.quizzes.result_models import QuizRegrade, QuizRegradeItem
from training_platform.quizzes.services.correcting import Because, change_result
from training_platform.quizzes.services.recounting import Counted, recount
from training_platform.quizzes.services.turns import begin_deciding


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


PLAN, APPLY, REVERT = (
    "quizzes.plan_regrade",
    "quizzes.apply_regrade",
    "quizzes.revert_regrade",
)


@dataclass(frozen=True)
class Proposal:
    """What is to become of a question. answer: the right one, in the numbers of the definition."""

    fix: Fix
    reason: str
    revision_id: int
    answer: Mapping[str, Any] | None = None
    #: The dispute that it follows from, if one.
    dispute: Dispute | None = None


def plan_regrade(
    session: Session, question: Question, actor: Person, proposal: Proposal
) -> QuizRegrade:
    """Begin to compare all submitted attempts that had a question; nothing changes yet.

    Raises NotPermittedError, and RuleError where a regrade of the question is under way, nobody
    has answered this text, the answer is none or counts already, or no reason is given.
    """
    authorize(actor, None, Permission.QUESTION_REGRADE)
    lock(session, Question, question.id)  # of two plans at once one begins
    if queries.under_way(session, question.id) is not None:
        raise RuleError(_("A regrade of this question is under way already."))
    if proposal.revision_id not in queries.texts_of(session, question):
        raise RuleError(_("This is no text of this question."))
    revisions = queries.same_texts(session, question, proposal.revision_id)
    total = queries.count_answered(session, question.id, revisions)
    if not total:
        raise RuleError(_("Nobody has answered this text yet. Correct the question's file."))
    reason = deciding.expect_reason(proposal.reason)
    regrade = QuizRegrade(
        question_id=question.id,
        revision_ids=revisions,
        fix=proposal.fix,
        key=_key(session, proposal),
        reason=reason,
        dispute_id=proposal.dispute.id if proposal.dispute else None,
        state=RegradeState.PLANNING,
        total_count=total,
        concerned_ids=[],
        planned_by_id=actor.id,
        planned_at=clock.now(),
    )
    session.add(regrade)
    session.flush()
    audit.record(
        session, actor, "quizzes.plan_regrade", regrade, question=question.id, fix=regrade.fix.value
    )
    deciding.put_job(session, PLAN, regrade, actor)
    return regrade


def _key(session: Session, proposal: Proposal) -> dict[str, Any] | None:
    """Return the corrected key; raise RuleError where it is incomplete or says nothing new."""
    if proposal.fix is Fix.VOID:
        return None
    definition = revision_data(session, proposal.revision_id)
    key = key_of(definition, proposal.answer)
    if key is None:
        raise RuleError(_("Give a whole answer to the question: the one that is right."))
    if counts_already(definition, key):
        raise RuleError(_("This answer counts as right already."))
    return key


def compare(session: Session, regrade_id: int, attempt_id: int) -> None:
    """Keep what one attempt is worth by a regrade, once; nothing where it had another text."""
    regrade = session.get_one(QuizRegrade, regrade_id)
    attempt = session.get_one(Attempt, attempt_id)
    if queries.item_of(session, regrade_id, attempt_id) is not None:
        return
    if not _positions(attempt, regrade):
        return
    item = QuizRegradeItem(regrade_id=regrade_id, attempt_id=attempt_id)
    _note(item, attempt, worth_of(session, attempt, regrade))
    session.add(item)
    session.flush()


def worth_of(session: Session, attempt: Attempt, regrade: QuizRegrade) -> Regraded:
    """Return what an attempt is worth with a regrade, or without it where it is taken back."""
    in_force = queries.corrections_in_force(session, [regrade.question_id])
    found: dict[int, list[Correction]] = {}
    for position in _positions(attempt, regrade):
        found[position] = list(in_force.get(attempt.layout[position]["revision"], ()))
        if regrade.state in {RegradeState.PLANNING, RegradeState.READY}:
            found[position].append(regrade.correction)
    return regraded(
        attempt,
        revisions_data(session, {place["revision"] for place in attempt.layout}),
        found,
        queries.granted_points(session, attempt.id),
        revision_data(session, attempt.paper_revision_id),
    )


def _positions(attempt: Attempt, regrade: QuizRegrade) -> list[int]:
    return [
        position
        for position, place in enumerate(attempt.layout)
        if place["revision"] in regrade.revision_ids
    ]


def _note(item: QuizRegradeItem, attempt: Attempt, now: Regraded) -> None:
    """Write down what an attempt was worth, what it is worth now, and how that differs.

    A part of an exam has no pass of its own: that of the exam is looked after there.
    """
    has_pass = not attempt.part_of
    item.old_points, item.old_percent = attempt.points or 0, attempt.percent or 0
    item.was_passed = bool(attempt.is_passed)
    item.points, item.percent = now.grade.points, now.grade.percent
    item.is_passed = now.grade.is_passed
    item.change = change_of(
        Worth(item.old_points, item.old_percent, has_pass and item.was_passed),
        Worth(item.points, item.percent, has_pass and item.is_passed),
    )


def note_progress(session: Session, regrade_id: int, done: int) -> None:
    """Say how far the work on a regrade is."""
    lock(session, QuizRegrade, regrade_id).done_count = done


def finish_plan(session: Session, regrade_id: int) -> None:
    """Offer a plan for decision: every submitted attempt was compared."""
    regrade = lock(session, QuizRegrade, regrade_id)
    count, concerned = (
        queries.count_items(session, regrade_id),
        queries.concerned_ids(session, regrade_id),
    )
    deciding.finish_plan(session, regrade, count, concerned)


def apply_regrade(
    session: Session, regrade: QuizRegrade, actor: Person, *, expected_version: int
) -> None:
    """Put a regrade into force, and begin to change the results as the plan lists them.

    Raises ConflictError, NotPermittedError for whoever's own result it changes, and
    InvalidTransitionError where the plan is not up for decision.
    """
    begin_deciding(session)
    total = queries.tally_of(session, regrade.id).applied
    deciding.put_in_force(session, regrade, actor, total, expected_version=expected_version)


def revert_regrade(
    session: Session,
    regrade: QuizRegrade,
    actor: Person,
    reason: str,
    *,
    expected_version: int,
) -> None:
    """Begin to take an applied regrade back as a whole, with a reason for those concerned.

    Passes that it gave go with it; that is the decision. Raises ConflictError, NotPermittedError,
    InvalidTransitionError where it was not applied, and RuleError without a reason or while
    another regrade of the question is under way.
    """
    begin_deciding(session)
    lock(session, Question, regrade.question_id)
    deciding.expect_applied(session, regrade, actor, expected_version=expected_version)
    if queries.under_way(session, regrade.question_id) is not None:
        raise RuleError(_("A regrade of this question is under way already."))
    total = queries.count_items(session, regrade.id)
    deciding.take_back(session, regrade, actor, reason, total)


def apply_item(session: Session, item_id: int) -> bool:
    """Change one result as planned, once; False where it stays.

    It is compared once more: what a dispute gave since counts too. Whatever would take a pass that
    nobody has taken by itself stays as it is; that of a running exam's part follows.
    """
    item = lock(session, QuizRegradeItem, item_id)
    attempt = lock(session, Attempt, item.attempt_id)
    if item.is_applied:
        return False
    regrade = item.regrade
    now = worth_of(session, attempt, regrade)
    _note(item, attempt, now)
    session.flush()
    if not is_applied(item.change, takes_pass=item.taken_reason is not None):
        return False
    item.is_applied = True
    reason = item.taken_reason if item.change is Change.LOST else None
    because = Because(f"regrade:{regrade.id}", regrade.decided_by_id, reason or regrade.reason)
    return change_result(session, attempt, now.marks, now.grade, because)


def revert_item(session: Session, item_id: int) -> bool:
    """Let a result be what it is without the regrade, once; False where it stays."""
    item = lock(session, QuizRegradeItem, item_id)
    attempt = lock(session, Attempt, item.attempt_id)
    regrade = item.regrade
    now = worth_of(session, attempt, regrade)
    if (now.grade.points, now.grade.is_passed) == (attempt.points, bool(attempt.is_passed)):
        return False
    because = Because(
        f"revert:{regrade.id}", regrade.reverted_by_id, regrade.revert_reason or regrade.reason
    )
    return change_result(session, attempt, now.marks, now.grade, because)


def finish_regrade(session: Session, regrade_id: int, counted: Counted) -> None:
    """Note that every result of a regrade was changed, or changed back; count answers by that.

    What was counted already, without the lock, is not counted again.
    """
    regrade = lock(session, QuizRegrade, regrade_id)
    if deciding.finish(session, regrade):
        recount(session, regrade, counted)
