"""Selects for the pages of practical tasks; no writes."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from sqlalchemy import Select, String, case, cast, func, literal, or_, select
from sqlalchemy.orm import Session

from training_platform.assessment.queries import ladder_rungs
from training_platform.assessment.rules import (
    NextStep,
    Rung,
    RungAction,
    StepAction,
    next_step,
    rung_after,
)
from training_platform.core import clock
from training_platform.core.search import words
from training_platform.core.text import like_pattern
from training_platform.people.models import Employee
from training_platform.practicals.models import (
    Practical,
    PracticalAttempt,
    PracticalEvidence,
    PracticalGrading,
    PracticalStep,
)
from training_platform.practicals.rules import AttemptState, Mode
from training_platform.quizzes.queries import relearned_at

MOST_ATTEMPTS = 50
#: So many are offered on Today.
MOST_OFFERED = 2
#: So many of the newest hand-ins say which checks are weak.
NEWEST = 1_000


@dataclass(frozen=True)
class Standing:
    """Where somebody stands with the exam of a task."""

    step: NextStep
    rungs: tuple[Rung, ...]
    exams: Sequence[PracticalAttempt] = field(default_factory=list)

    @property
    def fail_count(self) -> int:
        """Return how many exams failed."""
        return sum(each.is_passed is False for each in self.exams)


@dataclass
class Progress:
    """What somebody has reached with a task."""

    open_attempt: PracticalAttempt | None = None
    tries: int = 0
    best_percent: int | None = None
    has_practised: bool = False
    has_passed_exam: bool = False
    has_failed_exam: bool = False


def running_attempt(
    session: Session, employee_id: int, practical_id: str, mode: Mode
) -> PracticalAttempt | None:
    """Return the attempt of this mode that is in progress."""
    return session.scalars(
        select(PracticalAttempt).where(
            PracticalAttempt.employee_id == employee_id,
            PracticalAttempt.practical_id == practical_id,
            PracticalAttempt.mode == mode,
            PracticalAttempt.state == AttemptState.IN_PROGRESS,
        )
    ).first()


def attempt_by_token(session: Session, token: str) -> PracticalAttempt | None:
    """Return the attempt that an address names."""
    return session.scalars(select(PracticalAttempt).where(PracticalAttempt.token == token)).first()


def attempt_in(session: Session, workspace_id: int) -> PracticalAttempt | None:
    """Return the attempt that a workspace belongs to."""
    return session.scalars(
        select(PracticalAttempt).where(PracticalAttempt.workspace_id == workspace_id)
    ).first()


def answers_of(session: Session, attempt_id: int) -> dict[str, str]:
    """Return what is typed into the task's own fields, by check: the last word counts."""
    steps = session.execute(
        select(PracticalStep.check_id, PracticalStep.text)
        .where(PracticalStep.attempt_id == attempt_id, PracticalStep.kind == "answer")
        .order_by(PracticalStep.id)
    )
    return {row.check_id: row.text for row in steps if row.check_id is not None}


def latest_grading(session: Session, attempt_id: int) -> PracticalGrading | None:
    """Return what was found last: while working the last look, afterwards what holds."""
    return session.scalars(
        select(PracticalGrading)
        .where(PracticalGrading.attempt_id == attempt_id)
        .order_by(PracticalGrading.id.desc())
        .limit(1)
    ).first()


def evidence_of(session: Session, attempt_id: int) -> PracticalEvidence | None:
    """Return the evidence of an attempt that was handed in."""
    return session.get(PracticalEvidence, attempt_id)


def practicals(text: str = "", job_role: str | None = None) -> Select[Any]:
    """Return the select of tasks that can be taken, those of the job role first."""
    statement = select(Practical).where(Practical.is_withdrawn.is_(False))
    for word in words(text):
        pattern = like_pattern(word)
        texts = (
            Practical.title["zh"].as_string(),
            Practical.title["en"].as_string(),
            Practical.summary["zh"].as_string(),
            Practical.summary["en"].as_string(),
        )
        statement = statement.where(
            or_(*(func.lower(each).like(pattern, escape="\\") for each in texts))
        )
    if job_role:
        is_other = case((_is_for(job_role), 0), else_=1)
        statement = statement.order_by(is_other)
    return statement.order_by(Practical.minutes, Practical.id)


def _is_for(job_role: str) -> Any:
    return cast(Practical.job_roles, String).like(f'%"{job_role}"%')


