"""Who may take practical tasks, and who may look at what came of it."""

from typing import Any

from training_platform.core.permissions import Permission, Right, anybody, both, holds, is_system
from training_platform.practicals.rules import TIMED, AttemptState


def _owns(person: Any, attempt: Any) -> bool:
    return person.id is not None and (attempt is None or attempt.employee_id == person.id)


def _looks_on(person: Any, attempt: Any) -> bool:
    """Tell that a trainer looks: at practice any time, at an exam after it was handed in.

    A part of an exam is sealed until the whole exam is over.
    """
    if attempt is None or attempt.is_sealed:
        return False
    is_over = attempt.mode not in TIMED or attempt.state is not AttemptState.IN_PROGRESS
    return is_over and holds(Right.TRAINER)(person, attempt)


def _is_not_concerned(person: Any, regrade: Any) -> bool:
    """Tell that a regrade leaves the person's own results as they are."""
    return regrade is None or person.id not in regrade.concerned_ids


POLICY = {
    Permission.PRACTICAL_ATTEMPT_READ: (_owns, _looks_on),
    Permission.PRACTICAL_ATTEMPT_TAKE: (_owns, is_system),
    Permission.PRACTICAL_OVERSEE: (holds(Right.TRAINER),),
    Permission.PRACTICAL_READ: (anybody,),
    Permission.PRACTICAL_REGRADE: (both(holds(Right.TRAINER), _is_not_concerned),),
}
