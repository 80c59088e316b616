"""Who may do what in home."""

from typing import Any

from training_platform.core.permissions import Permission, Predicate, Right, anybody, holds
from training_platform.people.permissions import heads_department, is_line_manager


def leads_people(person: Any, subject: Any) -> bool:
    """Tell whether somebody reports to the person; of one employee, whether she does."""
    if subject is None:
        return bool(getattr(person, "leads_people", False))
    return is_line_manager(person, subject)


POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.STYLEGUIDE_READ: (anybody,),
    Permission.TEAM_READ: (heads_department, leads_people, holds(Right.HR)),
}
