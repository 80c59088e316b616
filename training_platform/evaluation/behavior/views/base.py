"""The blueprint of behavior assessment, its place in the shell, and where it shows elsewhere."""

from typing import Any

from flask import Blueprint, Flask, render_template, request
from flask.wrappers import Response
from flask_babel import lazy_gettext
from flask_login import current_user

from training_platform.core import slots
from training_platform.core.db import db
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission, may
from training_platform.evaluation.behavior import (
    jobs,  # noqa: F401  # its handlers register themselves
    queries,
    texts,
)
from training_platform.people.models import Employee

bp = Blueprint("behavior", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        key="behavior",
        text=lazy_gettext("Behavior assessment"),
        icon="user-check",
        endpoint="behavior.index",
        permission=Permission.BEHAVIOR_HOME,
        position=66,
        blueprints=("behavior",),
    ),
)
#: Pages of strangers: no search engine lists them, no link tells where somebody came from.
STRANGERS = frozenset({"behavior.customer", "behavior.questions", "behavior.thanks"})
SHOWN = 3


def init_app(app: Flask) -> None:
    """Show on Today what waits, and results where a person's training is looked at."""
    slots.fill(app, "home.today", _on_today)
    slots.fill(app, "people.employee", _of_person)
    slots.fill(app, "records.person", _of_person)
    app.jinja_env.filters["behavior_occasion"] = texts.OCCASIONS.__getitem__
    app.jinja_env.filters["behavior_group"] = texts.GROUPS.__getitem__
    app.jinja_env.filters["behavior_title"] = texts.record_title


@bp.after_request
def keep_to_oneself(response: Response) -> Response:
    """Say to browsers and search engines that a customer's pages are nobody else's business."""
    if request.endpoint in STRANGERS:
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def words() -> dict[str, Any]:
    """Return the texts that most pages need."""
    return {"states": texts.STATES, "tones": texts.TONES}


def _on_today() -> str:
    waiting = queries.to_rate(db.session(), current_user.id)
    if not waiting:
        return ""
    return render_template("evaluation/behavior/_today.html", waiting=waiting[:SHOWN])


def _of_person(*, employee: Employee) -> str:
    may_open = employee.id != current_user.id and may(
        current_user, employee, Permission.BEHAVIOR_MANAGE
    )
    may_read = current_user.id in {employee.id, employee.manager_id} or may_open
    found = queries.results_of(db.session(), employee.id, SHOWN) if may_read else ()
    if not found and not may_open:
        return ""
    return render_template(
        "evaluation/behavior/_person.html", employee=employee, results=found, may_open=may_open
    )
