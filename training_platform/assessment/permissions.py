"""Who may do what in assessment."""

from training_platform.core.permissions import Permission, Predicate, Right, holds

POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.LADDER_MANAGE: (holds(Right.HR),),
    Permission.QUESTION_STATISTICS: (holds(Right.TRAINER, Right.HR),),
}
