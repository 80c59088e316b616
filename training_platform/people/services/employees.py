"""Employees: joining, changing, leaving."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from training_platform.core import audit, clock
from training_platform.core.db import expect_version
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.events import emit
from training_platform.core.permissions import Permission, Person, Right, authorize
from training_platform.core.text import fold, pinyin
from training_platform.people.events import EmployeeJoined, EmployeeLeft, JobRoleChanged
from training_platform.people.models import (
    AccessGrant,
    Department,
    Employee,
    EmployeeStatus,
    JobRole,
    OneTimeLink,
)
from training_platform.people.services.leaving import hand_over_reports
from training_platform.people.services.rights import keep_an_admin
from training_platform.people.services.sessions import end_sessions


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class EmployeeChanges:
    """What HR keeps about somebody, except for the job role, which has a date of its own."""

    staff_number: str
    username: str
    name: str
    email: str
    department_id: int
    manager_id: int | None = None
    #: None: today for new people, unchanged for others.
    hired_on: date | None = None
    #: Empty: made from the name by pinyin.
    name_latin: str = ""


@dataclass(frozen=True)
class NewEmployee(EmployeeChanges):
    """Somebody who joins."""

    job_role_id: str | None = None
    #: None: the day of joining.
    job_role_since: date | None = None
    locale: str | None = None
    timezone: str | None = None
    #: Made by passwords.hash_password() before the transaction; None: a first sign-in link is sent.
    password_hash: str | None = None
    must_change_password: bool = False


def create_employee(session: Session, actor: Person, new: NewEmployee) -> Employee:
    """Add a person to the staff list and announce EmployeeJoined.

    Raises RuleError for a number or user name that is taken and for an unknown department,
    job role or manager.
    """
    authorize(actor, None, Permission.EMPLOYEE_MANAGE)
    hired_on = new.hired_on or clock.today()
    employee = Employee(
        hired_on=hired_on,
        job_role_id=_known_job_role(session, new.job_role_id),
        job_role_since=new.job_role_since or hired_on,
        locale=new.locale,
        timezone=new.timezone,
        password_hash=new.password_hash,
        must_change_password=new.must_change_password,
        status=EmployeeStatus.ACTIVE,
        created_at=clock.now(),
    )
    with session.no_autoflush:
        _take_over(session, employee, new)
    session.add(employee)
    session.flush()  # the event and the log name the id
    audit.record(session, actor, "people.create_employee", employee, staff_number=new.staff_number)
    emit(session, EmployeeJoined(employee.id))
    return employee


def update_employee(
    session: Session,
    employee: Employee,
    actor: Person,
    changes: EmployeeChanges,
    *,
    expected_version: int,
) -> None:
    """Change what HR keeps about somebody; the log names the fields, not their values.

    Raises ConflictError for an old version, RuleError as create_employee and for a manager
    who is below the person herself.
    """
    authorize(actor, employee, Permission.EMPLOYEE_MANAGE)
    expect_version(employee, expected_version)
    with session.no_autoflush:
        _take_over(session, employee, changes)
    if changes.hired_on is not None and changes.hired_on != employee.hired_on:
        employee.hired_on = changes.hired_on
    changed = sorted(
        attribute.key
        for attribute in Employee.__mapper__.column_attrs
        if session.is_modified(employee) and _is_changed(employee, attribute.key)
    )
    if changed:
        audit.record(session, actor, "people.update_employee", employee, fields=changed)
    session.flush()


def change_job_role(
    session: Session,
    employee: Employee,
    actor: Person,
    job_role_id: str | None,
    on: date,
    *,
    expected_version: int,
) -> None:
    """Give somebody another job role from a day on, and announce JobRoleChanged.

    Raises ConflictError for an old version, RuleError for an unknown job role or a day before
    the person joined. The same job role again changes nothing.
    """
    authorize(actor, employee, Permission.EMPLOYEE_MANAGE)
    expect_version(employee, expected_version)
    if job_role_id == employee.job_role_id:
        return
    if on < employee.hired_on:
        text = _("The day lies before the person joined.")
        raise RuleError(text, field="job_role_since")
    old = employee.job_role_id
    employee.job_role_id = _known_job_role(session, job_role_id)
    employee.job_role_since = on
    session.flush()
    audit.record(
        session,
        actor,
        "people.change_job_role",
        employee,
        old=old,
        new=job_role_id,
        on=on.isoformat(),
    )
    emit(session, JobRoleChanged(employee.id, old, job_role_id, on.isoformat()))


def suspend(session: Session, employee: Employee, actor: Person, *, expected_version: int) -> None:
    """Keep somebody from signing in, at once. Raises InvalidTransitionError unless active."""
    _leave_active(session, employee, actor, expected_version)
    employee.status = EmployeeStatus.SUSPENDED
    _close_doors(session, employee, "suspended")
    audit.record(session, actor, "people.suspend", employee)


def reactivate(
    session: Session, employee: Employee, actor: Person, *, expected_version: int
) -> None:
    """Let somebody sign in again. Raises InvalidTransitionError if she already may."""
    authorize(actor, employee, Permission.EMPLOYEE_MANAGE)
    expect_version(employee, expected_version)
    if employee.status is EmployeeStatus.ACTIVE:
        raise InvalidTransitionError
    if employee.anonymized_at is not None:
        raise InvalidTransitionError  # there is no name to come back to
    employee.status, employee.left_on = EmployeeStatus.ACTIVE, None
    audit.record(session, actor, "people.reactivate", employee)


def mark_left(
    session: Session, employee: Employee, actor: Person, *, expected_version: int
) -> None:
    """Note that somebody left: no sign-in, no rights; the training records stay.

    Those who reported to her report to her manager from now on.

    Raises InvalidTransitionError if that is already noted. Announces EmployeeLeft.
    """
    if employee.status is EmployeeStatus.LEFT:
        raise InvalidTransitionError
    _leave_active(session, employee, actor, expected_version, needs_active=False)
    employee.status, employee.left_on = EmployeeStatus.LEFT, clock.today()
    _close_doors(session, employee, "left")
    reports = hand_over_reports(session, employee)
    session.execute(delete(AccessGrant).where(AccessGrant.employee_id == employee.id))
    session.flush()
    session.expire(employee, ["grants"])
    audit.record(session, actor, "people.mark_left", employee, reports=reports)
    emit(session, EmployeeLeft(employee.id, reports))


def search_text_of(employee: Employee) -> str:
    """Return what the search box looks through: all names in one folded line."""
    latin = employee.name_latin
    parts = (employee.name, latin, latin.replace(" ", ""), employee.staff_number, employee.username)
    return fold(" ".join(parts))


def _take_over(session: Session, employee: Employee, changes: EmployeeChanges) -> None:
    _refuse_taken(session, employee.id, Employee.staff_number, changes.staff_number)
    _refuse_taken(session, employee.id, Employee.username, changes.username.casefold())
    if session.get(Department, changes.department_id) is None:
        raise RuleError(_("Choose a department from the list."), field="department_id")
    if changes.manager_id is not None:
        _refuse_circle(session, employee.id, changes.manager_id)
    values = {
        "staff_number": changes.staff_number,
        "username": changes.username.casefold(),
        "name": changes.name,
        "name_latin": changes.name_latin or pinyin(changes.name),
        "email": changes.email,
        "department_id": changes.department_id,
        "manager_id": changes.manager_id,
    }
    for key, value in values.items():
        if getattr(employee, key) != value:
            setattr(employee, key, value)
    if (text := search_text_of(employee)) != employee.search_text:
        employee.search_text = text


def _refuse_taken(
    session: Session, own_id: int | None, column: InstrumentedAttribute[str], value: str
) -> None:
    owner = session.scalar(select(Employee.id).where(column == value))
    if owner is not None and owner != own_id:
        text = {
            "staff_number": _("Another person has this staff number."),
            "username": _("Another person has this user name."),
        }[column.key]
        raise RuleError(text, field=column.key)


def _refuse_circle(session: Session, own_id: int | None, manager_id: int) -> None:
    seen: set[int] = set()
    above: int | None = manager_id
    while above is not None and above not in seen:
        if above == own_id:
            text = _("Nobody can be above herself. Choose another manager.")
            raise RuleError(text, field="manager_id")
        seen.add(above)
        found = session.execute(select(Employee.manager_id).where(Employee.id == above)).first()
        if found is None:
            raise RuleError(_("Choose a manager from the staff list."), field="manager_id")
        above = found[0]


def _known_job_role(session: Session, job_role_id: str | None) -> str | None:
    if job_role_id is not None and session.get(JobRole, job_role_id) is None:
        raise RuleError(_("Choose a job role from the list."), field="job_role_id")
    return job_role_id


def _is_changed(employee: Employee, key: str) -> bool:
    from sqlalchemy import inspect  # noqa: PLC0415  # only here

    return bool(inspect(employee).attrs[key].history.has_changes())


def _leave_active(
    session: Session,
    employee: Employee,
    actor: Person,
    expected_version: int,
    *,
    needs_active: bool = True,
) -> None:
    authorize(actor, employee, Permission.EMPLOYEE_MANAGE)
    expect_version(employee, expected_version)
    if employee.id == actor.id:
        raise RuleError(_("You cannot close your own account. Ask another administrator."))
    if needs_active and employee.status is not EmployeeStatus.ACTIVE:
        raise InvalidTransitionError
    if any(grant.right is Right.ADMIN for grant in employee.grants):
        keep_an_admin(session, employee)


def _close_doors(session: Session, employee: Employee, reason: str) -> None:
    end_sessions(session, employee.id, reason)
    session.execute(
        delete(OneTimeLink).where(
            OneTimeLink.employee_id == employee.id, OneTimeLink.used_at.is_(None)
        )
    )
