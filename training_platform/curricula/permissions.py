"""Who may do what in curricula."""

from training_platform.core.permissions import Permission, Predicate

POLICY: dict[Permission, tuple[Predicate, ...]] = {}
