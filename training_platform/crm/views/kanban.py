"""The kanban of opportunities, and the form that moves one to another stage."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from training_platform.core.db import expect_version
from training_platform.core.errors import RuleError
from training_platform.core.i18n import translate
from training_platform.core.permissions import Permission
from training_platform.core.web import requires
from training_platform.crm.choices import STAGES
from training_platform.crm.desk import Desk
from training_platform.crm.models import Opportunity
from training_platform.crm.queries import kanban as queries
from training_platform.crm.rules import stages as rules
from training_platform.crm.rules.roles import Reach, reach_of
from training_platform.crm.selling_forms import MoveForm
from training_platform.crm.services import stages
from training_platform.crm.services.access import expect_editable, find_to_change, find_within_reach
from training_platform.crm.views.blueprint import (
    bp,
    reading_desk,
    render,
    render_refused,
    writing_desk,
)
from training_platform.crm.views.selling import back_url, record_url


@bp.get("/<int:workspace_id>/kanban")
@requires(Permission.WORKSPACE_READ)
def kanban(workspace_id: int) -> ResponseReturnValue:
    """Show the board: the seller's own opportunities, or with ?who=all those within reach."""
    desk = reading_desk(workspace_id)
    sees_more = reach_of(desk.seller.role) is not Reach.OWN
    is_own = not sees_more or request.args.get("who") != "all"
    return render(
        "crm/kanban.html",
        desk,
        columns=queries.board(desk, is_own=is_own),
        stages=rules.STAGES,
        stage_names=STAGES,
        is_own=is_own,
        sees_more=sees_more,
        closed_days=queries.CLOSED_DAYS,
    )


@bp.route("/<int:workspace_id>/opportunity/<int:item_id>/stage", methods=["GET", "POST"])
@requires(Permission.WORKSPACE_WRITE)
def move_stage(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Ask for evidence or reason, and move an opportunity (?to= names the wanted stage)."""
    if request.method == "POST":
        return _move(workspace_id, item_id)
    desk = reading_desk(workspace_id)
    opportunity = find_within_reach(desk, Opportunity, item_id)
    expect_editable(desk, opportunity)
    targets = rules.targets(opportunity.stage)
    wanted = request.args.get("to", "")
    form = MoveForm(version=opportunity.version, to=wanted if wanted in targets else targets[0])
    form.offer(targets)
    return _page(desk, opportunity, form)


def _move(workspace_id: int, item_id: int) -> ResponseReturnValue:
    form = MoveForm()
    try:
        with writing_desk(workspace_id) as desk:
            opportunity = find_to_change(desk, Opportunity, item_id)
            is_seen = form.version.data == opportunity.version
            form.offer(rules.targets(opportunity.stage) if is_seen else (*rules.WAY, "lost"))
            if not form.validate():
                return _page(desk, opportunity, form)
            expect_version(opportunity, form.version.data or 0)  # a conflict, not a wrong choice
            stages.move_stage(desk, opportunity, form.move, form.version.data or 0)
    except RuleError as error:
        form.refuse(error)
        desk = reading_desk(workspace_id)
        return _page(desk, find_within_reach(desk, Opportunity, item_id), form)
    flash(_("Moved to: %(stage)s", stage=translate(STAGES[form.move.to])))
    return redirect(back_url(record_url(workspace_id, "opportunity", item_id)), 303)


def _page(desk: Desk, opportunity: Opportunity, form: MoveForm) -> ResponseReturnValue:
    back = record_url(desk.workspace.id, "opportunity", opportunity.id)
    return render_refused(
        "crm/move.html",
        desk,
        form,
        opportunity=opportunity,
        stage=rules.STAGES.get(opportunity.stage),
        stage_name=STAGES[opportunity.stage],
        next=back_url(back),
        deal=url_for(".deal", workspace_id=desk.workspace.id, item_id=opportunity.id),
        is_signed=stages.is_signed(desk, opportunity.id),
        is_paid=stages.is_paid(desk, opportunity.id),
    )
