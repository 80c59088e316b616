"""Refreshers, for HR: the policy, the preview of a round, its confirmation."""

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user

from training_platform.core.db import db, transaction
from training_platform.core.errors import RuleError
from training_platform.core.i18n import pick
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import load, render_form, requires, see_other
from training_platform.curricula.queries import refreshers as queries
from training_platform.curricula.refresher_forms import EntryForm, PolicyForm, RoundForm
from training_platform.curricula.refresher_models import (
    RefresherEntry,
    RefresherRound,
    RoundState,
)
from training_platform.curricula.services import refreshers as services
from training_platform.curricula.views.base import bp

STATES = {
    RoundState.PLANNED: _l("Waits for HR"),
    RoundState.CONFIRMED: _l("Confirmed"),
    RoundState.CANCELLED: _l("Cancelled"),
}
TONES = {RoundState.PLANNED: "info", RoundState.CONFIRMED: "ok", RoundState.CANCELLED: None}


@bp.get("/curricula/refreshers")
@requires(Permission.CURRICULUM_MANAGE)
def refreshers() -> ResponseReturnValue:
    """List the rounds of refreshers, and what the policy says."""
    session = db.session()
    policy, _version = services.current_policy(session)
    page = paginate(session, queries.rounds())
    return render_template(
        "curricula/refreshers.html", page=page, policy=policy, states=STATES, tones=TONES
    )


@bp.route("/curricula/refreshers/policy", methods=["GET", "POST"])
@requires(Permission.CURRICULUM_MANAGE)
def refresher_policy() -> ResponseReturnValue:
    """Edit when refreshers come and what they are."""
    policy, version = services.current_policy(db.session())
    pairs = [f"{role}:{course}" for role, ids in policy.courses for course in ids]
    form = PolicyForm(data={**policy.__dict__, "courses": pairs, "version": version})
    form.months.choices = [(month, _("Month %(number)s", number=month)) for month in range(1, 13)]
    form.courses.choices = [
        (f"{row.id}:{row.course_id}", f"{pick(row.name)}{_(': ')}{pick(row.title)}")
        for row in queries.refreshable(db.session())
    ]
    if form.validate_on_submit():
        seen = form.version.data or 0
        try:
            with transaction() as session:
                services.edit_policy(session, current_user, form.policy, expected_version=seen)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The rules are saved. Rounds that are planned stay as they are."), "success")
            return see_other(".refreshers")
    return render_form("curricula/refresher_policy.html", form)


@bp.get("/curricula/refreshers/<int:round_id>")
@requires(Permission.CURRICULUM_MANAGE)
def refresher_round(round_id: int) -> ResponseReturnValue:
    """Show who takes what until when, before HR confirms it and afterwards."""
    found = load(RefresherRound, round_id)
    session = db.session()
    query, show = request.args.get("q", ""), request.args.get("show", "")
    return render_template(
        "curricula/refresher_round.html",
        round=found,
        figures=queries.figures(session, found.id),
        page=paginate(session, queries.entries(found.id, query, show)),
        query=query,
        show=show,
        states=STATES,
        tones=TONES,
    )


@bp.post("/curricula/refreshers/<int:round_id>")
@requires(Permission.CURRICULUM_MANAGE)
def decide_refreshers(round_id: int) -> ResponseReturnValue:
    """Confirm a round, so that it is assigned, or cancel it."""
    found = load(RefresherRound, round_id)
    form = RoundForm()
    wanted = RoundState.CONFIRMED if form.state.data == "confirmed" else RoundState.CANCELLED
    with transaction() as session:
        seen = form.version.data or 0
        services.decide_round(session, found, current_user, wanted, expected_version=seen)
    if wanted is RoundState.CONFIRMED:
        flash(_("Confirmed. The courses are being assigned, newcomers first."), "success")
    else:
        flash(_("The round is cancelled. Nothing was assigned."), "info")
    return see_other(".refresher_round", round_id=round_id)


@bp.route("/curricula/refreshers/entries/<int:entry_id>", methods=["GET", "POST"])
@requires(Permission.CURRICULUM_MANAGE)
def refresher_entry(entry_id: int) -> ResponseReturnValue:
    """Leave somebody out of a round, or move the due day, with a reason."""
    entry = load(RefresherEntry, entry_id)
    action = "include" if entry.is_excluded else "shift"
    form = EntryForm(data={"action": action, "due_on": entry.due_on})
    if form.validate_on_submit():
        round_id = entry.round_id
        try:
            _change(entry, form)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The round is changed, and the reason is kept."), "success")
            return see_other(".refresher_round", round_id=round_id)
    return render_form("curricula/refresher_entry.html", form, entry=entry)


def _change(entry: RefresherEntry, form: EntryForm) -> None:
    reason, action = form.reason.data or "", form.action.data
    with transaction() as session:
        if action == "shift":
            if form.due_on.data is None:
                raise RuleError(_("Enter a day."), field="due_on")
            services.exclude_entry(session, entry, current_user, reason, is_excluded=False)
            services.shift_entry(session, entry, current_user, reason, form.due_on.data)
        else:
            is_out = action == "exclude"
            services.exclude_entry(session, entry, current_user, reason, is_excluded=is_out)
