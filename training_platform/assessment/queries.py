"""Selects for the pages of assessment; no writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, select
from sqlalchemy.orm import Session

from training_platform.assessment.models import AnswerCount, FailLadder, Question
from training_platform.assessment.rules import DEFAULT_LADDER, Rung, rungs_of
from training_platform.assessment.services import default_ladder
from training_platform.content.models import ContentItem
from training_platform.core.db import fetch
from training_platform.core.errors import NotFoundError
from training_platform.core.search import contains_all, words

_COUNTED = and_(
    AnswerCount.question_id == Question.id,
    AnswerCount.revision_id == Question.revision_id,
    AnswerCount.choice == "",
)


@dataclass(frozen=True)
class QuestionFilter:
    """What the trainer's list is narrowed to; empty texts do not count.

    text: words that all stand somewhere in the question, in either language, or in its id.
    """

    topic: str = ""
    kind: str = ""
    difficulty: str = ""
    text: str = ""


def questions_by_wrong_rate(chosen: QuestionFilter) -> Select[Any]:
    """Return the select of questions, most often wrong first; never answered ones come last."""
    seen = func.coalesce(AnswerCount.seen_count, 0).label("seen_count")
    wrong = func.coalesce(AnswerCount.wrong_count, 0).label("wrong_count")
    rate = wrong * 1.0 / func.nullif(seen, 0)
    statement = (
        select(
            Question.id,
            Question.topic,
            Question.kind,
            Question.difficulty,
            Question.stem,
            Question.is_withdrawn,
            seen,
            wrong,
        )
        .outerjoin(AnswerCount, _COUNTED)
        .order_by(rate.desc().nulls_last(), seen.desc(), Question.id)
    )
    return statement.where(*_conditions(chosen))


def _conditions(chosen: QuestionFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if chosen.topic:
        found.append(Question.topic == chosen.topic)
    if chosen.kind:
        found.append(Question.kind == chosen.kind)
    if chosen.difficulty:
        found.append(Question.difficulty == chosen.difficulty)
    if asked := words(chosen.text):
        item = (ContentItem.kind == "question", contains_all(ContentItem.search_text, asked))
        found.append(Question.id.in_(select(ContentItem.slug).where(*item)))
    return found


def topics(session: Session) -> Sequence[str]:
    """Return the topics that questions have."""
    return session.scalars(select(Question.topic).distinct().order_by(Question.topic)).all()


def counts_of(session: Session, question: Question) -> dict[str, tuple[int, int]]:
    """Return how often the present revision and each of its choices was seen, and wrong."""
    rows = session.execute(
        select(AnswerCount.choice, AnswerCount.seen_count, AnswerCount.wrong_count).where(
            AnswerCount.question_id == question.id,
            AnswerCount.revision_id == question.revision_id,
        )
    )
    return {row.choice: (row.seen_count, row.wrong_count) for row in rows}


def earlier_count(session: Session, question: Question) -> int:
    """Return how often earlier revisions of a question were answered."""
    return (
        session.scalar(
            select(func.sum(AnswerCount.seen_count)).where(
                AnswerCount.question_id == question.id,
                AnswerCount.revision_id != question.revision_id,
                AnswerCount.choice == "",
            )
        )
        or 0
    )


_RUNGS = select(FailLadder.id, FailLadder.rungs).where(
    FailLadder.id.in_(bindparam("ids", expanding=True))
)


def ladder_rungs(session: Session, ladder_id: str) -> tuple[Rung, ...]:
    """Return the rungs of a ladder; those of the default one for an unknown ladder."""
    wanted = {ladder_id, DEFAULT_LADDER}
    rows = fetch(session, _RUNGS, {"ids": sorted(wanted)})
    found = {row.id: row.rungs for row in rows}
    data = found.get(ladder_id) or found.get(DEFAULT_LADDER) or default_ladder().rungs
    return rungs_of(data)


def ladders(session: Session) -> list[FailLadder]:
    """Return all ladders; the default one also where nobody has used it yet."""
    found = list(session.scalars(select(FailLadder).order_by(FailLadder.id)))
    if all(ladder.id != DEFAULT_LADDER for ladder in found):
        found.insert(0, default_ladder())
    return found


def ladder_to_show(session: Session, ladder_id: str) -> FailLadder:
    """Return a ladder as it is now; raise NotFoundError for an unknown one."""
    for ladder in ladders(session):
        if ladder.id == ladder_id:
            return ladder
    raise NotFoundError
