"""What is completed, answered from training records and nothing else."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Row, bindparam, or_, select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import fetch
from training_platform.core.events import emit
from training_platform.curricula import rules
from training_platform.curricula.events import CourseCompleted, CurriculumCompleted
from training_platform.curricula.models import (
    Assignment,
    Course,
    CourseProgress,
    Curriculum,
    CurriculumItem,
    Lesson,
)
from training_platform.curricula.services import rows
from training_platform.notices import services as notices
from training_platform.people.models import Employee
from training_platform.records import services as records
from training_platform.records.queries import subjects_with

_OF_LESSON = select(Lesson.course_id).where(Lesson.id == bindparam("lesson_id"))
_OF_PAPER = select(Course.id, Course.complete_when).where(
    or_(Course.paper_id == bindparam("paper_id"), Course.paper_id.is_(None))
)
_COURSE = select(
    Course.id, Course.title, Course.level, Course.minutes, Course.competencies, Course.complete_when
).where(Course.id == bindparam("course_id"))
_LESSONS = select(Lesson.id).where(
    Lesson.course_id == bindparam("course_id"), Lesson.is_withdrawn.is_(False)
)
_ROLE = select(Employee.job_role_id).where(Employee.id == bindparam("employee_id"))
_REQUIRED = (
    select(CurriculumItem.course_id, CourseProgress.completed_at)
    .join(Course, Course.id == CurriculumItem.course_id)
    .outerjoin(
        CourseProgress,
        (CourseProgress.course_id == CurriculumItem.course_id)
        & (CourseProgress.employee_id == bindparam("employee_id")),
    )
    .where(
        CurriculumItem.job_role_id == bindparam("job_role_id"),
        CurriculumItem.is_required.is_(True),
        Course.is_withdrawn.is_(False),
    )
)
_ASSIGNMENT = select(Assignment).where(
    Assignment.employee_id == bindparam("employee_id"),
    Assignment.course_id == bindparam("course_id"),
)


def courses_with_lesson(session: Session, lesson_id: str) -> list[str]:
    """Return the course that a lesson belongs to; none for an unknown lesson."""
    return list(fetch(session, _OF_LESSON, {"lesson_id": lesson_id}).scalars())


def courses_with_paper(session: Session, paper_id: str) -> list[str]:
    """Return the courses that ask for a paper."""
    found = fetch(session, _OF_PAPER, {"paper_id": paper_id})
    return [course_id for course_id, conditions in found if {"paper": paper_id} in conditions]


def complete_courses(session: Session, employee_id: int, course_ids: Iterable[str]) -> None:
    """Complete those of the courses whose conditions hold."""
    waiting = list(course_ids)
    if not waiting:
        return
    finished = subjects_with(session, employee_id, "lesson_finished")
    passed = subjects_with(session, employee_id, "quiz_passed")
    for course_id in waiting:
        course = fetch(session, _COURSE, {"course_id": course_id}).one()
        lesson_ids = fetch(session, _LESSONS, {"course_id": course_id}).scalars().all()
        if rules.is_complete(course.complete_when, lesson_ids, finished, passed):
            complete_course(session, employee_id, course)


def complete_course(session: Session, employee_id: int, course: Course | Row[Any]) -> None:
    """Complete a course, once: progress, assignment, record, competencies, then what follows.

    What is completed stays completed, whatever lessons are added later.
    """
    progress = rows.course_progress(session, employee_id, course.id)
    if progress.completed_at is not None:
        return
    progress.completed_at = clock.now()
    row = session.scalars(_ASSIGNMENT, {"employee_id": employee_id, "course_id": course.id}).first()
    if row is not None:
        rows.settle(row, completed_at=progress.completed_at)
    record = records.append_id(
        session,
        employee_id,
        "course_completed",
        course.id,
        source=f"curricula:course:{employee_id}:{course.id}:1",
        happened_at=progress.completed_at,
        title=course.title,
        level=course.level,
        minutes=course.minutes,
        href=f"/courses/{course.id}",
    )
    for competency_id, level in course.competencies.items():
        records.raise_competency(session, employee_id, competency_id, level, f"course:{course.id}")
    if record is not None:
        notices.notify(
            session,
            employee_id,
            "course_completed",
            key=f"curricula:completed:{employee_id}:{course.id}",
            href=f"/courses/{course.id}",
            title=course.title,
        )
        emit(session, CourseCompleted(employee_id, course.id))
    complete_curriculum(session, employee_id)


def complete_curriculum(session: Session, employee_id: int) -> None:
    """Complete the curriculum of somebody's job role, once, if all its required courses are."""
    job_role_id = fetch(session, _ROLE, {"employee_id": employee_id}).scalar()
    if job_role_id is None:
        return
    asked = {"employee_id": employee_id, "job_role_id": job_role_id}
    open_or_done = fetch(session, _REQUIRED, asked).all()
    if not open_or_done or any(completed_at is None for _id, completed_at in open_or_done):
        return
    curriculum = session.get_one(Curriculum, job_role_id)
    record = records.append_id(
        session,
        employee_id,
        "curriculum_completed",
        job_role_id,
        source=f"curricula:curriculum:{employee_id}:{job_role_id}",
        title=curriculum.title,
        href="/curriculum",
    )
    if record is not None:
        emit(session, CurriculumCompleted(employee_id, job_role_id))
