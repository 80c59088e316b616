"""The blueprint of notices, its place in the shell, and the bell."""

from dataclasses import dataclass

from flask import Blueprint, Flask, g
from flask_babel import lazy_gettext as _l

from training_platform.core.db import db
from training_platform.core.navigation import Place, address_of
from training_platform.core.permissions import Permission
from training_platform.notices import queries

bp = Blueprint("notices", __name__)

#: Places of the shell; to one's own notices the bell leads.
PLACES: tuple[Place, ...] = (
    Place(
        key="mails",
        text=_l("Mail and reminders"),
        icon="mail",
        endpoint="notices.mails",
        permission=Permission.MAIL_READ,
        position=74,
        endpoints=(
            "notices.mail",
            "notices.wordings",
            "notices.wording",
            "notices.reminders",
            "notices.reminder",
        ),
    ),
)


@dataclass(frozen=True)
class Bell:
    """What the shell shows of notices: where they are, and how many are not read."""

    href: str
    unread: int


def init_app(app: Flask) -> None:
    """Give the shell its bell; only pages that draw it ask the database."""
    app.jinja_env.globals["notices_bell"] = _bell


def _bell() -> Bell | None:
    viewer = g.get("viewer")
    if viewer is None:
        return None
    return Bell(address_of("notices.index"), queries.count_unread(db.session(), viewer.id))
