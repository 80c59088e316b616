"""Who writes, who gives the second opinion, who decides what needs one."""

from typing import Any

from training_platform.core.permissions import (
    Permission,
    Predicate,
    Right,
    anybody,
    holds,
    is_system,
)

is_trainer = holds(Right.TRAINER)
#: What everybody may see once it is published; questions and keys are not among it.
OPEN_KINDS = frozenset({"course", "curricula", "case", "faq"})


def may_read_published(person: Any, item: Any) -> bool:
    """Tell that somebody may read what was published: trainers all, others what is no key."""
    if item is None:
        return anybody(person, None)
    return is_trainer(person, item) or (anybody(person, None) and item.kind in OPEN_KINDS)


POLICY: dict[Permission, tuple[Predicate, ...]] = {
    Permission.STUDIO_HISTORY_READ: (may_read_published,),
    Permission.STUDIO_POLICY_MANAGE: (holds(Right.HR),),
    Permission.STUDIO_PUBLISH: (is_trainer, is_system),
    Permission.STUDIO_USE: (is_trainer,),
}
