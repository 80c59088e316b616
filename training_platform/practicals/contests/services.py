"""What people do with contests: start one, take part, call one off; and how one ends."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.assessment.parts import PartOf
from training_platform.core import audit, clock
from training_platform.core.db import lock
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.permissions import SYSTEM, Permission, Person, authorize
from training_platform.notices import services as notices
from training_platform.practicals import services as practicals
from training_platform.practicals.contests import board, ticking
from training_platform.practicals.contests.models import Contest
from training_platform.practicals.contests.planning import expect_planned, locked, tell
from training_platform.practicals.contests.rules import (
    COUNTDOWN_SECONDS,
    State,
)
from training_platform.practicals.models import Practical, PracticalAttempt
from training_platform.practicals.rules import AttemptState, Mode
from training_platform.records import services as records

LEAST_REASON = 4


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def start_contest(session: Session, contest: Contest, actor: Person, expected_version: int) -> None:
    """Start a contest now: after a short countdown, so that everybody begins at one moment.

    Raises InvalidTransitionError where it runs or is over.
    """
    contest = locked(session, contest, actor, expected_version)
    expect_planned(contest)
    contest.starts_at = clock.now() + timedelta(seconds=COUNTDOWN_SECONDS)
    session.flush()
    ticking.put_next(session, contest, contest.starts_at)
    audit.record(session, actor, "contests.start", contest)


def cancel_contest(
    session: Session, contest: Contest, actor: Person, reason: str, expected_version: int
) -> None:
    """Call a contest off: what was begun is closed and counts nowhere; everybody learns why.

    Raises RuleError without a reason, InvalidTransitionError where it is finished.
    """
    contest = locked(session, contest, actor, expected_version)
    if contest.state(clock.now()) in {State.FINISHED, State.CANCELED}:
        raise InvalidTransitionError
    if len(reason.strip()) < LEAST_REASON:
        raise RuleError(_("Say why the contest is called off."), field="reason")
    contest.canceled_at, contest.cancel_reason = clock.now(), reason.strip()
    session.flush()
    for attempt in attempts_of(session, contest):
        practicals.submit_attempt(session, attempt, SYSTEM)
        practicals.unseal(session, attempt.id)
    for entrant in contest.entrants:
        tell(session, contest, entrant, "contest_canceled", reason=contest.cancel_reason)
    audit.record(session, actor, "contests.cancel", contest, reason=contest.cancel_reason)


def enter_contest(session: Session, contest: Contest, actor: Person) -> PracticalAttempt:
    """Begin, or go on: whoever comes late has what is left of the time.

    Raises RuleError before the start and after the end, NotPermittedError for anybody else.
    """
    authorize(actor, contest, Permission.CONTEST_ENTER)
    entrant = next(each for each in contest.entrants if each.employee_id == actor.id)
    if entrant.attempt_id is not None:
        return session.get_one(PracticalAttempt, entrant.attempt_id)
    if contest.state(clock.now()) is not State.RUNNING:
        raise RuleError(_("The contest is not running now."))
    ends_at = contest.times.ends_at
    assert ends_at is not None  # noqa: S101  # it runs
    tie = PartOf(contest.href, contest.minutes, ends_at)
    practical = session.get_one(Practical, contest.practical_id)
    sitting = practicals.Sitting(Mode.CONTEST, part=tie)
    attempt = practicals.start_attempt(session, practical, actor, sitting)
    entrant.attempt_id = attempt.id
    session.flush()
    return attempt


def attempts_of(session: Session, contest: Contest) -> Sequence[PracticalAttempt]:
    """Return the attempts that were begun in a contest."""
    begun = [each.attempt_id for each in contest.entrants if each.attempt_id is not None]
    return session.scalars(
        select(PracticalAttempt).where(PracticalAttempt.id.in_(begun)).order_by(PracticalAttempt.id)
    ).all()


def close_overdue(session: Session, contest_id: int) -> list[int]:
    """Hand in what is still open after the end; return the attempts that wait for grading."""
    contest = session.get_one(Contest, contest_id)
    attempts = attempts_of(session, contest)
    if contest.state(clock.now()) is State.COUNTING:
        for attempt in attempts:
            if attempt.state is AttemptState.IN_PROGRESS:
                practicals.submit_attempt(session, attempt, SYSTEM)
    return [each.id for each in attempts if each.state is AttemptState.SUBMITTED]


def finish_contest(session: Session, contest_id: int) -> bool:
    """Write the result down once everything is handed in and graded; False where it is not time.

    What a fault of the grader holds is waited for: nobody loses by it. Records are written where
    the trainer wanted them, once.
    """
    contest = lock(session, Contest, contest_id)
    if contest.state(clock.now()) is not State.COUNTING:
        return False
    attempts = attempts_of(session, contest)
    if any(each.state is not AttemptState.FINAL for each in attempts):
        return False
    found = board.count(session, contest)
    contest.finished_at = clock.now()
    session.flush()
    for attempt in attempts:
        practicals.unseal(session, attempt.id)
    for row in found.standings["people"]:
        _announce(session, contest, row)
    audit.record(session, SYSTEM, "contests.finish", contest)
    return True


def _announce(session: Session, contest: Contest, row: Mapping[str, object]) -> None:
    employee_id = row["employee_id"]
    assert isinstance(employee_id, int)  # noqa: S101  # board.py put it there
    source = f"contests:{contest.id}:{employee_id}"
    said: dict[str, Any] = {"name": contest.name, "rank": row["rank"], "score": row["score"]}
    notices.notify(session, employee_id, "contest_finished", key=source, href=contest.href, **said)
    if contest.is_recorded:
        records.append_id(
            session,
            employee_id,
            "contest_finished",
            str(contest.id),
            source=source,
            happened_at=contest.times.ends_at,
            title={"zh": contest.name, "en": contest.name},
            rank=row["rank"],
            score=row["score"],
            href=contest.href,
        )
