"""Submitting: exactly one grade for an attempt, and what follows from it."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from training_platform.assessment.climbing import FailedExam, demand_retraining, open_case
from training_platform.assessment.keys import mark_corrected
from training_platform.assessment.marking import Mark
from training_platform.assessment.presentation import as_defined
from training_platform.assessment.rules import RungAction, rung_after
from training_platform.assessment.services import MarkedAnswer, count_answers
from training_platform.content.queries import revision_data, revisions_data
from training_platform.core import audit, clock, jobs
from training_platform.core.db import fetch
from training_platform.core.errors import NotFoundError
from training_platform.core.events import emit
from training_platform.core.permissions import SYSTEM, Permission, Person, authorize
from training_platform.notices import services as notices
from training_platform.quizzes import queries
from training_platform.quizzes.events import AttemptGraded
from training_platform.quizzes.models import Attempt, AttemptState, Paper
from training_platform.quizzes.regrade_queries import corrections_in_force
from training_platform.quizzes.rules import SELF_TEST, grade, is_late
from training_platform.quizzes.services.turns import begin_marking
from training_platform.records import services as records

ANNOUNCE_MAKEUP = "quizzes.announce_makeup"
_SUBMIT = (
    update(Attempt)
    .where(Attempt.id == bindparam("attempt_id"), Attempt.state == AttemptState.IN_PROGRESS)
    .values(state=AttemptState.SUBMITTED, submitted_at=bindparam("at"))
)
_GRADE = (
    update(Attempt)
    .where(Attempt.id == bindparam("attempt_id"))
    .values(
        {
            name: bindparam(name)
            for name in (
                "points",
                "max_points",
                "percent",
                "is_passed",
                "is_distinction",
                "marks",
            )
        }
    )
)
_PAPER = select(Paper.id, Paper.kind, Paper.course_id, Paper.ladder_id).where(
    Paper.id == bindparam("paper_id")
)


def submit_attempt(session: Session, attempt_id: int, actor: Person) -> Attempt:
    """Submit and grade an attempt; whoever comes second gets the same result.

    The conditional update decides who grades. After the deadline it counts as submitted at the
    deadline, with what was saved until then. Raises NotFoundError and NotPermittedError.
    """
    attempt = session.get(Attempt, attempt_id)
    if attempt is None:
        raise NotFoundError
    authorize(actor, attempt, Permission.ATTEMPT_TAKE)
    now = clock.now()
    submitted_at = min(now, attempt.deadline_at)
    won = fetch(session, _SUBMIT, {"attempt_id": attempt_id, "at": submitted_at})
    if won.rowcount != 1:
        session.refresh(attempt)
        return attempt
    set_committed_value(attempt, "state", AttemptState.SUBMITTED)
    set_committed_value(attempt, "submitted_at", submitted_at)
    _grade(session, attempt, actor, was_late=is_late(now, attempt.deadline_at))
    return attempt


def submit_overdue(session: Session, attempt_id: int) -> None:
    """Submit an attempt whose time is over, with what was saved."""
    submit_attempt(session, attempt_id, SYSTEM)


def overdue_ids(session: Session, limit: int = 100) -> Sequence[int]:
    """Return attempts whose time is over and that nobody submitted."""
    return session.scalars(
        select(Attempt.id)
        .where(Attempt.state == AttemptState.IN_PROGRESS, Attempt.deadline_at < clock.now())
        .order_by(Attempt.deadline_at)
        .limit(limit)
    ).all()


def _grade(session: Session, attempt: Attempt, actor: Person, *, was_late: bool) -> None:
    paper = revision_data(session, attempt.paper_revision_id)
    marked, shares, kept = _mark_all(session, attempt)
    worth = [int(place["points"]) for place in attempt.layout]
    result = grade(
        list(zip(shares, worth, strict=True)),
        pass_percent=paper["pass_percent"],
        distinction_percent=paper["distinction_percent"],
    )
    graded = {
        "points": result.points,
        "max_points": result.max_points,
        "percent": result.percent,
        "is_passed": result.is_passed,
        "is_distinction": result.is_distinction,
        "marks": kept,
    }
    fetch(session, _GRADE, {"attempt_id": attempt.id} | graded)
    for name, value in graded.items():
        set_committed_value(attempt, name, value)
    count_answers(
        session,
        (
            MarkedAnswer(place["question"], place["revision"], each)
            for each, place in zip(marked, attempt.layout, strict=True)
        ),
    )
    audit.record(
        session,
        actor,
        "quizzes.submit_attempt",
        attempt,
        paper=attempt.paper_id,
        number=attempt.number,
        by_deadline=was_late,
    )
    if paper["kind"] != SELF_TEST and not attempt.part_of:  # a part counts in its exam alone
        _record(session, attempt, paper, result.outcome)
    emit(
        session,
        AttemptGraded(
            attempt_id=attempt.id,
            employee_id=attempt.employee_id,
            paper_id=attempt.paper_id,
            number=attempt.number,
            is_passed=result.is_passed,
            part_of=attempt.part_of,
        ),
    )


def unseal(session: Session, attempt_id: int) -> None:
    """Show what a part of an exam is worth from now on: the exam is over."""
    session.get_one(Attempt, attempt_id).is_sealed = False
    session.flush()


def _mark_all(
    session: Session, attempt: Attempt
) -> tuple[list[Mark], list[Fraction], list[dict[str, Any]]]:
    """Mark every question with what was saved last.

    By the text that was shown, and by what was decided about wrong questions since. Return the
    marks for the statistics, their exact shares, and what is kept of them.
    """
    begin_marking(session)
    answers = queries.progress_of(session, attempt.id).answers
    known = revisions_data(session, {place["revision"] for place in attempt.layout})
    corrected = corrections_in_force(session, {place["question"] for place in attempt.layout})
    marked, shares, kept = [], [], []
    for position, place in enumerate(attempt.layout):
        question, answer = known[place["revision"]], answers.get(position)
        given = as_defined(question, place["order"], answer)
        result = mark_corrected(question, given, corrected.get(place["revision"], ()))
        marked.append(result)
        shares.append(result.share)
        points = round(result.share * int(place["points"]) * 100)
        kept.append({"points": points, "right": result.is_right, "answer": answer})
    return marked, shares, kept


def append_result(session: Session, attempt: Attempt, outcome: str, source: str) -> None:
    """Write a result into the training record, once a source; after a fail climb the ladder."""
    paper = revision_data(session, attempt.paper_revision_id)
    records.append_id(
        session,
        attempt.employee_id,
        "quiz_passed" if attempt.is_passed else "quiz_failed",
        attempt.paper_id,
        source=source,
        happened_at=attempt.submitted_at,
        title=paper["title"],
        percent=attempt.percent,
        outcome=outcome,
        number=attempt.number,
        href=f"/quizzes/attempts/{attempt.token}/result",
    )
    if not attempt.is_passed:
        climb(session, attempt)


def _record(session: Session, attempt: Attempt, paper: Mapping[str, Any], outcome: str) -> None:
    append_result(session, attempt, outcome, f"quizzes:attempt:{attempt.id}")
    if attempt.is_passed:
        notices.notify(
            session,
            attempt.employee_id,
            "quiz_passed",
            key=f"quizzes:attempt:{attempt.id}",
            href=f"/quizzes/attempts/{attempt.token}/result",
            title=paper["title"],
            percent=attempt.percent,
        )


def announce_makeup(session: Session, attempt_id: int) -> None:
    """Tell somebody that the make-up is open, unless she has begun it already."""
    attempt = session.get_one(Attempt, attempt_id)
    paper = session.get_one(Paper, attempt.paper_id)
    standing = queries.standing_of(session, attempt.employee_id, paper)
    if standing.step.can_start and standing.attempts[-1].id == attempt.id:
        notices.notify(
            session,
            attempt.employee_id,
            "quiz_failed_makeup",
            key=f"quizzes:attempt:{attempt.id}:makeup",
            href=f"/quizzes/{paper.id}",
            by_mail=True,
            title=paper.title,
            percent=attempt.percent,
        )


def climb(session: Session, attempt: Attempt) -> None:
    """Do what the ladder says after this fail."""
    paper = revision_data(session, attempt.paper_revision_id)
    row = fetch(session, _PAPER, {"paper_id": attempt.paper_id}).one()
    standing = queries.standing_of(session, attempt.employee_id, row)
    rung = rung_after(standing.rungs, standing.fail_count)
    source = f"quizzes:attempt:{attempt.id}"
    if rung.action is RungAction.MAKEUP:
        jobs.put(
            session,
            ANNOUNCE_MAKEUP,
            {"attempt": attempt.id},
            key=source,
            run_after=standing.step.opens_at,
        )
        return
    assert attempt.submitted_at is not None  # noqa: S101  # it was just marked
    failed = FailedExam(
        employee_id=attempt.employee_id,
        subject=attempt.paper_id,
        title=paper["title"],
        course_id=paper.get("course"),
        number=attempt.number,
        happened_at=attempt.submitted_at,
        source=source,
        href=f"/quizzes/{attempt.paper_id}",
        cases_href="/quizzes/retraining",
        ladder_id=row.ladder_id,
        fail_count=standing.fail_count,
        rung=rung,
    )
    if rung.action is RungAction.RETRAINING:
        demand_retraining(session, failed)
    open_case(session, failed)
