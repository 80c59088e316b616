"""What home does after the answer."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from training_platform.core import jobs
from training_platform.core.db import db, writing
from training_platform.curricula.models import Assignment
from training_platform.home import services
from training_platform.home.queries.scope import scope_of
from training_platform.home.queries.team import due_list
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of

AT_ONCE = 50


@jobs.job("home.remind_overdue")
def remind_overdue(context: jobs.JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remind everybody overdue in the team of the one who asked.

    Nobody is told twice, however often the job comes, and on whatever later day.
    """
    asked_on = date.fromisoformat(text) if (text := payload.get("asked_on")) else None
    actor = viewer_of(db.session(), db.session.get_one(Employee, payload["actor_id"]))
    scope = scope_of(db.session(), actor, str(payload["department_id"] or ""))
    ids = [row.id for row in db.session.execute(due_list(scope.where, state="overdue"))]
    sent = 0
    for start in range(0, len(ids), AT_ONCE):
        with writing() as session:
            found = services.open_assignments(session, actor, ids[start : start + AT_ONCE])
            rows = [row for row in found if _was_overdue(row, asked_on)]
            sent += services.remind_people(session, rows, actor, actor.name, asked_on).sent
        context.progress(min(start + AT_ONCE, len(ids)), len(ids))
    return {"sent": sent}


def _was_overdue(assignment: Assignment, on: date | None) -> bool:
    """Tell whether somebody was overdue already on the day when it was asked for."""
    return on is None or (assignment.due_on is not None and assignment.due_on < on)
