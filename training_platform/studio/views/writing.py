"""A draft: its files, the editor with saving and preview, earlier saves."""

import io

from flask import (
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    send_file,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.content.media import SERVED
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import requires, see_other, wants_json
from training_platform.studio import (
    checking,
    comparing,
    editors,
    lesson_files,
    lessons,
    queries,
    schemas,
)
from training_platform.studio.models import StudioDraft, StudioSave
from training_platform.studio.services import drafts as services
from training_platform.studio.services import publishing, reviewing
from training_platform.studio.services.drafts import Edit, Saved
from training_platform.studio.skeletons import is_untouched
from training_platform.studio.texts import words
from training_platform.studio.views import previews
from training_platform.studio.views.blueprint import bp, find_draft, find_file
from training_platform.studio.views.telling import save_report, tell_saved

LANGUAGES = ("zh", "en")


@bp.get("/drafts/<int:draft_id>")
@requires(Permission.STUDIO_USE)
def draft(draft_id: int) -> ResponseReturnValue:
    """Show a draft: what it holds, what is wrong, what was said of it, what comes next."""
    found, session = find_draft(draft_id), db.session()
    state = checking.checked(session, [found])[found.id]
    return render_template(
        "studio/draft.html",
        draft=found,
        mistakes=sorted(state.mistakes),
        is_untouched=is_untouched(found.kind, found.slug, found.read_files()),
        lessons=lessons.lessons_of(found),
        comments=queries.comments_of(session, found.id),
        reviews=queries.reviews_of(session, found.id),
        needs_review=publishing.needs_review(session, found.kind),
        clashing=publishing.clashing(session, found),
        is_author=current_user.id in reviewing.authors_of(session, found),
        editor=editors.editor_address(found),
        **words(),
    )


@bp.get("/drafts/<int:draft_id>/edit")
@requires(Permission.STUDIO_USE)
def edit(draft_id: int) -> ResponseReturnValue:
    """Edit a file: a lesson in both languages side by side, anything else by form or as text.

    Without a path in the address the kind's form is shown, if there is one.
    """
    found = find_draft(draft_id)
    if "path" not in request.args and (address := editors.editor_address(found)):
        return redirect(address)
    file = find_file(found, request.args.get("path"))
    parts = lesson_files.path_parts(file.path)
    sides = lessons.sides_of(found, parts) if parts else []
    if sides:
        return render_template(
            "studio/lesson.html",
            draft=found,
            parts=parts,
            sides=sides,
            notes=lessons.notes_of(found, sides),
            **words(),
        )
    if file.text is None:
        raise NotFoundError
    mistakes = checking.checked(db.session(), [found])[found.id].mistakes
    return render_template(
        "studio/file.html",
        draft=found,
        file=file,
        mistakes=[each for each in sorted(mistakes) if each.path == file.path],
        schema=schemas.schema_name(found.kind, file.path),
        **words(),
    )


@bp.get("/schemas/<schema_name>")
@requires(Permission.STUDIO_USE)
def schema(schema_name: str) -> ResponseReturnValue:
    """Send the format of a file, for an editor that completes what is typed."""
    response = current_app.response_class(
        schemas.schema_of(schema_name), mimetype="application/json"
    )
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response


@bp.post("/drafts/<int:draft_id>/save")
@requires(Permission.STUDIO_USE)
def save(draft_id: int) -> ResponseReturnValue:
    """Keep what was written; a program gets told what came of it, a person goes on editing."""
    found, given = find_draft(draft_id), request.form
    path = given.get("path", "")
    text = given.get("text", "").replace("\r\n", "\n")
    if "title" in given:
        text = lesson_files.joined(given, text)
    numbers = given.get("number", 0, type=int), given.get("file", type=int)
    with transaction() as session:
        saved = services.save_file(session, found, current_user, Edit(path, text, *numbers))
    if wants_json():
        return jsonify(_report(found, path, saved))
    tell_saved(saved)
    return see_other(".edit", draft_id=found.id, path=path)


@bp.post("/drafts/<int:draft_id>/preview")
@requires(Permission.STUDIO_USE)
def preview(draft_id: int) -> ResponseReturnValue:
    """Draw a lesson as it would be read, from a text that need not be saved yet."""
    found = find_draft(draft_id)
    parts = lesson_files.path_parts(request.form.get("path", ""))
    if parts is None:
        raise NotFoundError
    body = request.form.get("text", "").replace("\r\n", "\n")
    return render_template(
        "studio/_preview.html",
        **previews.drawn(found, parts, request.form.get("title", ""), body),
        objective=request.form.get("objective", ""),
    )


@bp.get("/drafts/<int:draft_id>/preview")
@requires(Permission.STUDIO_USE)
def preview_page(draft_id: int) -> ResponseReturnValue:
    """Show a lesson of the draft as a page of its own, as wide as the device."""
    found = find_draft(draft_id)
    rows = lessons.lessons_of(found)
    file = find_file(found, request.args.get("path") or (rows[0].path if rows else ""))
    parts = lesson_files.path_parts(file.path)
    lesson = lesson_files.split(file.text or "") if parts else None
    if parts is None or lesson is None:
        raise NotFoundError
    return render_template(
        "studio/preview.html",
        draft=found,
        path=file.path,
        objective=lesson.objective,
        lesson_title=lesson.title,
        **previews.drawn(found, parts, lesson.title, lesson.body),
        **words(),
    )


@bp.get("/drafts/<int:draft_id>/media/<int:studio_file_id>")
@requires(Permission.STUDIO_USE)
def media(draft_id: int, studio_file_id: int) -> ResponseReturnValue:
    """Send a file of a draft: a picture, a video, a text."""
    file = next((each for each in find_draft(draft_id).files if each.id == studio_file_id), None)
    if file is None:
        raise NotFoundError
    ending = file.path.rsplit(".", 1)[-1]
    kinds = {"svg": "image/svg+xml", **SERVED}
    kinds |= dict.fromkeys(("md", "yaml"), "text/plain")
    if ending not in kinds:
        raise NotFoundError
    response = send_file(io.BytesIO(file.raw), mimetype=kinds[ending], conditional=True)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@bp.get("/drafts/<int:draft_id>/history")
@requires(Permission.STUDIO_USE)
def history(draft_id: int) -> ResponseReturnValue:
    """List the saves of a file."""
    found = find_draft(draft_id)
    path = request.args.get("path") or found.files[0].path
    page = paginate(db.session(), queries.saves_of(found.id, path))
    if not page.total:
        raise NotFoundError
    return render_template("studio/history.html", draft=found, path=path, page=page, **words())


@bp.get("/drafts/<int:draft_id>/history/<int:save_id>")
@requires(Permission.STUDIO_USE)
def earlier(draft_id: int, save_id: int) -> ResponseReturnValue:
    """Compare an earlier save with the text now."""
    found = find_draft(draft_id)
    kept = _save(found, save_id)
    now = found.file(kept.path)
    lines = comparing.compared(kept.text or "", (now.text or "") if now else "")
    return render_template(
        "studio/earlier.html", draft=found, save=kept, lines=lines, now=now, **words()
    )


@bp.post("/drafts/<int:draft_id>/history/<int:save_id>/restore")
@requires(Permission.STUDIO_USE)
def restore(draft_id: int, save_id: int) -> ResponseReturnValue:
    """Make an earlier save the text again."""
    found = find_draft(draft_id)
    kept = _save(found, save_id)
    with transaction() as session:
        services.restore_save(session, found, current_user, kept)
    flash(_("The earlier text is the text again. What stood there is among the saves."))
    return see_other(".edit", draft_id=found.id, path=kept.path)


@bp.post("/drafts/<int:draft_id>/discard")
@requires(Permission.STUDIO_USE)
def discard(draft_id: int) -> ResponseReturnValue:
    """Throw a draft away."""
    found = find_draft(draft_id)
    with transaction() as session:
        services.discard_draft(session, found, current_user)
    flash(_("The draft is thrown away. What is published stays as it is."))
    return redirect(url_for(".desk"), 303)


def _save(found: StudioDraft, save_id: int) -> StudioSave:
    kept = db.session.get(StudioSave, save_id)
    if kept is None or kept.draft_id != found.id or kept.text is None:
        raise NotFoundError
    return kept


def _report(found: StudioDraft, path: str, saved: Saved) -> dict[str, object]:
    lesson = lesson_files.split(saved.text) if lesson_files.path_parts(path) else None
    return save_report(
        saved,
        text=lesson.body if lesson else saved.text,
        fields={name: getattr(lesson, name) for name in lesson_files.FIELDS} if lesson else {},
        state=str(words()["states"][found.state]),
    )
