"""The outline: lessons added, taken out, put in order, renamed."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.i18n import translate
from training_platform.core.permissions import Permission
from training_platform.core.web import is_htmx, render_form, requires, see_other
from training_platform.studio.models import StudioDraft
from training_platform.studio.outline import queries, services
from training_platform.studio.outline.forms import LessonNamesForm, NewLessonForm
from training_platform.studio.outline.queries import Row
from training_platform.studio.outline.texts import DIFFERENCES, TONES
from training_platform.studio.outline.views.blueprint import bp, find_course


@bp.get("/outline")
@requires(Permission.STUDIO_USE)
def outline(draft_id: int) -> ResponseReturnValue:
    """Show the lessons of a course in their order, and what differs from the published one."""
    return _shown(find_course(draft_id))


@bp.post("/outline/order")
@requires(Permission.STUDIO_USE)
def order(draft_id: int) -> ResponseReturnValue:
    """Move a lesson: a step up or down, or to a place."""
    found, given = find_course(draft_id), request.form
    slug, step = given.get("slug", ""), given.get("step", 0, type=int)
    position = given.get("position", 0, type=int)
    try:
        with transaction() as session:
            if position:
                services.place_lesson(session, found, current_user, slug, position)
            else:
                services.step_lesson(session, found, current_user, slug, step)
    except RuleError as error:
        flash(translate(error.text, **error.values), "warn")
    if is_htmx():
        return _shown(found, moved=slug)
    return redirect(url_for(".outline", draft_id=draft_id, _anchor=f"lesson-{slug}"), 303)


@bp.route("/outline/new", methods=["GET", "POST"])
@requires(Permission.STUDIO_USE)
def new_lesson(draft_id: int) -> ResponseReturnValue:
    """Add a lesson at the end."""
    found, form = find_course(draft_id), NewLessonForm()
    if form.validate_on_submit():
        if led := already_led_to(db.session(), current_user.id, form.once.data):
            return redirect(led, 303)
        try:
            with transaction() as session:
                slug = services.add_lesson(
                    session, found, current_user, form.titles, form.slug.data or ""
                )
                address = url_for(".outline", draft_id=draft_id, _anchor=f"lesson-{slug}")
                remember(session, current_user.id, form.once.data, address)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The lesson stands at the end. Move it where it belongs."))
            return redirect(address, 303)
    return render_form("studio/outline/new.html", form, draft=found)


@bp.route("/outline/<lesson_slug>", methods=["GET", "POST"])
@requires(Permission.STUDIO_USE)
def rename(draft_id: int, lesson_slug: str) -> ResponseReturnValue:
    """Call a lesson something else."""
    found = find_course(draft_id)
    row = _row(found, lesson_slug)
    names = {f"title_{code}": title for code, title in row.titles.items()}
    form = LessonNamesForm(**names, slug=row.slug)
    if row.is_published:
        del form.slug
    if form.validate_on_submit():
        slug = lesson_slug if row.is_published else form.slug.data or ""
        try:
            with transaction() as session:
                services.rename_lesson(
                    session, found, current_user, row.slug, title=form.titles, new_slug=slug
                )
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("Saved."))
            return see_other(".outline", draft_id=draft_id, _anchor=f"lesson-{slug}")
    return render_form("studio/outline/rename.html", form, draft=found, lesson=row)


@bp.post("/outline/<lesson_slug>/remove")
@requires(Permission.STUDIO_USE)
def remove(draft_id: int, lesson_slug: str) -> ResponseReturnValue:
    """Take a lesson out."""
    found = find_course(draft_id)
    try:
        with transaction() as session:
            services.remove_lesson(session, found, current_user, lesson_slug)
    except RuleError as error:
        flash(translate(error.text, **error.values), "warn")
    else:
        flash(_("The lesson is taken out. Its texts are kept: you can put it back."))
    return see_other(".outline", draft_id=draft_id)


@bp.post("/outline/<lesson_slug>/back")
@requires(Permission.STUDIO_USE)
def bring_back(draft_id: int, lesson_slug: str) -> ResponseReturnValue:
    """Put a lesson that was taken out back."""
    found = find_course(draft_id)
    try:
        with transaction() as session:
            services.bring_back(session, found, current_user, lesson_slug)
    except RuleError as error:
        flash(translate(error.text, **error.values), "warn")
    else:
        flash(_("The lesson stands at the end. Move it where it belongs."))
    return see_other(".outline", draft_id=draft_id, _anchor=f"lesson-{lesson_slug}")


def _shown(found: StudioDraft, moved: str = "") -> str:
    shown, problem = None, None
    try:
        shown = queries.outline_of(db.session(), found)
    except RuleError as error:
        problem = translate(error.text, **error.values)
    template = "studio/outline/_outline.html" if is_htmx() else "studio/outline/outline.html"
    path = queries.course_file(found)[0]
    return render_template(
        template,
        draft=found,
        outline=shown,
        problem=problem,
        course_path=path,
        moved=moved,
        differences=DIFFERENCES,
        tones=TONES,
    )


def _row(found: StudioDraft, slug: str) -> Row:
    try:
        rows = queries.outline_of(db.session(), found).rows
    except RuleError:
        raise NotFoundError from None
    row = next((each for each in rows if each.slug == slug), None)
    if row is None:
        raise NotFoundError
    return row
