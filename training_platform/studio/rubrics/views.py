"""The form of a rubric, and how it reads."""

from typing import Any

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_platform.assessment.rubrics.content_kinds import path_of
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission
from training_platform.core.web import requires, see_other, wants_json
from training_platform.studio import checking
from training_platform.studio.models import StudioDraft, StudioFile
from training_platform.studio.papers.values import text_in
from training_platform.studio.patching import read
from training_platform.studio.rubrics import texts, values
from training_platform.studio.services.forms import FormEdit, save_form
from training_platform.studio.texts import words
from training_platform.studio.views.blueprint import find_draft, find_file
from training_platform.studio.views.telling import save_report, tell_saved, text_instead

bp = Blueprint("studio_rubrics", __name__, url_prefix="/studio/drafts/<int:rubric_draft_id>/rubric")
#: None of its own: the studio's place leads here.
PLACES: tuple[Place, ...] = ()


@bp.get("")
@requires(Permission.STUDIO_USE)
def edit(rubric_draft_id: int) -> ResponseReturnValue:
    """Show the form; a file that it cannot show is edited as text."""
    draft, file = _find(rubric_draft_id)
    if draft.ended_at is not None:
        return redirect(url_for("studio.draft", draft_id=draft.id))
    value = read(file.text or "")
    if value is None or not values.is_shown(value):
        return text_instead(draft, file)
    mistakes = checking.mistakes_to_show(db.session(), draft)
    return render_template(
        "studio/rubrics/edit.html",
        draft=draft,
        file=file,
        problems=texts.beside(mistakes),
        **_shown(value),
        **words(),
    )


@bp.post("")
@requires(Permission.STUDIO_USE)
def save(rubric_draft_id: int) -> ResponseReturnValue:
    """Keep what the form says and do what its button asks for."""
    draft, file = _find(rubric_draft_id)
    act, number = request.form.get("act", ""), request.form.get("number", 0, type=int)
    criterion: int | None = None

    def asked(text: str) -> dict[str, Any]:
        nonlocal criterion
        found, criterion = values.acted(_given(text), act)
        return found

    with transaction() as session:
        edit = FormEdit(number, asked, values.ORDER)
        saved = save_form(session, draft, current_user, file, edit)
    anchor = "" if not act else "criteria" if criterion is None else f"criterion-{criterion}"
    if wants_json():
        return jsonify(
            save_report(saved, anchor=anchor, fields=values.fields_of(read(saved.text) or {}))
        )
    tell_saved(saved, act)
    return see_other(".edit", rubric_draft_id=draft.id, _anchor=anchor or None)


@bp.post("/preview")
@requires(Permission.STUDIO_USE)
def preview(rubric_draft_id: int) -> ResponseReturnValue:
    """Draw what the form says as raters read it; nothing is kept."""
    _draft, file = _find(rubric_draft_id)
    return render_template("studio/rubrics/_preview.html", **_shown(_given(file.text or "")))


def _find(draft_id: int) -> tuple[StudioDraft, StudioFile]:
    draft = find_draft(draft_id)
    if draft.kind != "rubric":
        raise NotFoundError
    return draft, find_file(draft, path_of(draft.slug))


def _given(text: str) -> dict[str, Any]:
    value = read(text)
    if value is None or not values.is_shown(value):
        raise NotFoundError
    return values.changed(value, request.form)


def _shown(value: dict[str, Any]) -> dict[str, Any]:
    return {
        "rubric": value,
        "criteria": value.get("criteria") or [],
        "total": values.weight_of(value),
        "text_in": text_in,
    }
