"""Who may do what in compliance."""

from training_platform.core.permissions import Permission, Predicate, Right, holds, is_system
from training_platform.people.permissions import heads_department

POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.COMPLIANCE_MANAGE: (holds(Right.HR), is_system),
    Permission.COMPLIANCE_READ: (heads_department, holds(Right.HR), is_system),
}
