"""Who gives programs a token."""

from training_platform.core.permissions import Permission, Predicate, Right, holds

POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.API_TOKEN_MANAGE: (holds(Right.HR),),
}
