"""What the form of a case or common question offers; no writes."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.content.models import ContentItem
from training_platform.core.i18n import language
from training_platform.curricula.models import Lesson, LessonText
from training_platform.library.queries import competency_names
from training_platform.library.rules import Sort
from training_platform.studio.services.drafts import find_open


def choices(session: Session, chosen: Iterable[str]) -> dict[str, list[tuple[str, str]]]:
    """Return abilities and lessons as values and texts; what is chosen but gone by its id."""
    rows = session.execute(
        select(Lesson.id, LessonText.title)
        .join(LessonText, LessonText.lesson_id == Lesson.id)
        .where(Lesson.is_withdrawn.is_(False), LessonText.locale == language())
        .order_by(Lesson.course_id, Lesson.position)
    )
    lessons = {row.id: row.title for row in rows}
    names = competency_names(session)
    gone = [each for each in chosen if each not in lessons and each not in names]
    lessons |= {each: each for each in gone if "/" in each}
    names |= {each: each for each in gone if "/" not in each}
    return {"competencies": list(names.items()), "lessons": list(lessons.items())}


def is_taken(session: Session, sort: Sort, slug: str) -> bool:
    """Tell that an entry of this id is written at the moment, or was published."""
    item = select(ContentItem.id).where(ContentItem.kind == sort.value, ContentItem.slug == slug)
    return find_open(session, sort.value, slug) is not None or session.scalar(item) is not None
