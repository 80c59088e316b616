"""Who may do what in mentored practice. What may be done when stands in rules.py."""

from typing import Any

from training_platform.core.permissions import (
    Permission,
    Predicate,
    Right,
    anybody,
    holds,
    is_within,
)
from training_platform.mentoring.rules import Role

#: Whose right reaches the practices of the whole company.
_BY_RIGHT = {Right.HR: Role.HR, Right.EXECUTIVE: Role.EXECUTIVE}
#: Who looks after, or into, the practices of others; managers and leaders of the company read.
_OVERSEERS = frozenset({Role.HEAD, Role.HR, Role.MANAGER, Role.EXECUTIVE})


def roles_of(person: Any, practice: Any) -> frozenset[Role]:
    """Return what somebody is to a practice; the trainee is nothing else to her own."""
    if person.id is None:
        return frozenset()
    if practice.trainee_id == person.id:
        return frozenset({Role.TRAINEE})
    held = {Role.MENTOR} if practice.mentor_id == person.id else set()
    if person.headed_paths and is_within(practice.trainee.department.path, person.headed_paths):
        held.add(Role.HEAD)
    if practice.trainee.manager_id == person.id:
        held.add(Role.MANAGER)
    held |= {role for right, role in _BY_RIGHT.items() if right in person.rights}
    return frozenset(held)


def _is(*roles: Role) -> Predicate:
    wanted = frozenset(roles)
    return lambda person, practice: (
        practice is None or not wanted.isdisjoint(roles_of(person, practice))
    )


def oversees(person: Any, practice: Any) -> bool:
    """Tell whether somebody looks after the practices of others.

    A head those of her department and below, a line manager those of her people, HR and the leaders
    of the company all.
    """
    if practice is None:
        leads = bool(person.headed_paths) or bool(getattr(person, "leads_people", False))
        return leads or sees_all(person)
    return not roles_of(person, practice).isdisjoint(_OVERSEERS)


def sees_all(person: Any) -> bool:
    """Tell whether somebody reads the practices of the whole company."""
    return not _BY_RIGHT.keys().isdisjoint(person.rights)


POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.MENTORING_DESK: (holds(Right.MENTOR),),
    Permission.MENTORING_GUIDE: (_is(Role.MENTOR),),
    Permission.MENTORING_MANAGE: (_is(Role.TRAINEE, Role.MENTOR, Role.HEAD, Role.HR),),
    Permission.MENTORING_OVERSEE: (oversees,),
    Permission.MENTORING_READ: (_is(*Role),),
    Permission.MENTORING_TRAIN: (_is(Role.TRAINEE),),
    Permission.MENTORING_USE: (anybody,),
}
