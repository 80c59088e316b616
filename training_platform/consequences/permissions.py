"""Who may do what in consequences."""

from typing import Any

from training_platform.core.permissions import Permission, Predicate, Right, both, holds


def is_somebody_elses(person: Any, subject: Any) -> bool:
    """Tell that a case or recommendation is not the person's own."""
    return subject is None or subject.employee_id != person.id


_hr_for_others = both(holds(Right.HR), is_somebody_elses)

POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.CONSEQUENCE_DECIDE: (_hr_for_others,),
    Permission.CONSEQUENCE_READ: (_hr_for_others,),
    Permission.REWARD_POLICY_MANAGE: (holds(Right.HR),),
}
