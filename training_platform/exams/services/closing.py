"""How a sitting ends: parts close, then the whole; one result when nothing is scored any more."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.assessment.climbing import FailedExam, demand_retraining, open_case
from training_platform.assessment.rules import RungAction, rung_after
from training_platform.core import audit, clock
from training_platform.core.db import lock
from training_platform.core.permissions import SYSTEM, Person
from training_platform.exams import engines, queries
from training_platform.exams.changes import combined
from training_platform.exams.models import Exam, ExamPart, ExamSitting
from training_platform.exams.rules import Combined, SittingState
from training_platform.notices import services as notices
from training_platform.records import services as records

#: What the sources of records about sittings begin with.
RECORDS = "exams:sitting"


def overdue_ids(session: Session, limit: int = 100) -> Sequence[int]:
    """Return sittings that wait for the job: their time is over, or their parts are closed."""
    is_over = (ExamSitting.state == SittingState.IN_PROGRESS) & (
        ExamSitting.deadline_at < clock.now()
    )
    return session.scalars(
        select(ExamSitting.id)
        .where(is_over | (ExamSitting.state == SittingState.CLOSED))
        .order_by(ExamSitting.deadline_at)
        .limit(limit)
    ).all()


def close_overdue(session: Session, sitting_id: int) -> None:
    """Close a sitting whose time is over, or finish one whose parts are scored; again is idle."""
    close(session, session.get_one(ExamSitting, sitting_id), SYSTEM)


def close(session: Session, sitting: ExamSitting, actor: Person) -> None:
    """Hand in what still runs, then settle. Attempts are locked before the sitting everywhere."""
    for part in sitting.parts:
        if part.attempt_id is not None and part.closed_at is None:
            engines.hand_in(session, part, actor)
    settle(session, sitting.id)


def settle(session: Session, sitting_id: int) -> None:
    """Bring a sitting up to what has become of its parts; again changes nothing.

    It closes with its last part or at its deadline. From then on the parts show what they are
    worth; when all of them are graded the one result stands, with its record and what follows.
    """
    sitting = lock(session, ExamSitting, sitting_id)
    if sitting.state is SittingState.FINAL:
        return
    session.flush()
    parts = session.scalars(  # as they are under the lock
        select(ExamPart)
        .where(ExamPart.sitting_id == sitting_id)
        .order_by(ExamPart.position)
        .execution_options(populate_existing=True)
    ).all()
    is_graded = follow_parts(session, parts)
    if sitting.state is SittingState.IN_PROGRESS and _is_over(sitting):
        _close(session, sitting)
    if sitting.state is SittingState.CLOSED and is_graded:
        _finish(session, sitting)
    session.flush()


def follow_parts(session: Session, parts: Sequence[ExamPart]) -> bool:
    """Note what has become of the attempts; return whether all that were opened are graded."""
    found = engines.standings(session, parts)
    for part in parts:
        if standing := found.get(part.id):
            part.closed_at = standing.closed_at
            part.reached, part.possible = standing.reached, standing.possible
    session.flush()
    return all(each.is_graded for each in found.values())


def _is_over(sitting: ExamSitting) -> bool:
    if any(each.attempt_id and each.closed_at is None for each in sitting.parts):
        return False
    is_late = clock.now() > sitting.deadline_at
    return is_late or all(each.closed_at for each in sitting.parts)


def _close(session: Session, sitting: ExamSitting) -> None:
    sitting.state = SittingState.CLOSED
    sitting.closed_at = min(clock.now(), sitting.deadline_at)
    for part in sitting.parts:
        engines.unseal(session, part)
    audit.record(
        session,
        SYSTEM,
        "exams.close_sitting",
        sitting,
        opened=sum(each.attempt_id is not None for each in sitting.parts),
    )


def _finish(session: Session, sitting: ExamSitting) -> None:
    result = combined(session, sitting, [each.score for each in sitting.parts])
    sitting.state = SittingState.FINAL
    set_result(sitting, result)
    session.flush()
    append_result(session, sitting, result.outcome, source_of(sitting))
    kind = "exam_passed" if sitting.is_passed else "exam_failed"
    notices.notify(
        session,
        sitting.employee_id,
        kind,
        key=source_of(sitting),
        href=sitting.href,
        by_mail=not sitting.is_passed,
        title=session.get_one(Exam, sitting.exam_id).title,
        percent=sitting.percent,
    )


def set_result(sitting: ExamSitting, result: Combined) -> None:
    """Let a sitting be worth this from now on."""
    sitting.score, sitting.percent = int(result.percent * 100), int(result.percent)
    sitting.is_passed, sitting.is_distinction = result.is_passed, result.is_distinction


def append_result(session: Session, sitting: ExamSitting, outcome: str, source: str) -> None:
    """Say in the training record what a sitting is worth; after a fail the ladder follows."""
    exam = session.get_one(Exam, sitting.exam_id)
    records.append_id(
        session,
        sitting.employee_id,
        "exam_passed" if sitting.is_passed else "exam_failed",
        sitting.exam_id,
        source=source,
        happened_at=sitting.closed_at,
        title=exam.title,
        percent=sitting.percent,
        outcome=outcome,
        number=sitting.number,
        parts=[
            {"title": each.title, "weight": each.weight, "percent": str(each.score.percent)}
            for each in sitting.parts
        ],
        href=sitting.href,
    )
    if not sitting.is_passed:
        climb(session, sitting)


def source_of(sitting: ExamSitting) -> str:
    """Return the unique name under which everything that follows happens once."""
    return f"{RECORDS}:{sitting.id}"


def climb(session: Session, sitting: ExamSitting) -> None:
    """Do what the ladder says after this fail; a make-up needs nothing: its page says when."""
    exam = session.get_one(Exam, sitting.exam_id)
    standing = queries.standing_of(session, sitting.employee_id, exam)
    rung = rung_after(standing.rungs, standing.fail_count)
    if rung.action is RungAction.MAKEUP:
        return
    failed = FailedExam(
        employee_id=sitting.employee_id,
        subject=exam.id,
        title=exam.title,
        course_id=exam.course_id,
        number=sitting.number,
        happened_at=sitting.closed_at or clock.now(),
        source=source_of(sitting),
        href=f"/exams/{exam.id}",
        cases_href=f"/archives/people/{sitting.employee_id}",
        ladder_id=exam.ladder_id,
        fail_count=standing.fail_count,
        rung=rung,
    )
    if rung.action is RungAction.RETRAINING:
        demand_retraining(session, failed)
    open_case(session, failed)
