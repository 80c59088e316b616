"""Forms of records: new, edit, one field in place, delete, and suggestions while typing."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from training_platform.core import forms
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.permissions import Permission
from training_platform.core.text import whole_number
from training_platform.core.web import requires
from training_platform.crm.desk import Desk
from training_platform.crm.entry_forms import (
    EntryForm,
    build_form,
    read_raw,
    title_for,
    without_masks,
)
from training_platform.crm.errors import DeletedError
from training_platform.crm.models import Layered
from training_platform.crm.queries import record_page
from training_platform.crm.queries.lists import title_text
from training_platform.crm.queries.names import names_for
from training_platform.crm.registry import Entity, find_entity
from training_platform.crm.services import entry
from training_platform.crm.services.access import expect_editable, find_to_change, find_within_reach
from training_platform.crm.services.duplicates import reachable
from training_platform.crm.views.blueprint import (
    bp,
    log_later,
    reading_desk,
    render,
    render_refused,
    writing_desk,
)
from training_platform.crm.views.selling import led_before, seen_version


@bp.route("/<int:workspace_id>/<entity>/new", methods=["GET", "POST"])
@requires(Permission.WORKSPACE_WRITE)
def new_record(workspace_id: int, entity: str) -> ResponseReturnValue:
    """Show the empty form of an entity, and take it."""
    wanted = _open_entity(entity)
    if request.method == "POST":
        return _create(workspace_id, wanted)
    desk = reading_desk(workspace_id)
    typed = {name: text for name, text in request.args.items() if name in wanted.editable}
    return _form_page(desk, wanted, build_form(desk, wanted, typed=typed))


def _create(workspace_id: int, wanted: Entity) -> ResponseReturnValue:
    once, reason = request.form.get("once"), request.form.get("duplicate_reason", "")
    raw = read_raw(wanted, request.form)
    try:
        with writing_desk(workspace_id) as desk:
            if made_before := _made_before(desk, wanted, once):
                if entry.is_entered(desk, made_before, raw) and (led := led_before(desk)):
                    return led
                return _other_entry(desk, wanted, raw, made_before)
            made = entry.create_entry(desk, wanted, raw, duplicate_reason=reason)
            address = _address(workspace_id, wanted, made)
            forms.remember(desk.session, current_user.id, once, address)
    except RuleError as error:
        desk = reading_desk(workspace_id)
        form = build_form(desk, wanted, typed=raw)
        form.refuse(error)
        form.duplicate_reason, form.once = reason, once or form.once
        return _form_page(desk, wanted, form)
    flash(_("Saved: %(what)s", what=title_of(made)))
    return redirect(address, 303)


def _made_before(desk: Desk, wanted: Entity, once: str | None) -> Layered | None:
    """Return the record that an earlier post of this form made."""
    led = forms.already_led_to(desk.session, current_user.id, once) or ""
    home, _slash, ident = led.rpartition("/")
    if not home.endswith(f"/{desk.workspace.id}/{wanted.name}"):
        return None
    statement = select(wanted.model).where(wanted.model.id == whole_number(ident))
    return desk.session.scalar(statement)


def _other_entry(
    desk: Desk, wanted: Entity, raw: dict[str, str], made_before: Layered
) -> ResponseReturnValue:
    """After Back something else stands in the form: show it with a token of its own."""
    form = build_form(desk, wanted, typed=raw)
    form.form_errors.append(
        _(
            "This form was saved before: %(what)s. What stands in it now is not saved yet; "
            "save once more to add it as another record.",
            what=title_of(made_before),
        )
    )
    return _form_page(desk, wanted, form)


@bp.route("/<int:workspace_id>/<entity>/<int:item_id>/edit", methods=["GET", "POST"])
@requires(Permission.WORKSPACE_WRITE)
def edit_record(workspace_id: int, entity: str, item_id: int) -> ResponseReturnValue:
    """Show a record's form, and take it."""
    wanted = _open_entity(entity)
    if request.method == "POST":
        return _change(workspace_id, wanted, item_id)
    desk = reading_desk(workspace_id)
    found = find_within_reach(desk, wanted.model, item_id)
    expect_editable(desk, found)
    log_later("view", wanted.name, found.id, form=True)
    return _form_page(desk, wanted, build_form(desk, wanted, found), found)


@bp.get("/<int:workspace_id>/<entity>/<int:item_id>/fields/<field>")
@requires(Permission.WORKSPACE_WRITE)
def edit_field(workspace_id: int, entity: str, item_id: int, field: str) -> ResponseReturnValue:
    """Show the small form of one field; it stands in the record's page."""
    desk = reading_desk(workspace_id)
    wanted = _open_entity(entity)
    found = find_within_reach(desk, wanted.model, item_id)
    expect_editable(desk, found)
    form = build_form(desk, wanted, found, only=field)
    if not form.inputs:
        raise NotFoundError
    log_later("view", wanted.name, found.id, form=True)
    return render_template("crm/_field_form.html", form=form, entity=wanted, record=found)


