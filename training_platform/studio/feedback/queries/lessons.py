"""The lessons of one course: what is said of each, and how people fare in it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, extract, func, or_, select
from sqlalchemy.orm import Session, aliased

from training_platform.core import clock
from training_platform.curricula.models import (
    Course,
    CourseProgress,
    Lesson,
    LessonProgress,
    LessonText,
)
from training_platform.studio.feedback.models import LessonRating
from training_platform.studio.feedback.queries.courses import voice_columns, voices_of, when
from training_platform.studio.feedback.rules import (
    DROPPED_AFTER,
    LARGE_SHARE,
    LEAST_LEFT,
    LEAST_RATERS,
    LONGEST_SITTING,
    Voices,
)

_IS_FINISHED = or_(
    LessonProgress.finished_at.is_not(None), LessonProgress.finished_before.is_not(None)
)


@dataclass(frozen=True)
class LessonFigures:
    """What an author reads of one lesson."""

    id: str
    title: str
    minutes: int
    has_check: bool
    voices: Voices
    #: How many of the ratings are of the revision that is published now.
    current: int
    opened: int
    finished: int
    dropped: int
    answered: int
    first_try: int
    #: In seconds, of those who read it in one sitting.
    median_seconds: int | None


def lessons_of(session: Session, course: Course, locale: str) -> list[LessonFigures]:
    """Return a course's lessons in their order with all their figures: four statements."""
    lessons = session.execute(
        select(Lesson.id, LessonText.title, Lesson.minutes, Lesson.check_question_id)
        .join(LessonText, and_(LessonText.lesson_id == Lesson.id, LessonText.locale == locale))
        .where(Lesson.course_id == course.id, Lesson.is_withdrawn.is_(False))
        .order_by(Lesson.position)
    ).all()
    said = {row.lesson_id: row for row in session.execute(_voices(course))}
    fared = {row.lesson_id: row for row in session.execute(_progress(course.id))}
    times = {row.lesson_id: row.seconds for row in session.execute(_medians(course.id))}
    return [
        _figures(row, said.get(row.id), fared.get(row.id), times.get(row.id)) for row in lessons
    ]


def _figures(lesson: Any, said: Any, fared: Any, seconds: Any) -> LessonFigures:
    return LessonFigures(
        id=lesson.id,
        title=lesson.title,
        minutes=lesson.minutes,
        has_check=lesson.check_question_id is not None,
        voices=voices_of(said) if said else Voices(),
        current=said.current if said else 0,
        opened=fared.opened if fared else 0,
        finished=fared.finished if fared else 0,
        dropped=fared.dropped if fared else 0,
        answered=fared.answered if fared else 0,
        first_try=fared.first_try if fared else 0,
        median_seconds=None if seconds is None else round(seconds),
    )


def _voices(course: Course) -> Select[*tuple[Any, ...]]:
    return (
        select(
            LessonRating.lesson_id,
            *voice_columns(),
            when(LessonRating.revision_id == course.revision_id).label("current"),
        )
        .where(LessonRating.course_id == course.id)
        .group_by(LessonRating.lesson_id)
    )


def most_left(session: Session, locale: str, limit: int) -> Sequence[Any]:
    """Return the lessons of all courses in which the largest shares stopped: two statements.

    Rows of lesson, course, title, how many opened it and how many of them stopped there.
    """
    order, following = _order(), aliased(LessonProgress)
    left = (
        select(LessonProgress.lesson_id, func.count().label("dropped"))
        .join(order, order.c.id == LessonProgress.lesson_id)
        .outerjoin(following, _goes_on(order, following))
        .where(_has_dropped(following))
        .group_by(LessonProgress.lesson_id)
        .having(func.count() >= LEAST_LEFT)
        .subquery()
    )
    opened = (
        select(LessonProgress.lesson_id, func.count().label("opened"))
        .where(LessonProgress.lesson_id.in_(select(left.c.lesson_id)))
        .group_by(LessonProgress.lesson_id)
        .subquery()
    )
    share = left.c.dropped * 1.0 / opened.c.opened
    return session.execute(
        select(Lesson.id, Lesson.course_id, LessonText.title, left.c.dropped, opened.c.opened)
        .join(left, left.c.lesson_id == Lesson.id)
        .join(opened, opened.c.lesson_id == Lesson.id)
        .join(LessonText, and_(LessonText.lesson_id == Lesson.id, LessonText.locale == locale))
        .where(share >= LARGE_SHARE)
        .order_by(share.desc(), Lesson.id)
        .limit(limit)
    ).all()


