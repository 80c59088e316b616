"""What pages, lists and the search box read about people. No writes."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, false, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from training_platform.core import clock
from training_platform.core.audit import AuditEvent
from training_platform.core.i18n import pick
from training_platform.core.permissions import Person, Right
from training_platform.core.search import Hit, contains_all
from training_platform.people.models import (
    AccessGrant,
    Department,
    Employee,
    EmployeeStatus,
    JobRole,
    OneTimeLink,
    StaffImport,
    UserSession,
)

SEARCH_LIMIT = 8


def is_in_scope(person: Person) -> ColumnElement[bool]:
    """Return the condition that a person may read an employee: the twin of EMPLOYEE_READ in SQL."""
    if {Right.HR.value, Right.ADMIN.value, "system"} & person.rights:
        return true()
    if person.id is None:
        return false()
    conditions: list[ColumnElement[bool]] = [
        Employee.id == person.id,
        Employee.manager_id == person.id,
    ]
    if person.headed_paths:
        headed = select(Department.id).where(is_below(person.headed_paths))
        conditions.append(Employee.department_id.in_(headed))
    return or_(*conditions)


def is_below(paths: Iterable[str]) -> ColumnElement[bool]:
    """Return the condition that a department lies in one of the sub-trees."""
    return or_(*(Department.path.startswith(path, autoescape=True) for path in paths))


def people_in_scope(person: Person) -> Select[Any]:
    """Return the select of all active people whom a person may read, by name."""
    return (
        select(Employee)
        .where(is_in_scope(person), Employee.status == EmployeeStatus.ACTIVE)
        .order_by(Employee.name_latin, Employee.id)
    )


def search(session: Session, person: Person, words: Sequence[str]) -> list[Hit]:
    """Return the people whom the words name, among those whom the person may read."""
    if not words:
        return []
    rows = session.execute(
        select(Employee.id, Employee.name, Employee.staff_number, Department.name)
        .join(Department, Department.id == Employee.department_id)
        .where(
            is_in_scope(person),
            Employee.status != EmployeeStatus.LEFT,
            contains_all(Employee.search_text, words),
        )
        .order_by(Employee.name_latin, Employee.id)
        .limit(SEARCH_LIMIT)
    ).all()
    return [
        Hit(
            kind=_("People"),
            title=name,
            detail=f"{number} · {pick(department)}",
            href=url_for("people.employee", employee_id=employee_id),
            icon="user",
        )
        for employee_id, name, number, department in rows
    ]


# ---- One's own account -------------------------------------------------------------------------


def open_sessions(session: Session, employee_id: int) -> Sequence[UserSession]:
    """Return the sessions that are signed in, the latest used first."""
    return session.scalars(
        select(UserSession)
        .where(
            UserSession.employee_id == employee_id,
            UserSession.ended_at.is_(None),
            UserSession.expires_at > clock.now(),
        )
        .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
        .limit(50)
    ).all()


def account_summary(session: Session, employee_id: int) -> Any:
    """Return what the account page says about its owner, as one row."""
    manager = aliased(Employee)
    return session.execute(
        select(
            Employee.name,
            Employee.name_latin,
            Employee.staff_number,
            Employee.username,
            Employee.email,
            Employee.hired_on,
            Employee.job_role_since,
            Department.name.label("department"),
            JobRole.name.label("job_role"),
            manager.name.label("manager"),
        )
        .join(Department, Department.id == Employee.department_id)
        .outerjoin(JobRole, JobRole.id == Employee.job_role_id)
        .outerjoin(manager, manager.id == Employee.manager_id)
        .where(Employee.id == employee_id)
    ).one()


def events_on(employee_id: int) -> Select[Any]:
    """Return what was done by somebody or to somebody's account, the latest first."""
    return (
        select(AuditEvent)
        .where(
            or_(
                AuditEvent.actor_id == employee_id,
                (AuditEvent.subject_kind == Employee.__tablename__)
                & (AuditEvent.subject_id == str(employee_id)),
            )
        )
        .order_by(AuditEvent.id.desc())
    )


