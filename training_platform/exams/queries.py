"""Selects for the pages of exams; no writes."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, String, bindparam, case, cast, func, literal, or_, select
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
from training_platform.core.db import fetch
from training_platform.core.search import words
from training_platform.core.text import like_pattern
from training_platform.exams.models import Exam, ExamSitting
from training_platform.exams.rules import SittingState
from training_platform.people.models import Employee
from training_platform.quizzes.queries import relearned_at
from training_platform.records.models import RecordValue, TrainingRecord
from training_platform.records.queries.subjects import (
    IS_CORRECTED,
    IS_VOID,
    corrected_values,
    instant_of,
)
from training_platform.records.rules import Kind

FURTHER_ATTEMPT = "further_attempt"
#: So many are offered on Today and beside the quizzes.
MOST_OFFERED = 3

# On Today for everybody: built once, columns only.
_OFFERED = (
    select(
        Exam.id,
        Exam.title,
        Exam.intro,
        Exam.minutes,
        Exam.course_id,
        func.max(case((ExamSitting.state == SittingState.IN_PROGRESS, ExamSitting.token))).label(
            "open_token"
        ),
        func.max(
            case((ExamSitting.state == SittingState.IN_PROGRESS, ExamSitting.deadline_at))
        ).label("deadline_at"),
        func.max(case((ExamSitting.is_passed.is_(True), ExamSitting.percent))).label("percent"),
        func.count(ExamSitting.id).label("count"),
    )
    .select_from(Exam)
    .join(Employee, Employee.id == bindparam("employee_id"))
    .outerjoin(
        ExamSitting, (ExamSitting.exam_id == Exam.id) & (ExamSitting.employee_id == Employee.id)
    )
    .where(
        Exam.is_withdrawn.is_(False),
        cast(Exam.job_roles, String).like(literal('%"') + Employee.job_role_id + literal('"%')),
    )
    .group_by(Exam.id, Employee.id)
    .order_by(Exam.minutes, Exam.id)
    .limit(MOST_OFFERED)
)
_DECIDED = (
    select(
        TrainingRecord.id,
        TrainingRecord.happened_at,
        RecordValue.data,
        IS_CORRECTED.label("is_corrected"),
    )
    .join(RecordValue, RecordValue.record_id == TrainingRecord.id)
    .where(
        TrainingRecord.employee_id == bindparam("employee_id"),
        TrainingRecord.kind == Kind.HR_CASE_DECIDED.value,
        TrainingRecord.subject == bindparam("exam_id"),
        ~IS_VOID,
    )
)


@dataclass(frozen=True)
class Standing:
    """Where somebody stands with an exam: what the ladder says follows."""

    step: NextStep
    rungs: tuple[Rung, ...]
    sittings: Sequence[ExamSitting] = field(default_factory=list)

    @property
    def fail_count(self) -> int:
        """Return how many sittings failed."""
        return sum(each.is_passed is False for each in self.sittings)

    @property
    def is_being_scored(self) -> bool:
        """Tell whether a sitting is over that has no result yet."""
        return any(each.state is SittingState.CLOSED for each in self.sittings)

    @property
    def open_sitting(self) -> ExamSitting | None:
        """Return the sitting that is in progress."""
        running = (each for each in self.sittings if each.state is SittingState.IN_PROGRESS)
        return next(running, None)

    @property
    def passed(self) -> ExamSitting | None:
        """Return the best passed sitting."""
        passed = [each for each in self.sittings if each.is_passed]
        return max(passed, key=lambda each: each.score or 0, default=None)


def offered(session: Session, employee_id: int) -> Sequence[Any]:
    """Return the exams of somebody's job role, and what she has reached with them."""
    return fetch(session, _OFFERED, {"employee_id": employee_id}).all()


