"""Pages of notices: the list behind the bell."""

from dataclasses import dataclass

from flask import Blueprint, Flask, g, render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_platform.core.db import db, transaction
from training_platform.core.navigation import Place, address_of
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import load, requires, see_other
from training_platform.notices import jobs, queries, services  # noqa: F401  # jobs: its handlers
from training_platform.notices.models import Notice

bp = Blueprint("notices", __name__, url_prefix="/notices")

#: Places of the shell: none, the bell leads here.
PLACES: tuple[Place, ...] = ()


@bp.get("", strict_slashes=False)
@requires(Permission.NOTICE_READ)
def index() -> ResponseReturnValue:
    """Show the viewer's notices."""
    chosen = queries.select_notices(current_user.id)
    page = paginate(db.session(), chosen, convert=queries.Line)
    unread = queries.count_unread(db.session(), current_user.id)
    return render_template("notices/index.html", page=page, unread=unread)


@bp.post("/<int:notice_id>/read")
@requires(Permission.NOTICE_READ)
def read(notice_id: int) -> ResponseReturnValue:
    """Mark one notice as read."""
    notice = load(Notice, notice_id)
    with transaction() as session:
        services.mark_read(session, notice, current_user)
    return see_other(".index")


@bp.post("/read")
@requires(Permission.NOTICE_READ)
def read_all() -> ResponseReturnValue:
    """Mark all notices as read."""
    with transaction() as session:
        services.mark_all_read(session, current_user)
    return see_other(".index")


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
