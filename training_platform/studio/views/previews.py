"""Lessons of a draft, drawn as they would be read."""

from typing import Any

from flask import url_for
from markupsafe import Markup

from training_platform.content import markdown
from training_platform.curricula.content_kinds import media_of
from training_platform.studio import lesson_files
from training_platform.studio.lesson_files import LessonPath
from training_platform.studio.models import StudioDraft


def drawn(draft: StudioDraft, parts: LessonPath, title: str, body: str) -> dict[str, Any]:
    """Return a lesson drawn by the same function as published ones, with what is wrong in it."""
    media = media_of(draft.slug, draft.read_files())
    sent = url_for("studio_outline.picture", draft_id=draft.id, media_name="x").rsplit("/", 1)[0]
    lesson = markdown.Lesson(body, parts.language, parts.course, media, media_at=sent)
    rendered = markdown.render(lesson)
    return {
        "title": title,
        "language": parts.language,
        "before": Markup(rendered.before_check),  # noqa: S704  # nh3 has been over it
        "after": Markup(rendered.after_check),  # noqa: S704
        "flaws": rendered.flaws,
        "length": lesson_files.length_of(rendered.words, parts.language),
    }
