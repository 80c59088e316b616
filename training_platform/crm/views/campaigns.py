"""Segments, campaigns and referral rewards."""

from flask import Flask, flash, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_platform.core import slots
from training_platform.core.errors import RuleError
from training_platform.core.forms import OnceForm
from training_platform.core.i18n import translate
from training_platform.core.permissions import Permission
from training_platform.core.web import requires
from training_platform.crm.choices import MEMBER_STATES
from training_platform.crm.desk import Desk
from training_platform.crm.metrics.campaigns import campaign_returns, ratio_text
from training_platform.crm.metrics.sql import SqlSource
from training_platform.crm.models import Campaign, Layered, Referral, Segment
from training_platform.crm.queries import lists
from training_platform.crm.queries.names import names_of
from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules.campaigns import EXCLUSIONS, REFUSALS
from training_platform.crm.services import campaigns as services
from training_platform.crm.services import referrals
from training_platform.crm.services.access import find_to_change, find_within_reach, may_edit
from training_platform.crm.views.blueprint import bp, reading_desk, render, writing_desk
from training_platform.crm.views.record import show
from training_platform.crm.views.selling import (
    led_before,
    press,
    record_url,
    remember,
    seen_version,
)


def init_app(app: Flask) -> None:
    """Show on the pages of segments, campaigns and referrals what they are for."""
    slots.fill(app, "crm.record", _panel)


@bp.route("/<int:workspace_id>/segments/new", methods=["GET", "POST"])
@requires(Permission.WORKSPACE_WRITE)
def freeze_segment(workspace_id: int) -> ResponseReturnValue:
    """Keep the customers of a list under a name."""
    refused = None
    if request.method == "POST":
        try:
            with writing_desk(workspace_id) as desk:
                if led := led_before(desk):
                    return led
                state = lists.read_state(desk, ENTITIES["customer"], request.form)
                made = services.freeze_segment(desk, request.form.get("name", ""), state)
                address = record_url(workspace_id, "segment", made.id)
                remember(desk, address)
            flash(_("The segment is frozen."))
            return redirect(address, 303)
        except RuleError as error:
            refused = translate(error.text, **error.values)
    desk = reading_desk(workspace_id)
    state = lists.read_state(desk, ENTITIES["customer"], request.values)
    page = render(
        "crm/segment.html",
        desk,
        state=state,
        total=lists.page_of(desk, state).total,
        refused=refused,
        typed=request.form,
        once=OnceForm(formdata=None),
    )
    return page, 422 if refused else 200


@bp.get("/<int:workspace_id>/campaign/<int:item_id>/audience")
@requires(Permission.WORKSPACE_READ)
def campaign_audience(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Show whom a campaign reaches and whom it leaves out, before it is sent."""
    desk = reading_desk(workspace_id)
    campaign = find_within_reach(desk, Campaign, item_id)
    return render(
        "crm/audience.html",
        desk,
        campaign=campaign,
        audience=services.audience_of(desk, campaign),
        exclusions=EXCLUSIONS,
        may_send=campaign.sent_at is None and may_edit(desk, campaign),
    )


@bp.post("/<int:workspace_id>/campaign/<int:item_id>/send")
@requires(Permission.WORKSPACE_WRITE)
def send_campaign(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Send a campaign to whom it may reach."""
    done = _("The campaign is sent. The answers stand on its page.")
    return press(workspace_id, "campaign", item_id, services.send_campaign, done=done)


@bp.post("/<int:workspace_id>/referral/<int:item_id>/reward", defaults={"verdict": "reward"})
@bp.post("/<int:workspace_id>/referral/<int:item_id>/refuse", defaults={"verdict": "refuse"})
@requires(Permission.WORKSPACE_WRITE)
def decide_referral(workspace_id: int, item_id: int, verdict: str) -> ResponseReturnValue:
    """Reward a referral, or refuse it with a reason."""
    if verdict == "refuse":
        return _refuse(workspace_id, item_id)
    done = _("The reward is set.")
    return press(workspace_id, "referral", item_id, referrals.reward_referral, done=done)


def _refuse(workspace_id: int, item_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    with writing_desk(workspace_id) as desk:
        referral = find_to_change(desk, Referral, item_id)
        try:
            referrals.refuse_referral(desk, referral, reason, seen_version())
        except RuleError as error:
            if error.field != "reason":
                raise
            g.referral_fault = translate(error.text, **error.values)
            return show(desk, ENTITIES["referral"], referral), 422
    flash(_("The reward is refused."))
    return redirect(record_url(workspace_id, "referral", item_id), 303)


def _panel(*, desk: Desk, record: Layered, can_write: bool) -> str:
    if isinstance(record, Campaign):
        return _campaign_panel(desk, record, can_write)
    if isinstance(record, Referral):
        return render_template(
            "crm/_referral_panel.html",
            desk=desk,
            referral=record,
            verdict=referrals.check_referral(desk, record),
            refusals=REFUSALS,
            can_write=can_write,
            typed=request.form.get("reason"),
            fault=g.get("referral_fault"),
        )
    if isinstance(record, Segment):
        count = ngettext("%(num)s member", "%(num)s members", len(record.member_ids))
        return render_template("crm/_segment_panel.html", segment=record, count=count)
    return ""


def _campaign_panel(desk: Desk, campaign: Campaign, can_write: bool) -> str:
    returns = {each.campaign_id: each for each in campaign_returns(SqlSource(desk))}
    members = services.members_of(desk, campaign)
    return render_template(
        "crm/_campaign_panel.html",
        desk=desk,
        campaign=campaign,
        result=returns.get(campaign.id),
        ratio_text=ratio_text,
        members=members,
        names=names_of(desk, {"customer": {each.customer_id for each in members}}),
        states=MEMBER_STATES,
        can_write=can_write,
    )
