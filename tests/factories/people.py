"""Departments, job roles, employees."""

import itertools
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.permissions import Right
from training_platform.core.text import fold
from training_platform.people.models import (
    AccessGrant,
    Department,
    Employee,
    EmployeeStatus,
    JobRole,
)

_number = itertools.count(1)


def make_department(
    session: Session,
    code: str = "CR",
    name: dict[str, str] | None = None,
    parent: Department | None = None,
) -> Department:
    """Return the department of this code, made if there is none."""
    found = session.query(Department).filter_by(code=code).one_or_none()
    if found is not None:
        return found
    department = Department(
        code=code,
        name=name or {"zh": f"部门{code}", "en": f"Department {code}"},
        parent_id=parent.id if parent else None,
        path="",
    )
    session.add(department)
    session.flush()
    department.path = f"{parent.path if parent else '/'}{department.id}/"
    session.flush()
    return department


def make_job_role(
    session: Session, id: str = "specialist", name: dict[str, str] | None = None, position: int = 0
) -> JobRole:
    """Return the job role of this id, made if there is none."""
    found = session.get(JobRole, id)
    if found is not None:
        return found
    names = {
        "specialist": {"zh": "客户关系专员", "en": "Customer Relations Specialist"},
        "supervisor": {"zh": "客户服务主管", "en": "Customer Service Supervisor"},
        "manager": {"zh": "客户关系经理", "en": "Customer Relations Manager"},
    }
    role = JobRole(
        id=id, name=name or names.get(id, {"zh": f"岗位 {id}", "en": id}), position=position
    )
    session.add(role)
    session.flush()
    return role


def make_employee(
    session: Session,
    *,
    rights: tuple[Right, ...] = (),
    headed: Department | None = None,
    department: Department | None = None,
    job_role: JobRole | str | None = "specialist",
    manager: Employee | None = None,
    password: str | None = None,
    **overrides: Any,
) -> Employee:
    """Add an employee straight to the tables, without event or audit; headed makes a head."""
    number = next(_number)
    if isinstance(job_role, str):
        job_role = make_job_role(session, job_role)
    values: dict[str, Any] = {
        "staff_number": f"T{number:05d}",
        "username": f"user{number}",
        "name": "王小满",
        "name_latin": "Wang Xiaoman",
        "email": f"user{number}@company.example",
        "department_id": (department or make_department(session)).id,
        "job_role_id": job_role.id if job_role else None,
        "manager_id": manager.id if manager else None,
        "hired_on": date(2026, 1, 5),
        "job_role_since": date(2026, 1, 5),
        "status": EmployeeStatus.ACTIVE,
        "created_at": clock.now(),
    } | overrides
    if password is not None:
        from training_platform.people.passwords import hash_password  # noqa: PLC0415

        values["password_hash"] = hash_password(password)
    latin = values["name_latin"]
    values.setdefault(
        "search_text",
        fold(
            f"{values['name']} {latin} {latin.replace(' ', '')}"
            f" {values['staff_number']} {values['username']}"
        ),
    )
    employee = Employee(**values)
    session.add(employee)
    session.flush()
    granted = [(right, None) for right in rights if right is not Right.DEPARTMENT_HEAD]
    if headed is not None or Right.DEPARTMENT_HEAD in rights:
        granted.append((Right.DEPARTMENT_HEAD, headed.id if headed else None))
    for right, department_id in granted:
        session.add(
            AccessGrant(
                employee_id=employee.id,
                right=right,
                department_id=department_id,
                granted_at=clock.now(),
            )
        )
    session.flush()
    return employee
