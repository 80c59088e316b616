"""Who may do what in records."""

from typing import Any

from training_platform.core.permissions import (
    Permission,
    Predicate,
    Right,
    both,
    holds,
    is_system,
    is_within,
)


def is_own(person: Any, employee: Any) -> bool:
    """Tell that a person looks at herself; the area itself is open to everybody."""
    return person.id is not None and (employee is None or employee.id == person.id)


def is_somebody_elses(person: Any, employee: Any) -> bool:
    """Tell that it is not about the person herself: nobody corrects the own record."""
    return employee is None or employee.id != person.id


def heads_department_of(person: Any, employee: Any) -> bool:
    """Tell that the employee works in a department that the person heads."""
    if Right.DEPARTMENT_HEAD not in person.rights:
        return False
    return employee is None or is_within(employee.department.path, person.headed_paths)


def of_correction(predicate: Predicate) -> Predicate:
    """Return the predicate about a correction that holds where it does about its employee."""
    return lambda person, found: predicate(person, getattr(found, "employee", found))


def opened_it(person: Any, correction: Any) -> bool:
    """Tell that the person asked for this correction."""
    if correction is None:
        return person.id is not None
    return bool(correction.opened_by_id == person.id)


_hr_for_others = both(holds(Right.HR), is_somebody_elses)
#: The second person: another of human resources, or whoever heads the department.
_second = (_hr_for_others, both(heads_department_of, is_somebody_elses))

POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.RECORD_CORRECT: (_hr_for_others,),
    Permission.RECORD_CORRECTION_DECIDE: tuple(of_correction(each) for each in _second),
    Permission.RECORD_CORRECTION_READ: tuple(
        of_correction(each) for each in (is_own, heads_department_of, holds(Right.HR))
    ),
    Permission.RECORD_CORRECTION_REQUEST: (is_own,),
    Permission.RECORD_CORRECTION_WITHDRAW: (opened_it,),
    Permission.RECORD_ERASE: (_hr_for_others, is_system),
    Permission.RECORD_IMPORT: (holds(Right.HR),),
    Permission.RECORD_READ: (is_own, heads_department_of, holds(Right.HR)),
    Permission.RECORD_READ_ALL: (heads_department_of, holds(Right.HR)),
    Permission.RETENTION_MANAGE: (holds(Right.HR),),
}
