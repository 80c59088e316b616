"""Pages of keeping: the rules, the holds, purges with their dry run, leavers."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import select

from training_platform.core import forms
from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.text import whole_number
from training_platform.core.web import check, load, render_form, requires, see_other
from training_platform.people.models import Employee
from training_platform.records.retention import queries, services, texts
from training_platform.records.retention.forms import HoldForm, ReleaseForm, RuleForm
from training_platform.records.retention.models import PurgeRun, RecordHold, RetentionRule
from training_platform.records.retention.rules import CountsFrom
from training_platform.records.texts import GROUPS, TEXTS

bp = Blueprint("retention", __name__, url_prefix="/records/retention")

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        key="retention",
        text=_l("Keeping and purging"),
        icon="history",
        endpoint="retention.overview",
        permission=Permission.RETENTION_MANAGE,
        position=78,
        blueprints=("retention",),
    ),
)


@bp.get("/")
@requires(Permission.RETENTION_MANAGE)
def overview() -> ResponseReturnValue:
    """Show the rules, what is held, and the purges."""
    session = db.session()
    rules = queries.rules(session)
    return render_template(
        "records/retention/overview.html",
        rules=rules,
        shipped=queries.shipped_rules(rules),
        holds=queries.active_holds(session),
        runs=paginate(session, select(PurgeRun).order_by(PurgeRun.id.desc())),
        **_words(),
    )


@bp.route("/rules/<kind_group>", methods=["GET", "POST"])
@requires(Permission.RETENTION_MANAGE)
def rule(kind_group: str) -> ResponseReturnValue:
    """Change how long a group is kept."""
    found = load(RetentionRule, kind_group)
    form = RuleForm(version=found.version, years=found.years, counts_from=found.counts_from.value)
    if form.validate_on_submit():
        with transaction() as session:
            services.change_rule(
                session,
                found,
                current_user,
                years=form.years.data or 0,
                counts_from=CountsFrom(form.counts_from.data),
                expected_version=form.version.data or 0,
            )
        flash(gettext("The rule is changed. Nothing goes before somebody starts a purge."))
        return see_other(".overview")
    return render_form("records/retention/rule.html", form, rule=found, **_words())


@bp.route("/holds/new", methods=["GET", "POST"])
@requires(Permission.RETENTION_MANAGE)
def new_hold() -> ResponseReturnValue:
    """Place a legal hold."""
    form = HoldForm()
    if form.validate_on_submit():
        session = db.session()
        if led_to := forms.already_led_to(session, current_user.id, form.once.data):
            return redirect(led_to, code=303)
        try:
            _place(form)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(gettext("What is held is never purged while the hold stands."), "success")
            return see_other(".overview")
    return render_form("records/retention/hold.html", form)


def _place(form: HoldForm) -> None:
    number = form.staff_number.data or ""
    with transaction() as session:
        person = session.scalar(select(Employee.id).where(Employee.staff_number == number))
        if number and person is None:
            raise RuleError(_("There is nobody with this staff number."), field="staff_number")
        services.place_hold(
            session,
            current_user,
            employee_id=person,
            from_day=form.from_day.data,
            until_day=form.until_day.data,
            reason=form.reason.data or "",
        )
        forms.remember(session, current_user.id, form.once.data, url_for(".overview"))


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@bp.route("/holds/<int:hold_id>/release", methods=["GET", "POST"])
@requires(Permission.RETENTION_MANAGE)
def release(hold_id: int) -> ResponseReturnValue:
    """End a legal hold, with a reason."""
    hold = load(RecordHold, hold_id)
    form = ReleaseForm(version=hold.version)
    if form.validate_on_submit():
        seen = form.version.data or 0
        with transaction() as session:
            services.release_hold(
                session, hold, current_user, form.reason.data or "", expected_version=seen
            )
        flash(gettext("The hold is released."), "success")
        return see_other(".overview")
    return render_form("records/retention/release.html", form, hold=hold)


@bp.post("/purges")
@requires(Permission.RETENTION_MANAGE)
def plan() -> ResponseReturnValue:
    """Do the dry run of a purge."""
    try:
        with transaction() as session:
            run_id = services.plan_purge(session, current_user).id
    except RuleError as error:
        flash(gettext(error.text), "error")
        return see_other(".overview")
    return see_other(".purge", run_id=run_id)


@bp.get("/purges/<int:run_id>")
@requires(Permission.RETENTION_MANAGE)
def purge(run_id: int) -> ResponseReturnValue:
    """Show what a purge would erase, or what it erased."""
    found = load(PurgeRun, run_id)
    return render_template("records/retention/purge.html", run=found, kinds=TEXTS, **_words())


@bp.post("/purges/<int:run_id>/<purge_act>")
@requires(Permission.RETENTION_MANAGE)
def act(run_id: int, purge_act: str) -> ResponseReturnValue:
    """Start a planned purge or call it off."""
    found = load(PurgeRun, run_id)
    does = services.start_purge if purge_act == "start" else services.cancel_purge
    seen = whole_number(request.form.get("version", "")) or 0
    with transaction() as session:
        does(session, found, current_user, expected_version=seen)
    return see_other(".purge", run_id=run_id)


@bp.get("/leavers")
@requires(Permission.RETENTION_MANAGE)
def leavers() -> ResponseReturnValue:
    """List those who left and still have their name."""
    page = paginate(db.session(), queries.leavers())
    return render_template("records/retention/leavers.html", page=page)


@bp.post("/leavers/<int:employee_id>/anonymize")
@requires(Permission.RECORD_ERASE)
def anonymize(employee_id: int) -> ResponseReturnValue:
    """Take the name off somebody who left."""
    employee = check(db.session.get(Employee, employee_id), Permission.RECORD_READ)
    seen = whole_number(request.form.get("version", "")) or 0
    try:
        with transaction() as session:
            services.anonymize_leaver(session, employee, current_user, expected_version=seen)
    except RuleError as error:
        flash(gettext(error.text), "error")
    else:
        flash(gettext("The name is gone; the chain and the totals stay."), "success")
    return see_other(".leavers")


def _words() -> dict[str, Any]:
    return {
        "groups": {**GROUPS, **texts.DOCUMENTS},
        "other": texts.OTHER,
        "counts_from": texts.COUNTS_FROM,
        "states": texts.STATES,
        "tones": texts.TONES,
    }
