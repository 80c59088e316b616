"""The matrix of people and required items, one person's part of it, and its export."""

from dataclasses import asdict
from io import BytesIO

from flask import render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_platform.archives.compliance import exports, queries, services
from training_platform.archives.compliance.items import columns_of, needs_by_role
from training_platform.archives.compliance.rules import State, readiness
from training_platform.archives.compliance.texts import shared_words
from training_platform.archives.compliance.views.base import bp, filters, wanted
from training_platform.archives.views.links import ways_from
from training_platform.core import clock, files, slots
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError
from training_platform.core.i18n import language
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.web import load, requires, see_other
from training_platform.people.models import Employee


@bp.get("/archives/compliance/")
@requires(Permission.COMPLIANCE_READ)
def matrix() -> ResponseReturnValue:
    """Show who has what the job role asks for: a page of people, a column an item."""
    session, narrowed = db.session(), wanted()
    roles = needs_by_role(session)
    statement = queries.people(current_user, roles, narrowed)
    page = paginate(session, statement, per_page=queries.PEOPLE_PER_PAGE)
    shown = {row.job_role_id for row in page.rows}
    columns = [
        item
        for item in columns_of(role for key, role in roles.items() if key in shown)
        if narrowed.item in ("", item.key)
    ]
    return render_template(
        "archives/compliance/matrix.html",
        page=page,
        columns=columns,
        cells=queries.cells_of(session, page.rows, roles),
        wanted=narrowed,
        first=list(State),
        may_manage=may(current_user, None, Permission.COMPLIANCE_MANAGE),
        **filters(roles),
        **shared_words(),
    )


@bp.get("/archives/compliance/people/<int:employee_id>")
@requires(Permission.COMPLIANCE_READ)
def person(employee_id: int) -> ResponseReturnValue:
    """Show what one person's job role asks for, and what shows that it is there."""
    employee = load(Employee, employee_id)
    session = db.session()
    roles = needs_by_role(session)
    row = queries.one_person(session, employee_id)
    needs = roles.get(row.job_role_id or "")
    cells = queries.cells_of(session, [row], roles)[row.id]
    ready = needs.ready if needs else ()
    return render_template(
        "archives/compliance/person.html",
        person=row,
        ways=ways_from("compliance.person", employee),
        items=needs.items if needs else (),
        needed={item.key for item in ready},
        cells=cells,
        readiness=readiness([(item.key, cells[item.key].until) for item in ready], clock.today()),
        **shared_words(),
    )


@bp.get("/archives/compliance/rates")
@requires(Permission.COMPLIANCE_READ)
def rates() -> ResponseReturnValue:
    """Show the pass rate of each department against the target, with its denominator."""
    answers = slots.ask("compliance.rates", person=current_user)
    target, found = answers[0] if answers else (0, [])
    return render_template(
        "archives/compliance/rates.html",
        target=target,
        rates=found,
        may_manage=may(current_user, None, Permission.COMPLIANCE_MANAGE),
    )


@bp.post("/archives/compliance/export")
@requires(Permission.COMPLIANCE_READ)
def export() -> ResponseReturnValue:
    """Give the matrix as it is narrowed, as a file; the audit log notes it.

    For more people than MOST_AT_ONCE a job makes the file, and the page says how far it is.
    """
    format = exports.CSV if request.args.get("format") == exports.CSV else exports.XLSX
    order = exports.Order(wanted(), format, language())
    with transaction() as session:
        people = exports.people_of(session, current_user, order.wanted, exports.MOST_AT_ONCE + 1)
        if len(people) > exports.MOST_AT_ONCE:
            exports.request_export(session, current_user, order)
            return see_other(".last_export")
        rows = exports.table_of(session, people, order.wanted)
        about = exports.about_of(session, current_user, order, len(people))
        services.record_export(session, current_user, len(rows) - 1, **asdict(order.wanted))
    return send_file(
        BytesIO(exports.file_of(rows, format, about)),
        mimetype=exports.MEDIA_TYPES[format],
        as_attachment=True,
        download_name=order.name,
    )


@bp.get("/archives/compliance/export")
@requires(Permission.COMPLIANCE_READ)
def last_export() -> ResponseReturnValue:
    """Show how far the viewer's last large export is, and its file while it is kept."""
    asked, file = exports.latest(db.session(), current_user.id)
    return render_template("archives/compliance/export.html", asked=asked, file=file)


@bp.get("/archives/compliance/export/file")
@requires(Permission.COMPLIANCE_READ)
def export_file() -> ResponseReturnValue:
    """Hand the file of the last large export to its owner."""
    _asked, file = exports.latest(db.session(), current_user.id)
    if file is None:
        raise NotFoundError
    return files.respond(file)
