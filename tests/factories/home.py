"""What team pages count: papers, attempts, progress, straight to the tables."""

import itertools
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.curricula import make_revision
from training_platform.core import clock
from training_platform.curricula.models import Course, CourseProgress, Lesson, LessonProgress
from training_platform.people.models import Employee
from training_platform.quizzes.models import Attempt, AttemptState, Paper

_number = itertools.count(1)


def make_paper(session: Session, id: str = "paper-a", **overrides: Any) -> Paper:
    values: dict[str, Any] = {
        "title": {"zh": f"测验 {id}", "en": f"Quiz {id}"},
        "summary": {"zh": "摘要", "en": "Summary"},
        "kind": "course_quiz",
        "course_id": None,
        "minutes": 15,
        "pass_percent": 80,
        "distinction_percent": 95,
        "is_closed_book": False,
        "ladder_id": "default",
        "review": "after_submission",
        "question_count": 10,
        "sections": [],
        "revision_id": make_revision(session, "paper", id, {}).id,
    } | overrides
    paper = Paper(id=id, **values)
    session.add(paper)
    session.flush()
    return paper


def make_attempt(
    session: Session,
    employee: Employee,
    paper: Paper,
    percent: int | None = None,
    *,
    at: datetime | None = None,
    minutes_left: int = 15,
) -> Attempt:
    """Return an attempt; without a result it is in progress."""
    at = at or clock.now()
    number = next(_number)
    attempt = Attempt(
        token=f"token-{number}",
        paper_id=paper.id,
        paper_revision_id=paper.revision_id,
        employee_id=employee.id,
        number=number,
        layout=[],
        started_at=at - timedelta(minutes=5),
        deadline_at=at + timedelta(minutes=minutes_left),
        state=AttemptState.IN_PROGRESS if percent is None else AttemptState.SUBMITTED,
        submitted_at=None if percent is None else at,
        percent=percent,
        is_passed=None if percent is None else percent >= paper.pass_percent,
    )
    session.add(attempt)
    session.flush()
    return attempt


def make_progress(
    session: Session,
    employee: Employee,
    course: Course,
    *lessons: Lesson,
    at: datetime | None = None,
    completed: bool = False,
) -> CourseProgress:
    """Note that somebody finished some lessons of a course."""
    at = at or clock.now()
    for lesson in lessons:
        session.add(
            LessonProgress(
                employee_id=employee.id,
                lesson_id=lesson.id,
                course_id=course.id,
                first_opened_at=at,
                opened_at=at,
                place_percent=100,
                finished_at=at,
            )
        )
    progress = CourseProgress(
        employee_id=employee.id,
        course_id=course.id,
        lessons_done=len(lessons),
        last_lesson_id=lessons[-1].id if lessons else None,
        last_at=at,
        completed_at=at if completed else None,
    )
    session.add(progress)
    session.flush()
    return progress
