"""The audit log and the background jobs."""

from datetime import date

from flask import flash, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import or_, select

from training_platform.core.db import db, transaction
from training_platform.core.jobs import Job, JobState
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import requires, see_other
from training_platform.people import queries
from training_platform.people.models import Employee
from training_platform.people.services.jobs import retry_job
from training_platform.people.texts import action_text
from training_platform.people.views.base import bp


@bp.get("/admin/audit")
@requires(Permission.AUDIT_READ)
def audit_log() -> ResponseReturnValue:
    """Show who did what, by person, action and day."""
    session = db.session()
    who = request.args.get("who", "").strip()
    actor_id = _actor_id(who) if who else None
    statement = queries.audit_events(
        actor_id=actor_id,
        action=request.args.get("action", ""),
        first=_day("first"),
        last=_day("last"),
    )
    page = paginate(session, statement, per_page=50)
    ids = {row.actor_id for row in page.rows} | {
        int(row.subject_id) for row in page.rows if row.subject_kind == Employee.__tablename__
    }
    actions = sorted((action_text(code), code) for code in queries.audit_actions(session))
    return render_template(
        "people/audit_log.html",
        page=page,
        names=queries.names_of(session, ids),
        actions=[(code, text) for text, code in actions],
    )


@bp.get("/admin/jobs")
@requires(Permission.JOB_READ)
def background_jobs() -> ResponseReturnValue:
    """Show the jobs that wait, run or failed."""
    statement = select(Job).where(Job.state != JobState.DONE).order_by(Job.id.desc())
    return render_template("people/jobs.html", page=paginate(db.session(), statement))


@bp.post("/admin/jobs/<int:job_id>/retry")
@requires(Permission.JOB_READ)
def retry_background_job(job_id: int) -> ResponseReturnValue:
    """Run a failed job again."""
    with transaction() as session:
        retry_job(session, job_id, current_user)
    flash(_("The job runs again in a moment."), "success")
    return see_other("people.background_jobs")


def _actor_id(who: str) -> int:
    """Return the id of the person whose user name or staff number it is; -1 finds nothing."""
    found = select(Employee.id).where(
        or_(
            Employee.username == who.casefold(),
            Employee.staff_number == who,
            Employee.name == who,
        )
    )
    return db.session.scalar(found.limit(1)) or -1


def _day(name: str) -> date | None:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
