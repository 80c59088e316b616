"""The people that a search asks for: by name, place, job role, certificates, what is overdue."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import Session

from training_platform.archives.queries.scope import in_scope, sees_all
from training_platform.archives.rules import MOST_TEXT, CertificateState, Wanted
from training_platform.certificates.models import Certificate
from training_platform.core import clock
from training_platform.core.permissions import Person
from training_platform.core.search import contains_all, words
from training_platform.core.text import whole_number
from training_platform.curricula.models import Assignment, AssignmentState
from training_platform.people.models import Department, Employee, JobRole

EXPIRING_WITHIN = timedelta(days=60)


def select_ids(viewer: Person) -> Select[Any]:
    """Return the select of the ids of everybody whose records somebody may find."""
    return (
        select(Employee.id)
        .join(Department, Department.id == Employee.department_id)
        .where(in_scope(viewer))
    )


@dataclass(frozen=True)
class PeopleFilter:
    """What the list of people is narrowed to."""

    query: str = ""
    department: str = ""
    job_role: str = ""


def select_people(viewer: Person, wanted: PeopleFilter) -> Select[Any]:
    """Return the select of the people whose archives somebody may read, by staff number."""
    narrowed = Wanted(
        person=wanted.query[:MOST_TEXT], department=wanted.department, job_role=wanted.job_role
    )
    return (
        select_ids(viewer)
        .add_columns(
            Employee.name,
            Employee.staff_number,
            Department.name.label("department"),
            JobRole.name.label("job_role"),
        )
        .outerjoin(JobRole, JobRole.id == Employee.job_role_id)
        .where(*_conditions(narrowed))
        .order_by(Employee.staff_number)
    )


def people_of(session: Session, viewer: Person, wanted: Wanted) -> set[int] | None:
    """Return whose records a search may show; None where that is everybody."""
    conditions = _conditions(wanted)
    if not conditions and sees_all(viewer):
        return None
    return set(session.scalars(select_ids(viewer).where(*conditions)))


def people_named(session: Session, viewer: Person, word: str) -> set[int]:
    """Return the people in the viewer's scope whose name, pinyin or number holds a folded word."""
    return set(
        session.scalars(select_ids(viewer).where(contains_all(Employee.search_text, [word])))
    )


def _conditions(wanted: Wanted) -> Sequence[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if found := words(wanted.person):
        conditions.append(contains_all(Employee.search_text, found))
    if (department_id := whole_number(wanted.department)) is not None:
        chosen = select(Department.path).where(Department.id == department_id)
        conditions.append(Department.path.startswith(chosen.scalar_subquery()))
    if wanted.job_role:
        conditions.append(Employee.job_role_id == wanted.job_role)
    if wanted.certificate:
        conditions.append(_holds(CertificateState(wanted.certificate), clock.today()))
    if wanted.overdue:
        conditions.append(_is_overdue(clock.today()))
    return conditions


def _holds(state: CertificateState, today: date) -> ColumnElement[bool]:
    own = select(Certificate.id).where(Certificate.employee_id == Employee.id)
    until, is_revoked = Certificate.valid_until, Certificate.revoked_at.is_not(None)
    if state is CertificateState.NEVER:
        return ~own.exists()
    condition = {
        CertificateState.VALID: and_(~is_revoked, or_(until.is_(None), until >= today)),
        CertificateState.EXPIRING: and_(
            ~is_revoked, until >= today, until <= today + EXPIRING_WITHIN
        ),
        CertificateState.EXPIRED: and_(~is_revoked, until < today),
        CertificateState.REVOKED: is_revoked,
    }[state]
    return own.where(condition).exists()


def _is_overdue(today: date) -> ColumnElement[bool]:
    return (
        select(Assignment.id)
        .where(
            Assignment.employee_id == Employee.id,
            Assignment.state == AssignmentState.ACTIVE,
            Assignment.is_required,
            Assignment.due_on < today,
        )
        .exists()
    )
