"""Where somebody stands: one statement for all her courses, with the next lesson of each."""

from collections.abc import Sequence

from sqlalchemy import BindParameter, and_, bindparam, func, select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import fetch
from training_platform.core.i18n import language
from training_platform.curricula import rules
from training_platform.curricula.models import (
    Assignment,
    AssignmentState,
    Course,
    CourseProgress,
    CurriculumItem,
    Lesson,
    LessonProgress,
    LessonText,
)
from training_platform.curricula.queries.due import IS_ITS_PROGRESS, IS_OPEN
from training_platform.curricula.rules import CourseState
from training_platform.people.models import Employee

_ME: BindParameter[int] = bindparam("employee_id")

_first_open = (
    select(Assignment.course_id, func.min(Lesson.position).label("position"))
    .join(Lesson, and_(Lesson.course_id == Assignment.course_id, Lesson.is_withdrawn.is_(False)))
    .outerjoin(
        LessonProgress,
        and_(LessonProgress.lesson_id == Lesson.id, LessonProgress.employee_id == _ME),
    )
    .where(
        Assignment.employee_id == _ME,
        IS_OPEN,
        LessonProgress.finished_at.is_(None),
    )
    .group_by(Assignment.course_id)
    .subquery()
)

_LEARNING = (
    select(
        Assignment.course_id,
        Course.title,
        Course.lesson_count,
        CourseProgress.lessons_done,
        Assignment.is_required,
        Assignment.due_on,
        Assignment.state,
        Assignment.phase,
        Assignment.position,
        CurriculumItem.after,
        CourseProgress.last_at,
        CourseProgress.completed_at,
        CourseProgress.retraining_since,
        Course.paper_id,
        Lesson.id.label("lesson_id"),
        LessonText.title.label("lesson_title"),
        Lesson.minutes.label("lesson_minutes"),
        Lesson.position.label("lesson_position"),
        LessonProgress.place_percent,
        Course.minutes,
        Assignment.source,
        Course.summary,
        Assignment.assigned_by_id,
    )
    .join(Course, Course.id == Assignment.course_id)
    .join(Employee, Employee.id == Assignment.employee_id)
    .outerjoin(CourseProgress, IS_ITS_PROGRESS)
    .outerjoin(
        CurriculumItem,
        and_(
            CurriculumItem.course_id == Assignment.course_id,
            CurriculumItem.job_role_id == Employee.job_role_id,
        ),
    )
    .outerjoin(_first_open, _first_open.c.course_id == Assignment.course_id)
    .outerjoin(
        Lesson,
        and_(
            Lesson.course_id == _first_open.c.course_id,
            Lesson.position == _first_open.c.position,
        ),
    )
    .outerjoin(
        LessonText,
        and_(LessonText.lesson_id == Lesson.id, LessonText.locale == bindparam("locale")),
    )
    .outerjoin(
        LessonProgress,
        and_(LessonProgress.lesson_id == Lesson.id, LessonProgress.employee_id == _ME),
    )
    .where(
        Assignment.employee_id == _ME,
        Assignment.state != AssignmentState.REMOVED,
        # Nothing new begins with a withdrawn course, what began goes on.
        Course.is_withdrawn.is_(False) | CourseProgress.last_at.is_not(None),
    )
    .order_by(Assignment.position, Assignment.course_id)
)


def learning(session: Session, employee_id: int, locale: str | None = None) -> list[CourseState]:
    """Return all courses of somebody that are assigned or completed, in curriculum order.

    One statement. rules.choose_next, rules.in_order and rules.due_state read its answer.
    """
    values = {"employee_id": employee_id, "locale": locale or language()}
    return [
        CourseState(
            course_id=row.course_id,
            title=row.title,
            lesson_count=row.lesson_count,
            lessons_done=min(row.lessons_done or 0, row.lesson_count),
            is_required=row.is_required,
            due_on=row.due_on,
            is_completed=row.state is AssignmentState.COMPLETED
            or (row.completed_at is not None and row.retraining_since is None),
            phase=row.phase,
            position=row.position,
            after=tuple(row.after or ()),
            last_at=row.last_at,
            completed_at=row.completed_at,
            paper_id=row.paper_id,
            lesson_id=row.lesson_id,
            lesson_title=row.lesson_title or "",
            lesson_minutes=row.lesson_minutes or 0,
            lesson_position=row.lesson_position or 0,
            place_percent=row.place_percent or 0,
            minutes=row.minutes,
            source=row.source.value,
            summary=row.summary,
            assigned_by_id=row.assigned_by_id,
        )
        for row in fetch(session, _LEARNING, values)
    ]


def own_courses(session: Session, employee_id: int) -> list[str]:
    """Return the ids of the courses that are or were assigned to somebody, in curriculum order."""
    return list(
        session.scalars(
            select(Assignment.course_id)
            .where(
                Assignment.employee_id == employee_id,
                Assignment.state != AssignmentState.REMOVED,
            )
            .order_by(Assignment.position, Assignment.course_id)
        )
    )


def next_lesson(
    session: Session, employee_id: int, locale: str | None = None
) -> CourseState | None:
    """Return the course whose lesson comes next, with that lesson; None if nothing is open."""
    return rules.choose_next(learning(session, employee_id, locale), clock.today())


def with_due_day(courses: Sequence[CourseState]) -> list[CourseState]:
    """Return those courses that are open and have a due day, the nearest first."""
    open_ones = [each for each in courses if each.due_on is not None and not each.is_completed]
    return sorted(open_ones, key=lambda each: (str(each.due_on), each.position))


def progress_of(session: Session, employee_id: int, locale: str | None = None) -> list[CourseState]:
    """Return somebody's courses for those who look after her: open ones first, in their order."""
    courses = learning(session, employee_id, locale)
    done = [each for each in courses if each.is_completed]
    return rules.in_order(courses, clock.today()) + done
