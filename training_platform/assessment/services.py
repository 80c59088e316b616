"""What is done in assessment: counting answers, editing ladders."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from training_platform.assessment.marking import Mark
from training_platform.assessment.models import AnswerCount, FailLadder
from training_platform.assessment.rules import (
    DEFAULT_LADDER,
    DEFAULT_RUNGS,
    MAX_RUNGS,
    MAX_WAIT_HOURS,
    Rung,
    RungAction,
)
from training_platform.core import audit
from training_platform.core.db import expect_version, fetch
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.permissions import Permission, Person, authorize


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: How often, by question, revision and choice.
Tally = Counter[tuple[str, int, str]]


@dataclass(frozen=True)
class MarkedAnswer:
    """One answer as the counts take it."""

    question_id: str
    revision_id: int
    mark: Mark


def _counting(insert: Any) -> Insert:
    statement = insert(AnswerCount)
    counting: Insert = statement.on_conflict_do_update(
        index_elements=["question_id", "revision_id", "choice"],
        set_={
            "seen_count": AnswerCount.seen_count + statement.excluded.seen_count,
            "wrong_count": AnswerCount.wrong_count + statement.excluded.wrong_count,
        },
    )
    return counting


#: One row each: the statement is the same however many answers there are, and is compiled once.
_COUNT = {"sqlite": _counting(sqlite.insert), "postgresql": _counting(postgresql.insert)}


def count_answers(session: Session, answers: Iterable[MarkedAnswer]) -> None:
    """Add marked answers to the counts of their questions and options, in one call.

    In the transaction that marks. Rows are taken in one order, so that two who count at the same
    time wait for each other instead of blocking each other.
    """
    seen, wrong = _add_up(answers)
    if not seen:
        return
    rows = [
        {
            "question_id": key[0],
            "revision_id": key[1],
            "choice": key[2],
            "seen_count": seen[key],
            "wrong_count": wrong[key],
        }
        for key in sorted(seen)
    ]
    fetch(session, _COUNT[session.get_bind().dialect.name], rows)


def wrong_among(answers: Iterable[MarkedAnswer]) -> Tally:
    """Return how often answers to questions, and choices of them, were wrong."""
    return _add_up(answers)[1]


def recount_wrong(
    session: Session,
    question_id: str,
    revisions: Collection[int],
    answers: Iterable[MarkedAnswer],
    before: Tally,
) -> None:
    """Count anew how often answers to these texts of a question were wrong.

    `before` and `answers` are all of them, by the key that holds now; the answers are read once the
    counts are held, so that whoever marks one at the same time waits, and is added afterwards. A
    text without counts yet has no answer by an older key.
    """
    counted = session.scalars(
        select(AnswerCount)
        .where(
            AnswerCount.question_id == question_id,
            AnswerCount.revision_id.in_(revisions),
            AnswerCount.choice == "",
        )
        .order_by(AnswerCount.revision_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    held = {each.revision_id for each in counted}
    wrong = before + wrong_among(answers)
    for each in session.scalars(
        select(AnswerCount).where(
            AnswerCount.question_id == question_id, AnswerCount.revision_id.in_(held)
        )
    ).all():
        each.wrong_count = wrong[question_id, each.revision_id, each.choice]
    session.flush()


def _add_up(answers: Iterable[MarkedAnswer]) -> tuple[Tally, Tally]:
    """Return how often questions and their choices were taken, and how often that was wrong."""
    seen: Tally = Counter()
    wrong: Tally = Counter()
    for answer in answers:
        for choice in ("", *dict.fromkeys(answer.mark.chosen)):
            key = (answer.question_id, answer.revision_id, choice)
            seen[key] += 1
            wrong[key] += not answer.mark.is_right
    return seen, wrong


def ensure_default(session: Session) -> FailLadder:
    """Return the default ladder, made on first use."""
    ladder = session.get(FailLadder, DEFAULT_LADDER)
    if ladder is None:
        ladder = default_ladder()
        session.add(ladder)
        session.flush()
    return ladder


def default_ladder() -> FailLadder:
    """Return the default ladder as it is before anybody has edited it."""
    return FailLadder(
        id=DEFAULT_LADDER,
        name={"zh": "默认规则", "en": "Default rules"},
        rungs=[rung.as_data() for rung in DEFAULT_RUNGS],
        version=1,
    )


def find_ladder(session: Session, ladder_id: str) -> FailLadder:
    """Return a ladder to be changed; the default one is made on first use.

    Raises NotFoundError for an unknown one.
    """
    if ladder_id == DEFAULT_LADDER:
        return ensure_default(session)
    ladder = session.get(FailLadder, ladder_id)
    if ladder is None:
        raise NotFoundError
    return ladder


def edit_ladder(
    session: Session,
    ladder: FailLadder,
    actor: Person,
    rungs: Sequence[Rung],
    *,
    expected_version: int,
) -> None:
    """Change what follows a fail, for whoever fails from now on and whoever waits.

    Raises ConflictError if somebody else changed the ladder meanwhile, and RuleError for a ladder
    without rungs, with too many, with waits that are none, or with a wait where
    HR decides.
    """
    authorize(actor, ladder, Permission.LADDER_MANAGE)
    expect_version(ladder, expected_version)
    check_rungs(rungs)
    before = ladder.rungs
    ladder.rungs = [rung.as_data() for rung in rungs]
    audit.record(
        session, actor, "assessment.edit_ladder", ladder, before=before, after=ladder.rungs
    )


def check_rungs(rungs: Sequence[Rung]) -> None:
    """Raise RuleError for rungs that make no ladder."""
    if not 1 <= len(rungs) <= MAX_RUNGS:
        raise RuleError(_("These rules have at least one step and at most five."))
    for rung in rungs:
        if not 0 <= rung.wait_hours <= MAX_WAIT_HOURS:
            raise RuleError(_("A waiting time lies between 0 hours and 60 days (1440 hours)."))
        if rung.action is RungAction.HR_CASE and rung.wait_hours:
            raise RuleError(_("Where HR decides, there is no waiting time."))
