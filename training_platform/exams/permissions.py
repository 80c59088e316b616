"""Who may sit exams, and who may look at what came of it."""

from typing import Any

from training_platform.core.permissions import Permission, Right, anybody, both, holds, is_system
from training_platform.exams.rules import SittingState


def _owns(person: Any, sitting: Any) -> bool:
    return person.id is not None and (sitting is None or sitting.employee_id == person.id)


def _looks_on(person: Any, sitting: Any) -> bool:
    """Tell that a trainer or HR looks at a sitting that is over."""
    is_over = sitting is not None and sitting.state is not SittingState.IN_PROGRESS
    return is_over and holds(Right.TRAINER, Right.HR)(person, sitting)


def _is_not_own(person: Any, sitting: Any) -> bool:
    return sitting is None or sitting.employee_id != person.id


POLICY = {
    Permission.EXAM_CORRECT: (both(holds(Right.TRAINER), _is_not_own),),
    Permission.EXAM_OVERSEE: (holds(Right.TRAINER, Right.HR),),
    Permission.EXAM_READ: (anybody,),
    Permission.EXAM_SITTING_READ: (_owns, _looks_on),
    Permission.EXAM_SITTING_TAKE: (_owns, is_system),
}
