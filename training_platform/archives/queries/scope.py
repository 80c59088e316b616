"""Whose records somebody finds in the archive, as a condition in SQL."""

from sqlalchemy import ColumnElement, false, or_, true

from training_platform.core.permissions import Person, Right
from training_platform.people.models import Employee
from training_platform.people.queries import is_below


def in_scope(person: Person) -> ColumnElement[bool]:
    """Return the condition on Employee and Department: all for HR, headed trees, direct reports.

    People who left stay in the archive. It is the one place that says who finds whom.
    """
    if Right.HR in person.rights:
        return true()
    conditions: list[ColumnElement[bool]] = [false()]
    if person.id is not None:
        conditions.append(Employee.manager_id == person.id)
    if person.headed_paths and Right.DEPARTMENT_HEAD in person.rights:
        conditions.append(is_below(person.headed_paths))
    return or_(*conditions)


def sees_all(person: Person) -> bool:
    """Tell whether nobody's records are hidden from the person."""
    return Right.HR in person.rights
