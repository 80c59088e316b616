"""One practice: its timeline, its log, its questions."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    func,
    literal,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy import cast as sql_cast
from sqlalchemy.orm import Session, aliased

from training_platform.core.files import StoredFile
from training_platform.mentoring.models import (
    Practice,
    PracticeComment,
    PracticeEntry,
    PracticeEvent,
    PracticeQuestion,
)
from training_platform.mentoring.rules import Act
from training_platform.people.models import Employee

_later = aliased(PracticeEntry)
#: An entry without a further revision: what counts.
IS_CURRENT: ColumnElement[bool] = ~(
    select(_later.id)
    .where(
        _later.practice_id == PracticeEntry.practice_id,
        _later.number == PracticeEntry.number,
        _later.revision > PracticeEntry.revision,
    )
    .exists()
)


def minutes_of(session: Session, practice_id: int) -> int:
    """Return the minutes that the log adds up to."""
    total = select(func.coalesce(func.sum(PracticeEntry.minutes), 0))
    found = session.scalar(total.where(PracticeEntry.practice_id == practice_id, IS_CURRENT))
    return int(found or 0)


def timeline(practice: Practice) -> Select[Any]:
    """Return the select of all that happened in a practice, newest first.

    Each row says what it is (what: created, entry, correction, comment, question, answer, or an
    act), when (at), who (name), a number to link by (ref), and words (text).
    """
    happened = union_all(
        _happened(
            type_coerce(PracticeEvent.act, String),
            PracticeEvent.happened_at,
            PracticeEvent.id,
            PracticeEvent.actor_id,
            PracticeEvent.reason,
        ).where(PracticeEvent.practice_id == practice.id),
        _happened(
            literal("created"),
            Practice.created_at,
            Practice.id,
            Practice.created_by_id,
            literal(""),
        ).where(Practice.id == practice.id),
        _happened(
            literal("entry"),
            PracticeEntry.written_at,
            PracticeEntry.number,
            literal(practice.trainee_id),
            PracticeEntry.done,
        ).where(PracticeEntry.practice_id == practice.id, PracticeEntry.revision == 1),
        _happened(
            literal("correction"),
            PracticeEntry.written_at,
            PracticeEntry.number,
            literal(practice.trainee_id),
            PracticeEntry.reason,
        ).where(PracticeEntry.practice_id == practice.id, PracticeEntry.revision > 1),
        _happened(
            literal("comment"),
            PracticeComment.written_at,
            PracticeComment.number,
            PracticeComment.author_id,
            PracticeComment.text,
        ).where(PracticeComment.practice_id == practice.id),
        _happened(
            literal("question"),
            PracticeQuestion.asked_at,
            PracticeQuestion.id,
            PracticeQuestion.asked_by_id,
            PracticeQuestion.text,
        ).where(PracticeQuestion.practice_id == practice.id),
        _happened(
            literal("answer"),
            PracticeQuestion.answered_at,
            PracticeQuestion.id,
            PracticeQuestion.answered_by_id,
            PracticeQuestion.answer,
        ).where(
            PracticeQuestion.practice_id == practice.id, PracticeQuestion.answered_at.is_not(None)
        ),
    ).subquery()
    return (
        select(happened, Employee.name)
        .join(Employee, Employee.id == happened.c.actor_id)
        .order_by(happened.c.at.desc(), happened.c.ref.desc(), happened.c.what)
    )


def _happened(what: Any, at: Any, ref: Any, actor_id: Any, text: Any) -> Select[Any]:
    return select(
        sql_cast(what, String).label("what"),
        at.label("at"),
        ref.label("ref"),
        actor_id.label("actor_id"),
        sql_cast(text, String).label("text"),
    )


def entries(practice_id: int) -> Select[Any]:
    """Return the select of the log as it counts, the newest day first."""
    said = (
        select(func.count())
        .where(
            PracticeComment.practice_id == PracticeEntry.practice_id,
            PracticeComment.number == PracticeEntry.number,
        )
        .scalar_subquery()
    )
    return (
        select(
            PracticeEntry.number,
            PracticeEntry.revision,
            PracticeEntry.day,
            PracticeEntry.minutes,
            PracticeEntry.done,
            PracticeEntry.learned,
            StoredFile.name.label("file_name"),
            said.label("comments"),
        )
        .outerjoin(StoredFile, StoredFile.id == PracticeEntry.file_id)
        .where(PracticeEntry.practice_id == practice_id, IS_CURRENT)
        .order_by(PracticeEntry.day.desc(), PracticeEntry.number.desc())
    )


def revisions(session: Session, practice_id: int, number: int) -> Sequence[Any]:
    """Return an entry with what stood there before, newest first; empty for an unknown number."""
    return session.execute(
        select(PracticeEntry, StoredFile.name.label("file_name"))
        .outerjoin(StoredFile, StoredFile.id == PracticeEntry.file_id)
        .where(PracticeEntry.practice_id == practice_id, PracticeEntry.number == number)
        .order_by(PracticeEntry.revision.desc())
    ).all()


def file_of(session: Session, practice_id: int, number: int, revision: int) -> StoredFile | None:
    """Return the file of one revision of an entry."""
    return session.scalars(
        select(StoredFile)
        .join(PracticeEntry, PracticeEntry.file_id == StoredFile.id)
        .where(
            PracticeEntry.practice_id == practice_id,
            PracticeEntry.number == number,
            PracticeEntry.revision == revision,
        )
    ).one_or_none()


def comments_on(practice_id: int, number: int) -> Select[Any]:
    """Return the select of what the mentor said about an entry, oldest first."""
    found: Select[*tuple[Any, ...]] = (
        select(PracticeComment.text, PracticeComment.written_at, Employee.name)
        .join(Employee, Employee.id == PracticeComment.author_id)
        .where(PracticeComment.practice_id == practice_id, PracticeComment.number == number)
        .order_by(PracticeComment.id)
    )
    return found


def questions(practice_id: int) -> Select[Any]:
    """Return the select of questions: unanswered ones first, oldest first, then newest answers."""
    asked_by, answered_by = aliased(Employee), aliased(Employee)
    found: Select[*tuple[Any, ...]] = (
        select(
            PracticeQuestion.id,
            PracticeQuestion.text,
            PracticeQuestion.asked_at,
            PracticeQuestion.asked_by_id,
            asked_by.name.label("asked_by"),
            PracticeQuestion.answer,
            PracticeQuestion.answered_at,
            answered_by.name.label("answered_by"),
        )
        .join(asked_by, asked_by.id == PracticeQuestion.asked_by_id)
        .outerjoin(answered_by, answered_by.id == PracticeQuestion.answered_by_id)
        .where(PracticeQuestion.practice_id == practice_id)
        .order_by(
            PracticeQuestion.answered_at.is_not(None),
            PracticeQuestion.answered_at.desc(),
            PracticeQuestion.asked_at,
        )
    )
    return found


def last_return(session: Session, practice_id: int) -> str:
    """Return why the report came back the last time; empty where it never did."""
    newest = (
        select(PracticeEvent.reason)
        .where(PracticeEvent.practice_id == practice_id, PracticeEvent.act == Act.RETURN)
        .order_by(PracticeEvent.id.desc())
        .limit(1)
    )
    return session.scalar(newest) or ""


def count_open_questions(session: Session, practice_id: int) -> int:
    """Return how many questions of a practice wait for their answer."""
    waiting = select(func.count()).where(
        PracticeQuestion.practice_id == practice_id, PracticeQuestion.answered_at.is_(None)
    )
    return session.scalar(waiting) or 0