def names_of(session: Session, ids: Iterable[int | None]) -> dict[int, str]:
    """Return the names of some people by their ids."""
    wanted = {each for each in ids if each is not None}
    if not wanted:
        return {}
    rows = session.execute(select(Employee.id, Employee.name).where(Employee.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def heads_of(session: Session, department_path: str) -> list[int]:
    """Return who heads a department, or else the nearest one above it that has a head."""
    above = [int(part) for part in department_path.strip("/").split("/") if part]
    headed = func.coalesce(AccessGrant.department_id, Employee.department_id)
    rows = session.execute(
        select(Employee.id, headed)
        .join(AccessGrant, AccessGrant.employee_id == Employee.id)
        .where(
            AccessGrant.right == Right.DEPARTMENT_HEAD,
            Employee.status == EmployeeStatus.ACTIVE,
            headed.in_(above),
        )
        .order_by(Employee.id)
    ).all()
    nearest = max((above.index(department_id) for _id, department_id in rows), default=-1)
    return [id_ for id_, department_id in rows if above.index(department_id) == nearest]


def my_data(session: Session, employee_id: int) -> dict[str, Any]:
    """Return what the account keeps about its owner, as plain values, without secrets."""
    summary = account_summary(session, employee_id)
    return {
        "account": {
            key: value.isoformat() if isinstance(value, date) else value
            for key, value in summary._mapping.items()
        },
        "rights": [
            {"right": grant.right.value, "granted_at": grant.granted_at.isoformat()}
            for grant in session.scalars(
                select(AccessGrant).where(AccessGrant.employee_id == employee_id)
            )
        ],
        "sessions": [
            {
                "created_at": row.created_at.isoformat(),
                "last_seen_at": row.last_seen_at.isoformat(),
                "ended_at": row.ended_at.isoformat() if row.ended_at else None,
                "network": row.network,
                "user_agent": row.user_agent,
            }
            for row in session.scalars(
                select(UserSession)
                .where(UserSession.employee_id == employee_id)
                .order_by(UserSession.id)
            )
        ],
        "events": [
            {"at": event.happened_at.isoformat(), "action": event.action, "network": event.network}
            for event in session.scalars(events_on(employee_id).limit(5_000))
        ],
    }


# ---- Administration ----------------------------------------------------------------------------


@dataclass(frozen=True)
class EmployeeFilter:
    """What the employee list is narrowed to; empty values narrow nothing."""

    words: Sequence[str] = ()
    department_path: str = ""
    job_role_id: str = ""
    status: str = EmployeeStatus.ACTIVE.value
    right: str = ""


def employee_list(person: Person, wanted: EmployeeFilter) -> Select[Any]:
    """Return the rows of the employee list, by name."""
    statement = (
        select(
            Employee.id,
            Employee.name,
            Employee.name_latin,
            Employee.staff_number,
            Employee.username,
            Employee.status,
            Employee.picture_id,
            Employee.hired_on,
            Department.name.label("department"),
            JobRole.name.label("job_role"),
        )
        .join(Department, Department.id == Employee.department_id)
        .outerjoin(JobRole, JobRole.id == Employee.job_role_id)
        .where(is_in_scope(person))
        .order_by(Employee.name_latin, Employee.id)
    )
    if wanted.words:
        statement = statement.where(contains_all(Employee.search_text, wanted.words))
    if wanted.department_path:
        statement = statement.where(is_below([wanted.department_path]))
    if wanted.job_role_id:
        statement = statement.where(Employee.job_role_id == wanted.job_role_id)
    if wanted.status in {status.value for status in EmployeeStatus}:
        statement = statement.where(Employee.status == EmployeeStatus(wanted.status))
    if wanted.right in {right.value for right in Right}:
        holders = select(AccessGrant.employee_id).where(AccessGrant.right == Right(wanted.right))
        statement = statement.where(Employee.id.in_(holders))
    return statement


def departments(session: Session) -> Sequence[Department]:
    """Return all departments, each below its parent, by code."""
    found = session.scalars(select(Department).order_by(Department.code)).all()
    children: dict[int | None, list[Department]] = {}
    for each in found:
        children.setdefault(each.parent_id, []).append(each)
    ordered: list[Department] = []
    waiting = list(reversed(children.get(None, [])))
    while waiting:
        each = waiting.pop()
        ordered.append(each)
        waiting.extend(reversed(children.get(each.id, [])))
    return ordered


def people_per_department(session: Session) -> dict[int, int]:
    """Return how many active people each department has, without those below it."""
    rows = session.execute(
        select(Employee.department_id, func.count())
        .where(Employee.status == EmployeeStatus.ACTIVE)
        .group_by(Employee.department_id)
    )
    return {row[0]: row[1] for row in rows}


def job_roles(session: Session) -> Sequence[JobRole]:
    """Return all job roles in their order."""
    return session.scalars(select(JobRole).order_by(JobRole.position, JobRole.id)).all()


def people_per_job_role(session: Session) -> dict[str | None, int]:
    """Return how many active people each job role has."""
    rows = session.execute(
        select(Employee.job_role_id, func.count())
        .where(Employee.status == EmployeeStatus.ACTIVE)
        .group_by(Employee.job_role_id)
    )
    return {row[0]: row[1] for row in rows}


def last_welcome(session: Session, employee_id: int) -> OneTimeLink | None:
    """Return the newest first sign-in link that was sent to somebody."""
    return session.scalars(
        select(OneTimeLink)
        .where(OneTimeLink.employee_id == employee_id, OneTimeLink.purpose == "welcome")
        .order_by(OneTimeLink.id.desc())
        .limit(1)
    ).first()


def last_seen(session: Session, employee_id: int) -> datetime | None:
    """Return when somebody was last seen."""
    return session.scalar(
        select(func.max(UserSession.last_seen_at)).where(UserSession.employee_id == employee_id)
    )


def imports() -> Select[*tuple[Any, ...]]:
    """Return the staff imports without their rows, the latest first."""
    statement: Select[*tuple[Any, ...]] = (
        select(
            StaffImport.id,
            StaffImport.file_name,
            StaffImport.state,
            StaffImport.created_at,
            StaffImport.applied_at,
            StaffImport.undone_at,
            Employee.name.label("by"),
        )
        .outerjoin(Employee, Employee.id == StaffImport.created_by_id)
        .order_by(StaffImport.id.desc())
    )
    return statement


def audit_events(
    *, actor_id: int | None, action: str, first: date | None, last: date | None
) -> Select[Any]:
    """Return the events of the audit log, narrowed, the latest first."""
    statement = select(AuditEvent).order_by(AuditEvent.id.desc())
    if actor_id is not None:
        statement = statement.where(AuditEvent.actor_id == actor_id)
    if action:
        statement = statement.where(AuditEvent.action == action)
    if first:
        statement = statement.where(AuditEvent.happened_at >= _midnight(first))
    if last:
        statement = statement.where(AuditEvent.happened_at < _midnight(last + timedelta(days=1)))
    return statement


def audit_actions(session: Session) -> Sequence[str]:
    """Return the actions that occur in the audit log."""
    return session.scalars(select(AuditEvent.action).distinct().order_by(AuditEvent.action)).all()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, tzinfo=clock.company_zone())
