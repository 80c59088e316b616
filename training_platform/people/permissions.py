"""Who may do what in people."""

from training_platform.core.permissions import Permission, Predicate

POLICY: dict[Permission, tuple[Predicate, ...]] = {}
