"""The matrix of people and required items, one person's part of it, and its export."""

from dataclasses import asdict
from io import BytesIO

from flask import Response, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.archives.compliance import documents, queries, services
from training_platform.archives.compliance.items import columns_of, needs_by_role
from training_platform.archives.compliance.rules import State, readiness
from training_platform.archives.compliance.texts import shared_words
from training_platform.archives.compliance.views.base import bp, filters, wanted
from training_platform.core import clock, sheets, slots
from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.web import load, requires
from training_platform.people.models import Employee

#: An export in the request holds so many people; more are pulled a department at a time.
MOST_EXPORTED = 5_000
CHUNK = 500
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


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
    load(Employee, employee_id)
    session = db.session()
    roles = needs_by_role(session)
    row = queries.one_person(session, employee_id)
    needs = roles.get(row.job_role_id or "")
    cells = queries.cells_of(session, [row], roles)[row.id]
    ready = needs.ready if needs else ()
    return render_template(
        "archives/compliance/person.html",
        person=row,
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
    return render_template("archives/compliance/rates.html", target=target, rates=found)


@bp.post("/archives/compliance/export")
@requires(Permission.COMPLIANCE_READ)
def export() -> ResponseReturnValue:
    """Give the matrix as it is narrowed, as a file; the audit log notes it.

    Raises RuleError for more people than one file holds.
    """
    narrowed = wanted()
    with transaction() as session:
        roles = needs_by_role(session)
        statement = queries.people(current_user, roles, narrowed)
        people = session.execute(statement.limit(MOST_EXPORTED + 1)).all()
        if len(people) > MOST_EXPORTED:
            raise RuleError(_("These are too many people for one file. Choose a department."))
        head = [_("Staff number"), _("Name"), _("Department"), _("Job role"), _("Kind")]
        rows = [[*head, _("Item"), _("State"), _("Day"), _("Since")]]
        for start in range(0, len(people), CHUNK):
            part = people[start : start + CHUNK]
            cells = queries.cells_of(session, part, roles)
            rows += documents.matrix_rows(part, roles, cells, asdict(narrowed))
        services.record_export(session, current_user, len(rows) - 1, **asdict(narrowed))
    return _file(rows)


def _file(rows: list[list[str]]) -> Response:
    is_csv = request.args.get("format") == "csv"
    name = f"{_('Compliance')} {clock.today().isoformat()}"
    data = sheets.write_csv(rows) if is_csv else sheets.write_xlsx(rows, name=_("Compliance"))
    return send_file(
        BytesIO(data),
        mimetype="text/csv" if is_csv else XLSX,
        as_attachment=True,
        download_name=f"{name}.{'csv' if is_csv else 'xlsx'}",
    )
