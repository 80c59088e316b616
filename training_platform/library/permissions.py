"""Who may read the library: everybody who works here."""

from training_platform.core.permissions import Permission, Predicate, anybody

POLICY: dict[Permission, tuple[Predicate, ...]] = {Permission.LIBRARY_READ: (anybody,)}
