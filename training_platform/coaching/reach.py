"""Who stands where around a trainee: asked once, then judged by pure predicates."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session

from training_platform.coaching.models import CoachingCare
from training_platform.core.permissions import Person, Right
from training_platform.people.models import Department, Employee, EmployeeStatus
from training_platform.people.queries import is_below


@dataclass(frozen=True)
class Reach:
    """A trainee as permissions see her."""

    employee_id: int
    name: str
    manager_id: int | None
    department_path: str
    coach_ids: frozenset[int]

    @property
    def id(self) -> int:
        """Return the employee's id."""
        return self.employee_id


def reach_of(session: Session, employee_id: int) -> Reach | None:
    """Return somebody with those who care for her; None for an unknown id."""
    row = session.execute(
        select(Employee.id, Employee.name, Employee.manager_id, Department.path)
        .join(Department, Department.id == Employee.department_id)
        .where(Employee.id == employee_id)
    ).one_or_none()
    if row is None:
        return None
    coaches = session.scalars(
        select(CoachingCare.coach_id).where(
            CoachingCare.trainee_id == employee_id, CoachingCare.ended_at.is_(None)
        )
    )
    return Reach(row.id, row.name, row.manager_id, row.path, frozenset(coaches))


def in_care_of(coach_id: int | None) -> ColumnElement[bool]:
    """Return the condition that an employee is in somebody's care now."""
    return Employee.id.in_(
        select(CoachingCare.trainee_id).where(
            CoachingCare.coach_id == coach_id, CoachingCare.ended_at.is_(None)
        )
    )


def within_reach(person: Person) -> ColumnElement[bool]:
    """Return whose figures somebody sees by name: her department, direct reports, trainees.

    Statements join Employee and Department. Only active people, never the person herself.
    """
    conditions: list[Any] = [Employee.manager_id == person.id, in_care_of(person.id)]
    if person.headed_paths:
        conditions.append(is_below(person.headed_paths))
    if Right.HR in person.rights:
        conditions = [true()]
    return (
        (Employee.status == EmployeeStatus.ACTIVE) & (Employee.id != person.id) & or_(*conditions)
    )
