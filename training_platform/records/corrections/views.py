"""Pages of corrections: what one asked for, the desk, a correction, its decision."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from training_platform.core import files, forms
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission, authorize, may
from training_platform.core.tables import paginate
from training_platform.core.text import whole_number
from training_platform.core.web import check, load, render_form, requires, see_other
from training_platform.people.models import Employee
from training_platform.records import queries as records
from training_platform.records.corrections import queries, rules, services, texts
from training_platform.records.corrections.forms import (
    APPROVE,
    DecisionForm,
    ProposalForm,
    RefusalForm,
    RequestForm,
)
from training_platform.records.corrections.models import RecordCorrection
from training_platform.records.corrections.queries import DeskFilter
from training_platform.records.models import TrainingRecord
from training_platform.records.texts import title_of

bp = Blueprint("corrections", __name__, url_prefix="/records/corrections")

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        key="corrections",
        text=_l("Corrections"),
        icon="pencil",
        endpoint="corrections.desk",
        permission=Permission.RECORD_CORRECTION_DECIDE,
        position=77,
        blueprints=("corrections",),
    ),
)


@bp.get("/")
@requires(Permission.RECORD_CORRECTION_DECIDE)
def desk() -> ResponseReturnValue:
    """List the corrections that wait, or those of a state."""
    chosen = DeskFilter(request.args.get("state", ""), request.args.get("q", ""))
    page = paginate(db.session(), queries.desk(current_user, chosen))
    return render_template(
        "records/corrections/desk.html", page=page, chosen=chosen, title_of=title_of, **_words()
    )


@bp.get("/mine")
@requires(Permission.SIGNED_IN)
def mine() -> ResponseReturnValue:
    """List what the viewer asked to be corrected, and what was corrected."""
    session = db.session()
    found = queries.of_person(session, current_user.id)
    entries = {each.id: records.one_entry(session, each.record) for each in found}
    return render_template(
        "records/corrections/mine.html", found=found, entries=entries, **_words()
    )


@bp.route("/request/<int:record_id>", methods=["GET", "POST"])
@requires(Permission.SIGNED_IN)
def ask(record_id: int) -> ResponseReturnValue:
    """Let somebody ask for the correction of an own record."""
    record = _own_record(record_id)
    form = RequestForm()
    if form.validate_on_submit():
        if led_to := forms.already_led_to(db.session(), current_user.id, form.once.data):
            return redirect(led_to, code=303)
        try:
            with transaction() as session:
                found = services.request_correction(
                    session, record, current_user, form.proposal, form.file.attachment()
                )
                address = f"{bp.url_prefix}/{found.id}"
                forms.remember(session, current_user.id, form.once.data, address)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(gettext("Human resources are told, and you will be told what they decide."))
            return redirect(address, code=303)
    entry = records.one_entry(db.session(), record)
    return render_form("records/corrections/ask.html", form, entry=entry)


@bp.get("/<int:correction_id>")
@requires(Permission.RECORD_CORRECTION_READ)
def show(correction_id: int) -> ResponseReturnValue:
    """Show a correction: to the person, to human resources, to the head."""
    found = load(RecordCorrection, correction_id)
    return render_template("records/corrections/show.html", **_shown(found))


@bp.get("/<int:correction_id>/evidence")
@requires(Permission.RECORD_CORRECTION_READ)
def evidence(correction_id: int) -> ResponseReturnValue:
    """Hand out the file that shows what is right."""
    found = load(RecordCorrection, correction_id)
    if found.evidence_file is None:
        raise NotFoundError
    return files.respond(found.evidence_file)


@bp.route("/<int:correction_id>/propose", methods=["GET", "POST"])
@requires(Permission.RECORD_CORRECT)
def propose(correction_id: int) -> ResponseReturnValue:
    """Let human resources say what is right, after somebody asked."""
    found = _for_hr(correction_id)
    form = ProposalForm(
        version=found.version,
        changes=found.changes,
        reason=found.reason,
        evidence=found.evidence,
    )
    form.offer_turning(queries.outcome_now(found.record))
    if form.validate_on_submit():
        try:
            with transaction() as session:
                services.propose_on_request(
                    session,
                    found,
                    current_user,
                    form.proposal,
                    expected_version=form.version.data or 0,
                )
        except RuleError as error:
            form.refuse(error)
        else:
            return _said(found)
    if found.state is not rules.CorrectionState.REQUESTED:
        return see_other(".show", correction_id=correction_id)
    return render_form("records/corrections/propose.html", form, **_shown(found))


@bp.route("/<int:correction_id>/refuse", methods=["GET", "POST"])
@requires(Permission.RECORD_CORRECT)
def refuse(correction_id: int) -> ResponseReturnValue:
    """Let human resources refuse what was asked for."""
    found = _for_hr(correction_id)
    form = RefusalForm(version=found.version)
    if form.validate_on_submit():
        try:
            _refuse(found, form.note.data or "", form.version.data or 0)
        except RuleError as error:
            form.refuse(error)
        else:
            return _said(found)
    if found.state is not rules.CorrectionState.REQUESTED:
        return see_other(".show", correction_id=correction_id)
    return render_form("records/corrections/refuse.html", form, **_shown(found))


@bp.route("/<int:correction_id>/decide", methods=["GET", "POST"])
@requires(Permission.RECORD_CORRECTION_DECIDE)
def decide(correction_id: int) -> ResponseReturnValue:
    """Let the second person decide."""
    found = load(RecordCorrection, correction_id)
    form = DecisionForm(version=found.version)
    if form.validate_on_submit():
        try:
            _decide(found, form)
        except RuleError as error:
            form.refuse(error)
        else:
            return _said(found)
    if found.state is not rules.CorrectionState.PROPOSED:
        return see_other(".show", correction_id=correction_id)
    return render_form("records/corrections/decide.html", form, **_shown(found))


@bp.post("/<int:correction_id>/withdraw")
@requires(Permission.RECORD_CORRECTION_WITHDRAW)
def withdraw(correction_id: int) -> ResponseReturnValue:
    """Take back what one asked for or proposed."""
    found = load(RecordCorrection, correction_id)
    seen = whole_number(request.form.get("version", "")) or 0
    with transaction() as session:
        services.withdraw_correction(session, found, current_user, expected_version=seen)
    return _said(found)


def _decide(found: RecordCorrection, form: DecisionForm) -> None:
    note, seen = form.note.data or "", form.version.data or 0
    if form.verdict.data != APPROVE:
        _refuse(found, note, seen)
        return
    with transaction() as session:
        services.approve_correction(session, found, current_user, note, expected_version=seen)


def _refuse(found: RecordCorrection, note: str, seen: int) -> None:
    with transaction() as session:
        services.refuse_correction(session, found, current_user, note, expected_version=seen)


def _said(found: RecordCorrection) -> ResponseReturnValue:
    flash(gettext("It is recorded, and those concerned are told."), "success")
    return see_other(".show", correction_id=found.id)


def _own_record(record_id: int) -> TrainingRecord:
    record = db.session.get(TrainingRecord, record_id)
    if record is None or record.employee_id != current_user.id:
        raise NotFoundError
    return record


def _for_hr(correction_id: int) -> RecordCorrection:
    found = check(
        db.session.get(RecordCorrection, correction_id), Permission.RECORD_CORRECTION_READ
    )
    authorize(current_user, found.employee, Permission.RECORD_CORRECT)
    return found


def _shown(found: RecordCorrection) -> dict[str, Any]:
    session = db.session()
    employee = session.get_one(Employee, found.employee_id)
    is_hr = may(current_user, employee, Permission.RECORD_CORRECT)
    is_second = may(current_user, found, Permission.RECORD_CORRECTION_DECIDE)
    is_requested = found.state is rules.CorrectionState.REQUESTED
    is_proposed = found.state is rules.CorrectionState.PROPOSED
    return {
        "found": found,
        "employee": employee,
        "entry": records.one_entry(session, found.record),
        "changes": texts.changes_of(found.new_values),
        "certificates": queries.certificates_on(session, found.record)
        if queries.takes_away(found)
        else [],
        "is_own": employee.id == current_user.id,
        "may_propose": is_requested and is_hr,
        "may_decide": is_proposed and is_second and found.proposed_by_id != current_user.id,
        "may_withdraw": found.is_open and found.opened_by_id == current_user.id,
        **_words(),
    }


def _words() -> dict[str, Any]:
    return {"states": texts.STATES, "tones": texts.TONES, "effects": texts.EFFECTS}
