"""The blueprint of the studio, its place in the shell, and what its pages share."""

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from training_platform.core.errors import NotFoundError
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission
from training_platform.core.web import load
from training_platform.studio.lesson_files import is_same_lesson, path_parts
from training_platform.studio.models import StudioDraft, StudioFile

bp = Blueprint("studio", __name__, url_prefix="/studio")

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        key="studio",
        text=_l("Studio"),
        icon="pencil",
        endpoint="studio.desk",
        permission=Permission.STUDIO_USE,
        position=68,
        blueprints=(
            "studio",
            "studio_batches",
            "studio_feedback",
            "studio_lesson_import",
            "studio_outline",
            "studio_packages",
            "studio_library",
            "studio_papers",
            "studio_proofs",
            "studio_questions",
            "studio_rehearsal",
            "studio_rubrics",
            "studio_tasks",
            "studio_transfer",
        ),
    ),
)


def find_draft(draft_id: int) -> StudioDraft:
    """Return a draft that the viewer may read and do the view's act with."""
    return load(StudioDraft, draft_id)


def find_file(draft: StudioDraft, path: str | None) -> StudioFile:
    """Return one of a draft's files; its first text where none is named.

    A lesson is found by its id whatever its number is now. Raises NotFoundError if the draft has
    no such file.
    """
    if path is None:
        file = next((each for each in draft.files if each.text is not None), None)
    elif (file := draft.file(path)) is None and (wanted := path_parts(path)):
        file = next((each for each in draft.files if is_same_lesson(each.path, wanted)), None)
    if file is None:
        raise NotFoundError
    return file
