"""Who may do what in notices."""

from typing import Any

from training_platform.core.permissions import Permission, Predicate, Right, holds


def is_recipient(person: Any, notice: Any) -> bool:
    """Tell that a notice is the person's own; the list itself is open to everybody."""
    return person.id is not None and (notice is None or notice.employee_id == person.id)


POLICY: dict[Permission, tuple[Predicate, ...]] = {
    # That a mail went out or failed; what stands in it is HR's to read (NOTICE_MANAGE).
    Permission.MAIL_READ: (holds(Right.HR, Right.ADMIN),),
    Permission.NOTICE_MANAGE: (holds(Right.HR),),
    Permission.NOTICE_READ: (is_recipient,),
}
