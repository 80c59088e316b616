"""Who may do what in records."""

from typing import Any

from training_platform.core.permissions import (
    Permission,
    Predicate,
    Right,
    holds,
    is_system,
    is_within,
)


def is_own(person: Any, employee: Any) -> bool:
    """Tell that a person looks at herself; the area itself is open to everybody."""
    return person.id is not None and (employee is None or employee.id == person.id)


def heads_department_of(person: Any, employee: Any) -> bool:
    """Tell that the employee works in a department that the person heads."""
    if Right.DEPARTMENT_HEAD not in person.rights:
        return False
    return employee is None or is_within(employee.department.path, person.headed_paths)


POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.RECORD_CORRECT: (holds(Right.HR),),
    Permission.RECORD_ERASE: (holds(Right.HR), is_system),
    Permission.RECORD_READ: (is_own, heads_department_of, holds(Right.HR)),
    Permission.RECORD_READ_ALL: (heads_department_of, holds(Right.HR)),
}
