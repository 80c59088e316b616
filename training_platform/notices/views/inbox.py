"""The list behind the bell."""

from functools import partial

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_platform.core.db import db, transaction
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import load, requires, see_other
from training_platform.notices import queries, services
from training_platform.notices.mailing import newest_wordings
from training_platform.notices.models import Notice
from training_platform.notices.views.base import bp


@bp.get("/notices", strict_slashes=False)
@requires(Permission.NOTICE_READ)
def index() -> ResponseReturnValue:
    """Show the viewer's notices."""
    chosen = queries.select_notices(current_user.id)
    convert = partial(queries.Line, wordings=newest_wordings(db.session()))
    page = paginate(db.session(), chosen, convert=convert)
    unread = queries.count_unread(db.session(), current_user.id)
    return render_template("notices/index.html", page=page, unread=unread)


@bp.post("/notices/<int:notice_id>/read")
@requires(Permission.NOTICE_READ)
def read(notice_id: int) -> ResponseReturnValue:
    """Mark one notice as read."""
    notice = load(Notice, notice_id)
    with transaction() as session:
        services.mark_read(session, notice, current_user)
    return see_other(".index")


@bp.post("/notices/read")
@requires(Permission.NOTICE_READ)
def read_all() -> ResponseReturnValue:
    """Mark all notices as read."""
    with transaction() as session:
        services.mark_all_read(session, current_user)
    return see_other(".index")
