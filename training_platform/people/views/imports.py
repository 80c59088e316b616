"""Staff imports in the administration."""

from collections.abc import Callable
from typing import Any

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.i18n import language
from training_platform.core.permissions import Permission
from training_platform.core.tables import Page, page_number, paginate
from training_platform.core.uploads import takes_file
from training_platform.core.web import load, render_form, requires, see_other
from training_platform.people import queries, staff_list
from training_platform.people.forms.admin import ImportForm, VersionForm
from training_platform.people.models import StaffImport
from training_platform.people.services import imports as importing
from training_platform.people.texts import FIELDS, IMPORT_STATES
from training_platform.people.views.base import bp

PER_PAGE = 50


@bp.route("/admin/imports", methods=["GET", "POST"])
@requires(Permission.IMPORT_MANAGE)
@takes_file
def imports() -> ResponseReturnValue:
    """List the imports, and read a new staff list: nothing changes before it is applied."""
    form = ImportForm()
    if address := already_led_to(db.session(), current_user.id, form.once.data):
        return redirect(address, code=303)
    if form.validate_on_submit():
        upload = form.file.data
        try:
            db.session.rollback()  # parsing holds no lock
            lines = staff_list.parse(upload.read(staff_list.MAX_BYTES + 1), upload.filename or "")
            with transaction() as session:
                found = importing.check_import(
                    session, current_user, lines, upload.filename or "staff.csv"
                )
                address = url_for("people.staff_import", import_id=found.id)
                remember(session, current_user.id, form.once.data, address)
            return redirect(address, code=303)
        except RuleError as error:
            form.refuse(error)
    return render_form(
        "people/imports.html",
        form,
        page=paginate(db.session(), queries.imports()),
        import_states=IMPORT_STATES,
    )


@bp.get("/admin/imports/template.csv")
@requires(Permission.IMPORT_MANAGE)
def import_template() -> ResponseReturnValue:
    """Hand out an empty list with the headers."""
    response = Response(staff_list.template_csv(language()), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="staff-template.csv"'
    return response


@bp.get("/admin/imports/<int:import_id>")
@requires(Permission.IMPORT_MANAGE)
def staff_import(import_id: int) -> ResponseReturnValue:
    """Show what each row would do, and which rows are wrong and why."""
    found = load(StaffImport, import_id)
    return _import_page(found, VersionForm(version=found.version, formdata=None))


@bp.post("/admin/imports/<int:import_id>/apply")
@requires(Permission.IMPORT_MANAGE)
def apply_import(import_id: int) -> ResponseReturnValue:
    """Create and update people, all or nothing."""
    return _decide(import_id, importing.apply_import, _("The staff list is applied."))


@bp.post("/admin/imports/<int:import_id>/undo")
@requires(Permission.IMPORT_MANAGE)
def undo_import(import_id: int) -> ResponseReturnValue:
    """Take an import back as far as possible."""
    return _decide(import_id, importing.undo_import, _("The import is undone."))


def _decide(import_id: int, service: Callable[..., Any], done: str) -> ResponseReturnValue:
    found = load(StaffImport, import_id)
    form = VersionForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                service(session, found, current_user, expected_version=form.version.data or 0)
            flash(done, "success")
            return see_other("people.staff_import", import_id=import_id)
        except RuleError as error:
            form.refuse(error)
            found = load(StaffImport, import_id)
    return _import_page(found, form)


def _import_page(found: StaffImport, form: VersionForm) -> ResponseReturnValue:
    wrong = [row for row in found.rows if row["errors"]]
    changing = [row for row in found.rows if row["does"] in {"create", "update"}]
    shown = wrong or changing
    start = (page_number() - 1) * PER_PAGE
    page = render_template(
        "people/staff_import.html",
        found=found,
        form=form,
        fields=FIELDS,
        import_states=IMPORT_STATES,
        counts=importing.counts_of(found.rows),
        wrong=bool(wrong),
        page=Page(shown[start : start + PER_PAGE], page_number(), PER_PAGE, len(shown)),
        not_undone=next((c["not_undone"] for c in found.changes if "not_undone" in c), []),
        departments={str(each.id): each.name for each in queries.departments(db.session())},
        job_roles={each.id: each.name for each in queries.job_roles(db.session())},
    )
    return page, 422 if form.errors else 200
