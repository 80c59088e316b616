"""Pictures of a course draft: added, shown, replaced, removed, sent."""

import io

from flask import Response, flash, redirect, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.content.media import NAME, SERVED
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.permissions import Permission
from training_platform.core.web import render_form, requires, see_other
from training_platform.studio.models import StudioDraft
from training_platform.studio.outline import choices, picture_services, pictures, services
from training_platform.studio.outline.forms import PictureForm, ReplaceForm, ShowForm
from training_platform.studio.outline.picture_services import Upload
from training_platform.studio.outline.pictures import Medium
from training_platform.studio.outline.views.blueprint import bp, find_course
from training_platform.studio.uploaded_pictures import prepared

_TYPES = {"svg": "image/svg+xml", **SERVED}


@bp.route("/pictures", methods=["GET", "POST"], endpoint="pictures")
@requires(Permission.STUDIO_USE)
def add(draft_id: int) -> ResponseReturnValue:
    """List the pictures of a course; take a new one."""
    found = find_course(draft_id)
    form = PictureForm(lesson=request.args.get("lesson"))
    lessons = choices.lessons_of(found)
    form.offer(lessons)
    if form.validate_on_submit():
        if led := already_led_to(db.session(), current_user.id, form.once.data):
            return redirect(led, 303)
        try:
            address = _add(found, form)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(
                _("The picture stands at the end of the lesson. Move its block where it belongs.")
            )
            return redirect(address, 303)
    return render_form(
        "studio/outline/pictures.html",
        form,
        draft=found,
        media=pictures.media_of(found),
        titles=dict(lessons),
    )


@bp.get("/pictures/<media_name>")
@requires(Permission.STUDIO_USE)
def picture(draft_id: int, media_name: str) -> Response:
    """Send a picture or video of a draft; nothing in it may run."""
    found = find_course(draft_id)
    file = found.file(pictures.folder(found) + media_name) if NAME.fullmatch(media_name) else None
    if file is None:
        raise NotFoundError
    kind = _TYPES[media_name.rsplit(".", 1)[-1]]
    response = send_file(io.BytesIO(file.raw), mimetype=kind, conditional=True)
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@bp.route("/pictures/<media_name>/replace", methods=["GET", "POST"])
@requires(Permission.STUDIO_USE)
def replace(draft_id: int, media_name: str) -> ResponseReturnValue:
    """Put another picture in the place of one."""
    found, form = find_course(draft_id), ReplaceForm()
    medium = _medium(found, media_name)
    if form.validate_on_submit():
        try:
            upload = Upload(medium.stem, *prepared(form.picture.data.read()))
            with transaction() as session:
                picture_services.replace_picture(session, found, current_user, media_name, upload)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The new picture is shown wherever the old one was."))
            return see_other(".pictures", draft_id=draft_id)
    return render_form("studio/outline/replace.html", form, draft=found, medium=medium)


@bp.route("/pictures/<media_name>/show", methods=["GET", "POST"])
@requires(Permission.STUDIO_USE)
def show(draft_id: int, media_name: str) -> ResponseReturnValue:
    """Show a picture in one more lesson."""
    found = find_course(draft_id)
    medium = _medium(found, media_name)
    known = medium.alternatives
    form = ShowForm(
        alt_zh=known.get("zh"), alt_en=known.get("en"), lesson=request.args.get("lesson")
    )
    form.offer(choices.lessons_of(found))
    if form.validate_on_submit():
        blocks = {
            code: pictures.block(pictures.called(medium), text)
            for code, text in form.alternatives.items()
        }
        with transaction() as session:
            services.insert_blocks(session, found, current_user, form.lesson.data, blocks)
        flash(_("The picture stands at the end of the lesson. Move its block where it belongs."))
        return redirect(choices.lesson_address(found, form.lesson.data), 303)
    return render_form("studio/outline/show.html", form, draft=found, medium=medium)


@bp.post("/pictures/<media_name>/remove")
@requires(Permission.STUDIO_USE)
def remove_picture(draft_id: int, media_name: str) -> ResponseReturnValue:
    """Remove a picture, and the blocks that show it."""
    found = find_course(draft_id)
    with transaction() as session:
        picture_services.remove_picture(session, found, current_user, media_name)
    flash(_("The picture is gone, and its blocks with it. The lessons' texts are among the saves."))
    return see_other(".pictures", draft_id=draft_id)


@bp.get("/lessons/<lesson_slug>/pictures")
@requires(Permission.STUDIO_USE)
def offered(draft_id: int, lesson_slug: str) -> str:
    """Offer the pictures of the course within the editor of a lesson; a part of a page."""
    found = find_course(draft_id)
    return render_template(
        "studio/outline/_pictures.html",
        draft=found,
        lesson_slug=lesson_slug,
        media=choices.picture_offers(found),
        called=pictures.called,
    )


def _add(found: StudioDraft, form: PictureForm) -> str:
    """Keep the picture that a form holds; return the address of the lesson that shows it."""
    taken = {name.rsplit(".", 1)[0] for name in pictures.media_names(found)}
    sent = form.picture.data
    name = pictures.name_for(form.name.data or "", sent.filename or "", taken)
    upload = Upload(name, *prepared(sent.read()))
    with transaction() as session:
        picture_services.add_picture(
            session,
            found,
            current_user,
            upload,
            slug=form.lesson.data,
            alternatives=form.alternatives,
        )
        address = choices.lesson_address(found, form.lesson.data)
        remember(session, current_user.id, form.once.data, address)
    return address


def _medium(found: StudioDraft, name: str) -> Medium:
    medium = next((each for each in pictures.media_of(found) if each.name == name), None)
    if medium is None:
        raise NotFoundError
    return medium
