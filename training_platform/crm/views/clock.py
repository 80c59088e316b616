"""The sandbox's clock and the alerts that it raises."""

from datetime import datetime

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_platform.core import slots
from training_platform.core.errors import RuleError
from training_platform.core.forms import OnceForm
from training_platform.core.i18n import translate, viewer_zone
from training_platform.core.permissions import Permission
from training_platform.core.web import requires
from training_platform.crm.choices import ALERT_KINDS
from training_platform.crm.desk import Desk
from training_platform.crm.rules import sla
from training_platform.crm.services import clock as services
from training_platform.crm.views.blueprint import bp, reading_desk, render, writing_desk
from training_platform.crm.views.selling import led_before, remember

#: How many of the things that fall due are named; the others are counted.
MOST_SHOWN = 15


def init_app(app: Flask) -> None:
    """Show the bell and the import beside the objects of the CRM."""
    slots.fill(app, "crm.tools", _tools)


@bp.get("/<int:workspace_id>/clock")
@requires(Permission.WORKSPACE_READ)
def clock_page(workspace_id: int) -> ResponseReturnValue:
    """Show the clock; with a step or a time, what would fall due until then."""
    desk = reading_desk(workspace_id)
    until = _target(desk)
    if until is None:
        return _show(desk, None, _unreadable() if request.args.get("at") else None)
    try:
        services.expect_in_reach(desk, until)
    except RuleError as error:
        return _show(desk, None, translate(error.text, **error.values))
    return _show(desk, until, None)


@bp.post("/<int:workspace_id>/clock")
@requires(Permission.WORKSPACE_WRITE)
def advance_clock(workspace_id: int) -> ResponseReturnValue:
    """Move the clock forward, once for each page that offered it."""
    try:
        with writing_desk(workspace_id) as desk:
            if led := led_before(desk):
                return led
            until = _target(desk)
            if until is None:
                raise RuleError(_unreadable(), field="at")
            raised = services.advance(desk, until)
            address = url_for(".alerts", workspace_id=workspace_id)
            remember(desk, address)
    except RuleError as error:
        desk = reading_desk(workspace_id)
        return _show(desk, None, translate(error.text, **error.values)), 422
    flash(
        ngettext(
            "%(num)s thing fell due on the way.",
            "%(num)s things fell due on the way.",
            len(raised),
        )
    )
    return redirect(address, 303)


@bp.get("/<int:workspace_id>/alerts")
@requires(Permission.WORKSPACE_READ)
def alerts(workspace_id: int) -> ResponseReturnValue:
    """Show the alerts of the seller who is played."""
    desk = reading_desk(workspace_id)
    return render("crm/alerts.html", desk, alerts=services.alerts_of(desk), kinds=ALERT_KINDS)


@bp.post("/<int:workspace_id>/alerts/seen")
@requires(Permission.WORKSPACE_WRITE)
def see_alerts(workspace_id: int) -> ResponseReturnValue:
    """Note that the alerts were seen."""
    with writing_desk(workspace_id) as desk:
        services.see_alerts(desk)
    return redirect(url_for(".alerts", workspace_id=workspace_id), 303)


def _target(desk: Desk) -> datetime | None:
    """Return where the chosen step or time takes the clock; None where there is none."""
    given = request.values
    if step := given.get("step"):
        return sla.moved(desk.now, step)
    try:
        chosen = datetime.fromisoformat(given.get("at", ""))
    except ValueError:
        return None
    return chosen if chosen.tzinfo else chosen.replace(tzinfo=viewer_zone())


def _unreadable() -> str:
    return str(_("Enter date and time as 2025-07-01 09:00."))


def _show(desk: Desk, until: datetime | None, refused: str | None) -> str:
    due = services.preview(desk, until) if until and until > desk.now else []
    mine = [each for each in due if each.seller_id == desk.seller.id]
    return render(
        "crm/clock.html",
        desk,
        until=until,
        due=due,
        mine=mine,
        shown=(mine + [each for each in due if each not in mine])[:MOST_SHOWN],
        kinds=ALERT_KINDS,
        refused=refused,
        morning=sla.next_working_morning(desk.now),
        form=OnceForm(formdata=None),
        is_open_hour=sla.is_within_hours(desk.now),
        typed=request.values.get("at", ""),
    )


def _tools(*, desk: Desk, can_write: bool) -> str:
    unseen = services.count_unseen(desk)
    return render_template("crm/_tools.html", desk=desk, unseen=unseen, can_write=can_write)
