"""Who belonged to a group on a day, from what the audit log keeps of changes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.archives.compliance.rules import Going, RoleChange, belonged, role_on
from training_platform.core import clock
from training_platform.core.audit import AuditEvent
from training_platform.people.models import Department, Employee, EmployeeStatus

CHANGED, LEFT, BACK = "people.change_job_role", "people.mark_left", "people.reactivate"


@dataclass(frozen=True)
class Group:
    """Whom a proof is about: a job role, a department with those below it, both, or everybody."""

    job_role_id: str | None = None
    department_id: int | None = None


@dataclass
class _Past:
    changes: list[RoleChange]
    goings: list[Going]


def members_on(session: Session, group: Group, day: date) -> list[Any]:
    """Return the people of a group on a day, by staff number.

    The job role and whether somebody worked here are those of the day. Departments have no
    history: they are those of today, or where somebody last was.
    """
    rows = session.execute(_candidates(group, day)).all()
    past = _past(session)
    none = _Past([], [])
    return [row for row in rows if _was_member(row, past.get(row.id, none), group, day)]


def _was_member(row: Any, past: _Past, group: Group, day: date) -> bool:
    has_left = row.status is EmployeeStatus.LEFT
    goings = past.goings
    if has_left and row.left_on and not any(going.has_left for going in goings):
        goings = [Going(row.left_on, has_left=True)]  # brought in with the day, not by an act
    if not belonged(day, row.hired_on, goings, has_left=has_left):
        return False
    if group.job_role_id is None:
        return True
    return role_on(day, row.job_role_id, past.changes) == group.job_role_id


def _candidates(group: Group, day: date) -> Any:
    statement = (
        select(
            Employee.id,
            Employee.staff_number,
            Employee.name,
            Employee.status,
            Employee.hired_on,
            Employee.left_on,
            Employee.job_role_id,
            Department.name.label("department"),
        )
        .join(Department, Department.id == Employee.department_id)
        .where(Employee.hired_on <= day)
        .order_by(Employee.staff_number)
    )
    if group.department_id is not None:
        statement = statement.where(Department.path.like(f"%/{group.department_id}/%"))
    return statement


def _past(session: Session) -> dict[int, _Past]:
    found: dict[int, _Past] = {}
    for row in session.execute(
        select(AuditEvent.subject_id, AuditEvent.action, AuditEvent.happened_at, AuditEvent.details)
        .where(
            AuditEvent.action.in_((CHANGED, LEFT, BACK)),
            AuditEvent.subject_kind == Employee.__tablename__,
        )
        .order_by(AuditEvent.id)
    ):
        _note(found.setdefault(int(row.subject_id), _Past([], [])), row)
    return found


def _note(past: _Past, row: Any) -> None:
    if row.action == CHANGED:
        on = date.fromisoformat(row.details["on"])
        past.changes.append(RoleChange(on, row.details["old"]))
        return
    # A return from a suspension is no return to the company, but changes nothing either.
    past.goings.append(Going(clock.company_day(row.happened_at), row.action == LEFT))


def ids_of(rows: Iterable[Any]) -> list[int]:
    """Return the ids of some members."""
    return [row.id for row in rows]