def _order() -> Subquery:
    """Return each lesson with the next one of its course that is not withdrawn."""
    following = func.lead(Lesson.id).over(partition_by=Lesson.course_id, order_by=Lesson.position)
    lessons = select(Lesson.id, Lesson.course_id, following.label("next_id"))
    return lessons.where(Lesson.is_withdrawn.is_(False)).subquery()


def _goes_on(order: Subquery, following: Any) -> ColumnElement[bool]:
    """Return the condition that the same person opened the following lesson."""
    return and_(
        following.lesson_id == order.c.next_id,
        following.employee_id == LessonProgress.employee_id,
    )


def _has_dropped(following: Any) -> ColumnElement[bool]:
    """Return the condition that somebody opened a lesson long ago and went no further."""
    return and_(
        ~_IS_FINISHED,
        following.lesson_id.is_(None),
        LessonProgress.opened_at < clock.now() - DROPPED_AFTER,
    )


def _progress(course_id: str) -> Select[*tuple[Any, ...]]:
    """Count per lesson; the following lesson is the next one that is not withdrawn."""
    order, following = _order(), aliased(LessonProgress)
    return (
        select(
            LessonProgress.lesson_id,
            func.count().label("opened"),
            when(_IS_FINISHED).label("finished"),
            when(_has_dropped(following)).label("dropped"),
            when(LessonProgress.check_tries > 0).label("answered"),
            when(
                and_(LessonProgress.check_tries == 1, LessonProgress.is_check_right.is_(True))
            ).label("first_try"),
        )
        .join(order, order.c.id == LessonProgress.lesson_id)
        .outerjoin(following, _goes_on(order, following))
        .where(LessonProgress.course_id == course_id)
        .group_by(LessonProgress.lesson_id)
    )


def _medians(course_id: str) -> Select[*tuple[Any, ...]]:
    """Return the median of the seconds between opening and finishing, per lesson.

    Whoever came back another time does not count: nobody knows how long she read.
    """
    seconds = extract("epoch", LessonProgress.finished_at) - extract(
        "epoch", LessonProgress.first_opened_at
    )
    by_lesson = LessonProgress.lesson_id
    ranked = (
        select(
            by_lesson.label("lesson_id"),
            seconds.label("seconds"),
            func.row_number().over(partition_by=by_lesson, order_by=seconds).label("place"),
            func.count().over(partition_by=by_lesson).label("whole"),
        )
        .where(
            LessonProgress.course_id == course_id,
            LessonProgress.finished_at.is_not(None),
            seconds.between(1, int(LONGEST_SITTING.total_seconds())),
        )
        .subquery()
    )
    middle = or_(
        ranked.c.place * 2 == ranked.c.whole,
        ranked.c.place * 2 == ranked.c.whole + 1,
        ranked.c.place * 2 == ranked.c.whole + 2,
    )
    return (
        select(ranked.c.lesson_id, func.avg(ranked.c.seconds).label("seconds"))
        .where(middle)
        .group_by(ranked.c.lesson_id)
    )


def people_of(session: Session, course_id: str) -> tuple[int, int]:
    """Return how many people began a course, and how many of them completed it."""
    row = session.execute(
        select(func.count(), func.count(CourseProgress.completed_at)).where(
            CourseProgress.course_id == course_id
        )
    ).one()
    return row[0], row[1]


def sentences(course_id: str, lesson_id: str = "", level: str = "") -> Select[*tuple[Any, ...]]:
    """Return the select of what people wrote, the latest first: no names, and the day only.

    The level stands beside a sentence only where enough people rated the lesson.
    """
    raters = (
        select(LessonRating.lesson_id, func.count().label("raters"))
        .where(LessonRating.course_id == course_id)
        .group_by(LessonRating.lesson_id)
        .subquery()
    )
    shown = case((raters.c.raters >= LEAST_RATERS, LessonRating.level))
    statement = (
        select(
            LessonRating.lesson_id,
            LessonRating.sentence,
            LessonRating.changed_at,
            shown.label("level"),
            (LessonRating.revision_id != Course.revision_id).label("is_earlier"),
        )
        .join(raters, raters.c.lesson_id == LessonRating.lesson_id)
        .join(Course, Course.id == LessonRating.course_id)
        .where(LessonRating.course_id == course_id, LessonRating.sentence != "")
        .order_by(LessonRating.changed_at.desc(), LessonRating.lesson_id, LessonRating.employee_id)
    )
    if lesson_id:
        statement = statement.where(LessonRating.lesson_id == lesson_id)
    if level:
        statement = statement.where(shown == level)
    return statement


def titles_of(lessons: Sequence[LessonFigures]) -> dict[str, str]:
    """Return the titles of lessons by their ids."""
    return {each.id: each.title for each in lessons}
