"""The list of courses with what is said of them, and how many see them through."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, select
from sqlalchemy.orm import Session

from training_platform.core.search import contains_all, words
from training_platform.curricula.models import Course, CourseProgress, Lesson, LessonText
from training_platform.studio.feedback.models import LessonRating
from training_platform.studio.feedback.rules import (
    LEAST_RATERS,
    LessonVoices,
    RatingLevel,
    Voices,
    weakest,
)

#: What the list may be ordered by.
ORDERS = ("rating", "completion", "sentences", "title")


def when(condition: ColumnElement[bool]) -> ColumnElement[int]:
    """Return the number of rows for which a condition holds."""
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def voice_columns() -> list[ColumnElement[int]]:
    """Return the counts that Voices is made of, in its order."""
    return [
        when(LessonRating.level == RatingLevel.HELPED).label("helped"),
        when(LessonRating.level == RatingLevel.OKAY).label("okay"),
        when(LessonRating.level == RatingLevel.UNCLEAR).label("unclear"),
        when(LessonRating.sentence != "").label("sentences"),
    ]


def voices_of(row: Any) -> Voices:
    """Return the counts of a row; nothing where nobody rated."""
    return Voices(row.helped or 0, row.okay or 0, row.unclear or 0, row.sentences or 0)


def courses(text: str = "", order: str = "") -> Select[*tuple[Any, ...]]:
    """Return the select of courses: title, people, completed, counts of ratings.

    What may not be shown for want of raters does not order the list either.
    """
    ratings = (
        select(LessonRating.course_id, func.count().label("raters"), *voice_columns())
        .group_by(LessonRating.course_id)
        .subquery()
    )
    learning = (
        select(
            CourseProgress.course_id,
            func.count().label("people"),
            func.count(CourseProgress.completed_at).label("completed"),
        )
        .group_by(CourseProgress.course_id)
        .subquery()
    )
    statement = (
        select(
            Course.id,
            Course.title,
            Course.lesson_count,
            learning.c.people,
            learning.c.completed,
            ratings.c.helped,
            ratings.c.okay,
            ratings.c.unclear,
            ratings.c.sentences,
        )
        .outerjoin(ratings, ratings.c.course_id == Course.id)
        .outerjoin(learning, learning.c.course_id == Course.id)
        .where(Course.is_withdrawn.is_(False))
    )
    if found := words(text):
        statement = statement.where(contains_all(Course.search_text, found))
    share = case((ratings.c.raters >= LEAST_RATERS, ratings.c.helped * 1.0 / ratings.c.raters))
    done = learning.c.completed * 1.0 / func.nullif(learning.c.people, 0)
    by: dict[str, tuple[Any, ...]] = {
        "completion": (done.asc().nulls_last(),),
        "sentences": (func.coalesce(ratings.c.sentences, 0).desc(),),
        "title": (),
    }
    return statement.order_by(*by.get(order, (share.asc().nulls_last(),)), Course.id)


def weakest_lessons(
    session: Session, course_ids: Sequence[str], locale: str
) -> dict[str, LessonVoices]:
    """Return the lesson of each course that most people found unclear, where one may be named."""
    rows = session.execute(
        select(LessonRating.course_id, LessonRating.lesson_id, LessonText.title, *voice_columns())
        .join(Lesson, Lesson.id == LessonRating.lesson_id)
        .join(LessonText, (LessonText.lesson_id == Lesson.id) & (LessonText.locale == locale))
        .where(LessonRating.course_id.in_(course_ids), Lesson.is_withdrawn.is_(False))
        .group_by(LessonRating.course_id, LessonRating.lesson_id, LessonText.title)
        .order_by(LessonRating.lesson_id)
    )
    found: dict[str, list[LessonVoices]] = defaultdict(list)
    for row in rows:
        found[row.course_id].append(LessonVoices(row.lesson_id, row.title, voices_of(row)))
    least = {course_id: weakest(lessons) for course_id, lessons in found.items()}
    return {course_id: lesson for course_id, lesson in least.items() if lesson}
