"""When people are reminded of due days: data that HR edits."""

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.permissions import Permission
from training_platform.core.web import render_form, requires, see_other
from training_platform.notices import due, reminding
from training_platform.notices.forms import RemindersForm
from training_platform.notices.views.base import bp


@bp.get("/admin/reminders")
@requires(Permission.NOTICE_MANAGE)
def reminders() -> ResponseReturnValue:
    """List the kinds of due days with their reminders."""
    kept = reminding.policies(db.session())
    rows = [(kind, kept.get(kind.id, kind.reminders)) for kind in due.kinds().values()]
    return render_template("notices/reminders.html", rows=rows)


@bp.route("/admin/reminders/<due_kind>", methods=["GET", "POST"])
@requires(Permission.NOTICE_MANAGE)
def reminder(due_kind: str) -> ResponseReturnValue:
    """Let HR say when people are reminded of one kind of due days."""
    kind = due.kinds().get(due_kind)
    if kind is None:
        raise NotFoundError
    kept = reminding.current_policy(db.session(), kind)
    form = RemindersForm(
        data={
            "version": kept.version,
            "days_before": ", ".join(map(str, kept.days_before)),
            "days_after": ", ".join(map(str, kept.days_after)),
            "escalate_after": kept.escalate_after,
        }
    )
    if form.validate_on_submit():
        seen, wanted = form.version.data or 0, form.reminders
        try:
            with transaction() as session:
                reminding.edit_policy(session, current_user, kind, wanted, expected_version=seen)
        except RuleError as error:
            form.refuse(error)
        else:
            flash(_("The reminders are saved. They hold from now on."), "success")
            return see_other(".reminders")
    return render_form("notices/reminder.html", form, kind=kind)
