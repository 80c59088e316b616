"""Saving what is done in an attempt: append-only steps, each once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from training_platform.assessment.presentation import parse_answer
from training_platform.content.queries import revision_data
from training_platform.core import clock
from training_platform.core.db import fetch
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.quizzes import queries
from training_platform.quizzes.models import Attempt, AttemptState, AttemptStep, LateStep
from training_platform.quizzes.rules import Progress, StepKind, is_late

LONGEST_CLIENT = 64
MAX_STEPS = 5_000
_SAME = select(
    AttemptStep.kind, AttemptStep.position, AttemptStep.value, AttemptStep.happened_at
).where(
    AttemptStep.attempt_id == bindparam("attempt_id"),
    AttemptStep.client == bindparam("client"),
    AttemptStep.sequence == bindparam("sequence"),
)
_LATER = (
    select(AttemptStep.id)
    .where(
        AttemptStep.attempt_id == bindparam("attempt_id"),
        AttemptStep.client == bindparam("client"),
        AttemptStep.sequence > bindparam("sequence"),
        AttemptStep.kind == StepKind.ANSWER,
        AttemptStep.position == bindparam("position"),
    )
    .limit(1)
)
_COUNT = select(
    func.count(), func.max(AttemptStep.sequence).filter(AttemptStep.client == bindparam("client"))
).where(AttemptStep.attempt_id == bindparam("attempt_id"))
_INSERT = insert(AttemptStep)
_TAKE_PEN = (
    update(Attempt)
    .where(Attempt.id == bindparam("attempt_id"))
    .values(writer=bindparam("new_writer"))
)


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


class Outcome(StrEnum):
    """What became of a step."""

    SAVED = "saved"
    LATE = "late"
    CLOSED = "closed"
    OTHER_TAB = "other_tab"


@dataclass(frozen=True)
class Step:
    """What a page sends. `client` names the tab, `sequence` counts its steps; None lets us count.

    `fields` are the fields of the question's form, `is_on` is the flag.
    """

    kind: StepKind
    client: str
    sequence: int | None = None
    position: int | None = None
    fields: Mapping[str, Any] = field(default_factory=dict)
    is_on: bool = False


@dataclass(frozen=True)
class Saved:
    """What the page may say now."""

    outcome: Outcome
    at: datetime
    progress: Progress


def save_step(session: Session, attempt: Row[Any], actor: Person, step: Step) -> Saved:
    """Append a step to an attempt whose row the caller has fetched with a lock.

    The same step sent twice counts once. A tab that does not hold the pen writes nothing until it
    takes over. After the deadline nothing counts, but what came is kept apart. Whatever the
    outcome, the caller commits. Raises NotPermittedError, and RuleError for a step that is none.
    """
    authorize(actor, attempt, Permission.ATTEMPT_TAKE)
    _check(attempt, step)
    now = clock.now()
    if attempt.state is not AttemptState.IN_PROGRESS:
        return _unsaved(session, attempt, Outcome.CLOSED, now)
    value = _value(session, attempt, step)
    if is_late(now, attempt.deadline_at):
        late = LateStep(attempt_id=attempt.id, position=step.position, value=value, happened_at=now)
        session.add(late)
        return _unsaved(session, attempt, Outcome.LATE, now)
    if attempt.writer not in {None, step.client} and step.kind is not StepKind.TAKE_OVER:
        return _unsaved(session, attempt, Outcome.OTHER_TAB, now)
    known = _same_step(session, attempt.id, step)
    if known is not None:
        is_same = known.kind == step.kind and known.position == step.position
        outcome = Outcome.SAVED if is_same and known.value == value else Outcome.OTHER_TAB
        return _unsaved(session, attempt, outcome, known.happened_at)
    if not _is_outdated(session, attempt.id, step):
        _append(session, attempt, step, value, now)
    return Saved(Outcome.SAVED, now, queries.progress_of(session, attempt.id))


def _check(attempt: Row[Any], step: Step) -> None:
    is_named = 0 < len(step.client) <= LONGEST_CLIENT
    is_counted = step.sequence is None or 0 <= step.sequence < 2**31
    needs_place = step.kind in {StepKind.ANSWER, StepKind.FLAG}
    has_place = step.position is not None and 0 <= step.position < len(attempt.layout)
    if not is_named or not is_counted or (needs_place and not has_place):
        raise RuleError(_("This is no step of this quiz."))


def _unsaved(session: Session, attempt: Row[Any], outcome: Outcome, at: datetime) -> Saved:
    return Saved(outcome, at, queries.progress_of(session, attempt.id))


def _value(session: Session, attempt: Row[Any], step: Step) -> dict[str, Any] | None:
    """Return what is kept of a step; an answer stays in the numbers that the page showed."""
    if step.kind is StepKind.FLAG:
        return {"on": step.is_on}
    if step.kind is not StepKind.ANSWER or step.position is None:
        return None
    kind = revision_data(session, attempt.layout[step.position]["revision"])["kind"]
    return {"answer": parse_answer(kind, step.fields)}


def _stored_client(step: Step) -> str:
    """Give steps that we count a row of numbers of their own, beside those of the script."""
    return step.client if step.sequence is not None else f"{step.client}:form"


def _same_step(session: Session, attempt_id: int, step: Step) -> Row[Any] | None:
    if step.sequence is None:
        return None
    key = {"attempt_id": attempt_id, "client": step.client, "sequence": step.sequence}
    return fetch(session, _SAME, key).first()


def _is_outdated(session: Session, attempt_id: int, step: Step) -> bool:
    """Tell whether the same tab has answered this question again since, and that came first."""
    if step.sequence is None or step.kind is not StepKind.ANSWER:
        return False
    key = {
        "attempt_id": attempt_id,
        "client": step.client,
        "sequence": step.sequence,
        "position": step.position,
    }
    return fetch(session, _LATER, key).first() is not None


def _append(
    session: Session,
    attempt: Row[Any],
    step: Step,
    value: dict[str, Any] | None,
    now: datetime,
) -> None:
    client = _stored_client(step)
    count, last = fetch(session, _COUNT, {"attempt_id": attempt.id, "client": client}).one()
    if count >= MAX_STEPS:
        raise RuleError(_("This is no step of this quiz."))
    sequence = step.sequence if step.sequence is not None else (last or 0) + 1
    fetch(
        session,
        _INSERT,
        {
            "attempt_id": attempt.id,
            "client": client,
            "sequence": sequence,
            "kind": step.kind,
            "position": step.position,
            "value": value,
            "happened_at": now,
        },
    )
    if attempt.writer != step.client:
        fetch(session, _TAKE_PEN, {"attempt_id": attempt.id, "new_writer": step.client})