def exams(text: str = "", job_role: str | None = None) -> Select[Any]:
    """Return the select of exams that can be taken, those of the job role first."""
    statement = select(Exam).where(Exam.is_withdrawn.is_(False))
    for word in words(text):
        pattern = like_pattern(word)
        texts = (Exam.title["zh"].as_string(), Exam.title["en"].as_string(), Exam.id)
        statement = statement.where(
            or_(*(func.lower(each).like(pattern, escape="\\") for each in texts))
        )
    if job_role:
        is_own = cast(Exam.job_roles, String).like(f'%"{job_role}"%')
        statement = statement.order_by(case((is_own, 0), else_=1))
    return statement.order_by(Exam.minutes, Exam.id)


def sittings_at(exam_id: str, text: str = "") -> Select[Any]:
    """Return the select of (sitting, name, staff number) of an exam that are over, newest first."""
    shown: list[Any] = [ExamSitting, Employee.name, Employee.staff_number]
    statement = (
        select(*shown)
        .join(Employee, Employee.id == ExamSitting.employee_id)
        .where(ExamSitting.exam_id == exam_id, ExamSitting.state != SittingState.IN_PROGRESS)
        .order_by(ExamSitting.closed_at.desc(), ExamSitting.id.desc())
    )
    for word in words(text):
        statement = statement.where(Employee.search_text.like(like_pattern(word), escape="\\"))
    return statement


def running_sitting(session: Session, employee_id: int, exam_id: str) -> ExamSitting | None:
    """Return the sitting that is in progress."""
    return session.scalars(
        select(ExamSitting).where(
            ExamSitting.employee_id == employee_id,
            ExamSitting.exam_id == exam_id,
            ExamSitting.state == SittingState.IN_PROGRESS,
        )
    ).first()


def sitting_by_token(session: Session, token: str) -> ExamSitting | None:
    """Return the sitting that an address names."""
    return session.scalars(select(ExamSitting).where(ExamSitting.token == token)).first()


def standing_of(session: Session, employee_id: int, exam: Exam) -> Standing:
    """Return where somebody stands with one exam."""
    return standings(session, employee_id, [exam])[exam.id]


def standings(session: Session, employee_id: int, found: Sequence[Exam]) -> dict[str, Standing]:
    """Return where somebody stands with each of these exams, in a few statements for all."""
    taken: Mapping[str, list[ExamSitting]] = defaultdict(list)
    for sitting in session.scalars(
        select(ExamSitting)
        .where(
            ExamSitting.employee_id == employee_id,
            ExamSitting.exam_id.in_([each.id for each in found]),
        )
        .order_by(ExamSitting.number)
    ):
        taken[sitting.exam_id].append(sitting)
    return {each.id: _standing(session, employee_id, each, taken[each.id]) for each in found}


def _standing(
    session: Session, employee_id: int, exam: Exam, taken: Sequence[ExamSitting]
) -> Standing:
    rungs = ladder_rungs(session, exam.ladder_id)
    fails = [each.closed_at for each in taken if each.is_passed is False and each.closed_at]
    is_passed = any(each.is_passed for each in taken)
    retrained = reopened = None
    if fails and not is_passed:
        reopened = _reopened_at(session, employee_id, exam.id)
        if rung_after(rungs, len(fails)).action is RungAction.RETRAINING:
            retrained = relearned_at(session, employee_id, exam.course_id, max(fails))
    step = next_step(
        rungs,
        fails,
        clock.now(),
        passed=is_passed,
        retrained_at=retrained,
        reopened_at=reopened,
    )
    if step.action is StepAction.RETRAINING and not exam.course_id:
        step = replace(step, action=StepAction.HR_CASE)  # there are no lessons to go through
    return Standing(step, rungs, taken)


def _reopened_at(session: Session, employee_id: int, exam_id: str) -> datetime | None:
    """Return when HR last decided for a further attempt: the record of the case says it.

    A decision that was declared void does not count; one on a wrong day counts on the right one.
    """
    rows = fetch(session, _DECIDED, {"employee_id": employee_id, "exam_id": exam_id}).all()
    corrected = [row.id for row in rows if row.is_corrected]
    right = corrected_values(session, corrected) if corrected else {}
    opened = [
        instant_of(row.happened_at, right.get(row.id, {}))
        for row in rows
        if (row.data or {}).get("decision") == FURTHER_ATTEMPT
    ]
    return max(opened, default=None)
