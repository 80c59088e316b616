"""What each right works on: teaching, human resources, operations, the company's totals."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, not_, select
from sqlalchemy.orm import Session

from training_platform.assessment.models import AnswerCount, Question
from training_platform.certificates.models import Certificate
from training_platform.core import clock
from training_platform.core.audit import AuditEvent
from training_platform.core.db import fetch
from training_platform.core.i18n import pick
from training_platform.core.jobs import Job, JobState
from training_platform.core.outbox import Mail
from training_platform.curricula.models import Assignment, AssignmentState, Course
from training_platform.home.queries.team import (
    DueCounts,
    completion,
    due_counts,
    stuck,
    taken_pairs,
    when,
)
from training_platform.home.rules import (
    EXPIRES_WITHIN_DAYS,
    MIN_ANSWERS,
    MIN_PEOPLE,
    RECENT_DAYS,
    Rate,
)
from training_platform.people.models import (
    Department,
    Employee,
    EmployeeStatus,
    StaffImport,
    UserSession,
)
from training_platform.quizzes.models import Paper
from training_platform.records.models import RecordValue, TrainingRecord
from training_platform.records.queries.subjects import (
    IS_CORRECTED,
    IS_VOID,
    corrected_values,
    day_of,
)
from training_platform.records.rules import Kind

SHOWN = 5
_ACTIVE = Employee.status == EmployeeStatus.ACTIVE


# ---- Teaching -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Teaching:
    """What a trainer mends first. Nobody is named: how one person learns is her own affair."""

    questions: Sequence[Any]
    courses: list[Rate]
    stuck: Sequence[Any]


def teaching(session: Session) -> Teaching:
    """Return the most missed questions, the least completed courses, and where people stay."""
    rate = AnswerCount.wrong_count * 1.0 / AnswerCount.seen_count
    questions = session.execute(
        select(
            Question.id,
            Question.stem,
            Question.topic,
            AnswerCount.wrong_count,
            AnswerCount.seen_count,
        )
        .join(
            AnswerCount,
            and_(
                AnswerCount.question_id == Question.id,
                AnswerCount.revision_id == Question.revision_id,
                AnswerCount.choice == "",
            ),
        )
        .where(
            Question.is_withdrawn.is_(False),
            AnswerCount.seen_count >= MIN_ANSWERS,
            AnswerCount.wrong_count > 0,
        )
        .order_by(rate.desc(), AnswerCount.seen_count.desc(), Question.id)
        .limit(SHOWN)
    ).all()
    stays = stuck(_ACTIVE).order_by(None).subquery()
    places = (
        select(stays.c.reason, stays.c.subject, func.count().label("people"))
        .group_by(stays.c.reason, stays.c.subject)
        .subquery()
    )
    is_paper = places.c.reason == "failed"
    people = session.execute(
        select(
            places.c.reason,
            places.c.subject,
            places.c.people,
            Course.title.label("course"),
            Paper.title.label("paper"),
        )
        .outerjoin(Course, and_(Course.id == places.c.subject, not_(is_paper)))
        .outerjoin(Paper, and_(Paper.id == places.c.subject, is_paper))
        .order_by(places.c.people.desc(), places.c.subject)
        .limit(SHOWN)
    ).all()
    return Teaching(questions, completion(session, _ACTIVE)[:SHOWN], people)


# ---- Human resources ------------------------------------------------------------------------

# On Today of human resources: built once, columns only.
_CASES = (
    select(
        Employee.id.label("employee_id"),
        Employee.name,
        TrainingRecord.id,
        TrainingRecord.kind,
        TrainingRecord.subject,
        TrainingRecord.happened_at,
        RecordValue.data,
        IS_CORRECTED.label("is_corrected"),
        func.count().over().label("total"),
    )
    .join(Employee, Employee.id == TrainingRecord.employee_id)
    .outerjoin(RecordValue, RecordValue.record_id == TrainingRecord.id)
    .where(
        TrainingRecord.kind.in_([Kind.HR_CASE_OPENED.value, Kind.RETRAINING_DUE.value]),
        TrainingRecord.happened_at >= bindparam("since"),
        ~IS_VOID,
    )
    .order_by(TrainingRecord.happened_at.desc(), TrainingRecord.id.desc())
    .limit(SHOWN)
)


@dataclass(frozen=True)
class Cases:
    """The last cases and retrainings that still count, and how many there are."""

    rows: Sequence[Any]
    count: int
    #: The day of each by its record, as it was set right.
    days: dict[int, date]


@dataclass(frozen=True)
class HumanResources:
    """What human resources has to look at."""

    due: DueCounts
    expiring: Sequence[Any]
    cases: Cases
    imports: Sequence[Any]


def human_resources(session: Session) -> HumanResources:
    """Return overdue counts, certificates that end soon, recent cases and the last imports."""
    today = clock.today()
    expiring = session.execute(
        select(
            Employee.id.label("employee_id"),
            Employee.name,
            Certificate.title,
            Certificate.valid_until,
            func.count().over().label("count"),
        )
        .join(Employee, Employee.id == Certificate.employee_id)
        .where(
            _ACTIVE,
            Certificate.revoked_at.is_(None),
            Certificate.valid_until >= today,
            Certificate.valid_until <= today + timedelta(days=EXPIRES_WITHIN_DAYS),
        )
        .order_by(Certificate.valid_until, Employee.name)
        .limit(SHOWN)
    ).all()
    imports = session.execute(
        select(
            StaffImport.id,
            StaffImport.file_name,
            StaffImport.state,
            StaffImport.created_at,
        )
        .order_by(StaffImport.id.desc())
        .limit(3)
    ).all()
    return HumanResources(due_counts(session, _ACTIVE), expiring, _cases(session), imports)


def _cases(session: Session) -> Cases:
    since = clock.now() - timedelta(days=RECENT_DAYS)
    rows = fetch(session, _CASES, {"since": since}).all()
    corrected = [row.id for row in rows if row.is_corrected]
    right = corrected_values(session, corrected) if corrected else {}
    days = {row.id: day_of(row.happened_at, right.get(row.id, {})) for row in rows}
    return Cases(rows, rows[0].total if rows else 0, days)


# ---- Operations -----------------------------------------------------------------------------


def operations(session: Session) -> Any:
    """Return the numbers that tell whether the platform runs well, in one statement."""
    now = clock.now()

    def count(*conditions: Any) -> Any:
        return select(func.count()).where(*conditions).scalar_subquery()

    return session.execute(
        select(
            count(Job.state == JobState.FAILED).label("jobs_failed"),
            count(Job.state == JobState.WAITING, Job.run_after <= now).label("jobs_waiting"),
            count(AuditEvent.seal_id.is_(None)).label("unsealed"),
            count(Mail.sent_at.is_(None)).label("mails_waiting"),
            count(Mail.sent_at.is_not(None)).label("mails_sent"),
            count(UserSession.ended_at.is_(None), UserSession.expires_at > now).label("sessions"),
            select(func.count(UserSession.employee_id.distinct()))
            .where(UserSession.ended_at.is_(None), UserSession.expires_at > now)
            .scalar_subquery()
            .label("people"),
        )
    ).one()


def failed_jobs(session: Session) -> Sequence[Any]:
    """Return the jobs that gave up last."""
    return session.execute(
        select(Job.id, Job.name, Job.fault, Job.finished_at)
        .where(Job.state == JobState.FAILED)
        .order_by(Job.finished_at.desc(), Job.id.desc())
        .limit(SHOWN)
    ).all()


# ---- The company ----------------------------------------------------------------------------


@dataclass(frozen=True)
class DepartmentTotals:
    """One department in numbers; None where so few people would be recognized."""

    name: str
    people: int
    completed: Rate | None
    passed: Rate | None
    overdue: int | None


def company(session: Session) -> list[DepartmentTotals]:
    """Return totals per department, without anybody's name. Small departments show no rates."""
    required = and_(
        Assignment.is_required.is_(True), Assignment.state != AssignmentState.REMOVED, _ACTIVE
    )
    late = and_(Assignment.state == AssignmentState.ACTIVE, Assignment.due_on < clock.today())
    learning = {
        row[0]: row
        for row in session.execute(
            select(
                Employee.department_id,
                func.count(),
                when(Assignment.state == AssignmentState.COMPLETED),
                when(late),
            )
            .select_from(Assignment)
            .join(Employee, Employee.id == Assignment.employee_id)
            .where(required)
            .group_by(Employee.department_id)
        )
    }
    pairs = taken_pairs(_ACTIVE)
    passed = {
        row[0]: Rate("", row[2], row[1])
        for row in session.execute(
            select(
                pairs.c.department_id, func.count(), when(pairs.c.passed_at.is_not(None))
            ).group_by(pairs.c.department_id)
        )
    }
    departments = session.execute(
        select(Department.id, Department.name, func.count(Employee.id))
        .join(Employee, and_(Employee.department_id == Department.id, _ACTIVE))
        .group_by(Department.id)
        .order_by(Department.path)
    )
    return [
        _totals(pick(name), people, learning.get(ident), passed.get(ident))
        for ident, name, people in departments
    ]


def _totals(name: str, people: int, learning: Any, passed: Rate | None) -> DepartmentTotals:
    if people < MIN_PEOPLE:
        return DepartmentTotals(name, people, None, None, None)
    completed = Rate(name, learning[2], learning[1]) if learning else Rate(name, 0, 0)
    overdue = learning[3] if learning else 0
    return DepartmentTotals(name, people, completed, passed or Rate(name, 0, 0), overdue)
