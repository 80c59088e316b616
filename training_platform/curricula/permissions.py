"""Who may do what in curricula."""

from typing import Any

from training_platform.core.permissions import (
    Permission,
    Predicate,
    Right,
    anybody,
    both,
    holds,
    is_system,
    is_within,
)


def is_open(_person: Any, course: Any) -> bool:
    """Tell that a course or lesson is not withdrawn, or was begun before it was."""
    if course is None or not course.is_withdrawn:
        return True
    return bool(getattr(course, "is_started", False))


def heads_department(person: Any, subject: Any) -> bool:
    """Tell whether the person heads the department of an employee, or of an assignment's."""
    if subject is None:
        return bool(person.headed_paths)
    employee = getattr(subject, "employee", subject)
    return bool(person.headed_paths) and is_within(employee.department.path, person.headed_paths)


POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.ASSIGNMENT_MANAGE: (heads_department, holds(Right.HR), is_system),
    Permission.COURSE_READ: (both(anybody, is_open),),
    Permission.CURRICULUM_MANAGE: (holds(Right.HR), is_system),
}
