"""Whoever joins or changes the job role has what its curriculum asks, and keeps what was done."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.curricula.acts import active, change_role, finish_all
from tests.factories.curricula import make_course, make_curriculum
from tests.factories.people import make_employee, make_job_role
from training_platform.core import clock, jobs
from training_platform.core.errors import RuleError
from training_platform.core.events import emit
from training_platform.curricula import services
from training_platform.curricula.models import Assignment, AssignmentSource, AssignmentState
from training_platform.people.events import EmployeeJoined
from training_platform.people.viewer import viewer_of

pytestmark = pytest.mark.usefixtures("no_reaction_failed")


@pytest.fixture
def two_curricula(session):
    basics, quality, team = (make_course(session, name) for name in ("basics", "quality", "team"))
    make_curriculum(session, "specialist", [(basics, True, 14), (quality, True, 30)])
    make_curriculum(session, "supervisor", [(basics, True, 14), (team, True, 60)])
    make_job_role(session, "manager")
    return basics, quality, team


def test_newcomer_gets_the_curriculum_due_from_the_day_of_hiring(session, two_curricula):
    known_since = datetime(2026, 1, 31, 2, tzinfo=UTC)
    newcomer = make_employee(session, hired_on=date(2026, 1, 31), created_at=known_since)

    emit(session, EmployeeJoined(newcomer.id))

    assert active(session, newcomer) == [
        ("basics", True, date(2026, 2, 14)),
        ("quality", True, date(2026, 3, 2)),
    ]


def test_role_round_trip_returns_to_the_same_set(session, two_curricula):
    known_since = datetime(2026, 1, 5, 2, tzinfo=UTC)
    employee = make_employee(session, hired_on=date(2026, 1, 5), created_at=known_since)
    emit(session, EmployeeJoined(employee.id))
    before = {row[0] for row in active(session, employee)}

    change_role(session, employee, "supervisor", date(2026, 6, 1))
    assert active(session, employee) == [
        ("basics", True, date(2026, 1, 19)),
        ("team", True, date(2026, 7, 31)),
    ]
    change_role(session, employee, "specialist", date(2026, 9, 1))

    assert {row[0] for row in active(session, employee)} == before
    assert {row[0]: row[2] for row in active(session, employee)}["quality"] == date(2026, 10, 1)


def test_completed_course_stays_after_a_role_change(session, two_curricula):
    employee = make_employee(session)
    emit(session, EmployeeJoined(employee.id))
    finish_all(session, two_curricula[1], viewer_of(session, employee))

    plan = services.preview_sync(session, employee.id, "supervisor", date(2026, 6, 1))
    change_role(session, employee, "supervisor", date(2026, 6, 1))

    assert plan.kept_because_completed == ("quality",)
    quality = session.scalars(select(Assignment).where(Assignment.course_id == "quality")).one()
    assert quality.state is AssignmentState.COMPLETED


def test_sync_twice_changes_nothing(session, two_curricula):
    employee = make_employee(session)

    services.sync_curriculum(session, employee, "specialist", date(2026, 6, 1))
    again = services.sync_curriculum(session, employee, "specialist", date(2026, 6, 1))

    assert again.is_empty
    assert again.unchanged == ("basics", "quality")


def test_preview_changes_nothing(session, two_curricula):
    employee = make_employee(session)

    plan = services.preview_sync(session, employee.id, "specialist", date(2026, 6, 1))

    assert [each.course_id for each in plan.added] == ["basics", "quality"]
    assert active(session, employee) == []


def test_person_without_a_job_role_loses_the_curriculum(session, two_curricula):
    employee = make_employee(session)
    emit(session, EmployeeJoined(employee.id))

    change_role(session, employee, None, date(2026, 6, 1))

    assert active(session, employee) == []


def test_course_assigned_by_hand_survives_the_role_change(session, two_curricula, hr):
    employee = make_employee(session)
    emit(session, EmployeeJoined(employee.id))
    soon = clock.today() + timedelta(days=3)
    quality = two_curricula[1]
    row = session.scalars(select(Assignment).where(Assignment.course_id == "quality")).one()
    row.curriculum_due_on = row.due_on = soon + timedelta(days=90)
    services.assign_course(session, [employee], hr, quality, soon, required=True)

    change_role(session, employee, "manager", clock.today())
    assert active(session, employee) == [("quality", True, soon)]
    services.withdraw_assignment(session, row, hr)

    assert active(session, employee) == []


def test_withdrawing_leaves_what_the_curriculum_asks(session, two_curricula, hr):
    employee = make_employee(session, hired_on=clock.today())
    emit(session, EmployeeJoined(employee.id))
    soon = clock.today() + timedelta(days=3)
    services.assign_course(session, [employee], hr, two_curricula[1], soon, required=True)
    row = session.scalars(select(Assignment).where(Assignment.course_id == "quality")).one()
    assert row.due_on == soon

    services.withdraw_assignment(session, row, hr)

    assert row.due_on == clock.today() + timedelta(days=30)
    assert row.source is AssignmentSource.CURRICULUM
    with pytest.raises(RuleError):
        services.withdraw_assignment(session, row, hr)


def test_new_curriculum_reaches_everybody_by_a_job(app, session, two_curricula):
    employee = make_employee(session, hired_on=date(2026, 1, 5))
    employee_id = employee.id
    jobs.put(session, "curricula.sync_everybody", {"on": "2026-11-21"}, key="r1")
    session.commit()

    jobs.run_due()

    rows = session.execute(
        select(Assignment.course_id, Assignment.due_on)
        .where(Assignment.employee_id == employee_id)
        .order_by(Assignment.course_id)
    ).all()
    assert [tuple(row) for row in rows] == [
        ("basics", date(2026, 12, 5)),
        ("quality", date(2026, 12, 21)),
    ]
