"""Who may do what in certificates."""

from typing import Any

from training_platform.core.permissions import (
    Permission,
    Predicate,
    Right,
    holds,
    is_within,
)


def is_holder(person: Any, certificate: Any) -> bool:
    """Tell that a certificate is the person's own; the wall itself is open to everybody."""
    return person.id is not None and (certificate is None or certificate.employee_id == person.id)


def heads_holder(person: Any, certificate: Any) -> bool:
    """Tell that the holder works in a department that the person heads."""
    if Right.DEPARTMENT_HEAD not in person.rights:
        return False
    if certificate is None:
        return True
    return is_within(certificate.employee.department.path, person.headed_paths)


POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.CERTIFICATE_READ: (is_holder, heads_holder, holds(Right.HR, Right.ADMIN)),
    Permission.CERTIFICATE_ISSUE: (holds(Right.HR, Right.TRAINER, Right.ADMIN),),
    Permission.CERTIFICATE_REVOKE: (holds(Right.HR, Right.ADMIN),),
}
