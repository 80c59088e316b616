"""Where practices show on pages of others: Today, the page about a person."""

from flask import Flask, render_template
from flask_login import current_user
from sqlalchemy import ColumnElement

from training_platform.core import slots
from training_platform.core.db import db
from training_platform.core.permissions import Permission, Right, is_within, may
from training_platform.mentoring import queries
from training_platform.mentoring.permissions import sees_all
from training_platform.mentoring.views.base import labels
from training_platform.people.models import Employee


def init_app(app: Flask) -> None:
    """Fill the slots."""
    slots.fill(app, "home.today", _on_today)
    slots.fill(app, "home.team", _of_team)
    slots.fill(app, "records.person", _of_person)
    slots.fill(app, "people.employee", _of_person)


def _on_today() -> str:
    """Say what is due in the own practices, and what waits for the mentor."""
    found = queries.due_for(db.session(), current_user.id)
    return render_template("mentoring/_today.html", found=found, **labels()) if found else ""


def _of_team(where: ColumnElement[bool], **_context: object) -> str:
    """Say on the team page how many practices run, for those who may read them."""
    if not may(current_user, None, Permission.MENTORING_OVERSEE):
        return ""
    running, late = queries.overdue_count(db.session(), where)
    return render_template("mentoring/_team.html", running=running, late=late)


def _of_person(employee: Employee, **_context: object) -> str:
    """List the practices of somebody, for those who may read them."""
    is_own = employee.id == current_user.id
    may_assign = is_within(employee.department.path, current_user.headed_paths) or current_user.has(
        Right.HR
    )
    is_read = employee.manager_id == current_user.id or sees_all(current_user)
    if not (is_own or may_assign or is_read):
        return ""
    found = queries.practices_of_person(db.session(), employee.id)
    return render_template(
        "mentoring/_person.html",
        found=found,
        may_assign=may_assign and not is_own,
        username=employee.username,
        **labels(),
    )
