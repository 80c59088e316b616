"""The blueprint of home, its places in the shell, and what every page of the shell knows."""

from flask import Blueprint, Flask, g
from flask_babel import lazy_gettext as _l

from training_platform.core import slots
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission
from training_platform.home.queries.rates import department_rates

bp = Blueprint("home", __name__)

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place("today", _l("Today"), "sun", "home.today", Permission.SIGNED_IN, 10, is_primary=True),
    Place("team", _l("Team"), "users", "home.team", Permission.TEAM_READ, 60),
    Place("help", _l("Help"), "help-circle", "home.help_page", Permission.SIGNED_IN, 95),
)
SEARCH = "/search"


def init_app(app: Flask) -> None:
    """Tell the shell where the search is, and compliance the pass rates."""
    slots.fill(app, "compliance.rates", department_rates)
    app.context_processor(_shell_context)


def _shell_context() -> dict[str, str]:
    return {"search_url": SEARCH} if g.get("viewer") is not None else {}
