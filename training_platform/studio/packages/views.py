"""Downloading a course as a package, and bringing one in."""

import io
from typing import Any

from flask import Flask, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext
from flask_login import current_user

from training_platform.core import files, slots
from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission
from training_platform.core.uploads import takes_file
from training_platform.core.web import load, render_form, requires
from training_platform.studio import archives
from training_platform.studio.models import StudioDraft
from training_platform.studio.packages import (
    arriving,
    contents,
    leaving,
    services,
    whole_views,  # noqa: F401  # its routes
)
from training_platform.studio.packages.blueprint import bp
from training_platform.studio.packages.contents import Package
from training_platform.studio.packages.forms import BringInForm, UploadForm
from training_platform.studio.packages.texts import words

#: None of its own: the studio's place leads here.
PLACES: tuple[Place, ...] = ()


def init_app(app: Flask) -> None:
    """Offer the download beside a draft of a course, and the way in where one begins anew."""
    slots.fill(app, "studio.draft", _beside_draft)
    slots.fill(app, "studio.desk", _on_desk)


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.STUDIO_USE)
@takes_file
def index() -> ResponseReturnValue:
    """Take a package: it is checked as a whole before anything of it is kept."""
    form = UploadForm()
    if form.validate_on_submit():
        if led_to := already_led_to(db.session(), current_user.id, form.once.data):
            return redirect(led_to, 303)
        try:
            return redirect(_take(form), 303)
        except RuleError as error:
            form.refuse(error)
    return render_form("studio/packages/index.html", form)


@bp.route("/<package_token>", methods=["GET", "POST"])
@requires(Permission.STUDIO_USE)
def show(package_token: str) -> ResponseReturnValue:
    """Show what a package would bring, and make drafts of what is chosen."""
    package, form = _package(package_token), BringInForm()
    if form.validate_on_submit():
        if led_to := already_led_to(db.session(), current_user.id, form.once.data):
            return redirect(led_to, 303)
        try:
            return redirect(_bring_in(package, form), 303)
        except RuleError as error:
            form.refuse(error)
    arrival = arriving.compare(db.session(), package)
    form.seen.data = arrival.digest
    chosen = request.form.getlist("item") if form.is_submitted() else None
    return render_form(
        "studio/packages/show.html",
        form,
        package=package,
        token=package_token,
        arrival=arrival,
        chosen=chosen,
        **words(),
    )


@bp.get("/courses/<course_id>/download")
@requires(Permission.STUDIO_USE)
def download(course_id: str) -> ResponseReturnValue:
    """Hand out a published course as a package."""
    return _sent(leaving.of_course(db.session(), course_id))


@bp.get("/drafts/<int:draft_id>/download")
@requires(Permission.STUDIO_USE)
def download_draft(draft_id: int) -> ResponseReturnValue:
    """Hand out the course of a draft as a package, as it stands now."""
    return _sent(leaving.of_draft(db.session(), load(StudioDraft, draft_id)))


def _take(form: UploadForm) -> str:
    """Read a package outside of any transaction, then keep it; return where to go on."""
    sent = form.file.data
    raw = archives.taken(sent, contents.MOST_BYTES)
    db.session.rollback()  # reading holds no lock
    contents.read(raw)
    with transaction() as session:
        kept = services.keep_upload(session, current_user, raw, sent.filename or "package.zip")
        address = url_for("studio_packages.show", package_token=kept.token)
        remember(session, current_user.id, form.once.data, address)
    return address


def _package(token: str) -> Package:
    kept = services.find_upload(db.session(), current_user, token, services.PURPOSE)
    return contents.read(files.read(kept))


def _bring_in(package: Package, form: BringInForm) -> str:
    chosen = set(request.form.getlist("item"))
    with transaction() as session:
        seen = form.seen.data or ""
        made = services.bring_in(session, current_user, package, chosen, seen)
        address = (
            url_for("studio.draft", draft_id=made[0].id)
            if len(made) == 1
            else url_for("studio_packages.together", course_id=package.course)
        )
        remember(session, current_user.id, form.once.data, address)
    text = ngettext("%(num)d draft holds it now.", "%(num)d drafts hold it now.", len(made))
    flash(text)
    return address


def _sent(package: Package) -> ResponseReturnValue:
    response = send_file(
        io.BytesIO(contents.write(package)),
        mimetype="application/zip",
        as_attachment=True,
        download_name=f"{package.course}.zip",
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def _beside_draft(draft: StudioDraft) -> str:
    if draft.kind != "course":
        return ""
    return render_template("studio/packages/_draft.html", draft=draft)


def _on_desk(**_context: Any) -> str:
    return render_template("studio/packages/_desk.html")
