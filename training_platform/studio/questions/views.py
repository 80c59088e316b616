"""The form of a question, the trainee's view beside it, and a test answer marked at once."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.assessment.presentation import parse_answer, public_view
from training_platform.assessment.review import review_of
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError
from training_platform.core.i18n import language
from training_platform.core.kinds import LANGUAGES
from training_platform.core.permissions import Permission
from training_platform.core.web import is_htmx, requires, see_other, wants_json
from training_platform.studio import checking
from training_platform.studio.models import StudioDraft, StudioFile
from training_platform.studio.patching import read
from training_platform.studio.questions import (
    acts,
    picture_services,
    picture_views,  # noqa: F401  # its pages
    queries,
    texts,
    trial,
    values,
)
from training_platform.studio.questions.blueprint import PLACES, bp, find_question
from training_platform.studio.questions.parts import ORDER
from training_platform.studio.questions.warnings import warnings_of
from training_platform.studio.services.forms import FormEdit, save_form
from training_platform.studio.texts import words
from training_platform.studio.views.telling import save_report, tell_saved

__all__ = ["PLACES", "bp"]


@bp.get("")
@requires(Permission.STUDIO_USE)
def edit(question_draft_id: int) -> ResponseReturnValue:
    """Show the form; a file that it cannot show is edited as text."""
    draft, file = find_question(question_draft_id)
    value = read(file.text or "")
    if draft.ended_at is not None:
        return redirect(url_for("studio.draft", draft_id=draft.id))
    if value is None or not values.is_shown(value):
        flash(texts.why_only_text(value), "warn")
        return redirect(url_for("studio.edit", draft_id=draft.id, path=file.path))
    session = db.session()
    return render_template(
        "studio/questions/edit.html",
        file=file,
        question=value,
        problems=_problems(draft, value),
        pictures=picture_services.names_of(draft),
        skills=queries.skills(session),
        lessons=queries.lessons(session),
        text_in=values.text_in,
        lines_in=values.lines_in,
        most_rows=values.MOST_ROWS,
        **_beside(draft, value),
    )


@bp.post("")
@requires(Permission.STUDIO_USE)
def save(question_draft_id: int) -> ResponseReturnValue:
    """Keep what the form says, and do what its button asks for."""
    draft, file = find_question(question_draft_id)
    act, number = request.form.get("act", ""), request.form.get("number", 0, type=int)
    place = ""

    def asked(text: str) -> dict[str, Any]:
        nonlocal place
        value = read(text)
        if value is None or not values.is_shown(value):
            raise NotFoundError
        found, place = acts.acted(values.changed(value, request.form), act)
        return found

    with transaction() as session:
        saved = save_form(session, draft, current_user, file, FormEdit(number, asked, ORDER))
    if wants_json():
        return jsonify(
            save_report(saved, anchor=place, fields=values.fields_of(read(saved.text) or {}))
        )
    tell_saved(saved, act)
    anchor = {"_anchor": place} if place else {}
    return see_other(".edit", question_draft_id=draft.id, **anchor)


@bp.get("/trial")
@requires(Permission.STUDIO_USE)
def look(question_draft_id: int) -> ResponseReturnValue:
    """Show the question as a trainee sees it, and what to look at twice."""
    draft, file = find_question(question_draft_id)
    return _drawn(draft, file, None)


@bp.post("/trial")
@requires(Permission.STUDIO_USE)
def mark(question_draft_id: int) -> ResponseReturnValue:
    """Mark a test answer as a real one would be; nothing is kept."""
    draft, file = find_question(question_draft_id)
    return _drawn(draft, file, request.form)


def _problems(draft: StudioDraft, value: dict[str, Any]) -> dict[str, list[str]]:
    found = texts.beside(checking.mistakes_to_show(db.session(), draft), value)
    if "picture" not in value and picture_services.names_of(draft):
        found["picture"] = [_("Say in both languages what the picture shows.")]
    return {**texts.without_key(value), **found}


def _beside(draft: StudioDraft, value: dict[str, Any], given: Any = None) -> dict[str, Any]:
    """Return what stands beside the form: hints, the trial, where it is used."""
    session = db.session()
    asked = request.args.get("in", "")
    shown_in = asked if asked in LANGUAGES else language()
    return {
        "draft": draft,
        "shown_in": shown_in,
        "hints": warnings_of(value) + queries.alike(session, draft.slug, value),
        "used_in": queries.used_in(session, draft.slug, value),
        "rate": queries.wrong_rate(session, draft.slug),
        **_tried(draft, value, shown_in, given),
        **texts.words(),
        **words(),
    }


def _tried(draft: StudioDraft, value: dict[str, Any], shown_in: str, given: Any) -> dict[str, Any]:
    definition = trial.definition_of(value, draft.slug, draft.read_files())
    if definition is None:
        return {"view": None, "answer": None, "review": None}
    order = trial.order_of(definition, draft.id)
    answer = parse_answer(definition["kind"], given) if given is not None else None
    return {
        "view": public_view(definition, order, shown_in),
        "answer": answer,
        "review": None if given is None else review_of(definition, order, shown_in, answer),
    }


def _drawn(draft: StudioDraft, file: StudioFile, given: Any) -> ResponseReturnValue:
    template = "studio/questions/_beside.html" if is_htmx() else "studio/questions/trial.html"
    value = read(file.text or "") or {}
    if not values.is_shown(value):
        raise NotFoundError
    return render_template(template, **_beside(draft, value, given))
