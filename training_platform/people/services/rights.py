"""Access rights: granted and taken by administrators, never for themselves."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.db import lock
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission, Person, Right, authorize
from training_platform.people.models import (
    AccessGrant,
    Department,
    Employee,
    EmployeeStatus,
)
from training_platform.people.services.sessions import end_sessions


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def grant_right(
    session: Session,
    employee: Employee,
    actor: Person,
    right: Right,
    department_id: int | None = None,
) -> AccessGrant:
    """Grant one access right; a head's grant names the department, else it is her own.

    Ends the person's sessions, because a right may ask for a stronger sign-in. Raises
    NotPermittedError for oneself and RuleError for a right that is already held.
    """
    authorize(actor, employee, Permission.RIGHT_GRANT)
    lock(session, Employee, employee.id)
    if department_id is not None:
        if right is not Right.DEPARTMENT_HEAD:
            raise RuleError(_("Only heads are bound to a department."), field="department_id")
        if session.get(Department, department_id) is None:
            raise RuleError(_("Choose a department from the list."), field="department_id")
    held = select(AccessGrant.id).where(
        AccessGrant.employee_id == employee.id,
        AccessGrant.right == right,
        AccessGrant.department_id.is_(None)
        if department_id is None
        else AccessGrant.department_id == department_id,
    )
    if session.scalar(held):
        raise RuleError(_("This right is already granted."), field="right")
    grant = AccessGrant(
        employee_id=employee.id,
        right=right,
        department_id=department_id,
        granted_by_id=actor.id,
        granted_at=clock.now(),
    )
    session.add(grant)
    end_sessions(session, employee.id, "rights")
    audit.record(
        session,
        actor,
        "people.grant_right",
        employee,
        right=right.value,
        department_id=department_id,
    )
    session.flush()
    session.expire(employee, ["grants"])
    return grant


def revoke_right(session: Session, grant: AccessGrant, actor: Person) -> None:
    """Take one access right away and end the person's sessions.

    Raises NotPermittedError for oneself and RuleError for the last administrator's right.
    """
    employee = session.get_one(Employee, grant.employee_id)
    authorize(actor, employee, Permission.RIGHT_GRANT)
    if grant.right is Right.ADMIN:
        keep_an_admin(session, employee)
    session.delete(grant)
    end_sessions(session, employee.id, "rights")
    audit.record(session, actor, "people.revoke_right", employee, right=grant.right.value)
    session.flush()
    session.expire(employee, ["grants"])


def keep_an_admin(session: Session, employee: Employee) -> None:
    """Raise RuleError if nobody could administrate the platform without this person."""
    others = session.scalar(
        select(func.count())
        .select_from(AccessGrant)
        .join(Employee, Employee.id == AccessGrant.employee_id)
        .where(
            AccessGrant.right == Right.ADMIN,
            Employee.status == EmployeeStatus.ACTIVE,
            Employee.id != employee.id,
        )
    )
    if not others:
        raise RuleError(_("This is the last administrator. Name another one first."))
