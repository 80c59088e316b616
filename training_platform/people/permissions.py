"""Who may do what in people."""

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

is_hr = holds(Right.HR)
is_admin = holds(Right.ADMIN)


def is_self(person: Any, employee: Any) -> bool:
    """Tell whether the employee is the person; the area of oneself is open to everybody."""
    return person.id is not None and (employee is None or employee.id == person.id)


def is_line_manager(person: Any, employee: Any) -> bool:
    """Tell whether the person is the employee's direct superior."""
    return person.id is not None and employee is not None and employee.manager_id == person.id


def heads_department(person: Any, employee: Any) -> bool:
    """Tell whether the person heads the employee's department or one above it."""
    if employee is None:
        return bool(person.headed_paths)
    return bool(person.headed_paths) and is_within(employee.department.path, person.headed_paths)


def is_somebody_else(person: Any, employee: Any) -> bool:
    """Tell that the person does not act on her own account."""
    return employee is None or employee.id != person.id


def is_no_admin(_person: Any, employee: Any) -> bool:
    """Tell that the employee is no administrator.

    Whoever may change an account's mail address may take the account over, so HR may not
    manage those who hold more than HR does.
    """
    return employee is None or all(grant.right is not Right.ADMIN for grant in employee.grants)


POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.ADMIN_OVERVIEW: (is_hr, is_admin),
    Permission.AUDIT_READ: (is_hr, is_admin),
    Permission.DEPARTMENT_MANAGE: (is_hr, is_admin, is_system),
    Permission.EMPLOYEE_MANAGE: (both(is_hr, is_no_admin), is_admin, is_system),
    Permission.EMPLOYEE_READ: (
        is_self,
        is_line_manager,
        heads_department,
        is_hr,
        is_admin,
        is_system,
    ),
    Permission.IMPORT_MANAGE: (is_hr, is_admin, is_system),
    Permission.JOB_READ: (is_admin,),
    Permission.RIGHT_GRANT: (both(is_admin, is_somebody_else), is_system),
    Permission.SIGNED_IN: (anybody,),
}
