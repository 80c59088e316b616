"""The page of one record, and the quick acts on it: follow-up, tags, retention."""

from typing import Any

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core import forms
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.i18n import translate
from training_platform.core.permissions import Permission
from training_platform.core.tables import stand_at
from training_platform.core.text import whole_number
from training_platform.core.web import requires
from training_platform.crm.choices import ACTIVITY_METHODS
from training_platform.crm.desk import Desk
from training_platform.crm.entry_forms import EntryForm, Input
from training_platform.crm.models import Customer, Layered
from training_platform.crm.queries import record_page
from training_platform.crm.queries.lists import title_text
from training_platform.crm.registry import Entity, find_entity
from training_platform.crm.rules.access import leads
from training_platform.crm.services import entry, follow_ups, retention
from training_platform.crm.services.access import (
    expect_editable,
    find_to_change,
    find_within_reach,
    may_edit,
)
from training_platform.crm.views.blueprint import (
    bp,
    can_write,
    log_later,
    reading_desk,
    render,
    writing_desk,
)
from training_platform.crm.views.selling import led_before


@bp.get("/<int:workspace_id>/<entity>/<int:item_id>")
@requires(Permission.WORKSPACE_READ)
def record(workspace_id: int, entity: str, item_id: int) -> ResponseReturnValue:
    """Show a record with everything that hangs on it."""
    desk = reading_desk(workspace_id)
    wanted = find_entity(entity)
    found = find_within_reach(desk, wanted.model, item_id)
    log_later("view", wanted.name, found.id)
    return show(desk, wanted, found)


@bp.post("/<int:workspace_id>/<entity>/<int:item_id>/follow-up")
@requires(Permission.WORKSPACE_WRITE)
def log_follow_up(workspace_id: int, entity: str, item_id: int) -> ResponseReturnValue:
    """Log a follow-up that happened just now."""
    wanted = find_entity(entity)
    if wanted.name not in follow_ups.FOLLOWED:
        raise NotFoundError
    address = url_for(".record", workspace_id=workspace_id, entity=entity, item_id=item_id)
    once = request.form.get("once")
    g.submitted_form = follow_up_form(request.form.to_dict())
    with writing_desk(workspace_id) as desk:
        found = find_to_change(desk, wanted.model, item_id)
        if led := led_before(desk):
            return led
        try:
            follow_ups.log_follow_up(desk, found, request.form.to_dict())
        except entry.EntryErrors as error:
            form = follow_up_form(request.form.to_dict())
            form.show(error.faults)
            stand_at(address)
            return show(desk, wanted, found, form), 422
        forms.remember(desk.session, current_user.id, once, address + "#history")
    flash(_("The follow-up is logged."))
    return redirect(address + "#history", 303)


@bp.post("/<int:workspace_id>/<entity>/<int:item_id>/tags")
@requires(Permission.WORKSPACE_WRITE)
def change_tags(workspace_id: int, entity: str, item_id: int) -> ResponseReturnValue:
    """Add a tag to a record, or take one away."""
    wanted = find_entity(entity)
    if "tags" not in wanted.fields:
        raise NotFoundError
    with writing_desk(workspace_id) as desk:
        found: Any = find_to_change(desk, wanted.model, item_id)
        expect_editable(desk, found)
        tags = set(found.tags or []) - {request.form.get("remove", "")}
        raw = {"tags": sorted(tags | {request.form.get("tag", "")})}
        try:
            entry.change_entry(desk, found, raw, expected_version=found.version, is_partial=True)
        except entry.EntryErrors as error:
            flash(" ".join(str(fault) for fault in error.faults.values()), "bad")
    return redirect(
        url_for(".record", workspace_id=workspace_id, entity=entity, item_id=item_id), 303
    )


@bp.post("/<int:workspace_id>/customer/<int:item_id>/retention")
@requires(Permission.WORKSPACE_WRITE)
def retain(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Archive, restore, anonymize a customer, or change its legal hold."""
    address = url_for(".record", workspace_id=workspace_id, entity="customer", item_id=item_id)
    version = request.form.get("version", "")
    try:
        with writing_desk(workspace_id) as desk:
            found = find_to_change(desk, Customer, item_id)
            retention.retain(
                desk,
                found,
                request.form.get("act", ""),
                expected_version=whole_number(version) or 0,
            )
    except RuleError as error:
        flash(translate(error.text, **error.values), "bad")
    else:
        flash(_("The customer is changed."))
    return redirect(address, 303)


def show(desk: Desk, wanted: Entity, found: Layered, form: EntryForm | None = None) -> str:
    """Return a record's page; form is the quick log that came back with errors."""
    details, names = record_page.details_of(desk, found)
    moments, has_more = record_page.moments_of(
        desk, found, is_whole=request.args.get("history") == "all"
    )
    is_history = request.args.get("tab") == "changes"
    can_edit = can_write(desk) and may_edit(desk, found)
    return render(
        "crm/record.html",
        desk,
        entity=wanted,
        record=found,
        title=title_text(wanted, found, names),
        details=details,
        names=names,
        custom=record_page.custom_of(desk, found),
        related=[] if is_history else record_page.related_of(desk, found),
        months=record_page.by_month(moments),
        has_more=has_more,
        changes=record_page.history_of(desk, found) if is_history else None,
        can_edit=can_edit and wanted.is_open,
        can_log=can_edit and wanted.name in follow_ups.FOLLOWED,
        can_retain=can_edit and wanted.name == "customer" and leads(desk.seller.role),
        log_form=form or follow_up_form({}),
    )


def follow_up_form(typed: dict[str, str]) -> EntryForm:
    """Return the quick log: what was said, the reaction, what comes next, and when."""
    methods = [(code, translate(text)) for code, text in ACTIVITY_METHODS.items() if code != "task"]
    value = typed.get
    return EntryForm(
        [
            Input(
                "method",
                _("How"),
                "text",
                value("method", "call"),
                options=methods,
                is_optional=False,
            ),
            Input(
                "summary", _("What was said"), "textarea", value("summary", ""), is_optional=False
            ),
            Input("reaction", _("Reaction of the customer"), "text", value("reaction", "")),
            Input("next_step", _("Next step"), "text", value("next_step", "")),
            Input(
                "next_follow_up_at",
                _("Next follow-up"),
                "datetime-local",
                value("next_follow_up_at", ""),
            ),
        ]
    )
