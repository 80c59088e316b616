"""What records does when a lower package announces something."""

from typing import Any

from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.permissions import Right
from training_platform.notices import services as notices
from training_platform.people.events import EmployeeJoined, EmployeeLeft, JobRoleChanged
from training_platform.people.models import Employee, JobRole
from training_platform.records import services
from training_platform.records.rules import Kind


def record_joining(session: Session, event: EmployeeJoined) -> None:
    """Append that somebody joined, once."""
    employee = session.get_one(Employee, event.employee_id)
    services.append(
        session,
        employee.id,
        Kind.JOINED,
        employee.job_role_id or "",
        source=f"people:joined:{employee.id}",
        title=_role_name(session, employee.job_role_id),
        department=employee.department.name,
    )


def record_job_role(session: Session, event: JobRoleChanged) -> None:
    """Append the change of the job role, once."""
    change = f"{event.changed_on}:{event.old_job_role_id}:{event.new_job_role_id}"
    services.append(
        session,
        event.employee_id,
        Kind.JOB_ROLE_CHANGED,
        event.new_job_role_id or "",
        source=f"people:job_role:{event.employee_id}:{change}",
        title=_role_name(session, event.new_job_role_id),
        old=_role_name(session, event.old_job_role_id),
        changed_on=event.changed_on,
    )


def record_leaving(session: Session, event: EmployeeLeft) -> None:
    """Append that somebody left; tell human resources and whoever has her reports now."""
    employee = session.get_one(Employee, event.employee_id)
    day = clock.today().isoformat()
    record = services.append_id(
        session, employee.id, Kind.LEFT, "", source=f"people:left:{employee.id}:{clock.now()}"
    )
    values: dict[str, Any] = {"name": employee.name, "day": day, "count": event.reports}
    key, href = f"people:left:{record}", f"/archives/people/{employee.id}"
    notices.notify_holders(session, Right.HR, "employee_left", key=key, href=href, **values)
    if event.reports and employee.manager_id is not None:
        notices.notify(
            session,
            employee.manager_id,
            "reports_handed_over",
            key=f"{key}:reports",
            href="/team",
            **values,
        )


def _role_name(session: Session, job_role_id: str | None) -> dict[str, Any]:
    role = session.get(JobRole, job_role_id) if job_role_id else None
    return role.name if role else {"zh": "未定岗位", "en": "no job role"}
