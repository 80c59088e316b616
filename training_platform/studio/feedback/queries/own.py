"""What one person said: beneath the lesson, and in the file of her data."""

from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from training_platform.core.db import fetch
from training_platform.curricula.models import Course
from training_platform.studio.feedback.models import LessonRating

_OWN = (
    select(
        LessonRating.level,
        LessonRating.sentence,
        (LessonRating.revision_id != Course.revision_id).label("is_earlier"),
    )
    .join(Course, Course.id == LessonRating.course_id)
    .where(
        LessonRating.lesson_id == bindparam("lesson_id"),
        LessonRating.employee_id == bindparam("employee_id"),
    )
)


def own_rating(session: Session, lesson_id: str, employee_id: int) -> Any:
    """Return somebody's rating of a lesson; None before her first tap."""
    return fetch(session, _OWN, {"lesson_id": lesson_id, "employee_id": employee_id}).first()


def my_data(session: Session, employee_id: int) -> dict[str, Any]:
    """Return what somebody said of lessons, as the file of her data holds it."""
    rows = session.execute(
        select(
            LessonRating.lesson_id,
            LessonRating.level,
            LessonRating.sentence,
            LessonRating.rated_at,
            LessonRating.changed_at,
        )
        .where(LessonRating.employee_id == employee_id)
        .order_by(LessonRating.rated_at, LessonRating.lesson_id)
    )
    return {"lesson_ratings.json": [dict(row._mapping) for row in rows]}
