"""Who may do what in home."""

from training_platform.core.permissions import Permission, Predicate

POLICY: dict[Permission, tuple[Predicate, ...]] = {}
