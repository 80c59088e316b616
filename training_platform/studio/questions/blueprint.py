"""Where the pages of a question's form lie, and which draft they are about."""

from flask import Blueprint

from training_platform.assessment.content_kinds import path_of
from training_platform.core.errors import NotFoundError
from training_platform.core.navigation import Place
from training_platform.studio.models import StudioDraft, StudioFile
from training_platform.studio.views.blueprint import find_draft, find_file

bp = Blueprint(
    "studio_questions", __name__, url_prefix="/studio/drafts/<int:question_draft_id>/question"
)
#: None of its own: the studio's place leads here.
PLACES: tuple[Place, ...] = ()


def find_question(question_draft_id: int) -> tuple[StudioDraft, StudioFile]:
    """Return a question's draft and its file; raise NotFoundError for a draft of another kind."""
    draft = find_draft(question_draft_id)
    if draft.kind != "question":
        raise NotFoundError
    return draft, find_file(draft, path_of(draft.slug))
