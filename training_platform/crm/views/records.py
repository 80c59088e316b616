"""Lists of records: views, filters, columns, and acts on several rows."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.datastructures import MultiDict

from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.i18n import viewer_zone
from training_platform.core.permissions import Permission
from training_platform.core.tables import page_number, stand_at
from training_platform.core.text import whole_number
from training_platform.core.web import requires, safe_next
from training_platform.crm.desk import Desk
from training_platform.crm.models import SavedView
from training_platform.crm.queries import lists
from training_platform.crm.queries.sellers import choices as seller_choices
from training_platform.crm.queries.views import views_of
from training_platform.crm.registry import Entity, find_entity
from training_platform.crm.rules.access import leads
from training_platform.crm.rules.parsing import read_value
from training_platform.crm.rules.validation import RefusedError
from training_platform.crm.services import entry, many
from training_platform.crm.services import records as services
from training_platform.crm.views.blueprint import (
    bp,
    log_later,
    reading_desk,
    render_refused,
    writing_desk,
)
from training_platform.crm.views.filter_menus import chosen_chips, filter_menus

MOST_NAME = 40
#: Fields of the form below a list, and those that a refusal names otherwise.
_SHOWN_FIELDS = frozenset({"seller_id", "reason", "tag", "at"})
_BULK_FIELDS = {"tags": "tag", "next_follow_up_at": "at"}


@bp.get("/<int:workspace_id>/<entity>/")
@requires(Permission.WORKSPACE_READ)
def records(workspace_id: int, entity: str) -> ResponseReturnValue:
    """Show one page of an entity's list."""
    desk = reading_desk(workspace_id)
    wanted = _listed(entity)
    state = lists.read_state(desk, wanted, request.args)
    if text := state.filters.get("q"):
        log_later("search", wanted.name, text=text)
    return _list_page(
        desk, state, lists.page_of(desk, state), BulkForm(request.full_path.rstrip("?"))
    )


def _list_page(
    desk: Desk, state: lists.ListState, page: lists.ListPage, form: "BulkForm"
) -> ResponseReturnValue:
    wanted, menus = state.entity, filter_menus(desk, state)
    return render_refused(
        "crm/records.html",
        desk,
        form,
        entity=wanted,
        state=state,
        page=page,
        counts=lists.counts_of(desk, wanted),
        saved=lists.saved_views(desk, wanted),
        views=views_of(wanted, desk.seller.role),
        menus=menus,
        chips=chosen_chips(desk, state, menus),
        all_columns=lists.all_columns(desk, wanted),
        column_labels=lists.column_labels(desk, state),
        sellers=seller_choices(desk) if _may_assign(desk, wanted) else [],
    )


@bp.post("/<int:workspace_id>/<entity>/views")
@requires(Permission.WORKSPACE_WRITE)
def save_view(workspace_id: int, entity: str) -> ResponseReturnValue:
    """Save the list as it is under a name."""
    with writing_desk(workspace_id) as desk:
        wanted = _listed(entity)
        state = lists.read_state(desk, wanted, request.form)
        name = " ".join(request.form.get("name", "").split())[:MOST_NAME]
        if not name:
            flash(_("Give the view a name."), "warn")
            return _back_to(state, workspace_id)
        made = _save_view(desk, wanted, name, lists.definition_of(desk, state))
    flash(_("The view “%(name)s” is saved.", name=name))
    return redirect(
        url_for(".records", workspace_id=workspace_id, entity=entity, view=f"saved-{made.id}"),
        303,
    )


def _save_view(desk: Desk, entity: Entity, name: str, definition: dict[str, Any]) -> SavedView:
    """Keep a view; one of the same name becomes this one."""
    values = {"name": name, "about": entity.name, "definition": definition}
    known = next((each for each in lists.saved_views(desk, entity) if each.name == name), None)
    if known is not None:
        return services.change_record(desk, known, values)
    return services.create_record(desk, SavedView, values | {"seller_id": desk.seller.id})


@bp.post("/<int:workspace_id>/<entity>/views/<int:item_id>/delete")
@requires(Permission.WORKSPACE_WRITE)
def delete_view(workspace_id: int, entity: str, item_id: int) -> ResponseReturnValue:
    """Delete a saved view."""
    with writing_desk(workspace_id) as desk:
        found = lists.saved_view(desk, _listed(entity), f"saved-{item_id}")
        if found is None:
            raise NotFoundError
        services.delete_record(desk, found)
    flash(_("The view is deleted."))
    return redirect(url_for(".records", workspace_id=workspace_id, entity=entity), 303)


