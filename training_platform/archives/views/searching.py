"""Searching the archive: records by every filter, people, and the searches that one keeps."""

from typing import Any

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.archives import services, texts
from training_platform.archives.forms import SaveForm
from training_platform.archives.models import SavedSearch
from training_platform.archives.queries import person, rows
from training_platform.archives.queries.scope import in_scope
from training_platform.archives.queries.search import years
from training_platform.archives.rules import Wanted
from training_platform.archives.views.base import bp
from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.i18n import pick, translate
from training_platform.core.permissions import Permission, Right
from training_platform.core.web import load, render_form, requires, see_other
from training_platform.people.models import Department, Employee
from training_platform.records.queries import job_roles
from training_platform.records.texts import GROUPS


@bp.get("/")
@requires(Permission.ARCHIVE_SEARCH)
def search() -> ResponseReturnValue:
    """Search the records of everybody in the viewer's scope."""
    return _show(SaveForm(formdata=None))


@bp.post("/saved")
@requires(Permission.ARCHIVE_SEARCH)
def save() -> ResponseReturnValue:
    """Keep the search of the address under a name."""
    form, wanted = SaveForm(), Wanted.read(request.args)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.save_search(session, current_user, form.name.data or "", wanted)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(gettext("The search is kept. Only you see it."), "success")
            return redirect(url_for(".search", **dict[str, Any](wanted.values())), code=303)
    return _show(form)


@bp.post("/saved/<int:saved_id>/remove")
@requires(Permission.ARCHIVE_SAVED)
def remove(saved_id: int) -> ResponseReturnValue:
    """Forget a kept search."""
    kept = load(SavedSearch, saved_id)
    with transaction() as session:
        services.remove_search(session, kept, current_user)
    flash(gettext("The search is removed."), "success")
    return see_other(".search")


def _show(form: SaveForm) -> ResponseReturnValue:
    session, wanted = db.session(), Wanted.read(request.args)
    found = rows.find(session, current_user, wanted)
    return render_form(
        "archives/search.html",
        form,
        found=found,
        page=found.page,
        wanted=wanted,
        saved=person.saved_of(session, current_user.id),
        **choices(session),
    )


def choices(session: Session) -> dict[str, Any]:
    """Return what the filters offer, in the page's language."""
    return {
        "departments": departments_of(session),
        "job_roles": job_roles(session),
        "years": [(year, year) for year in years(session)],
        "kinds": [(key, translate(text)) for key, text in GROUPS.items()],
        "results": [(key, translate(text)) for key, text in texts.RESULTS.items()],
        "certificates": [(key, translate(text)) for key, text in texts.CERTIFICATES.items()],
    }


def departments_of(session: Session) -> list[tuple[int, str]]:
    """Return the departments that the viewer may narrow a search to."""
    statement = select(Department.id, Department.name, Department.path).order_by(Department.path)
    if Right.HR not in current_user.rights:
        is_here = Employee.department_id == Department.id
        own = select(Employee.id).where(is_here, in_scope(current_user))
        statement = statement.where(own.correlate(Department).exists())
    return [(row.id, pick(row.name)) for row in session.execute(statement)]
