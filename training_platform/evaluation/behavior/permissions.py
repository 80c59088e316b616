"""Who may do what in behavior assessment."""

from typing import Any

from training_platform.core.permissions import (
    Permission,
    Predicate,
    Right,
    anybody,
    both,
    holds,
    is_system,
)
from training_platform.people.permissions import heads_department, is_line_manager


def is_about_somebody_else(person: Any, subject: Any) -> bool:
    """Tell that an assessment is not the person's own; a round is nobody's."""
    return getattr(subject, "employee_id", None) != person.id or subject is None


def is_assessed(person: Any, subject: Any) -> bool:
    """Tell that the assessment is the person's own."""
    return person.id is not None and (subject is None or subject.employee_id == person.id)


def is_superior(person: Any, subject: Any) -> bool:
    """Tell that the assessed person reports to this one now."""
    return subject is not None and is_line_manager(person, subject.employee)


def is_asked(person: Any, subject: Any) -> bool:
    """Tell that the person was asked to rate."""
    return person.id is not None and (subject is None or subject.employee_id == person.id)


def _for_others(predicate: Predicate) -> Predicate:
    return both(predicate, is_about_somebody_else)


_MANAGE = (_for_others(holds(Right.HR)), _for_others(heads_department))

POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.BEHAVIOR_HOME: (anybody,),
    Permission.BEHAVIOR_MANAGE: (*_MANAGE, is_system),
    Permission.BEHAVIOR_PROPOSE: (is_assessed,),
    Permission.BEHAVIOR_RATE: (is_asked,),
    Permission.BEHAVIOR_READ: (is_assessed, is_superior, *_MANAGE),
}
