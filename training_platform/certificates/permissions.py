"""Who may do what in certificates."""

from training_platform.core.permissions import Permission, Predicate

POLICY: dict[Permission, tuple[Predicate, ...]] = {}