def _change(workspace_id: int, wanted: Entity, item_id: int) -> ResponseReturnValue:
    """Take the whole form, or the one field of an inline form (only=<field>)."""
    only = request.form.get("only", "")
    raw: dict[str, Any] = read_raw(wanted, request.form)
    if only:
        raw = {only: request.form.get(only, "")}
    seen, reason = seen_version(), request.form.get("duplicate_reason", "")
    with writing_desk(workspace_id) as desk:
        found = _find_typed(desk, wanted, item_id, raw, only or None)
        expect_editable(desk, found)
        form = build_form(desk, wanted, found, typed=raw, only=only or None)
        try:
            entry.change_entry(
                desk,
                found,
                without_masks(desk, wanted, found, raw),
                expected_version=seen,
                is_partial=bool(only),
                duplicate_reason=reason,
            )
        except entry.EntryErrors as error:
            form = build_form(desk, wanted, found, typed=raw)
            form.show(error.faults, error.candidates)
            form.duplicate_reason = reason
            form.version = seen  # what another tab changed meanwhile stays a conflict
            return _form_page(desk, wanted, form, found)
    flash(_("Saved."))
    return redirect(_address(workspace_id, wanted, found) + (f"#d-{only}" if only else ""), 303)


def _find_typed(
    desk: Desk, wanted: Entity, item_id: int, raw: dict[str, Any], only: str | None
) -> Layered:
    """Return the record of a form; where it was deleted since, what was typed stays readable."""
    try:
        return find_to_change(desk, wanted.model, item_id)
    except DeletedError:
        build_form(desk, wanted, typed=raw, only=only)
        raise


@bp.route("/<int:workspace_id>/<entity>/<int:item_id>/delete", methods=["GET", "POST"])
@requires(Permission.WORKSPACE_WRITE)
def delete_record(workspace_id: int, entity: str, item_id: int) -> ResponseReturnValue:
    """Ask, then delete a record."""
    wanted = _open_entity(entity)
    if request.method == "GET":
        desk = reading_desk(workspace_id)
        found = find_within_reach(desk, wanted.model, item_id)
        expect_editable(desk, found)
        title = title_text(wanted, found, names_for(desk, wanted, [found]))
        return render("crm/delete.html", desk, entity=wanted, record=found, title=title)
    try:
        with writing_desk(workspace_id) as desk:
            found = find_to_change(desk, wanted.model, item_id)
            entry.delete_entry(desk, found, expected_version=seen_version())
    except RuleError as error:
        flash(entry.said(error), "bad")
        return redirect(
            url_for(".record", workspace_id=workspace_id, entity=entity, item_id=item_id), 303
        )
    flash(_("Deleted."))
    return redirect(url_for(".records", workspace_id=workspace_id, entity=entity), 303)


@bp.get("/<int:workspace_id>/<entity>/suggest")
@requires(Permission.WORKSPACE_READ)
def suggest(workspace_id: int, entity: str) -> ResponseReturnValue:
    """Return records that fit what is being typed, as options of a list."""
    desk = reading_desk(workspace_id)
    text = next((value for value in request.args.values() if value.strip()), "")[:80]
    found = record_page.suggest(desk, find_entity(entity), text)
    return render_template("crm/_suggestions.html", suggestions=found)


def _form_page(
    desk: Desk, entity: Entity, form: EntryForm, record: Layered | None = None
) -> ResponseReturnValue:
    title = title_for(entity)
    if record is not None:
        title = title_text(entity, record, names_for(desk, entity, [record]))
    return render_refused(
        "crm/entry.html",
        desk,
        _Refusable(form),
        entry=form,
        entity=entity,
        record=record,
        heading=title,
        reachable=reachable(desk, form.candidates),
    )


class _Refusable:
    """Tells render_refused whether the form came back with errors."""

    def __init__(self, form: EntryForm) -> None:
        self.errors = bool(form.errors or form.form_errors)


def title_of(record: Layered) -> str:
    """Return what a record is called in a message."""
    return str(getattr(record, record.title_field) or f"#{record.id}")


def _address(workspace_id: int, entity: Entity, record: Layered) -> str:
    return url_for(".record", workspace_id=workspace_id, entity=entity.name, item_id=record.id)


def _open_entity(name: str) -> Entity:
    wanted = find_entity(name)
    if not wanted.is_open:
        raise NotFoundError
    return wanted
