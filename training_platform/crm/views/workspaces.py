"""The workspace itself: opening it, its first page, playing a seller, reset and its undo."""

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy.exc import IntegrityError

from training_platform.core.db import db, transaction
from training_platform.core.permissions import Permission
from training_platform.core.web import load, requires, see_other
from training_platform.crm.forms import ResetForm, SellerForm
from training_platform.crm.models import CrmWorkspace
from training_platform.crm.queries import home as home_queries
from training_platform.crm.queries import sellers, workspaces
from training_platform.crm.services import workspaces as services
from training_platform.crm.views import lesson_link
from training_platform.crm.views.blueprint import (
    bp,
    reading_desk,
    render,
    render_refused,
    writing_desk,
)


@bp.get("/")
@requires(Permission.WORKSPACE_USE)
def start() -> ResponseReturnValue:
    """Go to the own free workspace, or offer to open it."""
    lesson_link.remember_page()
    workspace = workspaces.free_workspace(db.session(), current_user.id)
    if workspace is not None:
        return see_other(".home", workspace_id=workspace.id)
    return render_template("crm/start.html", is_ready=workspaces.has_dataset(db.session()))


@bp.post("/open")
@requires(Permission.WORKSPACE_USE)
def open_workspace() -> ResponseReturnValue:
    """Open the own free workspace; a second click finds the first one's."""
    if not workspaces.has_dataset(db.session()):
        return see_other(".start")  # which says what is missing
    try:
        with transaction() as session:
            workspace = services.open_free_workspace(session, current_user)
    except IntegrityError as error:  # uq_crm_workspace_free: another tab was faster
        if "crm_workspace" not in str(error.orig):
            raise
        return see_other(".start")
    return see_other(".home", workspace_id=workspace.id)


@bp.get("/<int:workspace_id>/")
@requires(Permission.WORKSPACE_READ)
def home(workspace_id: int) -> ResponseReturnValue:
    """Show the workspace's first page: what is due, what is new, and its settings."""
    desk = reading_desk(workspace_id)
    form = SellerForm(formdata=None, seller_id=desk.seller.id)
    form.seller_id.choices = sellers.choices(desk)
    return render(
        "crm/home.html",
        desk,
        form=form,
        overview=workspaces.overview(desk),
        acts=workspaces.acts(desk),
        waiting=home_queries.waiting(desk),
    )


@bp.post("/<int:workspace_id>/seller")
@requires(Permission.WORKSPACE_WRITE)
def play_seller(workspace_id: int) -> ResponseReturnValue:
    """Play another seller."""
    with writing_desk(workspace_id) as desk:
        form = SellerForm()
        form.seller_id.choices = sellers.choices(desk)
        if form.validate_on_submit():
            services.play_seller(desk, form.seller_id.data)
    return see_other(".home", workspace_id=workspace_id)


@bp.route("/<int:workspace_id>/reset", methods=["GET", "POST"])
@requires(Permission.WORKSPACE_WRITE)
def reset(workspace_id: int) -> ResponseReturnValue:
    """Ask, then begin anew."""
    workspace = load(CrmWorkspace, workspace_id)
    form = ResetForm(resets=workspace.resets_count)
    if form.validate_on_submit():
        with transaction() as session:
            services.reset_workspace(session, workspace, current_user, form.resets.data or 0)
        flash(_("The practice company is as on its first day. You can bring back what you had."))
        return see_other(".home", workspace_id=workspace_id)
    desk = reading_desk(workspace_id)
    changes = workspaces.count_changes(desk)
    return render_refused("crm/reset.html", desk, form, changes=changes)


@bp.post("/<int:workspace_id>/reset/undo")
@requires(Permission.WORKSPACE_WRITE)
def undo_reset(workspace_id: int) -> ResponseReturnValue:
    """Bring back the state before the last reset."""
    workspace = load(CrmWorkspace, workspace_id)
    form = ResetForm()
    if not form.validate_on_submit():
        return see_other(".home", workspace_id=workspace_id)
    with transaction() as session:
        services.undo_reset(session, workspace, current_user, form.resets.data or 0)
    flash(_("What you had before the reset is back."))
    return see_other(".home", workspace_id=workspace_id)
