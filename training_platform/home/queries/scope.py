"""Whose people somebody sees on team pages, as conditions in SQL."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session

from training_platform.core.errors import NotFoundError
from training_platform.core.i18n import pick
from training_platform.core.permissions import Person, Right
from training_platform.people.models import Department, Employee, EmployeeStatus
from training_platform.people.queries import is_below


@dataclass(frozen=True)
class Scope:
    """The people of one team page. Statements join Employee and Department and add `where`."""

    where: ColumnElement[bool]
    department_id: int | None
    name: dict[str, Any] | None
    departments: list[tuple[int, dict[str, Any]]]

    @property
    def department_options(self) -> list[tuple[int, str]]:
        """Return the departments as a list of choices, in the page's language."""
        return [(ident, pick(name)) for ident, name in self.departments]


def in_team(person: Person) -> ColumnElement[bool]:
    """Return the condition of TEAM_READ in SQL: all for HR, the headed sub-trees, direct reports.

    Only active people; whoever left keeps a record, but is on no team page.
    """
    is_active = Employee.status == EmployeeStatus.ACTIVE
    if Right.HR in person.rights:
        return is_active
    conditions: list[ColumnElement[bool]] = [
        and_(Employee.manager_id == person.id, Employee.manager_id.is_not(None))
    ]
    if person.headed_paths:
        conditions.append(is_below(person.headed_paths))
    return and_(is_active, or_(*conditions))


def scope_of(session: Session, person: Person, department: str = "") -> Scope:
    """Return the people whom a team page shows, narrowed to a department with its sub-tree.

    Raises NotFoundError for a department that is not the person's to see, as for an unknown one.
    """
    departments = _departments(session, person)
    condition = in_team(person)
    if not department:
        top = departments[0] if departments else None
        is_one_tree = top and all(each.path.startswith(top.path) for each in departments)
        name = top.name if top and is_one_tree else None
        return Scope(condition, None, name, [(each.id, each.name) for each in departments])
    chosen = next((each for each in departments if str(each.id) == department), None)
    if chosen is None:
        raise NotFoundError
    return Scope(
        and_(condition, is_below([chosen.path])),
        chosen.id,
        chosen.name,
        [(each.id, each.name) for each in departments],
    )


def _departments(session: Session, person: Person) -> Any:
    is_hr = Right.HR in person.rights
    if not is_hr and not person.headed_paths:
        return []
    condition = true() if is_hr else is_below(person.headed_paths)
    return session.execute(
        select(Department.id, Department.name, Department.path)
        .where(condition)
        .order_by(Department.path)
    ).all()
