"""Bringing questions in from a file, and handing out a file of them."""

import io
from contextlib import closing
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from flask_login import current_user

from training_platform.core import files, slots
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.i18n import language
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission
from training_platform.core.uploads import MEGABYTE, takes_file
from training_platform.core.web import render_form, requires
from training_platform.studio import archives
from training_platform.studio.formats.reading import read_questions
from training_platform.studio.formats.results import Exported
from training_platform.studio.formats.template_files import template
from training_platform.studio.formats.writing import write_questions
from training_platform.studio.packages.services import find_upload
from training_platform.studio.questions.texts import KINDS
from training_platform.studio.transfer import kept, queries, services
from training_platform.studio.transfer.forms import ChosenForm, ExportForm, QuestionsForm
from training_platform.studio.transfer.kept import Reading
from training_platform.studio.transfer.texts import FORMATS, MEANINGS, format_name

bp = Blueprint("studio_transfer", __name__, url_prefix="/studio")
#: None of its own: the studio's place leads here.
PLACES: tuple[Place, ...] = ()


def init_app(app: Flask) -> None:
    """Offer both ways on the desk."""
    slots.fill(app, "studio.desk", _on_desk)


@bp.route("/import", methods=["GET", "POST"])
@requires(Permission.STUDIO_USE)
@takes_file
def upload() -> ResponseReturnValue:
    """Take a file of questions and read it; nothing of it is in the bank by that."""
    form = QuestionsForm()
    if form.validate_on_submit():
        if led_to := already_led_to(db.session(), current_user.id, form.once.data):
            return redirect(led_to, 303)
        try:
            return redirect(_take(form), 303)
        except RuleError as error:
            form.refuse(error)
    known = queries.topics(db.session())
    page = "studio/transfer/upload.html"
    return render_form(page, form, formats=FORMATS, meanings=MEANINGS, topics=known)


@bp.route("/import/<questions_token>", methods=["GET", "POST"])
@requires(Permission.STUDIO_USE)
def chosen(questions_token: str) -> ResponseReturnValue:
    """Show what a file held and what was refused, and make drafts of what is chosen."""
    reading, form = _reading(questions_token), ChosenForm()
    if form.validate_on_submit():
        if led_to := already_led_to(db.session(), current_user.id, form.once.data):
            return redirect(led_to, 303)
        try:
            return redirect(_make_drafts(reading, form), 303)
        except RuleError as error:
            form.refuse(error)
    return render_form(
        "studio/transfer/chosen.html",
        form,
        reading=reading,
        token=questions_token,
        here=services.already_here(db.session(), reading),
        ticked=request.form.getlist("question") if form.is_submitted() else None,
        format_name=format_name(reading.format),
        kinds=dict(KINDS),
    )


@bp.get("/import/templates/<format_id>")
@requires(Permission.STUDIO_USE)
def template_file(format_id: str) -> ResponseReturnValue:
    """Hand out a file to begin with, in the language of the page."""
    if format_id not in FORMATS:
        raise NotFoundError
    return _sent(template(format_id, language()), f"questions-{format_id}")


@bp.get("/export")
@requires(Permission.STUDIO_USE)
def export() -> ResponseReturnValue:
    """Choose questions and a format; say before what the format cannot hold."""
    form, wanted = _export_form()
    number = queries.count(db.session(), wanted)
    made = _written(form, wanted) if request.args and number else None
    return render_template(
        "studio/transfer/export.html",
        form=form,
        count=number,
        most=queries.MOST_AT_ONCE,
        made=made,
        address="?".join((url_for(".export_file"), urlencode(form.data))),
    )


@bp.get("/export/file")
@requires(Permission.STUDIO_USE)
def export_file() -> ResponseReturnValue:
    """Hand out the file."""
    form, wanted = _export_form()
    return _sent(_written(form, wanted), "-".join(filter(None, ("questions", wanted.topic))))


def _take(form: QuestionsForm) -> str:
    """Read a file outside of any transaction, then keep what it held; return where to go on."""
    sent = form.file.data
    name = sent.filename or ""
    with closing(sent):  # a large one lies on the disk
        raw = archives.taken(sent, form.most_megabytes * MEGABYTE)
    db.session.rollback()  # reading holds no lock
    found = read_questions(name, raw, topic=form.topic.data or "", locale=form.language.data)
    reading = kept.reading_of(name, found, is_whole=bool(form.is_whole.data))
    with transaction() as session:
        stored = services.keep_reading(session, current_user, reading)
        address = url_for("studio_transfer.chosen", questions_token=stored.token)
        remember(session, current_user.id, form.once.data, address)
    return address


def _reading(token: str) -> Reading:
    stored = find_upload(db.session(), current_user, token, services.PURPOSE)
    return kept.read(files.read(stored))


def _make_drafts(reading: Reading, form: ChosenForm) -> str:
    with transaction() as session:
        wanted = set(request.form.getlist("question"))
        made = services.take_questions(session, current_user, reading, wanted)
        address = url_for("studio.drafts")
        remember(session, current_user.id, form.once.data, address)
    flash(
        ngettext("%(num)d question is a draft now.", "%(num)d questions are drafts now.", len(made))
    )
    return address


def _export_form() -> tuple[ExportForm, queries.Wanted]:
    form = ExportForm(request.args)
    form.offer(queries.topics(db.session()))
    names = ("topic", "kind", "difficulty", "q")
    return form, queries.Wanted(**{name: form.value(name) for name in names})


def _written(form: ExportForm, wanted: queries.Wanted) -> Exported:
    if (name := form.value("format") or "xlsx") not in FORMATS:
        raise NotFoundError
    locale = "en" if form.value("language") == "en" else "zh"
    return write_questions(queries.questions(db.session(), wanted), name, locale=locale)


def _sent(made: Exported, name: str) -> ResponseReturnValue:
    response = send_file(
        io.BytesIO(made.data),
        mimetype="application/octet-stream",
        as_attachment=True,
        download_name=f"{name}.{made.ending}",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _on_desk(**_context: Any) -> str:
    return render_template("studio/transfer/_desk.html")
