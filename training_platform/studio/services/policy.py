"""What needs a second pair of eyes before it is published."""

from collections.abc import Set

from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.studio import checking
from training_platform.studio.models import StudioPolicy
from training_platform.studio.services.publishing import needs_review


def set_policy(session: Session, actor: Person, wanted: Set[str]) -> None:
    """Let exactly these kinds need a second look; what changes is recorded, kind by kind."""
    authorize(actor, None, Permission.STUDIO_POLICY_MANAGE)
    for kind in checking.kinds():
        if needs_review(session, kind) == (kind in wanted):
            continue
        row = session.get(StudioPolicy, kind) or StudioPolicy(kind=kind)
        row.needs_review = kind in wanted
        row.changed_by_id, row.changed_at = actor.id, clock.now()
        session.add(row)
        session.flush()
        audit.record(session, actor, "studio.policy", None, kind=kind, needs=kind in wanted)
