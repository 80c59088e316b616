"""What the seller has to do, and the search over the whole workspace."""

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core import forms
from training_platform.core.i18n import translate
from training_platform.core.permissions import Permission
from training_platform.core.text import whole_number
from training_platform.core.web import requires, safe_next
from training_platform.crm.choices import ACTIVITY_METHODS
from training_platform.crm.entry_forms import EntryForm, Input
from training_platform.crm.models import Activity
from training_platform.crm.queries import tasks as queries
from training_platform.crm.services import entry, follow_ups
from training_platform.crm.services.access import find_to_change
from training_platform.crm.views.blueprint import bp, log_later, reading_desk, render, writing_desk
from training_platform.crm.views.selling import led_before

MOST_TEXT = 60


@bp.get("/<int:workspace_id>/tasks")
@requires(Permission.WORKSPACE_READ)
def tasks(workspace_id: int) -> ResponseReturnValue:
    """Show what is overdue, due today and later."""
    desk = reading_desk(workspace_id)
    return render("crm/tasks.html", desk, groups=queries.tasks_of(desk), add=task_form({}))


@bp.post("/<int:workspace_id>/tasks/new")
@requires(Permission.WORKSPACE_WRITE)
def add_task(workspace_id: int) -> ResponseReturnValue:
    """Add something to be done."""
    once = request.form.get("once")
    address = url_for(".tasks", workspace_id=workspace_id)
    with writing_desk(workspace_id) as desk:
        if led := led_before(desk):
            return led
        typed = request.form.to_dict()
        try:
            follow_ups.add_task(desk, typed)
        except entry.EntryErrors as error:
            form = task_form(typed)
            form.show(error.faults)
            return render("crm/tasks.html", desk, groups=queries.tasks_of(desk), add=form), 422
        forms.remember(desk.session, current_user.id, once, address)
    flash(_("The task is added."))
    return redirect(address, 303)


@bp.post("/<int:workspace_id>/tasks/<int:item_id>/done")
@requires(Permission.WORKSPACE_WRITE)
def finish_task(workspace_id: int, item_id: int) -> ResponseReturnValue:
    """Tick a task off."""
    version = request.form.get("version", "")
    with writing_desk(workspace_id) as desk:
        found = find_to_change(desk, Activity, item_id)
        if found.done_at is None:
            follow_ups.finish_task(desk, found, expected_version=whole_number(version) or 0)
    flash(_("Done."))
    back = safe_next(request.form.get("back"))
    return redirect(back or url_for(".tasks", workspace_id=workspace_id), 303)


@bp.get("/<int:workspace_id>/search")
@requires(Permission.WORKSPACE_READ)
def search(workspace_id: int) -> ResponseReturnValue:
    """Search customers, contacts, leads, opportunities, tickets and articles."""
    desk = reading_desk(workspace_id)
    text = request.args.get("q", "").strip()[:MOST_TEXT]
    if text:
        log_later("search", text=text)
    found = queries.search(desk, text) if text else []
    return render("crm/search.html", desk, text=text, found=found)


def task_form(typed: dict[str, str]) -> EntryForm:
    """Return the form of a new task."""
    methods = [(code, translate(text)) for code, text in ACTIVITY_METHODS.items()]
    value = typed.get
    return EntryForm(
        [
            Input(
                "subject", _("What is to be done"), "text", value("subject", ""), is_optional=False
            ),
            Input(
                "method",
                _("How"),
                "text",
                value("method", "task"),
                options=methods,
                is_optional=False,
            ),
            Input("due_at", _("Due"), "datetime-local", value("due_at", ""), is_optional=False),
            Input(
                "customer_id", _("Customer"), "text", value("customer_id", ""), suggests="customer"
            ),
        ]
    )
