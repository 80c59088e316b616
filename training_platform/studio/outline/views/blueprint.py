"""The blueprint of the outline, and what its pages share."""

from flask import Blueprint, Flask, render_template

from training_platform.core import slots
from training_platform.core.db import db
from training_platform.core.errors import NotFoundError
from training_platform.core.navigation import Place
from training_platform.studio.lesson_files import LessonPath
from training_platform.studio.models import StudioDraft
from training_platform.studio.outline import offers, pictures
from training_platform.studio.outline.choices import practice_block
from training_platform.studio.outline.queries import (
    check_of,
    course_file,
    lesson_asking,
    lesson_showing,
)
from training_platform.studio.services.drafts import find_open
from training_platform.studio.views.blueprint import find_draft

bp = Blueprint("studio_outline", __name__, url_prefix="/studio/drafts/<int:draft_id>")
#: None of its own: the studio's place leads here.
PLACES: tuple[Place, ...] = ()


def init_app(app: Flask) -> None:
    """Stand below the lessons of a draft, in the editor of a lesson and beside its question."""
    slots.fill(app, "studio.outline", _ways)
    slots.fill(app, "studio.lesson", _around)
    slots.fill(app, "studio.draft", _way_back)


def find_course(draft_id: int) -> StudioDraft:
    """Return the draft of a course; raise NotFoundError for anything else."""
    found = find_draft(draft_id)
    course_file(found)
    return found


def _around(draft: StudioDraft, parts: LessonPath) -> str:
    """Offer pictures, a check question and a practice task within the editor of a lesson."""
    return render_template(
        "studio/outline/_around.html",
        draft=draft,
        lesson_slug=parts.slug,
        asked=offers.called(db.session(), check_of(draft, parts.slug)),
    )


def _way_back(draft: StudioDraft) -> str:
    """Lead from a question or a new task back to the lesson that shows it and is being written."""
    course, path = None, None
    if draft.kind == "question":
        course = find_open(db.session(), "course", draft.slug.split("/", maxsplit=1)[0])
        path = lesson_asking(course, draft.slug) if course else None
    elif draft.kind == "practical" and draft.base_revision_id is None:
        course, path = lesson_showing(db.session(), practice_block(draft.slug))
    if course is None or path is None:
        return ""
    is_question = draft.kind == "question"
    return render_template(
        "studio/outline/_way_back.html", course=course, path=path, is_question=is_question
    )


def _ways(draft: StudioDraft) -> str:
    """Lead from a draft to its outline and its pictures."""
    try:
        course_file(draft)
    except NotFoundError:
        return ""
    count = len(pictures.media_names(draft))
    return render_template("studio/outline/_ways.html", draft=draft, pictures=count)
