"""Who coaches whom, who looks into a trainee's work, and who draws samples of it."""

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

is_trainer = holds(Right.TRAINER)
is_hr = holds(Right.HR)
is_coach = holds(Right.CRM_COACH, Right.MENTOR, Right.TRAINER)


def is_own(person: Any, reach: Any) -> bool:
    """Tell that somebody looks at herself; the area itself is open to everybody."""
    return person.id is not None and (reach is None or reach.employee_id == person.id)


def is_another(person: Any, reach: Any) -> bool:
    """Tell that it is not about the person herself."""
    return reach is None or reach.employee_id != person.id


def coaches(person: Any, reach: Any) -> bool:
    """Tell that the trainee is in the person's care."""
    if reach is None:
        return is_coach(person, None)
    return person.id in reach.coach_ids and is_coach(person, None)


def manages(person: Any, reach: Any) -> bool:
    """Tell that the person is the trainee's direct superior."""
    if reach is None:
        return bool(getattr(person, "leads_people", False))
    return person.id is not None and reach.manager_id == person.id


def heads(person: Any, reach: Any) -> bool:
    """Tell that the person heads the trainee's department, or one above it."""
    if reach is None:
        return bool(person.headed_paths)
    return is_within(reach.department_path, person.headed_paths)


def is_seated(person: Any, seat: Any) -> bool:
    """Tell that a slot is the person's own, that she has taken it, or that it is offered to her."""
    if seat is None:
        return person.id is not None
    return person.id is not None and person.id in seat.people


def offers(person: Any, seat: Any) -> bool:
    """Tell that a slot is the coach's own."""
    return is_coach(person, None) and (seat is None or seat.coach_id == person.id)


def found_it(person: Any, check: Any) -> bool:
    """Tell that the person drew the sample herself."""
    return check is None or check.checker_id == person.id


_LEADS = (manages, heads)

POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.COACHING_CARE_MANAGE: (
        *(both(each, is_another) for each in (*_LEADS, is_hr)),
        both(holds(Right.CRM_COACH, Right.TRAINER), is_another),
    ),
    Permission.COACHING_COACH: (is_coach,),
    Permission.COACHING_PLAN_MANAGE: (coaches, *_LEADS, is_hr, is_system),
    Permission.COACHING_READ: (is_own, coaches, *_LEADS, is_hr, is_trainer),
    Permission.COACHING_SLOT_MANAGE: (offers,),
    Permission.COACHING_SLOT_READ: (is_seated,),
    Permission.COACHING_USE: (anybody,),
    Permission.SPOT_CHECK_FIND: (found_it,),
    Permission.SPOT_CHECK_MAKE: tuple(
        both(each, is_another) for each in (coaches, *_LEADS, is_trainer)
    ),
    Permission.USAGE_READ: (is_coach, *_LEADS, is_hr),
}
