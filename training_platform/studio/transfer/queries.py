"""Which questions of the bank go into a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_platform.assessment.models import Question
from training_platform.content.models import ContentItem
from training_platform.content.queries import revisions_data
from training_platform.studio.models import StudioDraft

#: Each is read back and compared while somebody waits.
MOST_AT_ONCE = 1_000
#: A statement takes only so many values.
CHUNK = 400


@dataclass(frozen=True)
class Wanted:
    """Which questions: empty means any."""

    topic: str = ""
    kind: str = ""
    difficulty: str = ""
    q: str = ""


def topics(session: Session) -> list[str]:
    """Return the topics of the bank."""
    return list(
        session.scalars(
            select(Question.topic)
            .where(Question.is_withdrawn.is_(False))
            .distinct()
            .order_by(Question.topic)
        )
    )


def count(session: Session, wanted: Wanted) -> int:
    """Return how many questions are wanted."""
    return session.scalar(select(func.count()).select_from(_chosen(wanted).subquery())) or 0


def questions(session: Session, wanted: Wanted) -> list[dict[str, Any]]:
    """Return the questions as published, in the order of their ids; at most MOST_AT_ONCE."""
    rows = session.execute(_chosen(wanted).order_by(Question.id).limit(MOST_AT_ONCE)).all()
    data = revisions_data(session, (row.revision_id for row in rows))
    return [dict(data[row.revision_id]) | {"id": row.id} for row in rows]


def _chosen(wanted: Wanted) -> Any:
    chosen = select(Question.id, Question.revision_id).where(Question.is_withdrawn.is_(False))
    for column, value in (
        (Question.topic, wanted.topic),
        (Question.kind, wanted.kind),
        (Question.difficulty, wanted.difficulty),
    ):
        if value:
            chosen = chosen.where(column == value)
    if wanted.q.strip():
        named = (ContentItem.kind == "question") & (ContentItem.slug == Question.id)
        chosen = chosen.join(ContentItem, named).where(
            ContentItem.search_text.icontains(wanted.q.strip(), autoescape=True)
        )
    return chosen


def here(session: Session, slugs: Sequence[str]) -> set[str]:
    """Return the ids that the bank or an open draft has already."""
    found: set[str] = set()
    for start in range(0, len(slugs), CHUNK):
        some = slugs[start : start + CHUNK]
        items = select(ContentItem.slug).where(ContentItem.kind == "question")
        drafts = select(StudioDraft.slug).where(
            StudioDraft.kind == "question", StudioDraft.ended_at.is_(None)
        )
        found |= set(session.scalars(items.where(ContentItem.slug.in_(some))))
        found |= set(session.scalars(drafts.where(StudioDraft.slug.in_(some))))
    return found
