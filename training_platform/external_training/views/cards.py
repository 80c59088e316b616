"""Where external training shows on pages of others: Today, the team, the page about a person."""

from flask import Flask, render_template
from flask_login import current_user

from training_platform.core import slots
from training_platform.core.db import db
from training_platform.core.permissions import Permission, Right, is_within, may
from training_platform.external_training import due, queries
from training_platform.external_training.views.base import labels
from training_platform.people.models import Employee, EmployeeStatus


def init_app(app: Flask) -> None:
    """Fill the slots."""
    due.register(app)
    slots.fill(app, "home.today", _on_today)
    slots.fill(app, "home.team", _of_team)
    slots.fill(app, "records.person", _of_person)
    slots.fill(app, "people.employee", _of_person)


def _on_today() -> str:
    """Say what waits for the person: decisions, and own applications that want something."""
    found = queries.due_for(db.session(), current_user.id)
    drafts = due.drafts_of(db.session(), current_user.id)
    if not (found["waiting"] or found["own"] or drafts):
        return ""
    return render_template("external_training/_today.html", **found, drafts=drafts)


def _of_team(**_context: object) -> str:
    """Say on the team page what waits for a decision."""
    if not may(current_user, None, Permission.EXTERNAL_TRAINING_OVERSEE):
        return ""
    found = queries.due_for(db.session(), current_user.id)
    return render_template("external_training/_team.html", waiting=found["waiting"])


def _of_person(employee: Employee, **_context: object) -> str:
    """List the external trainings of somebody, for those who may read them."""
    is_own = employee.id == current_user.id
    is_head = is_within(employee.department.path, current_user.headed_paths)
    if not (is_own or is_head or current_user.has(Right.HR, Right.EXECUTIVE)):
        return ""
    found = queries.trainings_of(db.session(), employee.id)
    is_here = employee.status is EmployeeStatus.ACTIVE
    return render_template(
        "external_training/_person.html",
        found=found,
        username=employee.username,
        may_start=is_here and not is_own and (is_head or current_user.has(Right.HR)),
        **labels(),
    )
