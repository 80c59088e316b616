"""Pages of records: the own timeline, the people whose records one may read, corrections."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from training_platform.core import forms
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission, may
from training_platform.core.tables import paginate
from training_platform.core.web import check, render_form, requires, see_other
from training_platform.people.models import Employee
from training_platform.records import jobs, queries, services  # noqa: F401  # jobs registers its handlers
from training_platform.records.forms import CorrectionForm
from training_platform.records.models import TrainingRecord
from training_platform.records.queries import PeopleFilter
from training_platform.records.rules import Effect
from training_platform.records.texts import GROUPS

bp = Blueprint("records", __name__, url_prefix="/records")

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        "records",
        _l("Records"),
        "archive",
        "records.own",
        Permission.SIGNED_IN,
        40,
        is_primary=True,
    ),
    Place(
        "archive",
        _l("Training archive"),
        "users",
        "records.people",
        Permission.RECORD_READ_ALL,
        75,
    ),
)


@bp.get("/")
@requires(Permission.SIGNED_IN)
def own() -> ResponseReturnValue:
    """Show the viewer's own records."""
    group = _group()
    page = queries.timeline(db.session(), current_user.id, group)
    return render_template(
        "records/own.html", page=page, by_year=queries.by_year, group=group, groups=GROUPS
    )


@bp.get("/people")
@requires(Permission.RECORD_READ_ALL)
def people() -> ResponseReturnValue:
    """Show the people whose records the viewer may read."""
    session = db.session()
    wanted = PeopleFilter(*(request.args.get(name, "") for name in ("q", "department", "job_role")))
    page = paginate(session, queries.select_people(current_user, wanted))
    return render_template(
        "records/people.html",
        page=page,
        wanted=wanted,
        activity=queries.activity_of(session, [row.id for row in page.rows]),
        departments=queries.departments_for(session, current_user),
        job_roles=queries.job_roles(session),
    )


@bp.get("/people/<int:employee_id>")
@requires(Permission.RECORD_READ)
def person(employee_id: int) -> ResponseReturnValue:
    """Show one person's records and competencies."""
    session = db.session()
    employee = _employee(employee_id)
    group = _group()
    return render_template(
        "records/person.html",
        employee=employee,
        page=queries.timeline(session, employee.id, group),
        by_year=queries.by_year,
        standings=queries.standings(session, employee),
        group=group,
        groups=GROUPS,
        may_correct=may(current_user, employee, Permission.RECORD_CORRECT),
    )


@bp.route("/people/<int:employee_id>/<int:record_id>/correction", methods=["GET", "POST"])
@requires(Permission.RECORD_CORRECT)
def correct(employee_id: int, record_id: int) -> ResponseReturnValue:
    """Correct a record by a further one."""
    session = db.session()
    employee = _employee(employee_id)
    record = session.get(TrainingRecord, record_id)
    if record is None or record.employee_id != employee.id:
        raise NotFoundError
    address = url_for(".person", employee_id=employee.id)
    form = CorrectionForm(version=services.count_corrections(session, record.id))
    if form.validate_on_submit():
        if led_to := forms.already_led_to(session, current_user.id, form.once.data):
            return redirect(led_to, code=303)
        try:
            _correct(record, form, address)
        except RuleError as error:
            form.refuse(error)
        else:
            return see_other(".person", employee_id=employee.id)
    entry = queries.one_entry(session, record)
    return render_form("records/correct.html", form, employee=employee, entry=entry)


def _correct(record: TrainingRecord, form: CorrectionForm, address: str) -> None:
    with transaction() as session:
        services.correct_record(
            session,
            record,
            current_user,
            effect=Effect(form.effect.data),
            reason=form.reason.data or "",
            changes=form.changes.data or "",
            evidence=form.evidence.data or "",
            expected_count=form.version.data or 0,
        )
        forms.remember(session, current_user.id, form.once.data, address)


def _employee(employee_id: int) -> Employee:
    return check(db.session.get(Employee, employee_id), Permission.RECORD_READ)


def _group() -> str | None:
    group = request.args.get("kind")
    return group if group in GROUPS else None
