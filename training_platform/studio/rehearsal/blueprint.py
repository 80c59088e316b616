"""The blueprint of rehearsals, and how its views find what is the viewer's."""

from flask import Blueprint
from flask_login import current_user

from training_platform.core.db import db
from training_platform.core.errors import NotFoundError
from training_platform.core.navigation import Place
from training_platform.studio.models import StudioDraft
from training_platform.studio.rehearsal import services
from training_platform.studio.rehearsal.models import StudioRehearsal
from training_platform.studio.views.blueprint import find_draft

bp = Blueprint(
    "studio_rehearsal", __name__, url_prefix="/studio/drafts/<int:task_draft_id>/rehearsal"
)
#: None of its own: the studio's place leads here.
PLACES: tuple[Place, ...] = ()


def find_task(draft_id: int) -> StudioDraft:
    """Return the draft of a task that the viewer may write."""
    draft = find_draft(draft_id)
    if draft.kind != "practical":
        raise NotFoundError
    return draft


def own_rehearsal(draft_id: int) -> tuple[StudioDraft, StudioRehearsal | None]:
    """Return a draft with the viewer's own open rehearsal of it: nobody sees another's."""
    draft = find_task(draft_id)
    return draft, services.find_open(db.session(), draft, current_user)
