"""One person's archive, and the transcript that everybody may print of herself."""

import io

from flask import Response, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_platform.archives.pulls import transcripts
from training_platform.archives.queries import person as queries
from training_platform.archives.queries.attachments import attachments_of
from training_platform.archives.queries.people import PeopleFilter, select_people
from training_platform.archives.views.base import bp
from training_platform.archives.views.links import ways_from
from training_platform.archives.views.searching import departments_of
from training_platform.core.db import db
from training_platform.core.errors import NotFoundError
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.web import check, requires
from training_platform.people.models import Employee
from training_platform.records import queries as records
from training_platform.records.texts import GROUPS


@bp.get("/people")
@requires(Permission.ARCHIVE_SEARCH)
def people() -> ResponseReturnValue:
    """List the people whose archives the viewer may read."""
    session = db.session()
    wanted = PeopleFilter(*(request.args.get(name, "") for name in ("q", "department", "job_role")))
    page = paginate(session, select_people(current_user, wanted))
    return render_template(
        "archives/people.html",
        page=page,
        wanted=wanted,
        activity=records.activity_of(session, [row.id for row in page.rows]),
        departments=departments_of(session),
        job_roles=records.job_roles(session),
    )


@bp.get("/people/<int:employee_id>")
@requires(Permission.ARCHIVE_READ)
def person(employee_id: int) -> ResponseReturnValue:
    """Show one person's archive: records, hours, competencies, certificates."""
    session = db.session()
    employee = check(session.get(Employee, employee_id), Permission.ARCHIVE_READ)
    group = request.args.get("kind")
    group = group if group in GROUPS else None
    return render_template(
        "archives/person.html",
        employee=employee,
        own=employee.id == current_user.id,
        page=records.timeline(session, employee.id, group),
        by_year=records.by_year,
        group=group,
        groups=GROUPS,
        standings=records.standings(session, employee),
        next_role=queries.next_role(session, employee),
        attachments=attachments_of(session, current_user, employee),
        hours=queries.hours_by_year(session, employee.id),
        ways=ways_from("archives.person", employee),
        may_search=may(current_user, None, Permission.ARCHIVE_SEARCH),
        may_correct=may(current_user, employee, Permission.RECORD_CORRECT),
    )


@bp.get("/mine")
@requires(Permission.SIGNED_IN)
def mine() -> ResponseReturnValue:
    """Show the viewer's own archive."""
    return person(current_user.id)


@bp.get("/mine/transcript.pdf")
@requires(Permission.SIGNED_IN)
def own_transcript() -> Response:
    """Draw the viewer's own transcript; those of others are pulled, with a purpose."""
    session = db.session()
    employee = session.get(Employee, current_user.id)
    if employee is None:
        raise NotFoundError
    values = transcripts.values_of(session, employee)
    name = transcripts.file_name(employee.staff_number, employee.name)
    session.rollback()
    data = transcripts.render(values)
    return send_file(io.BytesIO(data), "application/pdf", as_attachment=True, download_name=name)
