"""Who may take practical tasks, and who may look at what came of it."""

from typing import Any

from training_platform.core.permissions import Permission, Right, anybody, holds, is_system
from training_platform.practicals.rules import AttemptState, Mode


def _owns(person: Any, attempt: Any) -> bool:
    return person.id is not None and (attempt is None or attempt.employee_id == person.id)


def _looks_on(person: Any, attempt: Any) -> bool:
    """Tell that a trainer looks: at practice any time, at an exam after it was handed in."""
    is_over = attempt is not None and (
        attempt.mode is not Mode.EXAM or attempt.state is not AttemptState.IN_PROGRESS
    )
    return is_over and holds(Right.TRAINER)(person, attempt)


POLICY = {
    Permission.PRACTICAL_ATTEMPT_READ: (_owns, _looks_on),
    Permission.PRACTICAL_ATTEMPT_TAKE: (_owns, is_system),
    Permission.PRACTICAL_OVERSEE: (holds(Right.TRAINER),),
    Permission.PRACTICAL_READ: (anybody,),
}
