"""Pages of records: the own timeline, the people whose records one may read, corrections."""

from flask import Blueprint, Flask, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from training_platform.core import files, forms, slots
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.forms import OnceForm
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission, authorize
from training_platform.core.web import check, render_form, requires
from training_platform.people.models import Employee
from training_platform.records import jobs, my_data, queries, services  # noqa: F401  # jobs registers its handlers
from training_platform.records.corrections import queries as correcting
from training_platform.records.corrections import services as corrections
from training_platform.records.corrections.forms import ProposalForm
from training_platform.records.models import TrainingRecord
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
    """Lead on to the archive's list of people, where it stands now, with its filters."""
    return _moved("/archives/people")


@bp.get("/people/<int:employee_id>")
@requires(Permission.RECORD_READ)
def person(employee_id: int) -> ResponseReturnValue:
    """Lead on to the person's archive, where the records stand now; hidden ones stay hidden."""
    return _moved(f"/archives/people/{_employee(employee_id).id}")


def _moved(address: str) -> ResponseReturnValue:
    query = request.query_string.decode("ascii", "replace")
    return redirect(f"{address}?{query}" if query else address, code=301)


@bp.route("/people/<int:employee_id>/<int:record_id>/correction", methods=["GET", "POST"])
@requires(Permission.RECORD_CORRECT)
def correct(employee_id: int, record_id: int) -> ResponseReturnValue:
    """Say what is right in a record: a remark stands at once, all else another decides."""
    session = db.session()
    employee = _employee(employee_id)
    authorize(current_user, employee, Permission.RECORD_CORRECT)
    record = session.get(TrainingRecord, record_id)
    if record is None or record.employee_id != employee.id:
        raise NotFoundError
    form = ProposalForm(version=services.count_corrections(session, record.id))
    form.offer_turning(correcting.outcome_now(record))
    if form.validate_on_submit():
        if led_to := forms.already_led_to(session, current_user.id, form.once.data):
            return redirect(led_to, code=303)
        try:
            address = _propose(record, form)
        except RuleError as error:
            form.refuse(error)
        else:
            return redirect(address, code=303)
    entry = queries.one_entry(session, record)
    return render_form("records/correct.html", form, employee=employee, entry=entry)


def _propose(record: TrainingRecord, form: ProposalForm) -> str:
    with transaction() as session:
        found = corrections.propose_correction(
            session,
            record,
            current_user,
            form.proposal,
            expected_count=form.version.data or 0,
            attachment=form.file.attachment(),
        )
        address = url_for("corrections.show", correction_id=found.id)
        forms.remember(session, current_user.id, form.once.data, address)
    return address


@bp.route("/my-data", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def own_data() -> ResponseReturnValue:
    """Let the viewer ask for all that is kept about herself, and say whether it is ready."""
    form = OnceForm()
    if form.validate_on_submit():
        with transaction() as session:
            my_data.ask_for_data(session, current_user, form.once.data or "")
        return redirect(url_for(".own_data"), code=303)
    asked, file = my_data.latest(db.session(), current_user.id)
    return render_form("records/my_data.html", form, asked=asked, file=file)


@bp.get("/my-data/download")
@requires(Permission.SIGNED_IN)
def download_own_data() -> ResponseReturnValue:
    """Hand out the viewer's own packed data while it is kept."""
    _asked, file = my_data.latest(db.session(), current_user.id)
    if file is None:
        raise NotFoundError
    return files.respond(file)


def _employee(employee_id: int) -> Employee:
    return check(db.session.get(Employee, employee_id), Permission.RECORD_READ)


def _group() -> str | None:
    group = request.args.get("kind")
    return group if group in GROUPS else None


def init_app(app: Flask) -> None:
    """Put the way to the own data on the account page."""
    slots.fill(app, "account.data", lambda: render_template("records/_my_data_link.html"))
