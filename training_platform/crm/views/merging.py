"""The merge: side by side, survivor, value per field, preview of what moves; and its undo."""

import secrets

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.i18n import translate
from training_platform.core.permissions import Permission
from training_platform.core.text import whole_number
from training_platform.core.web import requires
from training_platform.crm.cells import cell
from training_platform.crm.desk import Desk
from training_platform.crm.queries.names import names_for
from training_platform.crm.registry import ENTITIES
from training_platform.crm.services import merging
from training_platform.crm.services.merging import Plan
from training_platform.crm.views.blueprint import bp, reading_desk, render, writing_desk
from training_platform.crm.views.selling import led_before, record_url, remember


@bp.route("/<int:workspace_id>/merge", methods=["GET", "POST"])
@requires(Permission.WORKSPACE_WRITE)
def merge(workspace_id: int) -> ResponseReturnValue:
    """Show records side by side (?ids=1,2&entity=customer), and merge them."""
    if request.method == "POST" and "do" in request.form:
        return _merge(workspace_id)
    desk = reading_desk(workspace_id)
    try:
        return _page(desk)
    except RuleError as error:
        flash(translate(error.text, **error.values), "bad")
        return redirect(url_for(".duplicates", workspace_id=workspace_id), 303)


@bp.post("/<int:workspace_id>/merges/<int:seq>/undo")
@requires(Permission.WORKSPACE_WRITE)
def undo_merge(workspace_id: int, seq: int) -> ResponseReturnValue:
    """Take a merge back."""
    try:
        with writing_desk(workspace_id) as desk:
            survivor, kept = merging.undo_merge(desk, seq)
            address = record_url(workspace_id, survivor.entity, survivor.id)
    except RuleError as error:
        flash(translate(error.text, **error.values), "bad")
        return redirect(url_for(".duplicates", workspace_id=workspace_id), 303)
    flash(_("The merge is undone: all records are as before."))
    if kept:
        shown = translate(", ").join(translate(name) for name in kept)
        flash(_("Changed since, and left as it is: %(names)s", names=shown), "warn")
    return redirect(address, 303)


def _merge(workspace_id: int) -> ResponseReturnValue:
    plan = _plan()
    try:
        with writing_desk(workspace_id) as desk:
            if before := led_before(desk):
                return before
            moved = len(merging.children_of(desk, plan.entity, plan.ids))
            survivor, _event = merging.merge(desk, plan)
            address = record_url(workspace_id, plan.entity, survivor.id)
            remember(desk, address)
    except RuleError as error:
        flash(translate(error.text, **error.values), "bad")
        return _page(reading_desk(workspace_id))
    flash(
        ngettext(
            "Merged. %(num)s record hangs on it now. You can undo this.",
            "Merged. %(num)s records hang on it now. You can undo this.",
            moved,
        )
    )
    return redirect(address, 303)


def _entity() -> str:
    name = request.values.get("entity", "customer")
    if name not in merging.MERGEABLE:
        raise NotFoundError
    return name


def _ids() -> tuple[int, ...]:
    parts = request.values.get("ids", "").split(",")
    numbers = [whole_number(part) for part in parts]
    return tuple(dict.fromkeys(number for number in numbers if number is not None))


def _survivor(ids: tuple[int, ...]) -> int:
    chosen = whole_number(request.values.get("survivor", ""))
    return chosen if chosen is not None and chosen in ids else ids[0]


def _plan() -> Plan:
    ids = _ids()
    form = request.form
    choices = {
        name.removeprefix("pick_"): number
        for name, value in form.items()
        if name.startswith("pick_") and (number := whole_number(value)) is not None
    }
    versions = {
        ident: version
        for ident in ids
        if (version := whole_number(form.get(f"version_{ident}", ""))) is not None
    }
    return Plan(_entity(), ids, _survivor(ids) if ids else 0, choices, versions)


def _page(desk: Desk) -> ResponseReturnValue:
    entity, ids = ENTITIES[_entity()], _ids()
    records = merging.find_all(desk, entity.name, ids)
    survivor_id = _survivor(ids)
    offered = merging.differing_fields(records, survivor_id)
    names = names_for(desk, entity, records, [choice.name for choice in offered])
    shown = {
        choice.name: {record.id: cell(desk, record, choice.name, names) for record in records}
        for choice in offered
    }
    children = merging.children_of(desk, entity.name, [i for i in ids if i != survivor_id])
    return render(
        "crm/merge.html",
        desk,
        entity=entity,
        ids=ids,
        records=records,
        survivor_id=survivor_id,
        offered=offered,
        shown=shown,
        children=children,
        counts=merging.count_children(children),
        once=request.form.get("once") or secrets.token_urlsafe(16),
        picked={name: request.form.get(f"pick_{name}") for name in shown},
    )
