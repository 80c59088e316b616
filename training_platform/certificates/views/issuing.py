"""What HR and trainers do: issue in bulk, with a preview; HR also sets how long people have."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from training_platform.certificates import batches, renewing
from training_platform.certificates.batches import Scope
from training_platform.certificates.forms import BatchForm, PolicyForm
from training_platform.certificates.models import CertificateBatch
from training_platform.certificates.views.base import bp
from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.forms import already_led_to, remember
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.text import whole_number
from training_platform.core.web import load, render_form, requires, see_other
from training_platform.people.queries import departments


@bp.get("/certificates/batches")
@requires(Permission.CERTIFICATE_ISSUE)
def list_batches() -> ResponseReturnValue:
    """List the batches."""
    page = paginate(db.session(), batches.select_batches())
    return render_template("certificates/batches.html", page=page)


@bp.route("/certificates/batches/new", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_ISSUE)
def new_batch() -> ResponseReturnValue:
    """Ask for course and people, show what would happen, then begin the batch."""
    session, form = db.session(), BatchForm()
    scope = _scope()
    if scope is not None and form.validate_on_submit():
        if address := already_led_to(session, current_user.id, form.once.data):
            return redirect(address, 303)
        try:
            return redirect(_begin(scope, form), 303)
        except RuleError as error:
            form.refuse(error)
    found = {}
    if scope is not None:
        found = {
            "preview": batches.preview(session, scope),
            "page": paginate(session, batches.select_ready(scope)),
        }
    return render_form(
        "certificates/batch_new.html",
        form,
        asked=request.values,
        scope=scope,
        courses=batches.courses(session),
        departments=departments(session),
        **found,
    )


@bp.get("/certificates/batches/<int:batch_id>")
@requires(Permission.CERTIFICATE_ISSUE)
def show_batch(batch_id: int) -> ResponseReturnValue:
    """Show how far a batch is, and what it issued."""
    batch = load(CertificateBatch, batch_id)
    session = db.session()
    return render_template(
        "certificates/batch.html",
        batch=batch,
        standing=batches.standing_of(session, batch),
        page=paginate(session, batches.select_issued(batch)),
    )


@bp.route("/certificates/policy", methods=["GET", "POST"])
@requires(Permission.CERTIFICATE_REVOKE)
def policy() -> ResponseReturnValue:
    """Let HR say how long people have when a certificate ends."""
    found = renewing.current_policy(db.session())
    days = ", ".join(str(each) for each in found.reminder_days)
    form = PolicyForm(version=found.version, grace_days=found.grace_days, days=days)
    if form.validate_on_submit():
        try:
            with transaction() as session:
                renewing.edit_policy(
                    session,
                    current_user,
                    form.grace_days.data or 0,
                    form.reminder_days,
                    form.version.data or 0,
                )
        except RuleError as error:
            form.refuse(error)
        else:
            flash(gettext("The rules of certificates are saved."), "success")
            return see_other(".policy")
    return render_form("certificates/policy.html", form)


def _begin(scope: Scope, form: BatchForm) -> str:
    with transaction() as session:
        batch = batches.start_batch(session, scope, current_user)
        address = url_for(".show_batch", batch_id=batch.id)
        remember(session, current_user.id, form.once.data, address)
    return address


def _scope() -> Scope | None:
    """Return what the page asks for; None while no known course is chosen."""
    course_id = request.values.get("course", "")
    if course_id not in {row.id for row in batches.courses(db.session())}:
        return None
    numbers = request.values.get("numbers", "").replace(",", " ").replace("，", " ").split()
    return Scope(
        course_id,
        whole_number(request.values.get("department", "")),
        tuple(dict.fromkeys(numbers))[: batches.MOST_NUMBERS],
    )
