"""The way from a lesson into the practice company, and back to where one came from."""

from typing import Any

from flask import Flask, request, session, url_for
from flask_babel import gettext as _
from markupsafe import Markup, escape

from training_platform.core import slots
from training_platform.core.web import safe_next

#: Where the cookie keeps the page that the trainee came from.
CAME_FROM = "practice_from"


def init_app(app: Flask) -> None:
    """Offer the practice company under every lesson."""
    slots.fill(app, "curricula.lesson", _offer)
    app.jinja_env.globals["practice_came_from"] = came_from


def remember_page() -> None:
    """Remember the lesson that the trainee comes from, if the address names one."""
    address = safe_next(request.args.get("from"))
    if address and address.startswith("/courses/"):
        session[CAME_FROM] = address


def came_from() -> str | None:
    """Return the lesson to go back to; None where the trainee came by another way."""
    address: str | None = session.get(CAME_FROM)
    return address


def _offer(*, lesson_id: str) -> str:
    origin: dict[str, Any] = {"from": f"/courses/{lesson_id}"}
    href = url_for("crm.start", **origin)
    text = _("Try it in the practice CRM")
    return Markup('<p><a class="with-icon" href="{}">{}</a></p>').format(href, escape(text))
