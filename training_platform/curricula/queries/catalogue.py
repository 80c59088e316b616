"""The catalogue, and what the search box finds."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, String, and_, cast, or_, select
from sqlalchemy.orm import Session

from training_platform.core.i18n import language, pick, translate
from training_platform.core.permissions import Person
from training_platform.core.search import Hit, contains_all, words
from training_platform.core.text import like_pattern
from training_platform.curricula.models import (
    Assignment,
    AssignmentState,
    Course,
    CourseProgress,
    Lesson,
    LessonText,
)


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


STATES = ("mine", "started", "completed", "new")
MAX_HITS = 8


def find_course(session: Session, course_id: str) -> Course | None:
    """Return a course by its id; None if there is none."""
    return session.get(Course, course_id)


def course_titles(session: Session) -> dict[str, dict[str, str]]:
    """Return the titles of all courses by id, withdrawn ones too: past trainings may name them."""
    return {row.id: row.title for row in session.execute(select(Course.id, Course.title))}


def lesson_titles(session: Session, lesson_ids: Sequence[str]) -> Sequence[Any]:
    """Return id and title of lessons in use, in the viewer's language; no unknown ones."""
    return session.execute(
        select(Lesson.id, LessonText.title)
        .join(LessonText, LessonText.lesson_id == Lesson.id)
        .where(
            Lesson.id.in_(lesson_ids),
            Lesson.is_withdrawn.is_(False),
            LessonText.locale == language(),
        )
        .order_by(Lesson.course_id, Lesson.position)
    ).all()


def catalogue(
    employee_id: int,
    *,
    query: str = "",
    area: str = "",
    level: str = "",
    job_role: str = "",
    state: str = "",
) -> Select[Any]:
    """Return the select of the courses that one may begin, with where the person stands."""
    statement = (
        select(
            Course.id,
            Course.title,
            Course.summary,
            Course.area,
            Course.level,
            Course.lesson_count,
            Course.minutes,
            CourseProgress.lessons_done,
            CourseProgress.last_at,
            CourseProgress.completed_at,
            Assignment.state,
            Assignment.is_required,
            Assignment.due_on,
        )
        .outerjoin(
            CourseProgress,
            and_(CourseProgress.course_id == Course.id, CourseProgress.employee_id == employee_id),
        )
        .outerjoin(
            Assignment,
            and_(Assignment.course_id == Course.id, Assignment.employee_id == employee_id),
        )
        .where(Course.is_withdrawn.is_(False))
        .order_by(Course.area, Course.level.desc(), Course.id)
    )
    if found := words(query):
        lesson_hit = (
            select(LessonText.lesson_id)
            .join(Lesson, Lesson.id == LessonText.lesson_id)
            .where(
                Lesson.course_id == Course.id,
                Lesson.is_withdrawn.is_(False),
                contains_all(LessonText.search_text, found),
            )
            .exists()
        )
        statement = statement.where(or_(contains_all(Course.search_text, found), lesson_hit))
    if area:
        statement = statement.where(Course.area == area)
    if level:
        statement = statement.where(Course.level == level)
    if job_role:
        quoted = like_pattern(f'"{job_role}"')
        statement = statement.where(cast(Course.job_roles, String).like(quoted, escape="\\"))
    return _with_state(statement, state)


def _with_state(statement: Select[Any], state: str) -> Select[Any]:
    if state == "mine":
        return statement.where(Assignment.state == AssignmentState.ACTIVE)
    if state == "started":
        return statement.where(
            CourseProgress.last_at.is_not(None), CourseProgress.completed_at.is_(None)
        )
    if state == "completed":
        return statement.where(CourseProgress.completed_at.is_not(None))
    if state == "new":
        return statement.where(CourseProgress.last_at.is_(None))
    return statement


def search(session: Session, _person: Person, query: str) -> list[Hit]:
    """Return the courses and lessons that contain every word, courses first."""
    found = words(query)
    if not found:
        return []
    courses = session.execute(
        select(Course.id, Course.title, Course.summary)
        .where(Course.is_withdrawn.is_(False), contains_all(Course.search_text, found))
        .order_by(Course.id)
        .limit(MAX_HITS)
    )
    hits = [
        Hit("course", pick(title), pick(summary), f"/courses/{course_id}", "book-2")
        for course_id, title, summary in courses
    ]
    lessons = session.execute(
        select(Lesson.id, LessonText.title, Course.title, Lesson.minutes)
        .join(Lesson, Lesson.id == LessonText.lesson_id)
        .join(Course, Course.id == Lesson.course_id)
        .where(
            LessonText.locale == language(),
            Lesson.is_withdrawn.is_(False),
            Course.is_withdrawn.is_(False),
            contains_all(LessonText.search_text, found),
        )
        .order_by(Lesson.course_id, Lesson.position)
        .limit(MAX_HITS)
    )
    for lesson_id, title, course, minutes in lessons:
        detail = translate(
            _("Lesson in %(course)s, %(minutes)s min"), course=pick(course), minutes=minutes
        )
        hits.append(Hit("lesson", title, detail, f"/courses/{lesson_id}", "file-text"))
    return hits
