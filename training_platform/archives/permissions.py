"""Who may do what in the archive."""

from typing import Any

from training_platform.core.permissions import Permission, Predicate, Right, holds
from training_platform.people.permissions import heads_department, is_line_manager, is_self


def heads(person: Any, employee: Any) -> bool:
    """Tell whether the person heads the employee's department or one above it."""
    return Right.DEPARTMENT_HEAD in person.rights and heads_department(person, employee)


def leads(person: Any, employee: Any) -> bool:
    """Tell whether somebody reports to the person; of one employee, whether she does."""
    if employee is None:
        return bool(getattr(person, "leads_people", False))
    return is_line_manager(person, employee)


def is_owner(person: Any, owned: Any) -> bool:
    """Tell whether a saved search, pull or schedule is the person's own."""
    return person.id is not None and (owned is None or owned.owner_id == person.id)


def owns_and_searches(person: Any, owned: Any) -> bool:
    """Tell whether a pull is the person's own; the area is open to those who search."""
    if owned is None:
        return heads(person, None) or leads(person, None) or Right.HR in person.rights
    return is_owner(person, owned)


POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.ARCHIVE_AUDIT: (holds(Right.HR),),
    Permission.ARCHIVE_PULL: (owns_and_searches,),
    Permission.ARCHIVE_READ: (is_self, heads, leads, holds(Right.HR)),
    Permission.ARCHIVE_SAVED: (owns_and_searches,),
    Permission.ARCHIVE_SEARCH: (heads, leads, holds(Right.HR)),
}
