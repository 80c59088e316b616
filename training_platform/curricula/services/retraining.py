"""Going through a course again after failed attempts, and what ends it."""

from collections.abc import Iterable

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import fetch
from training_platform.core.events import emit
from training_platform.curricula.events import RefresherPassed
from training_platform.curricula.models import (
    Assignment,
    AssignmentState,
    Course,
    CourseProgress,
    LessonProgress,
)
from training_platform.curricula.services import rows
from training_platform.curricula.services.learning import count_lessons

_IN_RETRAINING = select(CourseProgress.course_id).where(
    CourseProgress.employee_id == bindparam("employee_id"),
    CourseProgress.course_id.in_(bindparam("course_ids", expanding=True)),
    CourseProgress.retraining_since.is_not(None),
)


def begin_retraining(session: Session, employee_id: int, course_id: str) -> None:
    """Open every lesson of a course anew for somebody; what she completed stays completed.

    Records keep that the lessons were finished before; reading starts at their beginning, with
    their check questions open. Unknown courses are none: a quiz may belong to no course.
    """
    if session.get(Course, course_id) is None:
        return
    course = rows.course_progress(session, employee_id, course_id)
    course.retraining_since = clock.now()
    course.retrainings += 1
    course.last_lesson_id = None
    for lesson in _lessons(session, employee_id, course_id):
        lesson.finished_before = lesson.finished_at or lesson.finished_before
        lesson.finished_at = lesson.check_answer = lesson.is_check_right = None
        lesson.place_percent = lesson.check_tries = 0
    session.flush()
    count_lessons(session, course)


def end_retraining(session: Session, employee_id: int, course_ids: Iterable[str]) -> None:
    """End the retraining in these courses, passed is passed: lessons left open count as before."""
    asked = {"employee_id": employee_id, "course_ids": list(course_ids)}
    found = fetch(session, _IN_RETRAINING, asked).scalars().all()
    if not found:  # nearly always
        return
    waiting = select(CourseProgress).where(
        CourseProgress.employee_id == employee_id,
        CourseProgress.course_id.in_(found),
        CourseProgress.retraining_since.is_not(None),
    )
    for course in session.scalars(waiting.with_for_update()).all():
        course.retraining_since = None
        for lesson in _lessons(session, employee_id, course.course_id):
            lesson.finished_at = lesson.finished_at or lesson.finished_before
        session.flush()
        count_lessons(session, course)
        _finish_refresher(session, employee_id, course.course_id)


def _finish_refresher(session: Session, employee_id: int, course_id: str) -> None:
    """Complete the assignment of a refresher whose quiz was passed; others stay as they are."""
    row = session.scalars(
        select(Assignment)
        .join(
            CourseProgress,
            (CourseProgress.employee_id == Assignment.employee_id)
            & (CourseProgress.course_id == Assignment.course_id),
        )
        .where(
            Assignment.employee_id == employee_id,
            Assignment.course_id == course_id,
            Assignment.state == AssignmentState.ACTIVE,
            CourseProgress.completed_at.is_not(None),
        )
    ).first()
    if row is not None:
        row.completed_at = None  # of the first time; the record keeps that
        rows.settle(row, completed_at=clock.now())
        emit(session, RefresherPassed(employee_id, course_id, clock.today().isoformat()))


def _lessons(session: Session, employee_id: int, course_id: str) -> Iterable[LessonProgress]:
    return session.scalars(
        select(LessonProgress)
        .where(LessonProgress.employee_id == employee_id, LessonProgress.course_id == course_id)
        .order_by(LessonProgress.lesson_id)
        .with_for_update()
    ).all()
