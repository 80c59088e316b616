"""Practice: kept states, taking back the last acts, and trainers who look on."""

from typing import Any

from flask import Flask, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_platform.core import slots
from training_platform.core.db import db
from training_platform.core.errors import RuleError
from training_platform.core.forms import remember
from training_platform.core.i18n import translate
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.text import whole_number
from training_platform.core.web import requires, see_other
from training_platform.crm.desk import Desk
from training_platform.crm.forms import ResetForm
from training_platform.crm.models import WorkspaceKind
from training_platform.crm.queries import overseeing
from training_platform.crm.report_forms import CheckpointForm
from training_platform.crm.services import checkpoints as services
from training_platform.crm.services import undo
from training_platform.crm.views.blueprint import bp, reading_desk, render, writing_desk
from training_platform.crm.views.selling import led_before


@bp.get("/<int:workspace_id>/states")
@requires(Permission.WORKSPACE_READ)
def states(workspace_id: int) -> ResponseReturnValue:
    """Show the kept states and the last acts."""
    return _show(reading_desk(workspace_id))


@bp.post("/<int:workspace_id>/states")
@requires(Permission.WORKSPACE_WRITE)
def keep_state(workspace_id: int) -> ResponseReturnValue:
    """Keep the present state under a name."""
    address = url_for(".states", workspace_id=workspace_id)
    with writing_desk(workspace_id) as desk:
        form = CheckpointForm()
        if led := led_before(desk):
            return led
        if not form.validate_on_submit():
            return _show(desk, form)
        try:
            services.keep_state(desk, form.name.data or "")
        except RuleError as error:
            form.refuse(error)
            return _show(desk, form)
        remember(desk.session, desk.actor.id, form.once.data, address)
    flash(_("The state is kept."))
    return redirect(address, 303)


@bp.post("/<int:workspace_id>/states/<int:layer_id>/back")
@requires(Permission.WORKSPACE_WRITE)
def go_back(workspace_id: int, layer_id: int) -> ResponseReturnValue:
    """Go back to a kept state."""
    with writing_desk(workspace_id) as desk:
        form = ResetForm()
        if form.validate_on_submit():
            services.go_back(desk, layer_id, form.resets.data or 0)
            flash(_("The practice company is as it was then. You can bring back what you had."))
    return see_other(".home", workspace_id=workspace_id)


@bp.post("/<int:workspace_id>/states/<int:layer_id>/delete")
@requires(Permission.WORKSPACE_WRITE)
def forget_state(workspace_id: int, layer_id: int) -> ResponseReturnValue:
    """Delete a kept state."""
    with writing_desk(workspace_id) as desk:
        services.forget_state(desk, layer_id)
    flash(_("The state is deleted."))
    return see_other(".states", workspace_id=workspace_id)


@bp.post("/<int:workspace_id>/undo")
@requires(Permission.WORKSPACE_WRITE)
def undo_last(workspace_id: int) -> ResponseReturnValue:
    """Take back the last act."""
    seq = whole_number(request.form.get("seq", "")) or 0
    try:
        with writing_desk(workspace_id) as desk:
            deed = undo.undo_last(desk, seq)
    except RuleError as error:
        flash(translate(error.text, **error.values))
        return see_other(".states", workspace_id=workspace_id)
    flash(_("The last act is taken back.") if deed else _("There was something newer. Look again."))
    return see_other(".states", workspace_id=workspace_id)


@bp.get("/workspaces")
@requires(Permission.WORKSPACE_OVERSEE)
def workspaces_of_trainees() -> ResponseReturnValue:
    """List the trainees' free workspaces, for trainers."""
    query = request.args.get("q", "").strip()
    page = paginate(db.session(), overseeing.free_workspaces(query))
    counts = overseeing.count_acts(db.session(), [row[0].layer_id for row in page.rows])
    return render_template("crm/workspaces.html", page=page, query=query, counts=counts)


def init_app(app: Flask) -> None:
    """Offer reports and kept states on the workspace's own pages."""
    slots.fill(app, "crm.tools", lambda **known: render_template("crm/_report_link.html", **known))
    slots.fill(app, "crm.home_side", _offer)
    slots.fill(app, "home.today", lambda: render_template("crm/_today_card.html"))


def _offer(desk: Desk, **known: Any) -> str:
    if desk.workspace.kind is not WorkspaceKind.FREE:
        return ""
    deed = next(iter(undo.last_deeds(desk, 1)), None) if known.get("can_write") else None
    return render_template("crm/_states.html", desk=desk, deed=deed, **known)


def _show(desk: Desk, form: CheckpointForm | None = None) -> ResponseReturnValue:
    form = form or CheckpointForm(formdata=None)
    page = render(
        "crm/states.html",
        desk,
        form=form,
        kept=services.checkpoints(desk),
        deeds=undo.last_deeds(desk),
    )
    return page, 422 if form.errors or form.form_errors else 200
