"""Pages about the platform itself: health, manifest, help, privacy, components."""

from flask import current_app, jsonify, redirect, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from training_platform.core.db import db
from training_platform.core.errors import NotFoundError
from training_platform.core.i18n import html_lang
from training_platform.core.permissions import Permission
from training_platform.core.web import asset, public, requires
from training_platform.home.views.base import bp


@bp.get("/healthz")
@public
def healthz() -> ResponseReturnValue:
    """Tell a monitor that the server and its database answer; nothing else is told."""
    try:
        db.session.execute(text("SELECT 1"))
    except SQLAlchemyError:
        db.session.rollback()
        return jsonify(status="unavailable"), 503, {"Retry-After": "10"}
    return jsonify(status="ok")


@bp.get("/manifest.webmanifest")
@public
def manifest() -> ResponseReturnValue:
    """Let a phone keep the platform on its home screen."""
    name = _("Customer Relations Academy")
    response = jsonify(
        name=name,
        short_name=name,
        lang=html_lang(),
        start_url="/",
        scope="/",
        display="standalone",
        background_color="#faf6f5",
        theme_color="#7d2b5f",
        icons=[{"src": asset("icons/favicon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    )
    response.mimetype = "application/manifest+json"
    return response


@bp.get("/favicon.ico")
@public
def favicon() -> ResponseReturnValue:
    """Send those who ask by habit to the icon."""
    return redirect(asset("icons/favicon.svg"), code=302)


@bp.get("/privacy")
@public
def privacy() -> ResponseReturnValue:
    """Say which personal data is kept, why, how long, and whom to ask."""
    return render_template("home/privacy.html")


@bp.get("/help")
@public
def help_page() -> ResponseReturnValue:
    """Say in short how learning here goes."""
    return render_template("home/help.html")


@bp.route("/styleguide", methods=["GET", "POST"])
@requires(Permission.STYLEGUIDE_READ)
def styleguide() -> ResponseReturnValue:
    """Show every component in every state; a production system has no such page."""
    if current_app.config["SETTINGS"].is_production:
        raise NotFoundError
    return render_template("styleguide.html")
