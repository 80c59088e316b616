"""The team: who passes, who is due, who is stuck; reminding and assigning."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from flask_login import current_user

from training_platform.core import clock
from training_platform.core.db import db, transaction
from training_platform.core.permissions import Permission, Right, is_within, may
from training_platform.core.tables import paginate
from training_platform.core.web import requires, safe_next
from training_platform.home import (
    addresses,
    jobs,  # noqa: F401  # registers its handler
    rules,
    services,
)
from training_platform.home.forms import RemindForm
from training_platform.home.queries import practice
from training_platform.home.queries import team as queries
from training_platform.home.queries.scope import scope_of
from training_platform.home.views.base import bp

SHOWN_STUCK = 6


@bp.get("/team")
@requires(Permission.TEAM_READ)
def team() -> ResponseReturnValue:
    """Show the people whom one looks after: rates with their denominators, then names."""
    session = db.session()
    scope = scope_of(session, current_user, request.args.get("department", ""))
    state, query = request.args.get("state", ""), request.args.get("q", "")
    statement = queries.due_list(scope.where, state=state, query=query)
    passing = queries.passing(session, scope.where)
    courses = queries.completion(session, scope.where)
    return render_template(
        "home/team.html",
        scope=scope,
        people=queries.count_people(session, scope.where),
        passing=passing,
        lowest=min((rate.percent or 0 for _start, rate in passing.months if rate.whole), default=0),
        courses=courses,
        done=rules.total(courses),
        due=queries.due_counts(session, scope.where),
        stuck=session.execute(queries.stuck(scope.where).limit(SHOWN_STUCK)).all(),
        exams=practice.exam_rates(session, scope.where),
        weak=practice.weak_checks(session, scope.where),
        page=paginate(session, statement),
        state=state,
        query=query,
        here=request.full_path.rstrip("?"),
        may_read_compliance=may(current_user, None, Permission.COMPLIANCE_READ),
        may_search_archive=may(current_user, None, Permission.ARCHIVE_SEARCH),
        **_shared(),
    )


@bp.get("/team/stuck")
@requires(Permission.TEAM_READ)
def stuck() -> ResponseReturnValue:
    """List everybody who does not get on, and why."""
    session = db.session()
    scope = scope_of(session, current_user, request.args.get("department", ""))
    page = paginate(session, queries.stuck(scope.where))
    return render_template("home/stuck.html", scope=scope, page=page, **_shared())


@bp.post("/team/remind")
@requires(Permission.TEAM_READ)
def remind() -> ResponseReturnValue:
    """Remind the people of the chosen rows, or go on to assigning them a course."""
    form = RemindForm()
    back = safe_next(form.back.data) or url_for(".team")
    if form.action.data == "all":
        with transaction() as session:
            scope = scope_of(session, current_user, form.department.data or "")
            services.remind_overdue_later(session, current_user, scope.department_id)
        flash(_("The reminders are on their way. Nobody is reminded twice on one day."), "success")
        return redirect(back, 303)
    if not form.chosen:
        flash(_("Choose at least one row first."), "warning")
        return redirect(back, 303)
    with transaction() as session:
        rows = services.open_assignments(session, current_user, form.chosen)
        if form.action.data == "assign":
            return redirect(addresses.assign({row.employee_id: 1 for row in rows}), 303)
        done = services.remind_people(session, rows, current_user, current_user.name)
    flash(_reminded(done), "success" if done.sent else "info")
    return redirect(back, 303)


def _reminded(done: services.Reminded) -> str:
    sent = ngettext("%(num)s reminder is sent.", "%(num)s reminders are sent.", done.sent)
    if not done.already:
        return str(sent)
    already = ngettext(
        "%(num)s person was reminded of this today already.",
        "%(num)s people were reminded of this today already.",
        done.already,
    )
    return f"{sent} {already}" if done.sent else str(already)


def _may_open_record(path: str) -> bool:
    """Tell whether the viewer may open the records of people in a department."""
    if current_user.has(Right.HR):
        return True
    return current_user.has(Right.DEPARTMENT_HEAD) and is_within(path, current_user.headed_paths)


def _shared() -> dict[str, Any]:
    return {
        "to": addresses,
        "may_open_record": _may_open_record,
        "may_assign": may(current_user, None, Permission.ASSIGNMENT_MANAGE),
        "today": clock.today(),
        "now": clock.now(),
        "target": rules.TARGET_PERCENT,
        "due_days": rules.DUE_WITHIN_DAYS,
    }
