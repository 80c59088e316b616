"""The two engines that parts run on, quizzes and practical tasks, behind one face.

Nothing is taken, saved, timed or graded here: a part is an ordinary attempt of its own package.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.assessment.parts import ALONE, PartOf
from training_platform.core import clock
from training_platform.core.permissions import Person
from training_platform.exams.models import ExamPart
from training_platform.exams.rules import PartKind
from training_platform.practicals import services as practicals
from training_platform.practicals.models import Practical, PracticalAttempt
from training_platform.practicals.result_models import PracticalResultChange
from training_platform.practicals.rules import AttemptState as PracticalState
from training_platform.practicals.rules import Mode
from training_platform.quizzes import services as quizzes
from training_platform.quizzes.models import Attempt, AttemptState, Paper
from training_platform.quizzes.result_models import QuizResultChange

#: A practical task is worth 100 points; both engines keep hundredths.
TASK_POINTS = 100_00
#: Where each engine keeps how results changed.
_CHANGES: Mapping[PartKind, Any] = {
    PartKind.PAPER: QuizResultChange,
    PartKind.PRACTICAL: PracticalResultChange,
}


@dataclass(frozen=True)
class Begun:
    """An attempt as a part needs it."""

    id: int
    token: str
    deadline_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """How far the attempt of a part is."""

    token: str
    closed_at: datetime | None
    #: Hundredths of points, of how many; None while it is not graded.
    reached: int | None
    possible: int | None

    @property
    def is_graded(self) -> bool:
        """Tell whether nothing about it is open any more."""
        return self.reached is not None


def begin(
    session: Session, part: ExamPart, actor: Person, tie: PartOf, rng: Random | None = None
) -> Begun:
    """Begin the attempt of a part. Raises RuleError as the engines do."""
    attempt: Attempt | PracticalAttempt
    if part.kind is PartKind.PAPER:
        paper = session.get_one(Paper, part.subject)
        attempt = quizzes.start_attempt(session, paper, actor, rng=rng, part=tie)
    else:
        task = session.get_one(Practical, part.subject)
        sitting = practicals.Sitting(Mode.EXAM, part=tie)
        attempt = practicals.start_attempt(session, task, actor, sitting)
    return Begun(attempt.id, attempt.token, attempt.deadline_at)


def hand_in(session: Session, part: ExamPart, actor: Person) -> None:
    """Hand in the attempt of a part, as its own button does; again changes nothing."""
    assert part.attempt_id is not None  # noqa: S101  # only what was opened is handed in
    if part.kind is PartKind.PAPER:
        quizzes.submit_attempt(session, part.attempt_id, actor)
    else:
        attempt = session.get_one(PracticalAttempt, part.attempt_id)
        practicals.submit_attempt(session, attempt, actor)


def unseal(session: Session, part: ExamPart) -> None:
    """Show what a part is worth from now on."""
    if part.attempt_id is None:
        return
    engine: Any = quizzes if part.kind is PartKind.PAPER else practicals
    engine.unseal(session, part.attempt_id)


def standings(session: Session, parts: Sequence[ExamPart]) -> Mapping[int, Standing]:
    """Return how far the attempts of parts are, by the part's id; two statements for all."""
    found: dict[int, Standing] = {}
    by_attempt = {(each.kind, each.attempt_id): each.id for each in parts if each.attempt_id}
    papers = [ident for kind, ident in by_attempt if kind is PartKind.PAPER]
    tasks = [ident for kind, ident in by_attempt if kind is PartKind.PRACTICAL]
    if papers:
        for row in session.execute(_papers(papers)):
            part_id = by_attempt[PartKind.PAPER, row.id]
            found[part_id] = Standing(row.token, row.submitted_at, row.points, row.max_points)
    if tasks:
        for row in session.execute(_tasks(tasks)):
            part_id = by_attempt[PartKind.PRACTICAL, row.id]
            reached = row.points if row.state is PracticalState.FINAL else None
            found[part_id] = Standing(row.token, row.submitted_at, reached, TASK_POINTS)
    return found


def _papers(ids: Sequence[Any]) -> Any:
    return select(
        Attempt.id, Attempt.token, Attempt.submitted_at, Attempt.points, Attempt.max_points
    ).where(Attempt.id.in_(ids))


def _tasks(ids: Sequence[Any]) -> Any:
    return select(
        PracticalAttempt.id,
        PracticalAttempt.token,
        PracticalAttempt.submitted_at,
        PracticalAttempt.points,
        PracticalAttempt.state,
    ).where(PracticalAttempt.id.in_(ids))


@dataclass(frozen=True)
class PartChange:
    """Why the result of a part's attempt changed after it was final."""

    cause: str
    actor_id: int | None
    reason: str

    @property
    def is_revert(self) -> bool:
        """Tell that a regrade was taken back as a whole: what it gave goes with it."""
        return self.cause.startswith("revert:")


def last_change(session: Session, kind: PartKind, attempt_id: int) -> PartChange | None:
    """Return the newest correction of an attempt; None where it never changed."""
    model = _CHANGES.get(kind)
    if model is None:
        return None
    row = session.execute(
        select(model.cause, model.actor_id, model.reason)
        .where(model.attempt_id == attempt_id)
        .order_by(model.id.desc())
        .limit(1)
    ).first()
    return None if row is None else PartChange(row.cause, row.actor_id, row.reason)


def titles(
    session: Session, sources: Sequence[tuple[PartKind, str]]
) -> Mapping[tuple[PartKind, str], dict[str, Any]]:
    """Return the titles of papers and tasks."""
    found: dict[tuple[PartKind, str], dict[str, Any]] = {}
    for kind, model in ((PartKind.PAPER, Paper), (PartKind.PRACTICAL, Practical)):
        ids = [slug for each, slug in sources if each is kind]
        for slug, title in session.execute(select(model.id, model.title).where(model.id.in_(ids))):
            found[kind, slug] = title
    return found


def open_alone(
    session: Session, employee_id: int, sources: Sequence[tuple[PartKind, str]]
) -> tuple[PartKind, str] | None:
    """Return the first of these papers and tasks that somebody has open by itself as an exam."""
    papers = session.scalars(
        select(Attempt.paper_id).where(
            Attempt.employee_id == employee_id,
            Attempt.state == AttemptState.IN_PROGRESS,
            Attempt.deadline_at >= clock.now(),
            Attempt.part_of == ALONE,
        )
    )
    tasks = session.scalars(
        select(PracticalAttempt.practical_id).where(
            PracticalAttempt.employee_id == employee_id,
            PracticalAttempt.state == PracticalState.IN_PROGRESS,
            PracticalAttempt.mode == Mode.EXAM,
            PracticalAttempt.deadline_at >= clock.now(),
            PracticalAttempt.part_of == ALONE,
        )
    )
    open_ones = {(PartKind.PAPER, each) for each in papers}
    open_ones |= {(PartKind.PRACTICAL, each) for each in tasks}
    return next((each for each in sources if each in open_ones), None)
