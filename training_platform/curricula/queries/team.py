"""What heads and HR see: who has what until when, and who may be assigned to."""

from typing import Any

from sqlalchemy import ColumnElement, Select, and_, false, select
from sqlalchemy.orm import Session, joinedload

from training_platform.core import clock
from training_platform.core.permissions import Person, Right
from training_platform.core.search import contains_all, words
from training_platform.curricula.models import Assignment, AssignmentState
from training_platform.curricula.queries.due import IS_OPEN, IS_REQUIRED, assigned_to
from training_platform.people.models import Department, Employee, EmployeeStatus
from training_platform.people.queries import is_below


def in_reach(person: Person) -> ColumnElement[bool]:
    """Return the condition that the person may assign to somebody of this department."""
    if Right.HR in person.rights or "system" in person.rights:
        return Department.id.is_not(None)
    return is_below(person.headed_paths) if person.headed_paths else false()


def assignable(person: Person, *, query: str = "", department: int | None = None) -> Select[Any]:
    """Return the select of the employees to whom the person may assign, searched and filtered."""
    statement = (
        select(Employee)
        .join(Department, Department.id == Employee.department_id)
        .options(joinedload(Employee.department), joinedload(Employee.job_role))
        .where(Employee.status == EmployeeStatus.ACTIVE, in_reach(person))
        .order_by(Employee.name_latin, Employee.id)
    )
    if found := words(query):
        statement = statement.where(contains_all(Employee.search_text, found))
    if department is not None:
        statement = statement.where(Department.path.like(f"%/{department}/%"))
    return statement


def departments_in_reach(session: Session, person: Person) -> list[tuple[int, dict[str, str]]]:
    """Return the departments to whose people the person may assign, as a tree reads."""
    found = session.execute(
        select(Department.id, Department.name).where(in_reach(person)).order_by(Department.path)
    )
    return [(row[0], row[1]) for row in found]


def assignments(
    person: Person, *, query: str = "", state: str = "", course: str = "", employee_id: int = 0
) -> Select[Any]:
    """Return the select of the assignments of people in the person's reach."""
    is_theirs = and_(Employee.status == EmployeeStatus.ACTIVE, in_reach(person))
    statement = assigned_to(is_theirs, query)
    if course:
        statement = statement.where(Assignment.course_id == course)
    if employee_id:
        statement = statement.where(Assignment.employee_id == employee_id)
    return _in_state(statement, state)


def _in_state(statement: Select[Any], state: str) -> Select[Any]:
    if state == "overdue":
        return statement.where(IS_REQUIRED, Assignment.due_on < clock.today())
    if state == "open":
        return statement.where(IS_OPEN)
    if state == "completed":
        return statement.where(Assignment.state == AssignmentState.COMPLETED)
    return statement.where(Assignment.state != AssignmentState.REMOVED)
