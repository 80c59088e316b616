"""Issuing one course's certificates to many people: who gets one, and the batch that gives it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, and_, func, not_, select
from sqlalchemy.orm import Session

from training_platform.certificates.models import Certificate, CertificateBatch
from training_platform.core import audit, clock, jobs
from training_platform.core.errors import RuleError
from training_platform.core.jobs import Job
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.curricula.models import Course, CourseProgress
from training_platform.people.models import Department, Employee, EmployeeStatus

PART = 50
MOST_PEOPLE = 5_000
MOST_NUMBERS = 500
ISSUE_PART = "certificates.issue_part"


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Scope:
    """Whose certificates of which course: a department with those below, staff numbers, or all."""

    course_id: str
    department_id: int | None = None
    staff_numbers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preview:
    """What a batch would do, before it is done."""

    ready: int
    holds: int
    is_open: int
    unknown: tuple[str, ...]


_HOLDS = (
    select(Certificate.id)
    .where(
        Certificate.employee_id == Employee.id,
        Certificate.kind == "course",
        Certificate.subject == Course.id,
    )
    .exists()
)
_COMPLETED = CourseProgress.completed_at.is_not(None)
_READY = and_(_COMPLETED, not_(_HOLDS))


def select_ready(scope: Scope) -> Select[Any]:
    """Return the select of the people who get one: the course is completed, none was issued."""
    columns = select(Employee.id, Employee.name, Employee.staff_number, Department.name.label("at"))
    found: Select[Any] = _within(columns, scope)
    return found.where(_READY).order_by(Employee.staff_number)


def preview(session: Session, scope: Scope) -> Preview:
    """Tell what a batch would do; nothing is changed."""
    counts = _within(
        select(
            func.count().filter(_READY).label("ready"),
            func.count().filter(_HOLDS).label("holds"),
            func.count().filter(not_(_HOLDS), not_(func.coalesce(_COMPLETED, False))).label("open"),
        ),
        scope,
    )
    row = session.execute(counts).one()
    known = session.scalars(
        select(Employee.staff_number).where(Employee.staff_number.in_(scope.staff_numbers))
    ).all()
    unknown = tuple(each for each in scope.staff_numbers if each not in set(known))
    return Preview(row.ready, row.holds, row.open, unknown)


def start_batch(session: Session, scope: Scope, actor: Person) -> CertificateBatch:
    """Begin a batch for those who are ready now; jobs issue and draw the certificates.

    Raises NotPermittedError, and RuleError where nobody is ready or too many are.
    """
    authorize(actor, None, Permission.CERTIFICATE_ISSUE)
    ids = session.scalars(select_ready(scope).with_only_columns(Employee.id)).all()
    if not ids:
        raise RuleError(_("Nobody is ready: either the course is not completed, or it stands."))
    if len(ids) > MOST_PEOPLE:
        raise RuleError(_("At most 5,000 people at once. Choose a department."))
    assert actor.id is not None  # noqa: S101  # the right is held by people only
    parts = -(-len(ids) // PART)
    batch = CertificateBatch(
        course_id=scope.course_id,
        made_by_id=actor.id,
        made_at=clock.now(),
        employee_ids=list(ids),
        parts=parts,
    )
    session.add(batch)
    session.flush()
    audit.record(session, actor, "certificates.start_batch", batch, people=len(ids))
    for number in range(parts):
        jobs.put(
            session,
            ISSUE_PART,
            {"batch_id": batch.id, "part": number},
            key=f"{batch.id}:{number}",
            owner_id=actor.id,
        )
    return batch


def part_of(batch: CertificateBatch, number: int) -> Sequence[int]:
    """Return the people of one part."""
    return batch.employee_ids[number * PART : (number + 1) * PART]


def may_issue_to(session: Session, course_id: str, employee_id: int) -> bool:
    """Tell whether somebody is still ready when the batch comes to her."""
    ready = select_ready(Scope(course_id)).where(Employee.id == employee_id)
    return session.execute(ready).first() is not None


@dataclass(frozen=True)
class Standing:
    """How far a batch is."""

    done: int
    total: int
    failed: int

    @property
    def is_over(self) -> bool:
        """Tell that no work is left."""
        return self.done >= self.total or self.failed > 0


def standing_of(session: Session, batch: CertificateBatch) -> Standing:
    """Return how far the jobs of a batch are."""
    keys = [f"{batch.id}:{number}" for number in range(batch.parts)]
    row = session.execute(
        select(
            func.coalesce(func.sum(Job.done_count), 0),
            func.count().filter(Job.state == jobs.JobState.FAILED),
        ).where(Job.name == ISSUE_PART, Job.key.in_(keys))
    ).one()
    return Standing(int(row[0]), len(batch.employee_ids), int(row[1]))


def select_batches() -> Select[Any]:
    """Return the select of all batches, newest first."""
    return (
        select(
            CertificateBatch.id,
            CertificateBatch.made_at,
            CertificateBatch.employee_ids,
            Course.title,
            Employee.name,
        )
        .join(Course, Course.id == CertificateBatch.course_id)
        .join(Employee, Employee.id == CertificateBatch.made_by_id)
        .order_by(CertificateBatch.id.desc())
    )


def courses(session: Session) -> Sequence[Any]:
    """Return the courses that a batch can be for."""
    return session.execute(
        select(Course.id, Course.title).where(Course.is_withdrawn.is_(False)).order_by(Course.id)
    ).all()


def select_issued(batch: CertificateBatch) -> Select[*tuple[Any, ...]]:
    """Return the select of the certificates that the people of a batch hold of its course."""
    return (
        select(
            Certificate.code,
            Certificate.holder_name,
            Certificate.issued_on,
        )
        .where(
            Certificate.kind == "course",
            Certificate.subject == batch.course_id,
            Certificate.cycle == 1,
            Certificate.employee_id.in_(batch.employee_ids),
        )
        .order_by(Certificate.id)
    )


def _within(statement: Any, scope: Scope) -> Any:
    statement = (
        statement.select_from(Employee)
        .join(Department, Department.id == Employee.department_id)
        .join(Course, Course.id == scope.course_id)
        .outerjoin(
            CourseProgress,
            (CourseProgress.employee_id == Employee.id) & (CourseProgress.course_id == Course.id),
        )
        .where(Employee.status != EmployeeStatus.LEFT)
    )
    if scope.department_id is not None:
        path = select(Department.path).where(Department.id == scope.department_id)
        statement = statement.where(Department.path.startswith(path.scalar_subquery()))
    if scope.staff_numbers:
        statement = statement.where(Employee.staff_number.in_(scope.staff_numbers))
    return statement
