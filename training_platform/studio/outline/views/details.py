"""The form of a course: what it is called, for whom it is, what it shows and what completes it."""

from typing import Any

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError
from training_platform.core.permissions import Permission
from training_platform.core.web import requires, see_other, wants_json
from training_platform.studio import checking
from training_platform.studio.models import StudioDraft, StudioFile
from training_platform.studio.outline import choices, queries, values
from training_platform.studio.outline.beside import beside
from training_platform.studio.outline.views.blueprint import bp, find_course
from training_platform.studio.patching import read
from training_platform.studio.services.forms import FormEdit, save_form
from training_platform.studio.texts import words
from training_platform.studio.views.telling import save_report, tell_saved, text_instead


@bp.get("/details")
@requires(Permission.STUDIO_USE)
def details(draft_id: int) -> ResponseReturnValue:
    """Show the form; a file that it cannot show is edited as text."""
    found = find_course(draft_id)
    if found.ended_at is not None:
        return redirect(url_for("studio.draft", draft_id=draft_id))
    file = _file(found)
    value = read(file.text or "")
    if value is None or not values.is_shown(value):
        return text_instead(found, file)
    return render_template("studio/outline/details.html", **_page(found, file, value))


@bp.post("/details")
@requires(Permission.STUDIO_USE)
def save_details(draft_id: int) -> ResponseReturnValue:
    """Keep what the form says; a program gets told what came of it."""
    found = find_course(draft_id)
    file, number = _file(found), request.form.get("number", 0, type=int)
    published = _published(found)

    def asked(text: str) -> dict[str, Any]:
        return values.changed(_given(text), request.form, published)

    with transaction() as session:
        edit = FormEdit(number, asked, values.ORDER)
        saved = save_form(session, found, current_user, file, edit)
    if wants_json():
        return jsonify(
            save_report(
                saved, anchor="", fields=values.fields_of(read(saved.text) or {}, published)
            )
        )
    tell_saved(saved)
    return see_other(".details", draft_id=draft_id)


def _page(found: StudioDraft, file: StudioFile, value: dict[str, Any]) -> dict[str, Any]:
    session = db.session()
    mistakes = checking.mistakes_to_show(session, found)
    published = _published(found)
    return {
        "draft": found,
        "file": file,
        "course": value,
        "problems": beside(mistakes, file.path, value.get("lessons") or []),
        "titles": dict(choices.lessons_of(found)),
        "published": published,
        "is_raised": published is not None and values.is_raised(value, published),
        "papers": values.papers_of(value),
        "text_in": values.text_in,
        **choices.of_course(session),
        **words(),
    }


def _given(text: str) -> dict[str, Any]:
    value = read(text)
    if value is None or not values.is_shown(value):
        raise NotFoundError
    return value


def _file(found: StudioDraft) -> StudioFile:
    file = found.file(queries.course_file(found)[0])
    assert file is not None  # noqa: S101  # course_file() has just read it
    return file


def _published(found: StudioDraft) -> int | None:
    return found.base.significant_revision if found.base else None
