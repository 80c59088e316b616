"""Starting an attempt: who may, with which questions, until when."""

import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.assessment.extra_time import extra_percent
from training_platform.assessment.models import Question, QuestionSkill
from training_platform.assessment.parts import ALONE, PartOf, refusal_for
from training_platform.assessment.presentation import make_order
from training_platform.assessment.rules import StepAction, deadline_of
from training_platform.content.queries import revision_data, revisions_data
from training_platform.core import audit, clock
from training_platform.core.db import lock
from training_platform.core.errors import RuleError
from training_platform.core.i18n import format_datetime
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.people.models import Employee
from training_platform.quizzes import queries
from training_platform.quizzes.draw import Candidate, Drawn, draw
from training_platform.quizzes.models import Attempt, AttemptState, Paper
from training_platform.quizzes.rules import is_late
from training_platform.quizzes.services.grading import submit_attempt


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


_REFUSALS = {
    StepAction.NOTHING: _("You have passed this quiz already."),
    StepAction.WAIT: _("The make-up opens on %(when)s."),
    StepAction.RETRAINING: _("Another attempt opens when you have been through the course again."),
    StepAction.HR_CASE: _("HR opens another attempt after talking to you."),
}


def start_attempt(
    session: Session,
    paper: Paper,
    actor: Person,
    *,
    rng: Random | None = None,
    part: PartOf | None = None,
) -> Attempt:
    """Start an attempt, or return the one that is already open.

    The employee's row is locked first: of many starts at once one begins an attempt, and the others
    get the same. An open attempt whose time is over is submitted before. What the attempt is taken
    with (revisions, points, order) is pinned. A part of an exam asks no ladder, and ends no later
    than the exam. Raises NotPermittedError, and RuleError where the ladder opens no attempt now,
    the paper was withdrawn or has no questions, or it is open already in or outside an exam.
    """
    authorize(actor, None, Permission.ATTEMPT_TAKE)
    employee = lock(session, Employee, actor.id)
    now = clock.now()
    running = session.scalars(
        select(Attempt).where(
            Attempt.employee_id == employee.id,
            Attempt.paper_id == paper.id,
            Attempt.state == AttemptState.IN_PROGRESS,
        )
    ).first()
    if running is not None and not is_late(now, running.deadline_at):
        if running.part_of != (part.href if part else ALONE):
            raise RuleError(refusal_for(running.part_of))
        return running
    if running is not None:
        submit_attempt(session, running.id, actor)
    standing = queries.standing_of(session, employee.id, paper)
    if part is None:
        _expect_open(paper, standing)
    rng = rng or Random(secrets.randbits(128))  # noqa: S311  # seeded by secrets
    attempt = _begin(session, paper, actor, standing, rng)
    if part is not None:
        _tie(attempt, part, extra_percent(session, employee.id))
    return _add(session, attempt, actor)


def _expect_open(paper: Paper, standing: queries.Standing) -> None:
    if paper.is_withdrawn:
        raise RuleError(_("This quiz was withdrawn. What you have reached stays."))
    if not standing.step.can_start:
        when = format_datetime(standing.step.opens_at)
        raise RuleError(_REFUSALS[standing.step.action], when=when)


def _tie(attempt: Attempt, part: PartOf, extra: int) -> None:
    """Make an attempt that has not begun the part of an exam."""
    attempt.part_of, attempt.is_sealed = part.href, True
    attempt.number = 1  # once an exam, beside the numbers of those that stand alone
    attempt.deadline_at = part.deadline(attempt.started_at, extra)


def _begin(
    session: Session, paper: Paper, actor: Person, standing: queries.Standing, rng: Random
) -> Attempt:
    taken = (*standing.earlier, *standing.attempts, *standing.parts)
    earlier = [[each["question"] for each in row.layout] for row in taken]
    sections = revision_data(session, paper.revision_id)["sections"]
    candidates, revisions = _bank(session, sections)
    drawn = draw(sections, candidates, earlier, rng)
    if not drawn:
        raise RuleError(_("This quiz has no questions at the moment. Please tell a trainer."))
    now = clock.now()
    assert actor.id is not None  # noqa: S101  # the row was locked by it
    return Attempt(
        token=secrets.token_urlsafe(16),
        paper_id=paper.id,
        paper_revision_id=paper.revision_id,
        employee_id=actor.id,
        number=len(standing.earlier) + len(standing.attempts) + 1,
        layout=_layout(session, drawn, revisions, rng),
        started_at=now,
        deadline_at=deadline_of(now, paper.minutes, extra_percent(session, actor.id)),
    )


def _add(session: Session, attempt: Attempt, actor: Person) -> Attempt:
    session.add(attempt)
    session.flush()
    audit.record(
        session,
        actor,
        "quizzes.start_attempt",
        attempt,
        paper=attempt.paper_id,
        number=attempt.number,
    )
    return attempt


def _bank(
    session: Session, sections: Sequence[Mapping[str, Any]]
) -> tuple[list[Candidate], dict[str, int]]:
    """Return the questions that the sections may ask for, and their present revisions."""
    fixed = {ident for section in sections for ident in section.get("questions") or ()}
    draws = [section["draw"] for section in sections if section.get("draw")]
    topics = {each.get("topic") for each in draws}
    statement = select(
        Question.id, Question.topic, Question.difficulty, Question.revision_id
    ).where(Question.is_withdrawn.is_(False))
    if None not in topics:
        statement = statement.where(Question.topic.in_(topics) | Question.id.in_(fixed))
    rows = session.execute(statement).all()
    skills: dict[str, set[str]] = defaultdict(set)
    if any(each.get("skills") for each in draws):
        for row in session.execute(select(QuestionSkill.question_id, QuestionSkill.competency_id)):
            skills[row.question_id].add(row.competency_id)
    candidates = [
        Candidate(row.id, row.topic, row.difficulty, frozenset(skills[row.id])) for row in rows
    ]
    return candidates, {row.id: row.revision_id for row in rows}


def _layout(
    session: Session, drawn: Sequence[Drawn], revisions: Mapping[str, int], rng: Random
) -> list[dict[str, Any]]:
    known = revisions_data(session, [revisions[each.question_id] for each in drawn])
    return [
        {
            "question": each.question_id,
            "revision": revisions[each.question_id],
            "points": each.points,
            "order": make_order(known[revisions[each.question_id]], rng),
        }
        for each in drawn
    ]
