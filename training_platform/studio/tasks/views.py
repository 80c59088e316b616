"""The form of a task, and a sample of what a trainee would be shown."""

import secrets
from typing import Any

from flask import Blueprint, flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.i18n import translate
from training_platform.core.kinds import LANGUAGES
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission
from training_platform.core.web import requires, see_other, wants_json
from training_platform.practicals.files import SCENARIOS
from training_platform.studio.models import StudioDraft, StudioFile
from training_platform.studio.patching import read
from training_platform.studio.services.drafts import Edit, Saved, put_files, save_file
from training_platform.studio.services.forms import FormEdit, save_form
from training_platform.studio.tasks import acts, pages, sample, services, values
from training_platform.studio.texts import words
from training_platform.studio.views.blueprint import find_draft, find_file
from training_platform.studio.views.telling import save_report, tell_saved, text_instead

bp = Blueprint("studio_tasks", __name__, url_prefix="/studio/drafts/<int:task_draft_id>/task")
#: None of its own: the studio's place leads here.
PLACES: tuple[Place, ...] = ()
_MOST_SEED = 40


@bp.get("")
@requires(Permission.STUDIO_USE)
def edit(task_draft_id: int) -> ResponseReturnValue:
    """Show the form; a file that it cannot show is edited as text."""
    draft, file = _find(task_draft_id)
    if draft.ended_at is not None:
        return redirect(url_for("studio.draft", draft_id=draft.id))
    value = read(file.text or "")
    if value is None or not values.is_shown(value):
        return text_instead(draft, file)
    shown = pages.form(db.session(), draft, file, value)
    return render_template("studio/tasks/edit.html", **shown, **words())


@bp.post("")
@requires(Permission.STUDIO_USE)
def save(task_draft_id: int) -> ResponseReturnValue:
    """Keep what the form or a brief says, and do what its button asks for."""
    draft, file = _find(task_draft_id)
    path = request.form.get("path", "")
    if path.startswith(f"{SCENARIOS}/{draft.slug}/brief."):
        return _keep_brief(draft, path)
    act, anchor = request.form.get("act", ""), ""
    renamed: dict[str, str] = {}

    def asked(text: str) -> dict[str, Any]:
        nonlocal anchor
        renamed.update(acts.renaming(given := _given(text), act, request.form))
        found, anchor = acts.acted(given, act, request.form)
        return found

    edit = FormEdit(request.form.get("number", 0, type=int), asked, values.ORDER)
    with transaction() as session:
        saved = save_form(session, draft, current_user, file, edit)
        value = read(saved.text) or {}
        if not saved.is_aside:
            services.rename_checks(session, draft, current_user, renamed)
        if act.startswith("wrong-") and not saved.is_aside:
            names = [str(each.get("name")) for each in value.get("wrong") or []]
            services.fit_wrong(session, draft, current_user, names)
    if wants_json():
        return jsonify(save_report(saved, anchor=anchor, fields=values.fields_of(value)))
    return _told(draft, saved, act, anchor)


@bp.post("/start")
@requires(Permission.STUDIO_USE)
def start(task_draft_id: int) -> ResponseReturnValue:
    """Fill a new task with the files of a published one."""
    draft, _file = _find(task_draft_id)
    try:
        with transaction() as session:
            services.start_from(session, draft, current_user, request.form.get("source", ""))
    except RuleError as error:
        flash(translate(error.text, **error.values), "warn")
    else:
        flash(_("Its files are taken over. Change what your task does differently."))
    return see_other(".edit", task_draft_id=draft.id)


@bp.get("/sample")
@requires(Permission.STUDIO_USE)
def show_sample(task_draft_id: int) -> ResponseReturnValue:
    """Show what a trainee would be shown on one draw; nothing of it is kept."""
    draft, file = _find(task_draft_id)
    value = read(file.text or "")
    if value is None or not values.is_shown(value):
        raise NotFoundError
    seed = request.args.get("seed", "").strip()[:_MOST_SEED] or sample.SEED
    shown = pages.sample_page(db.session(), draft, value, seed)
    return render_template(
        "studio/tasks/sample.html", **shown, another=secrets.token_hex(3), **words()
    )


def _find(draft_id: int) -> tuple[StudioDraft, StudioFile]:
    draft = find_draft(draft_id)
    if draft.kind != "practical":
        raise NotFoundError
    return draft, find_file(draft, pages.main_path(draft.slug))


def _given(text: str) -> dict[str, Any]:
    value = read(text)
    if value is None or not values.is_shown(value):
        raise NotFoundError
    return values.changed(value, request.form)


def _keep_brief(draft: StudioDraft, path: str) -> ResponseReturnValue:
    text = request.form.get("text", "").replace("\r\n", "\n")
    if path not in {pages.brief_path(draft.slug, code) for code in LANGUAGES}:
        raise NotFoundError
    with transaction() as session:
        if draft.file(path) is None:
            put_files(session, draft, current_user, {path: b"\n"})
        number = request.form.get("number", 0, type=int)
        saved = save_file(session, draft, current_user, Edit(path, text, number))
    if wants_json():
        return jsonify(save_report(saved, text=saved.text, fields={}))
    return _told(draft, saved, "", "brief")


def _told(draft: StudioDraft, saved: Saved, act: str, anchor: str) -> ResponseReturnValue:
    tell_saved(saved, act)
    return see_other(".edit", task_draft_id=draft.id, _anchor=anchor or None)
