"""Jobs of the studio: what was scheduled is published, old saves are thinned out."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from training_platform.core import clock
from training_platform.core.db import db, writing
from training_platform.core.errors import DomainError
from training_platform.core.jobs import JobContext, job
from training_platform.core.permissions import SYSTEM
from training_platform.notices import services as notices
from training_platform.studio import rules
from training_platform.studio.models import StudioDraft, StudioSave
from training_platform.studio.rules import DraftState
from training_platform.studio.services.publishing import publish_drafts, unschedule_draft
from training_platform.studio.services.reviewing import shown_title


@job("studio.publish_scheduled", every_seconds=60)
def publish_scheduled(_context: JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Publish what is due, each draft by itself; who planned what cannot be published is told."""
    due = db.session.scalars(
        select(StudioDraft.id).where(
            StudioDraft.state == DraftState.SCHEDULED, StudioDraft.publish_at <= clock.now()
        )
    ).all()
    return {"published": sum(_publish(draft_id) for draft_id in due), "due": len(due)}


def _publish(draft_id: int) -> bool:
    try:
        with writing() as session:
            draft = session.get_one(StudioDraft, draft_id)
            if draft.state is not DraftState.SCHEDULED:
                return False  # somebody was faster
            made = publish_drafts(session, [draft], SYSTEM, draft.publish_note)
            for each in made:
                each.published_by_id = draft.publisher_id
    except DomainError:
        _tell(draft_id)
        return False
    return True


def _tell(draft_id: int) -> None:
    with writing() as session:
        draft = session.get_one(StudioDraft, draft_id)
        at = draft.publish_at
        unschedule_draft(session, draft, SYSTEM)
        if draft.publisher_id:
            notices.notify(
                session,
                draft.publisher_id,
                "studio_not_published",
                key=f"studio-late:{draft.id}:{at}",
                href=f"/studio/drafts/{draft.id}/publish",
                title=shown_title(draft),
            )


@job("studio.thin_saves", every_seconds=86_400)
def thin_saves(_context: JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Forget saves that nobody needs any more; safe to run twice."""
    with writing() as session:
        rows = session.execute(
            select(
                StudioSave.id,
                StudioSave.draft_id,
                StudioSave.path,
                StudioSave.saved_by_id,
                StudioSave.saved_at,
            )
            .where(StudioSave.saved_at < clock.now() - rules.KEEPS_ALL)
            .order_by(StudioSave.id)
        ).all()
        files: dict[tuple[int, str], list[tuple[int, int | None, datetime]]] = defaultdict(list)
        for row in rows:
            files[row.draft_id, row.path].append((row.id, row.saved_by_id, row.saved_at))
        gone = [
            ident for saves in files.values() for ident in rules.superfluous(saves, clock.now())
        ]
        for start in range(0, len(gone), 500):
            session.execute(delete(StudioSave).where(StudioSave.id.in_(gone[start : start + 500])))
    return {"forgotten": len(gone)}
