"""Who may rate lessons, and who reads what was said."""

from training_platform.core.permissions import Permission, Predicate, Right, anybody, both, holds
from training_platform.curricula.permissions import is_open

POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.LESSON_FEEDBACK_READ: (holds(Right.TRAINER),),
    Permission.LESSON_RATE: (both(anybody, is_open),),
}
