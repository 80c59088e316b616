"""The lesson page and the course page: built once, columns only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, and_, bindparam, or_, select
from sqlalchemy.orm import Session

from training_platform.assessment.models import Question
from training_platform.content.models import ContentRevision
from training_platform.core.db import fetch
from training_platform.curricula.models import (
    Assignment,
    Course,
    CourseProgress,
    Lesson,
    LessonProgress,
    LessonText,
)

_ME: BindParameter[int] = bindparam("employee_id")

_LESSON = (
    select(
        Lesson.id,
        Lesson.course_id,
        Lesson.position,
        Lesson.minutes,
        or_(Lesson.is_withdrawn, Course.is_withdrawn).label("is_withdrawn"),
        LessonText.title,
        LessonText.objective,
        LessonText.html_before_check,
        LessonText.html_after_check,
        Course.title.label("course_title"),
        Course.paper_id,
        LessonProgress.place_percent,
        LessonProgress.check_answer,
        LessonProgress.check_tries,
        LessonProgress.finished_at,
        CourseProgress.last_at,
        CourseProgress.completed_at,
        CourseProgress.retraining_since,
        Question.revision_id.label("question_revision_id"),
        ContentRevision.data.label("question"),
    )
    .join(Course, Course.id == Lesson.course_id)
    .join(
        LessonText,
        and_(LessonText.lesson_id == Lesson.id, LessonText.locale == bindparam("locale")),
    )
    .outerjoin(
        LessonProgress,
        and_(LessonProgress.lesson_id == Lesson.id, LessonProgress.employee_id == _ME),
    )
    .outerjoin(
        CourseProgress,
        and_(CourseProgress.course_id == Lesson.course_id, CourseProgress.employee_id == _ME),
    )
    .outerjoin(Question, Question.id == Lesson.check_question_id)
    .outerjoin(ContentRevision, ContentRevision.id == Question.revision_id)
    .where(Lesson.id == bindparam("lesson_id"))
)

_OUTLINE = (
    select(
        Lesson.id,
        Lesson.position,
        Lesson.minutes,
        LessonText.title,
        LessonText.summary,
        LessonProgress.opened_at,
        LessonProgress.finished_at,
    )
    .join(
        LessonText,
        and_(LessonText.lesson_id == Lesson.id, LessonText.locale == bindparam("locale")),
    )
    .outerjoin(
        LessonProgress,
        and_(LessonProgress.lesson_id == Lesson.id, LessonProgress.employee_id == _ME),
    )
    .where(Lesson.course_id == bindparam("course_id"), Lesson.is_withdrawn.is_(False))
    .order_by(Lesson.position)
)

_COURSE: Any = (
    select(
        Course,
        CourseProgress.lessons_done,
        CourseProgress.last_lesson_id,
        CourseProgress.last_at,
        CourseProgress.completed_at,
        CourseProgress.retraining_since,
        Assignment.state,
        Assignment.is_required,
        Assignment.due_on,
        Assignment.source,
        Assignment.assigned_by_id,
    )
    .outerjoin(
        CourseProgress,
        and_(CourseProgress.course_id == Course.id, CourseProgress.employee_id == _ME),
    )
    .outerjoin(Assignment, and_(Assignment.course_id == Course.id, Assignment.employee_id == _ME))
    .where(Course.id == bindparam("course_id"))
)

_CHECK = (
    select(Question.revision_id, ContentRevision.data)
    .join(ContentRevision, ContentRevision.id == Question.revision_id)
    .where(Question.id == bindparam("question_id"))
)


@dataclass(frozen=True)
class LessonPage:
    """Everything that the lesson page shows of the lesson itself, for one person."""

    id: str
    course_id: str
    position: int
    minutes: int
    is_withdrawn: bool
    title: str
    objective: str
    html_before_check: str
    html_after_check: str
    course_title: Mapping[str, str]
    paper_id: str | None
    place_percent: int | None
    check_answer: Mapping[str, Any] | None
    check_tries: int | None
    finished_at: datetime | None
    last_at: datetime | None
    completed_at: datetime | None
    retraining_since: datetime | None
    question_revision_id: int | None
    question: Mapping[str, Any] | None

    @property
    def is_started(self) -> bool:
        """Tell whether the person began the course: then she may read on after a withdrawal."""
        return self.last_at is not None

    @property
    def answer(self) -> Mapping[str, Any] | None:
        """Return the kept answer, in the numbers of the present question; None if it changed."""
        kept = self.check_answer
        if not kept or kept.get("revision_id") != self.question_revision_id:
            return None
        answer: Mapping[str, Any] = kept["answer"]
        return answer


@dataclass(frozen=True)
class CoursePage:
    """A course with where one person stands in it."""

    course: Course
    lessons_done: int | None
    last_lesson_id: str | None
    last_at: datetime | None
    completed_at: datetime | None
    retraining_since: datetime | None
    state: Any
    is_required: bool | None
    due_on: Any
    source: Any
    assigned_by_id: int | None

    @property
    def is_withdrawn(self) -> bool:
        """Tell whether the course is withdrawn."""
        return self.course.is_withdrawn

    @property
    def is_started(self) -> bool:
        """Tell whether the person began it."""
        return self.last_at is not None

    @property
    def is_mine(self) -> bool:
        """Tell whether it stands on the person's list."""
        return self.state is not None and self.state != "removed"


def lesson_page(
    session: Session, lesson_id: str, employee_id: int, locale: str
) -> LessonPage | None:
    """Return the lesson as one person sees it; None if there is none."""
    values = {"lesson_id": lesson_id, "employee_id": employee_id, "locale": locale}
    row = fetch(session, _LESSON, values).first()
    return None if row is None else LessonPage(*row)


def outline(session: Session, course_id: str, employee_id: int, locale: str) -> Sequence[Any]:
    """Return a course's lessons in their order, with what the person finished."""
    values = {"course_id": course_id, "employee_id": employee_id, "locale": locale}
    return fetch(session, _OUTLINE, values).all()


def course_page(session: Session, course_id: str, employee_id: int) -> CoursePage | None:
    """Return a course as one person sees it; None if there is none."""
    row = session.execute(_COURSE, {"course_id": course_id, "employee_id": employee_id}).first()
    return None if row is None else CoursePage(*row)


def check_definition(session: Session, lesson: Lesson) -> tuple[int, Mapping[str, Any]] | None:
    """Return the revision and definition of a lesson's check question; None if it has none."""
    if lesson.check_question_id is None:
        return None
    row = fetch(session, _CHECK, {"question_id": lesson.check_question_id}).first()
    return None if row is None else (row[0], row[1])


def lesson_title(session: Session, lesson_id: str) -> dict[str, str]:
    """Return a lesson's title in every language."""
    found = session.execute(
        select(LessonText.locale, LessonText.title).where(LessonText.lesson_id == lesson_id)
    )
    return {locale: title for locale, title in found}  # noqa: C416  # rows are not pairs to mypy
