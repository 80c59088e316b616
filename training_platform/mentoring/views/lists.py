"""Lists: own practices, the desk of a mentor, the overview of who looks after them, the library."""

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from training_platform.core.db import db
from training_platform.core.errors import NotFoundError
from training_platform.core.i18n import pick
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import requires
from training_platform.mentoring import queries, texts
from training_platform.mentoring.views.base import bp, labels, may_assign


@bp.get("/")
@requires(Permission.MENTORING_USE)
def mine() -> ResponseReturnValue:
    """List the viewer's own practices."""
    page = paginate(db.session(), queries.of_trainee(current_user.id))
    return render_template("mentoring/mine.html", page=page, may_assign=may_assign(), **labels())


@bp.get("/desk")
@requires(Permission.MENTORING_DESK)
def desk() -> ResponseReturnValue:
    """Show a mentor what waits, and everybody whom she accompanies."""
    session = db.session()
    return render_template(
        "mentoring/desk.html",
        desk=queries.desk_of(session, current_user.id),
        page=paginate(session, queries.of_mentor(current_user.id)),
        **labels(),
    )


@bp.get("/all")
@requires(Permission.MENTORING_OVERSEE)
def overview() -> ResponseReturnValue:
    """Show heads, line managers, HR and leaders of the company the practices that they may read."""
    session, given = db.session(), request.args
    departments = queries.departments_of(session, current_user)
    path = next((row.path for row in departments if str(row.id) == given.get("department")), "")
    if given.get("department") and not path:
        raise NotFoundError
    wanted = queries.Filter(
        text=given.get("q", ""),
        state=given.get("state", ""),
        department_path=path,
        only_overdue=bool(given.get("overdue")),
    )
    return render_template(
        "mentoring/overview.html",
        page=paginate(session, queries.overseen(current_user, wanted)),
        wanted=wanted,
        department=given.get("department", ""),
        departments=[(row.id, pick(row.name)) for row in departments],
        **labels(),
    )


@bp.get("/library")
@requires(Permission.MENTORING_USE)
def library() -> ResponseReturnValue:
    """List the reports that colleagues share."""
    text, kind = request.args.get("q", ""), request.args.get("kind", "")
    found = queries.library(current_user.department_path, text, kind)
    page = paginate(db.session(), found)
    return render_template("mentoring/library.html", page=page, text=text, kind=kind, **labels())


@bp.get("/library/<int:practice_id>")
@requires(Permission.MENTORING_USE)
def shared(practice_id: int) -> ResponseReturnValue:
    """Show a report that is shared with the viewer."""
    found = queries.shared_report(db.session(), practice_id, current_user.department_path)
    if found is None:
        raise NotFoundError
    parts = [(title, getattr(found, name)) for name, title, _hint in texts.PARTS]
    return render_template("mentoring/shared.html", found=found, parts=parts, **labels())
