"""Usage indicators of one's people, and what a team page says of accuracy."""

from typing import Any

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user
from sqlalchemy import ColumnElement, select

from training_platform.coaching.queries import due, spots, usage
from training_platform.coaching.queries.people import named
from training_platform.coaching.reach import within_reach
from training_platform.coaching.rules import FULL_SAMPLE, TARGET_ACCURACY, TREND_MONTHS
from training_platform.coaching.texts import SOURCES
from training_platform.coaching.views.blueprint import bp, words
from training_platform.core import clock, slots
from training_platform.core.db import db
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.web import requires
from training_platform.crm.metrics.periods import month_key, months_until
from training_platform.crm.models import CrmWorkspace, WorkspaceKind
from training_platform.people.models import Department, Employee


def init_app(app: Flask) -> None:
    """Stand on the team page."""
    slots.fill(app, "home.team", _on_team)


@bp.get("/usage")
@requires(Permission.USAGE_READ)
def usage_page() -> ResponseReturnValue:
    """Show how the CRM is used: for all of one's people together, then by name."""
    session, text = db.session(), request.args.get("q", "")
    months = months_until(clock.today(), TREND_MONTHS)
    chosen = next(
        (each for each in months if month_key(each) == request.args.get("month")), months[-1]
    )
    scope = within_reach(current_user)
    found = usage.usage_of(session, scope, months)
    people = paginate(session, _people(scope, text))
    return render_template(
        "coaching/usage.html",
        months=months,
        chosen=chosen,
        page=people,
        text=text,
        of={row.id: found[row.id][chosen] for row in people.rows},
        team=usage.together(each[chosen] for each in found.values()),
        trend=[(month, usage.together(each[month] for each in found.values())) for month in months],
        month_key=month_key,
        **words(),
    )


def _people(scope: ColumnElement[bool], text: str) -> Any:
    return (
        select(
            Employee.id,
            Employee.name,
            Employee.staff_number,
            Department.name.label("department"),
        )
        .join(Department, Department.id == Employee.department_id)
        .join(CrmWorkspace, CrmWorkspace.employee_id == Employee.id)
        .where(
            CrmWorkspace.kind == WorkspaceKind.FREE,
            scope,
            *named(text),
        )
        .order_by(Department.path, Employee.staff_number)  # never by figures: no ranking
    )


def _on_team(*, where: ColumnElement[bool]) -> str:
    """Say what spot checks found in the team, and who is due in practice and coaching."""
    session = db.session()
    found = spots.team_accuracy(session, where)
    return render_template(
        "coaching/_team.html",
        accuracies=[(SOURCES[each], found[each.value]) for each in SOURCES if each.value in found],
        retakes=due.exams_to_retake(session, where),
        late=due.late_first_months(session, where),
        agreed=due.next_steps(session, where),
        target=TARGET_ACCURACY,
        full_sample=FULL_SAMPLE,
    )
