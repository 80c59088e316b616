"""While a practice runs: the log, comments on it, questions and answers, the state of goals."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_platform.core import clock, files
from training_platform.core.db import expect_version, lock
from training_platform.core.errors import ConflictError, NotFoundError, NotPermittedError, RuleError
from training_platform.core.limits import required
from training_platform.core.permissions import Person
from training_platform.mentoring.models import (
    Practice,
    PracticeComment,
    PracticeEntry,
    PracticeQuestion,
)
from training_platform.mentoring.permissions import roles_of
from training_platform.mentoring.rules import (
    LEAST_MINUTES,
    MOST_MINUTES,
    Act,
    GoalStatus,
    next_state,
)
from training_platform.mentoring.services.base import other_of, step, tell


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


PURPOSE = "practice_entry"


@dataclass(frozen=True)
class Attachment:
    """A file that goes with an entry."""

    name: str
    media_type: str
    data: bytes


@dataclass(frozen=True)
class Entry:
    """One day's work, as it is written down."""

    day: date
    minutes: int
    done: str
    learned: str
    attachment: Attachment | None = None


def write_entry(session: Session, practice: Practice, actor: Person, entry: Entry) -> PracticeEntry:
    """Add an entry to the log of one's own running practice.

    Raises InvalidTransitionError, NotPermittedError, and RuleError for a day outside the practice
    or a span that no day has.
    """
    practice = lock(session, Practice, practice.id)  # numbers follow each other
    _expect(practice, actor, Act.LOG)
    last = select(func.max(PracticeEntry.number)).where(PracticeEntry.practice_id == practice.id)
    return _add(session, practice, entry, number=(session.scalar(last) or 0) + 1)


def correct_entry(
    session: Session,
    practice: Practice,
    actor: Person,
    number: int,
    entry: Entry,
    *,
    reason: str,
    expected_revision: int,
) -> PracticeEntry:
    """Write an entry of the log again; what stood there before is kept and stays readable.

    Raises ConflictError where it was corrected meanwhile, and what write_entry() raises.
    """
    practice = lock(session, Practice, practice.id)
    _expect(practice, actor, Act.LOG)
    before = current_entry(session, practice.id, number)
    if before.revision != expected_revision:
        raise ConflictError(practice)
    why = required(reason, "reason", most=300)
    return _add(session, practice, entry, number=number, before=before, reason=why)


def comment_entry(
    session: Session, practice: Practice, actor: Person, number: int, text: str
) -> PracticeComment:
    """Let the mentor say something about an entry of the log; the trainee is told."""
    _expect(practice, actor, Act.COMMENT)
    current_entry(session, practice.id, number)
    comment = PracticeComment(
        practice_id=practice.id,
        number=number,
        author_id=actor.id,
        text=required(text, "text"),
        written_at=clock.now(),
    )
    session.add(comment)
    session.flush()
    tell(
        session,
        practice.trainee_id,
        "practice_commented",
        practice,
        f"comment:{comment.id}",
        page=f"/log/{number}",
    )
    return comment


def ask(session: Session, practice: Practice, actor: Person, text: str) -> PracticeQuestion:
    """Ask the mentor, or the trainee, something; the other is told."""
    _expect(practice, actor, Act.ASK)
    question = PracticeQuestion(
        practice_id=practice.id,
        asked_by_id=actor.id,
        text=required(text, "text"),
        asked_at=clock.now(),
    )
    session.add(question)
    session.flush()
    _tell_other(session, practice, actor, "practice_question", question)
    return question


def answer(
    session: Session, question: PracticeQuestion, actor: Person, text: str, *, expected_version: int
) -> None:
    """Answer what the other has asked, once; she is told.

    Raises ConflictError where it is answered already, and NotPermittedError for one's own.
    """
    practice = question.practice
    _expect(practice, actor, Act.ANSWER)
    if question.asked_by_id == actor.id:
        raise NotPermittedError
    expect_version(question, expected_version)
    if question.answered_at is not None:
        raise ConflictError(question)
    question.answer = required(text, "text")
    question.answered_by_id, question.answered_at = actor.id, clock.now()
    session.flush()
    _tell_other(session, practice, actor, "practice_answered", question)


def mark_goals(
    session: Session,
    practice: Practice,
    actor: Person,
    statuses: Mapping[int, GoalStatus],
    *,
    expected_version: int,
) -> None:
    """Let the trainee say how far her goals are, by their ids."""
    step(session, practice, actor, Act.MARK_GOALS, expected_version=expected_version)
    for goal in practice.goals:
        goal.status = statuses.get(goal.id, goal.status)


def current_entry(session: Session, practice_id: int, number: int) -> PracticeEntry:
    """Return the newest revision of an entry; raise NotFoundError if there is none."""
    newest = (
        select(PracticeEntry)
        .where(PracticeEntry.practice_id == practice_id, PracticeEntry.number == number)
        .order_by(PracticeEntry.revision.desc())
        .limit(1)
    )
    found = session.scalars(newest).first()
    if found is None:
        raise NotFoundError
    return found


def _expect(practice: Practice, actor: Person, act: Act) -> None:
    next_state(practice.state, act, roles_of(actor, practice))


def _add(
    session: Session,
    practice: Practice,
    entry: Entry,
    *,
    number: int,
    before: PracticeEntry | None = None,
    reason: str = "",
) -> PracticeEntry:
    if entry.day < practice.starts_on:
        raise RuleError(_("The practice had not begun on that day."), field="day")
    if entry.day > clock.today():
        raise RuleError(_("Write down what was done, not what will be."), field="day")
    if not LEAST_MINUTES <= entry.minutes <= MOST_MINUTES:
        raise RuleError(_("Between a quarter of an hour and 16 hours."), field="hours")
    made = PracticeEntry(
        practice_id=practice.id,
        number=number,
        revision=before.revision + 1 if before else 1,
        day=entry.day,
        minutes=entry.minutes,
        done=required(entry.done, "done"),
        learned=required(entry.learned, "learned"),
        file_id=before.file_id if before else None,
        reason=reason,
        written_at=clock.now(),
    )
    if entry.attachment:
        made.file_id = _store(session, practice, entry.attachment)
    session.add(made)
    session.flush()
    return made


def _store(session: Session, practice: Practice, attachment: Attachment) -> int:
    stored = files.store(
        session,
        attachment.data,
        name=attachment.name,
        media_type=attachment.media_type,
        purpose=PURPOSE,
        owner_id=practice.trainee_id,
    )
    return stored.id


def _tell_other(
    session: Session, practice: Practice, actor: Person, kind: str, question: PracticeQuestion
) -> None:
    key = f"{kind}:{question.id}"
    page = f"/questions/{question.id}"
    tell(session, other_of(practice, actor), kind, practice, key, page=page)
