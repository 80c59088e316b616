"""Who may do what in notices."""

from typing import Any

from training_platform.core.permissions import Permission, Predicate


def is_recipient(person: Any, notice: Any) -> bool:
    """Tell that a notice is the person's own; the list itself is open to everybody."""
    return person.id is not None and (notice is None or notice.employee_id == person.id)


POLICY: dict[Permission, tuple[Predicate, ...]] = {Permission.NOTICE_READ: (is_recipient,)}
