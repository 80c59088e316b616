"""What the studio does when a task was proved."""

from sqlalchemy.orm import Session

from training_platform.practicals.events import PracticalProved
from training_platform.studio.proofs.services import stamp
from training_platform.studio.services.drafts import find_open


def stamp_draft(session: Session, event: PracticalProved) -> None:
    """Put the stamp beside the draft's files, if they are still those that were proved."""
    draft = find_open(session, "practical", event.slug)
    if draft is not None:
        stamp(session, draft, event.digest)
