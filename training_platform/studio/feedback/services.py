"""Saying how a lesson was, and forgetting who said it.

No audit row: it would tell its readers by name what authors read without one.
"""

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import lock
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.core.text import nfc
from training_platform.curricula.models import Course, Lesson
from training_platform.curricula.services.rows import insert_once
from training_platform.studio.feedback.models import LessonRating
from training_platform.studio.feedback.rules import LONGEST_SENTENCE, RatingLevel


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def rate_lesson(
    session: Session, lesson: Lesson, actor: Person, level: RatingLevel
) -> LessonRating:
    """Keep what somebody says of a lesson; a later tap takes the place of the earlier one."""
    authorize(actor, None, Permission.LESSON_RATE)
    now = clock.now()
    key = {"lesson_id": lesson.id, "employee_id": actor.id}
    revision_id = session.get_one(Course, lesson.course_id).revision_id
    values: dict[str, Any] = {
        "course_id": lesson.course_id,
        "revision_id": revision_id,
        "level": level,
        "sentence": "",
        "rated_at": now,
        "changed_at": now,
    }
    insert_once(session, LessonRating.__table__, key | values)
    rating = lock(session, LessonRating, key)
    rating.level, rating.revision_id, rating.changed_at = level, revision_id, now
    return rating


def write_sentence(session: Session, lesson: Lesson, actor: Person, sentence: str) -> LessonRating:
    """Add a sentence to one's rating, change it, or take it back with an empty one.

    Raises RuleError before the first tap, or where the sentence is too long.
    """
    authorize(actor, None, Permission.LESSON_RATE)
    text = nfc(sentence).strip()
    if len(text) > LONGEST_SENTENCE:
        raise RuleError(
            _("At most %(count)s characters."), field="sentence", count=LONGEST_SENTENCE
        )
    key = {"lesson_id": lesson.id, "employee_id": actor.id}
    rating = session.get(LessonRating, key, with_for_update=True)
    if rating is None:
        raise RuleError(_("Choose first how the lesson was for you."), field="sentence")
    if rating.sentence != text:
        rating.sentence, rating.changed_at = text, clock.now()
    return rating


def forget_sentences(session: Session, employee_id: int) -> None:
    """Take away what somebody wrote; her taps stay as counts."""
    session.execute(
        update(LessonRating).where(LessonRating.employee_id == employee_id).values(sentence="")
    )