def open_attempts(session: Session, employee_id: int) -> Sequence[Any]:
    """Return (attempt, title of the task) of whatever somebody has begun, exams first."""
    return session.execute(
        select(PracticalAttempt, Practical.title)
        .join(Practical, Practical.id == PracticalAttempt.practical_id)
        .where(
            PracticalAttempt.employee_id == employee_id,
            PracticalAttempt.state == AttemptState.IN_PROGRESS,
        )
        .order_by(PracticalAttempt.deadline_at.is_(None), PracticalAttempt.id.desc())
        .limit(MOST_OFFERED)
    ).all()


def next_tasks(session: Session, employee_id: int) -> Sequence[Practical]:
    """Return tasks of somebody's job role that she has not passed, the shortest first."""
    passed = select(PracticalAttempt.practical_id).where(
        PracticalAttempt.employee_id == employee_id,
        PracticalAttempt.is_passed.is_(True),
        PracticalAttempt.mode != Mode.DRILL,
    )
    job_role = select(Employee.job_role_id).where(Employee.id == employee_id).scalar_subquery()
    return session.scalars(
        select(Practical)
        .where(
            Practical.is_withdrawn.is_(False),
            Practical.id.not_in(passed),
            cast(Practical.job_roles, String).like(literal('%"') + job_role + literal('"%')),
        )
        .order_by(Practical.minutes, Practical.id)
        .limit(MOST_OFFERED)
    ).all()


def tasks_of_course(session: Session, course_id: str) -> Sequence[Practical]:
    """Return the tasks that belong to a course."""
    return session.scalars(
        select(Practical)
        .where(Practical.course_id == course_id, Practical.is_withdrawn.is_(False))
        .order_by(Practical.minutes, Practical.id)
    ).all()


def own_attempts(
    session: Session, employee_id: int, practical_id: str
) -> Sequence[PracticalAttempt]:
    """Return somebody's attempts at one task, the newest first."""
    return session.scalars(
        select(PracticalAttempt)
        .where(
            PracticalAttempt.employee_id == employee_id,
            PracticalAttempt.practical_id == practical_id,
        )
        .order_by(PracticalAttempt.id.desc())
        .limit(MOST_ATTEMPTS)
    ).all()


def progress_of(
    session: Session, employee_id: int, practical_ids: Sequence[str]
) -> Mapping[str, Progress]:
    """Return what somebody has reached with each of these tasks, in one statement."""
    found: dict[str, Progress] = defaultdict(Progress)
    attempts = session.scalars(
        select(PracticalAttempt)
        .where(
            PracticalAttempt.employee_id == employee_id,
            PracticalAttempt.practical_id.in_(practical_ids),
            PracticalAttempt.mode != Mode.DRILL,
        )
        .order_by(PracticalAttempt.id)
    )
    for each in attempts:
        _add_up(found[each.practical_id], each)
    return found


def _add_up(progress: Progress, attempt: PracticalAttempt) -> None:
    progress.tries += 1
    if attempt.state is AttemptState.IN_PROGRESS:
        progress.open_attempt = attempt
    if attempt.percent is not None:
        progress.best_percent = max(progress.best_percent or 0, attempt.percent)
    if attempt.mode is Mode.EXAM:
        progress.has_passed_exam |= attempt.is_passed is True
        progress.has_failed_exam |= attempt.is_passed is False
    else:
        progress.has_practised |= attempt.is_passed is True


def tries_of(session: Session, employee_id: int, practical_id: str) -> tuple[int, bool]:
    """Return how often practice was handed in or looked at, and whether it was ever passed."""
    row = session.execute(
        select(
            func.count().filter(PracticalAttempt.state != AttemptState.IN_PROGRESS),
            func.coalesce(func.sum(PracticalAttempt.looks_count), 0),
            func.count().filter(PracticalAttempt.is_passed.is_(True)),
        ).where(
            PracticalAttempt.employee_id == employee_id,
            PracticalAttempt.practical_id == practical_id,
            PracticalAttempt.mode != Mode.DRILL,
        )
    ).one()
    return row[0] + row[1], row[2] > 0


