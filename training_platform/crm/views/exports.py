"""Exports of lists: the wish, its approval, the file."""

from collections.abc import Mapping

from flask import Flask, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.datastructures import MultiDict

from training_platform.core import slots
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.i18n import translate
from training_platform.core.permissions import Permission
from training_platform.core.web import requires
from training_platform.crm.desk import Desk
from training_platform.crm.models import CrmEvent
from training_platform.crm.queries import lists
from training_platform.crm.queries.names import names_of
from training_platform.crm.registry import Entity, find_entity
from training_platform.crm.services import exports as services
from training_platform.crm.views.blueprint import bp, reading_desk, render, writing_desk

_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
#: State → what it is called, and its tone.
STATES = {
    "waiting": (_l("Waits for approval"), "warn"),
    "approved": (_l("Approved"), "ok"),
    "denied": (_l("Denied"), "bad"),
    "done": (_l("Taken"), None),
}


def init_app(app: Flask) -> None:
    """Offer the export above every list."""
    slots.fill(app, "crm.list_actions", _offer)


@bp.route("/<int:workspace_id>/<entity>/export", methods=["GET", "POST"])
@requires(Permission.WORKSPACE_WRITE)
def export_records(workspace_id: int, entity: str) -> ResponseReturnValue:
    """Ask what an export is for; hand out the file, or let the request wait for approval."""
    wanted = _listed(entity)
    if request.method == "GET":
        return _form(reading_desk(workspace_id), wanted, request.args)
    typed = request.form
    wish = services.Wish(
        typed.get("purpose", ""), typed.get("kind", ""), bool(typed.get("unmasked"))
    )
    try:
        with writing_desk(workspace_id) as desk:
            state = lists.read_state(desk, wanted, _arguments(typed))
            event, is_free = services.request_export(desk, state, wish)
            if is_free:
                return _file(services.export_file(desk, state, event), event)
    except RuleError as error:
        refused = {error.field or "purpose": translate(error.text, **error.values)}
        return _form(reading_desk(workspace_id), wanted, _arguments(typed), refused), 422
    flash(_("The request waits for a team lead's approval."))
    return redirect(url_for(".exports", workspace_id=workspace_id), 303)


@bp.get("/<int:workspace_id>/exports")
@requires(Permission.WORKSPACE_READ)
def exports(workspace_id: int) -> ResponseReturnValue:
    """Show who wanted to take out what, and what was decided."""
    return _requests(reading_desk(workspace_id))


@bp.post("/<int:workspace_id>/exports/<int:export_seq>/<decision>")
@requires(Permission.WORKSPACE_WRITE)
def decide_export(workspace_id: int, export_seq: int, decision: str) -> ResponseReturnValue:
    """Approve or deny a request, or take the file of an approved one."""
    if decision not in {"approve", "deny", "take"}:
        raise NotFoundError
    try:
        with writing_desk(workspace_id) as desk:
            found = services.find_request(desk, export_seq)
            if decision == "take":
                arguments = MultiDict(services.arguments_of(found.event))
                state = lists.read_state(desk, services.entity_of(found.event), arguments)
                return _file(services.export_file(desk, state, found.event), found.event)
            reason = request.form.get("reason", "")
            services.decide(desk, found, is_approved=decision == "approve", reason=reason)
    except RuleError as error:
        refused = {export_seq: translate(error.text, **error.values)}
        return _requests(reading_desk(workspace_id), refused), 422
    flash(_("Your decision is recorded."))
    return redirect(url_for(".exports", workspace_id=workspace_id), 303)


def _listed(name: str) -> Entity:
    entity = find_entity(name)
    if not entity.has_list:
        raise NotFoundError
    return entity


def _arguments(typed: MultiDict[str, str]) -> MultiDict[str, str]:
    """Return what of a form is the list's address."""
    own = {"purpose", "kind", "unmasked", "csrf_token"}
    return MultiDict((name, text) for name, text in typed.items(multi=True) if name not in own)


def _form(
    desk: Desk,
    entity: Entity,
    arguments: MultiDict[str, str],
    refused: Mapping[str, str] | None = None,
) -> str:
    state = lists.read_state(desk, entity, arguments)
    return render(
        "crm/export.html",
        desk,
        entity=entity,
        state=state,
        rows=services.count_rows(desk, state),
        limit=desk.seller.export_limit_count,
        columns=[translate(label) for _name, label, *_more in lists.column_labels(desk, state)],
        refused=refused or {},
        typed=request.form,
    )


def _requests(desk: Desk, refused: Mapping[int, str] | None = None) -> str:
    found = services.requests(desk)
    people = {each.event.seller_id for each in found} | {each.decided_by_id for each in found}
    return render(
        "crm/exports.html",
        desk,
        found=found,
        states=STATES,
        decidable={each.seq for each in found if services.may_decide(desk, each)},
        names=names_of(desk, {"seller": {ident for ident in people if ident}}),
        refused=refused or {},
    )


def _file(data: bytes, event: CrmEvent) -> Response:
    kind = event.context["form"]
    response = Response(data, mimetype=_TYPES[kind])
    name = f"practice-{event.entity}-{event.seq}.{kind}"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _offer(*, desk: Desk, entity: Entity, state: lists.ListState, can_write: bool) -> str:
    if not can_write:
        return ""
    return render_template("crm/_list_tools.html", desk=desk, entity=entity, state=state)
