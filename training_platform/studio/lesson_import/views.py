"""A text from elsewhere becomes a lesson of a draft: sent, looked at, put in its place."""

import io
from typing import Any

from flask import Blueprint, Flask, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from markupsafe import Markup

from training_platform.content import markdown, media
from training_platform.core import slots
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.i18n import language as viewer_language
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission
from training_platform.core.uploads import takes_file
from training_platform.core.web import load, render_form, requires
from training_platform.curricula.content_kinds import media_of
from training_platform.studio import archives, lesson_files, lessons
from training_platform.studio.lesson_import import converting, docx_parts, services
from training_platform.studio.lesson_import.forms import PlaceForm, TextForm
from training_platform.studio.lesson_import.services import Kept, Wanted
from training_platform.studio.lesson_import.texts import LOST
from training_platform.studio.models import StudioDraft
from training_platform.studio.packages.services import find_upload

bp = Blueprint(
    "studio_lesson_import", __name__, url_prefix="/studio/drafts/<int:draft_id>/bring-in"
)
#: None of its own: the draft leads here.
PLACES: tuple[Place, ...] = ()


def init_app(app: Flask) -> None:
    """Stand beside the lessons of a draft."""
    slots.fill(app, "studio.outline", _beside_lessons)


@bp.route("", methods=["GET", "POST"])
@requires(Permission.STUDIO_USE)
@takes_file
def choose(draft_id: int) -> ResponseReturnValue:
    """Take a text; nothing of it is in the draft before it was looked at."""
    draft, form = _course(draft_id), TextForm(language=viewer_language())
    if form.validate_on_submit():
        if led_to := already_led_to(db.session(), current_user.id, form.once.data):
            return redirect(led_to, 303)
        try:
            return redirect(_take(draft.id, form), 303)
        except RuleError as error:
            form.refuse(error)
    return render_form("studio/lesson_import/choose.html", form, draft=_course(draft_id))


@bp.route("/<text_token>", methods=["GET", "POST"])
@requires(Permission.STUDIO_USE)
def place(draft_id: int, text_token: str) -> ResponseReturnValue:
    """Show the text as a lesson, what was left out, and ask which lesson it becomes."""
    draft, kept = _course(draft_id), _kept(text_token)
    form = PlaceForm(title=kept.converted.fields.get("title", ""))
    rows = lessons.lessons_of(draft)
    form.offer([(row.slug, f"{row.number} · {_title(row.titles, row.slug)}") for row in rows])
    if form.validate_on_submit():
        if led_to := already_led_to(db.session(), current_user.id, form.once.data):
            return redirect(led_to, 303)
        try:
            return redirect(_place(draft, kept, form), 303)
        except RuleError as error:
            form.refuse(error)
    return render_form(
        "studio/lesson_import/place.html",
        form,
        draft=draft,
        token=text_token,
        kept=kept,
        lost_words=LOST,
        **_drawn(draft, text_token, kept),
    )


@bp.get("/<text_token>/<picture_name>")
@requires(Permission.STUDIO_USE)
def picture(draft_id: int, text_token: str, picture_name: str) -> ResponseReturnValue:
    """Send a picture of a text that is looked at, or of the draft that it may become part of."""
    draft, kept = _course(draft_id), _kept(text_token)
    raw = kept.converted.pictures.get(picture_name.removesuffix(".webp"))
    if raw is None:
        file = draft.file(f"courses/{draft.slug}/media/{picture_name}")
        raw = file.raw if file else None
    if raw is None or not media.is_picture(picture_name):
        raise NotFoundError
    response = send_file(io.BytesIO(raw), mimetype=media.served_type(picture_name))
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _course(draft_id: int) -> StudioDraft:
    draft = load(StudioDraft, draft_id)
    if draft.kind != "course":
        raise NotFoundError
    return draft


def _kept(token: str) -> Kept:
    return services.read_text(find_upload(db.session(), current_user, token, services.PURPOSE))


def _take(draft_id: int, form: TextForm) -> str:
    """Convert a text outside of any transaction, then keep it; return where to go on."""
    language, sent = form.language.data, form.file.data
    if sent and sent.filename:
        raw = archives.taken(sent, docx_parts.MOST_BYTES)
        db.session.rollback()  # reading holds no lock
        converted = converting.from_file(raw, sent.filename, language)
        name = sent.filename
    else:
        db.session.rollback()
        converted = converting.from_text(form.text.data or "", language, "text")
        name = ""
    with transaction() as session:
        stored = services.keep_text(session, current_user, Kept(converted, language, name))
        address = url_for(".place", draft_id=draft_id, text_token=stored.token)
        remember(session, current_user.id, form.once.data, address)
    return address


def _place(draft: StudioDraft, kept: Kept, form: PlaceForm) -> str:
    wanted = Wanted(form.title.data or "", form.lesson.data or "", form.slug.data or "")
    with transaction() as session:
        path = services.place_text(session, draft, current_user, kept, wanted)
        address = url_for("studio.edit", draft_id=draft.id, path=path)
        remember(session, current_user.id, form.once.data, address)
    flash(_("The text is in the draft. What stood there before is among the saves."))
    return address


def _drawn(draft: StudioDraft, token: str, kept: Kept) -> dict[str, Any]:
    """Return the text drawn as a lesson of the draft would be."""
    shown = media_of(draft.slug, draft.read_files())
    shown |= {f"{name}.webp": raw for name, raw in kept.converted.pictures.items()}
    at = url_for(".place", draft_id=draft.id, text_token=token)
    lesson = markdown.Lesson(kept.converted.body, kept.language, draft.slug, shown, media_at=at)
    rendered = markdown.render(lesson)
    return {
        "title": kept.converted.fields.get("title", ""),
        "objective": kept.converted.fields.get("objective", ""),
        "language": kept.language,
        "before": Markup(rendered.before_check),  # noqa: S704  # nh3 has been over it
        "after": Markup(rendered.after_check),  # noqa: S704
        "flaws": rendered.flaws,
        "length": lesson_files.length_of(rendered.words, kept.language),
    }


def _title(titles: dict[str, str], slug: str) -> str:
    return titles.get(viewer_language()) or next(filter(None, titles.values()), slug)


def _beside_lessons(draft: StudioDraft) -> str:
    if draft.kind != "course" or draft.ended_at is not None:
        return ""
    return render_template("studio/lesson_import/_outline.html", draft=draft)
