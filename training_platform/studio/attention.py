"""What authors should look at next: what has grown old, what goes wrong, what lags behind."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select
from sqlalchemy.orm import Session

from training_platform.assessment.queries import QuestionFilter, questions_by_wrong_rate
from training_platform.content.models import ContentItem, ContentRevision
from training_platform.core.kinds import LANGUAGES
from training_platform.core.yaml_files import Document, UnreadableError
from training_platform.studio import translations
from training_platform.studio.lessons import lessons_of, notes_of, sides_of
from training_platform.studio.models import StudioDraft, StudioPublication
from training_platform.studio.rules import Act

#: Kinds that grow old by themselves. A question does not: how it is answered shows its age.
AGING = ("course", "paper", "rubric", "practical", "case", "faq")
#: So long what is published counts as looked at, unless its file names a day.
GOOD_FOR = timedelta(days=365)
#: Wrong in so large a part of at least so many answers: the question is looked at first.
LEAST_ANSWERS = 5
LEAST_WRONG = 0.4


def due_items(today: date, now: datetime) -> Select[*tuple[Any, ...]]:
    """Return the select of what is due for a look, the oldest first, with its open draft.

    What names a day (review_by) is due on it; anything else a year after its last revision. What
    somebody has found still right is good for another year.
    """
    review_by = ContentRevision.data["review_by"].as_string()
    return (
        select(
            ContentItem.kind,
            ContentItem.slug,
            ContentRevision.data["title"].label("title"),
            ContentRevision.data["name"].label("name"),
            ContentRevision.published_at,
            review_by.label("review_by"),
            StudioDraft.id.label("draft_id"),
        )
        .join(ContentRevision, ContentRevision.id == ContentItem.current_revision_id)
        .outerjoin(
            StudioDraft,
            and_(
                StudioDraft.kind == ContentItem.kind,
                StudioDraft.slug == ContentItem.slug,
                StudioDraft.ended_at.is_(None),
            ),
        )
        .where(
            ContentItem.kind.in_(AGING),
            ContentItem.is_withdrawn.is_(False),
            _is_due(review_by, today, now),
        )
        .order_by(review_by.is_(None), review_by, ContentRevision.published_at, ContentItem.id)
    )


def hard_questions(session: Session, most: int) -> Sequence[Any]:
    """Return the questions that most people get wrong, the worst first."""
    rates = questions_by_wrong_rate(QuestionFilter()).subquery()
    rate = rates.c.wrong_count * 1.0 / rates.c.seen_count
    return session.execute(
        select(rates)
        .where(
            rates.c.is_withdrawn.is_(False),
            rates.c.seen_count >= LEAST_ANSWERS,
            rate >= LEAST_WRONG,
        )
        .order_by(rate.desc(), rates.c.seen_count.desc(), rates.c.id)
        .limit(most)
    ).all()


def lagging(draft: StudioDraft) -> dict[str, int]:
    """Return in how many places a draft lacks, or lags behind in, which language."""
    found = dict.fromkeys(LANGUAGES, 0)
    for lesson in lessons_of(draft):
        if parts := lesson.parts:
            for note in notes_of(draft, sides_of(draft, parts)):
                found[note.language] += 1
        for language in LANGUAGES:
            found[language] += not lesson.titles.get(language)
    for file in draft.files:
        if file.path.endswith(".yaml") and file.text is not None:
            for language in translations.untranslated(_value(file.text)):
                found[language] += 1
    return {language: count for language, count in found.items() if count}


def _is_due(review_by: Any, today: date, now: datetime) -> ColumnElement[bool]:
    is_old = ContentRevision.published_at < now - GOOD_FOR
    was_looked_at = exists().where(
        StudioPublication.kind == ContentItem.kind,
        StudioPublication.slug == ContentItem.slug,
        StudioPublication.act == Act.LOOKED_AT,
        StudioPublication.happened_at >= now - GOOD_FOR,
    )
    is_over = review_by <= today.isoformat()
    return and_(or_(is_over, and_(review_by.is_(None), is_old)), ~was_looked_at)


def _value(text: str) -> Mapping[str, Any]:
    try:
        value = Document(text).value
    except UnreadableError:
        return {}
    return value if isinstance(value, dict) else {}