@bp.post("/<int:workspace_id>/<entity>/bulk")
@requires(Permission.WORKSPACE_WRITE)
def bulk(workspace_id: int, entity: str) -> ResponseReturnValue:
    """Do something with the chosen rows; a refusal changes none and keeps what was typed."""
    wanted = _listed(entity)
    own = url_for(".records", workspace_id=workspace_id, entity=entity)
    back = safe_next(request.form.get("back")) or own
    sent = map(whole_number, request.form.getlist("ids"))
    ids = [number for number in sent if number is not None]
    act = request.form.get("act", "")
    if act == "merge":
        return _merge(workspace_id, wanted, ids, back)
    try:
        with writing_desk(workspace_id) as desk:
            count = _ACTS[act](desk, wanted, ids) if act in _ACTS else 0
    except RuleError as error:
        return _refused(workspace_id, wanted, back, error)
    flash(ngettext("%(num)s record is changed.", "%(num)s records are changed.", count))
    return redirect(back, 303)


def _refused(workspace_id: int, wanted: Entity, back: str, error: RuleError) -> ResponseReturnValue:
    """Show the list again as it was, the rows still chosen, the refusal beside its field."""
    desk = reading_desk(workspace_id)
    stand_at(url_for(".records", workspace_id=workspace_id, entity=wanted.name))
    arguments = MultiDict(parse_qsl(urlsplit(back).query))
    state = lists.read_state(desk, wanted, arguments)
    form = BulkForm(back, request.form)
    form.errors[_BULK_FIELDS.get(error.field or "", error.field or "")] = entry.said(error)
    page = lists.page_of(desk, state, page_number(arguments))
    return _list_page(desk, state, page, form)


@dataclass
class BulkForm:
    """What was typed for the chosen rows of a list, and what is wrong with it."""

    back: str
    typed: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)

    @property
    def ids(self) -> frozenset[str]:
        """Return the chosen rows."""
        return frozenset(self.typed.getlist("ids") if isinstance(self.typed, MultiDict) else ())

    @property
    def error(self) -> str:
        """Return what is wrong with no field of its own."""
        return " ".join(text for name, text in self.errors.items() if name not in _SHOWN_FIELDS)


def _assign(desk: Desk, entity: Entity, ids: list[int]) -> int:
    seller_id = whole_number(request.form.get("seller_id", ""))
    if seller_id is None:
        raise RuleError(_("Choose a seller."), field="seller_id")
    return many.assign_many(desk, entity, ids, seller_id, request.form.get("reason", ""))


def _plan(desk: Desk, entity: Entity, ids: list[int]) -> int:
    known = entity.fields.get("next_follow_up_at")
    if known is None:
        raise NotFoundError
    try:
        at = read_value(known, request.form.get("at", ""), viewer_zone())
    except RefusedError as refused:
        raise entry.EntryErrors({"next_follow_up_at": refused.fault}) from None
    if at is None:
        raise RuleError(_("Choose date and time of the next follow-up."), field="at")
    return many.plan_many(desk, entity, ids, at)


_ACTS: Mapping[str, Callable[[Desk, Entity, list[int]], int]] = {
    "assign": _assign,
    "plan": _plan,
    "tag": lambda desk, entity, ids: many.tag_many(
        desk, entity, ids, request.form.get("tag", ""), is_added=True
    ),
    "untag": lambda desk, entity, ids: many.tag_many(
        desk, entity, ids, request.form.get("tag", ""), is_added=False
    ),
    "delete": many.delete_many,
}


def _merge(workspace_id: int, entity: Entity, ids: list[int], back: str) -> ResponseReturnValue:
    if len(ids) < 2 or entity.name != "customer":
        flash(_("Choose two or more customers to merge."), "bad")
        return redirect(back, 303)
    address = url_for("crm.merge", workspace_id=workspace_id, ids=",".join(map(str, ids)))
    return redirect(address, 303)


def _listed(name: str) -> Entity:
    wanted = find_entity(name)
    if not wanted.has_list:
        raise NotFoundError
    return wanted


def _may_assign(desk: Desk, entity: Entity) -> bool:
    """Tell whether the list offers to hand records over: leads to their owners too."""
    may = leads(desk.seller.role) or entity.name == "lead"
    return entity.has_owner and entity.fields["owner_id"].is_read_only and may


def _back_to(state: lists.ListState, workspace_id: int) -> ResponseReturnValue:
    values: dict[str, Any] = state.arguments()
    return redirect(
        url_for(".records", workspace_id=workspace_id, entity=state.entity.name, **values), 303
    )
