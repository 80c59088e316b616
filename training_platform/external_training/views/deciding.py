"""Deciding: the inbox, one decision with budget and conflicts in view, delegations."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext
from flask_login import current_user
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import db, transaction
from training_platform.core.errors import InvalidTransitionError
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.text import whole_number
from training_platform.core.web import load, render_form, requires, see_other
from training_platform.external_training import queries, services
from training_platform.external_training.forms.deciding import DecisionForm, DelegationForm
from training_platform.external_training.models import (
    ApprovalDelegation,
    ExternalTrainingApplication,
)
from training_platform.external_training.rules import Act
from training_platform.external_training.views.applying import one_called
from training_platform.external_training.views.base import acts_on, bp, done, labels, shown


@bp.get("/inbox")
@requires(Permission.EXTERNAL_TRAINING_USE)
def inbox() -> ResponseReturnValue:
    """List what waits for the viewer's decision."""
    page = paginate(db.session(), queries.inbox(current_user.id))
    return render_template("external_training/inbox.html", page=page, **labels())


@bp.post("/inbox")
@requires(Permission.EXTERNAL_TRAINING_USE)
def approve_many() -> ResponseReturnValue:
    """Approve the chosen ones; what asks for more than a plain yes is decided on its page."""
    chosen: dict[int, int] = {}
    for each in request.form.getlist("chosen")[:100]:
        ident, _colon, version = each.partition(":")
        first, second = whole_number(ident), whole_number(version)
        if first is not None and second is not None:
            chosen[first] = second
    with transaction() as session:
        yes, left = services.decide_many(session, current_user, chosen)
    if yes:
        said = ngettext(
            "%(num)s application is approved.", "%(num)s applications are approved.", len(yes)
        )
        flash(said, "success")
    if left:
        said = ngettext(
            "%(num)s could not be approved: look at it by itself.",
            "%(num)s could not be approved: look at them one by one.",
            len(left),
        )
        flash(said, "error")
    return see_other(".inbox")


@bp.route("/<int:application_id>/decision", methods=["GET", "POST"])
@requires(Permission.EXTERNAL_TRAINING_DECIDE, Permission.EXTERNAL_TRAINING_READ)
def decision(application_id: int) -> ResponseReturnValue:
    """Let an approver take the waiting step."""
    application = load(ExternalTrainingApplication, application_id)
    form = DecisionForm(version=application.version)
    if form.validate_on_submit():
        verdict, seen = form.verdict, form.version.data or 0

        def act(session: Session) -> None:
            services.decide(session, application, current_user, verdict, expected_version=seen)

        text = gettext("Your decision is recorded.")
        if page := done(form, act, text, ".show", application_id=application_id):
            return page
        db.session.rollback()
        application = load(ExternalTrainingApplication, application_id)
    elif request.method == "GET" and Act.APPROVE not in acts_on(application):
        return see_other(".show", application_id=application_id)  # a mail's link, decided since
    elif Act.APPROVE not in acts_on(application):
        raise InvalidTransitionError
    return render_form("external_training/decision.html", form, **shown(application))


@bp.route("/delegations", methods=["GET", "POST"])
@requires(Permission.EXTERNAL_TRAINING_OVERSEE)
def delegations() -> ResponseReturnValue:
    """Show who decides in the viewer's place, and take a further delegation."""
    form = DelegationForm()
    if form.validate_on_submit():

        def act(session: Session) -> None:
            named = form.delegate.data or ""
            delegate_id = one_called(session, named, "delegate", anybody=True)
            assert form.starts_on.data and form.ends_on.data  # noqa: S101, PT018  # it asks for both
            span = (form.starts_on.data, form.ends_on.data)
            services.delegate(session, current_user, delegate_id, span, form.reason.data or "")

        if ended := done(form, act, gettext("The delegation is set."), ".delegations"):
            return ended
    page = paginate(db.session(), queries.delegations(current_user.id))
    values = {"page": page, "today": clock.today()}
    return render_form("external_training/delegations.html", form, **values, **labels())


@bp.post("/delegations/<int:delegation_id>/revoke")
@requires(Permission.EXTERNAL_TRAINING_DELEGATE)
def revoke(delegation_id: int) -> ResponseReturnValue:
    """End a delegation at once."""
    made = load(ApprovalDelegation, delegation_id)
    with transaction() as session:
        services.revoke_delegation(session, made, current_user)
    flash(gettext("The delegation has ended."), "success")
    return see_other(".delegations")
