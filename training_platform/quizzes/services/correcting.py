"""Changing a result that was shown: the history, the training record, who is told.

The steps of the attempt never change: other marks hold from now on, and the training record gets a
correction that names what it corrects and why.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.assessment.disputes.models import Dispute
from training_platform.content.queries import revision_data
from training_platform.core import clock
from training_platform.core.db import lock
from training_platform.core.events import emit
from training_platform.notices import services as notices
from training_platform.people.models import Employee
from training_platform.quizzes.events import AttemptGraded
from training_platform.quizzes.models import Attempt
from training_platform.quizzes.result_models import QuizResultChange
from training_platform.quizzes.rules import SELF_TEST, Grade, grade_of_points
from training_platform.quizzes.services.grading import append_result, climb
from training_platform.records import services as records
from training_platform.records.events import ResultCorrected
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import Effect, Kind


@dataclass(frozen=True)
class Because:
    """Why a result changes: the cause, once for each attempt, who decided it, in whose words."""

    cause: str
    actor_id: int | None
    reason: str


def give_points(session: Session, dispute: Dispute) -> bool:
    """Count what a dispute gave a question, once; False where it was counted already.

    Points only rise, so no pass is lost. The training record gets a correction; a pass gained
    stands beside it. An exam that the attempt is a part of follows.
    """
    attempt = lock(session, Attempt, dispute.subject_id)
    position, granted = int(dispute.check_key) - 1, dispute.granted_points or 0
    marks = [dict(each) for each in attempt.marks or []]
    more = granted - int(marks[position]["points"])
    if more <= 0:
        return False
    marks[position]["points"] = granted
    marks[position]["right"] = granted >= dispute.most_points
    paper = revision_data(session, attempt.paper_revision_id)
    result = grade_of_points(
        (attempt.points or 0) + more,
        attempt.max_points or 0,
        pass_percent=paper["pass_percent"],
        distinction_percent=paper["distinction_percent"],
    )
    because = Because(f"dispute:{dispute.id}", dispute.decided_by_id, dispute.reason or "")
    return change_result(session, attempt, marks, result, because)


def change_result(
    session: Session,
    attempt: Attempt,
    marks: list[dict[str, Any]],
    result: Grade,
    because: Because,
) -> bool:
    """Let other marks hold from now on, once for each cause; False where that has happened.

    What held before is kept in the history. The training record gets a correction; a pass gained
    runs the path of every pass, a pass lost that of every fail. The person is told, unless it is
    a part of an exam that still runs. An exam follows its part. The caller has locked the attempt.
    """
    if attempt.is_passed is None or _has_changed(session, attempt, because.cause):
        return False  # what two persons declared void stays so
    change = _keep(session, attempt, result, because)
    attempt.marks, attempt.points, attempt.percent = marks, result.points, result.percent
    attempt.is_passed, attempt.is_distinction = result.is_passed, result.is_distinction
    session.flush()
    paper = revision_data(session, attempt.paper_revision_id)
    if paper["kind"] != SELF_TEST and not attempt.part_of:
        _correct_record(session, attempt, change, result.outcome)
    if not attempt.is_sealed:
        _tell(session, attempt, change)
    if attempt.part_of:
        emit(session, _graded(attempt))
    return True


def follow_record(session: Session, attempt_id: int, event: ResultCorrected) -> None:
    """Let what two persons found right about a result's record hold for its attempt, once.

    The record is corrected already, and the person told. What the questions counted stays: only
    the result as a whole is another one. A fail that it becomes is followed as every fail; where
    it is void, neither a pass nor a fail is left, and the quiz may be taken in its place.
    """
    attempt = lock(session, Attempt, attempt_id)
    if _has_changed(session, attempt, event.cause):
        return
    was_passed = bool(attempt.is_passed)
    is_passed = event.passes(was_passed)
    result = Grade(
        points=attempt.points or 0,
        max_points=attempt.max_points or 0,
        percent=int(event.reaches(attempt.percent or 0)),
        is_passed=is_passed,
        is_distinction=bool(attempt.is_distinction) and is_passed,
    )
    _keep(session, attempt, result, Because(event.cause, event.actor_id, event.reason))
    attempt.percent, attempt.is_distinction = result.percent, result.is_distinction
    attempt.is_passed = None if event.is_void else is_passed
    session.flush()
    if was_passed and attempt.is_passed is False:
        climb(session, attempt)


def _has_changed(session: Session, attempt: Attempt, cause: str) -> bool:
    stands = select(QuizResultChange.id).where(
        QuizResultChange.attempt_id == attempt.id, QuizResultChange.cause == cause
    )
    return session.scalar(stands) is not None


def _keep(session: Session, attempt: Attempt, result: Grade, because: Because) -> QuizResultChange:
    change = QuizResultChange(
        attempt_id=attempt.id,
        cause=because.cause,
        old_points=attempt.points or 0,
        points=result.points,
        old_percent=attempt.percent or 0,
        percent=result.percent,
        was_passed=bool(attempt.is_passed),
        is_passed=result.is_passed,
        actor_id=because.actor_id,
        reason=because.reason,
        changed_at=clock.now(),
        old_marks=attempt.marks or [],
    )
    session.add(change)
    session.flush()
    return change


def _correct_record(
    session: Session, attempt: Attempt, change: QuizResultChange, outcome: str
) -> None:
    """Correct what the record says: its values, or as a whole where a pass came or went."""
    first = f"quizzes:attempt:{attempt.id}"
    source = f"{first}:{change.cause}"
    standing = session.scalars(
        select(TrainingRecord)
        .where(
            TrainingRecord.employee_id == attempt.employee_id,
            TrainingRecord.kind.in_((Kind.QUIZ_PASSED, Kind.QUIZ_FAILED)),
            (TrainingRecord.source == first) | TrainingRecord.source.startswith(f"{first}:"),
        )
        .order_by(TrainingRecord.position.desc())
        .limit(1)
    ).first()
    if standing is None:
        return
    is_turned = change.is_passed != change.was_passed
    by = session.get(Employee, change.actor_id) if change.actor_id else None
    records.append_id(
        session,
        attempt.employee_id,
        Kind.CORRECTION,
        Effect.VOID if is_turned else Effect.VALUES,
        source=f"{source}:correction",
        corrects_id=standing.id,
        reason=change.reason,
        changes=f"{change.old_percent} % → {change.percent} %",
        evidence="",
        by=by.name if by else "",
    )
    if is_turned:
        append_result(session, attempt, outcome, source)


def _tell(session: Session, attempt: Attempt, change: QuizResultChange) -> None:
    kind = "quiz_result_changed"
    if change.is_passed != change.was_passed and not attempt.part_of:
        kind = "quiz_pass_gained" if change.is_passed else "quiz_pass_taken"
    notices.notify(
        session,
        attempt.employee_id,
        kind,
        key=f"quizzes:attempt:{attempt.id}:{change.cause}",
        href=f"/quizzes/attempts/{attempt.token}/result",
        by_mail=kind == "quiz_pass_taken",
        title=revision_data(session, attempt.paper_revision_id)["title"],
        old=change.old_percent,
        percent=change.percent,
        reason=change.reason,
    )


def _graded(attempt: Attempt) -> AttemptGraded:
    return AttemptGraded(
        attempt_id=attempt.id,
        employee_id=attempt.employee_id,
        paper_id=attempt.paper_id,
        number=attempt.number,
        is_passed=bool(attempt.is_passed),
        part_of=attempt.part_of,
    )