def standing_of(session: Session, employee_id: int, practical: Practical) -> Standing:
    """Return where somebody stands with the exam of a task: what the ladder says follows."""
    exams = session.scalars(
        select(PracticalAttempt)
        .where(
            PracticalAttempt.employee_id == employee_id,
            PracticalAttempt.practical_id == practical.id,
            PracticalAttempt.mode == Mode.EXAM,
        )
        .order_by(PracticalAttempt.number)
    ).all()
    rungs = ladder_rungs(session, practical.ladder_id)
    fails = [each.submitted_at for each in exams if each.is_passed is False and each.submitted_at]
    is_passed = any(each.is_passed for each in exams)
    retrained = None
    if fails and not is_passed and rung_after(rungs, len(fails)).action is RungAction.RETRAINING:
        retrained = relearned_at(session, employee_id, practical.course_id, max(fails))
    step = next_step(rungs, fails, clock.now(), passed=is_passed, retrained_at=retrained)
    if step.action is StepAction.RETRAINING and not practical.course_id:
        step = replace(step, action=StepAction.HR_CASE)  # there are no lessons to go through
    return Standing(step, rungs, exams)


def waiting_for_grading(session: Session, limit: int = 100) -> Sequence[int]:
    """Return attempts that were handed in and not graded yet."""
    return session.scalars(
        select(PracticalAttempt.id)
        .where(PracticalAttempt.state == AttemptState.SUBMITTED)
        .order_by(PracticalAttempt.id)
        .limit(limit)
    ).all()


def attempts_at(practical_id: str, mode: str = "", text: str = "") -> Select[Any]:
    """Return the select of (attempt, name, staff number) of a task, the newest first.

    Exams that run are left out: nobody looks at them before their end.
    """
    shown: list[Any] = [PracticalAttempt, Employee.name, Employee.staff_number]
    is_running_exam = (PracticalAttempt.mode == Mode.EXAM) & (
        PracticalAttempt.state == AttemptState.IN_PROGRESS
    )
    statement = (
        select(*shown)
        .join(Employee, Employee.id == PracticalAttempt.employee_id)
        .where(PracticalAttempt.practical_id == practical_id, ~is_running_exam)
        .order_by(PracticalAttempt.id.desc())
    )
    if mode in set(Mode):
        statement = statement.where(PracticalAttempt.mode == Mode(mode))
    for word in words(text):
        statement = statement.where(Employee.search_text.like(like_pattern(word), escape="\\"))
    return statement


def held_attempts() -> Select[Any]:
    """Return the select of (attempt, employee, practical) that a fault of the grader holds."""
    shown: list[Any] = [PracticalAttempt, Employee.name, Practical.title]
    return (
        select(*shown)
        .join(Employee, Employee.id == PracticalAttempt.employee_id)
        .join(Practical, Practical.id == PracticalAttempt.practical_id)
        .where(PracticalAttempt.state == AttemptState.HELD)
        .order_by(PracticalAttempt.submitted_at)
    )


@dataclass
class TaskFigures:
    """How a task goes: exams and how many of them were passed, and how often each check fails."""

    exams: int = 0
    passed: int = 0
    practised: int = 0
    looked_at: int = 0
    lost: Counter[str] = field(default_factory=Counter)

    @property
    def weakest(self) -> tuple[str, int] | None:
        """Return the check that is lost most often, and in how many of the attempts looked at."""
        return self.lost.most_common(1)[0] if self.lost else None


def figures_of(session: Session, practical_ids: Sequence[str]) -> Mapping[str, TaskFigures]:
    """Return the figures of tasks: counts of all attempts, checks of the newest hand-ins."""
    found: dict[str, TaskFigures] = defaultdict(TaskFigures)
    counts = session.execute(
        select(
            PracticalAttempt.practical_id,
            PracticalAttempt.mode,
            func.count(),
            func.count().filter(PracticalAttempt.is_passed.is_(True)),
        )
        .where(
            PracticalAttempt.practical_id.in_(practical_ids),
            PracticalAttempt.state == AttemptState.FINAL,
        )
        .group_by(PracticalAttempt.practical_id, PracticalAttempt.mode)
    )
    for practical_id, mode, number, passed in counts:
        if mode is Mode.EXAM:
            found[practical_id].exams, found[practical_id].passed = number, passed
        elif mode is Mode.PRACTICE:
            found[practical_id].practised = number
    gradings = session.execute(
        select(PracticalAttempt.practical_id, PracticalGrading.outcomes)
        .join(PracticalAttempt, PracticalAttempt.grading_id == PracticalGrading.id)
        .where(
            PracticalAttempt.practical_id.in_(practical_ids),
            PracticalAttempt.mode != Mode.DRILL,
        )
        .order_by(PracticalGrading.id.desc())
        .limit(NEWEST)
    )
    for practical_id, outcomes in gradings:
        found[practical_id].looked_at += 1
        found[practical_id].lost.update(
            each["check"] for each in outcomes if each["status"] in {"failed", "partly"}
        )
    return found
