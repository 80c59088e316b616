"""Which questions of the bank go into a file."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_platform.assessment.models import Question
from training_platform.content.models import ContentItem
from training_platform.content.queries import revisions_data

#: Each is read back and compared while somebody waits.
MOST_AT_ONCE = 1_000


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
