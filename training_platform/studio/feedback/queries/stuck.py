"""Who does not get on in a course, and where: names only within the viewer's reach."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from training_platform.assessment.parts import ALONE
from training_platform.core import clock
from training_platform.core.permissions import Person
from training_platform.curricula.models import Course, CourseProgress, LessonProgress
from training_platform.curricula.queries.team import in_reach
from training_platform.curricula.rules import STUCK_TRIES
from training_platform.people.models import Department, Employee, EmployeeStatus
from training_platform.quizzes.models import Attempt, AttemptState
from training_platform.studio.feedback.queries.courses import when
from training_platform.studio.feedback.rules import STUCK_FAILS


def _failed(course: Course) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Attempt.employee_id.label("employee_id"),
            literal("failed").label("reason"),
            literal(None).label("lesson_id"),
            func.count().label("times"),
            func.max(Attempt.submitted_at).label("since"),
        )
        .where(
            Attempt.paper_id == course.paper_id,
            Attempt.state == AttemptState.SUBMITTED,
            Attempt.part_of == ALONE,
        )
        .group_by(Attempt.employee_id)
        .having(and_(when(Attempt.is_passed.is_(True)) == 0, func.count() >= STUCK_FAILS))
    )


def _learning(course: Course, days: int) -> Select[*tuple[Any, ...]]:
    tries = (
        select(
            LessonProgress.employee_id,
            func.max(LessonProgress.check_tries).label("tries"),
            func.min(LessonProgress.lesson_id).label("lesson_id"),
        )
        .where(
            LessonProgress.course_id == course.id,
            LessonProgress.is_check_right.is_(False),
            LessonProgress.check_tries >= STUCK_TRIES,
        )
        .group_by(LessonProgress.employee_id)
        .subquery()
    )
    tried = tries.c.tries.is_not(None)
    return (
        select(
            CourseProgress.employee_id,
            case((tried, "tries"), else_="idle"),
            case((tried, tries.c.lesson_id), else_=CourseProgress.last_lesson_id),
            case((tried, tries.c.tries), else_=CourseProgress.lessons_done),
            CourseProgress.last_at,
        )
        .outerjoin(tries, tries.c.employee_id == CourseProgress.employee_id)
        .where(
            CourseProgress.course_id == course.id,
            CourseProgress.completed_at.is_(None),
            or_(tried, CourseProgress.last_at < clock.now() - timedelta(days=days)),
        )
    )


def stuck_counts(session: Session, course: Course, days: int) -> Sequence[Any]:
    """Return how many people do not get on, for each reason and the lesson where they stand."""
    every = union_all(_failed(course), _learning(course, days)).subquery()
    people = func.count().label("people")
    return session.execute(
        select(every.c.reason, every.c.lesson_id, people)
        .join(Employee, Employee.id == every.c.employee_id)
        .where(Employee.status == EmployeeStatus.ACTIVE)
        .group_by(every.c.reason, every.c.lesson_id)
        .order_by(people.desc(), every.c.reason, every.c.lesson_id)
    ).all()


def stuck_people(course: Course, days: int, viewer: Person) -> Select[*tuple[Any, ...]]:
    """Return the select of those whom the viewer may know by name, the longest waiting first."""
    every = union_all(_failed(course), _learning(course, days)).subquery()
    return (
        select(
            Employee.id,
            Employee.name,
            Department.name.label("department"),
            every.c.reason,
            every.c.lesson_id,
            every.c.times,
            every.c.since,
        )
        .join(Employee, Employee.id == every.c.employee_id)
        .join(Department, Department.id == Employee.department_id)
        .where(Employee.status == EmployeeStatus.ACTIVE, in_reach(viewer))
        .order_by(every.c.since, Employee.id, every.c.reason)
    )


def may_know_names(viewer: Person) -> bool:
    """Tell whether somebody's names are known to the viewer: human resources and heads know some.

    Trainers as such read numbers, as on every page.
    """
    return bool(viewer.headed_paths) or "hr" in viewer.rights
