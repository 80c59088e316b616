"""Assignment rules: the list, and whom a rule means."""

from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from training_platform.curricula.models import Assignment, AssignmentRule, AssignmentState, Course
from training_platform.people.models import Department, Employee, EmployeeStatus, JobRole


def meant_by(session: Session, rule: Any) -> Select[int]:
    """Return the select of the ids of employees whom a rule (or its input) means."""
    statement = (
        select(Employee.id)
        .join(Department, Department.id == Employee.department_id)
        .where(Employee.status != EmployeeStatus.LEFT)
    )
    if rule.job_role_id is not None:
        statement = statement.where(Employee.job_role_id == rule.job_role_id)
    if rule.department_id is not None:
        path = session.scalar(select(Department.path).where(Department.id == rule.department_id))
        statement = statement.where(Department.path.like(f"{path}%"))
    if rule.hired_since is not None:
        statement = statement.where(Employee.hired_on >= rule.hired_since)
    return statement


def count_meant(session: Session, rule: Any) -> tuple[int, int]:
    """Return how many people a rule means, and how many of them completed its course already."""
    meant = meant_by(session, rule).subquery()
    total = session.scalar(select(func.count()).select_from(meant)) or 0
    completed = session.scalar(
        select(func.count()).where(
            Assignment.course_id == rule.course_id,
            Assignment.state == AssignmentState.COMPLETED,
            Assignment.employee_id.in_(select(meant.c.id)),
        )
    )
    return total, completed or 0


def some_meant(session: Session, rule: Any, limit: int = 5) -> list[str]:
    """Return a few names of those whom a rule means, for its preview."""
    meant = meant_by(session, rule).subquery()
    return list(
        session.scalars(
            select(Employee.name)
            .where(Employee.id.in_(select(meant.c.id)))
            .order_by(Employee.name, Employee.id)
            .limit(limit)
        )
    )


def rule_list() -> Select[Any]:
    """Return the select of all rules with what their list shows, the active ones first."""
    holders = (
        select(func.count())
        .where(
            Assignment.rule_id == AssignmentRule.id,
            Assignment.state != AssignmentState.REMOVED,
        )
        .scalar_subquery()
    )
    return (
        select(
            AssignmentRule.id,
            AssignmentRule.name,
            AssignmentRule.is_active,
            AssignmentRule.is_required,
            AssignmentRule.due_days,
            AssignmentRule.hired_since,
            AssignmentRule.version,
            Course.title.label("course"),
            JobRole.name.label("job_role"),
            Department.name.label("department"),
            holders.label("holders"),
        )
        .join(Course, Course.id == AssignmentRule.course_id)
        .outerjoin(JobRole, JobRole.id == AssignmentRule.job_role_id)
        .outerjoin(Department, Department.id == AssignmentRule.department_id)
        .order_by(AssignmentRule.is_active.desc(), AssignmentRule.id.desc())
    )
