"""What pages of batches show, and what the work on them needs to know."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from training_platform.assessment.models import AnswerCount
from training_platform.content.models import ContentItem
from training_platform.curricula.models import Lesson
from training_platform.quizzes.models import Paper
from training_platform.studio.batches.models import QuestionBatch, QuestionBatchRow
from training_platform.studio.batches.rules import RowState
from training_platform.studio.models import StudioDraft

#: A statement takes only so many values.
CHUNK = 400


def batches() -> Select[Any]:
    """Select all batches, the newest first."""
    return select(QuestionBatch).order_by(QuestionBatch.id.desc())


def rows(batch_id: int, show: str = "", *, only_chosen: bool = False) -> Select[Any]:
    """Select the questions of a batch in the order of the file: all, chosen, or of one state."""
    found = select(QuestionBatchRow).where(QuestionBatchRow.batch_id == batch_id)
    if show in {each.value for each in RowState}:
        found = found.where(QuestionBatchRow.state == RowState(show))
    if only_chosen or show == "chosen":
        found = found.where(QuestionBatchRow.is_chosen.is_(True))
    return found.order_by(QuestionBatchRow.position)


def counts(session: Session, batch_id: int) -> dict[RowState, int]:
    """Return how many questions of a batch stand where; nothing for none."""
    found = session.execute(
        select(QuestionBatchRow.state, func.count().label("number"))
        .where(QuestionBatchRow.batch_id == batch_id)
        .group_by(QuestionBatchRow.state)
    )
    return {row.state: row.number for row in found}


def chosen_count(session: Session, batch_id: int) -> int:
    """Return how many questions would be published."""
    chosen = rows(batch_id, only_chosen=True).order_by(None)
    return session.scalar(select(func.count()).select_from(chosen.subquery())) or 0


def drafts(session: Session, slugs: Sequence[str]) -> dict[str, int]:
    """Return the open drafts of questions by their ids, for one page of them."""
    found = select(StudioDraft.slug, StudioDraft.id).where(
        StudioDraft.kind == "question", StudioDraft.ended_at.is_(None), StudioDraft.slug.in_(slugs)
    )
    return {row.slug: row.id for row in session.execute(found)}


def in_use(session: Session, published: dict[str, int]) -> set[str]:
    """Return which questions (revision by id) stay: answered, named, or changed since."""
    named = set(session.scalars(select(Lesson.check_question_id)))
    for sections in session.scalars(select(Paper.sections).where(Paper.is_withdrawn.is_(False))):
        named |= {each for section in sections for each in section.get("questions") or ()}
    found = published.keys() & named
    for some in _chunks(list(published)):
        answered = select(AnswerCount.question_id).where(
            AnswerCount.question_id.in_(some), AnswerCount.seen_count > 0
        )
        found |= set(session.scalars(answered))
        current = session.execute(
            select(ContentItem.slug, ContentItem.current_revision_id).where(
                ContentItem.kind == "question", ContentItem.slug.in_(some)
            )
        )
        found |= {row.slug for row in current if row.current_revision_id != published[row.slug]}
    return found


def _chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]
