"""Reminders of due days: once each, to whom they concern, until it is done."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.factories.content import publish_competencies, publish_course
from tests.factories.people import make_department, make_employee
from training_platform.core import clock
from training_platform.core.permissions import Permission, Right
from training_platform.curricula.models import Assignment, AssignmentSource, AssignmentState
from training_platform.notices import due, jobs, reminding
from training_platform.notices.models import Notice
from training_platform.notices.rules import Reminders
from training_platform.people.models import EmployeeStatus
from training_platform.people.viewer import viewer_of

TODAY = clock.today()


@pytest.fixture
def team(session):
    """An employee with a superior who is no head, in a department that somebody heads."""
    department = make_department(session, "CR")
    superior = make_employee(session, name="Chief", department=department)
    head = make_employee(session, name="Head", department=department, headed=department)
    employee = make_employee(session, name="Late", department=department)
    employee.manager_id = superior.id
    session.flush()
    return employee, superior, head


def item(employee, days, key="1", title="Secret course"):
    return due.Item(key, employee.id, title, TODAY + timedelta(days=days), "/there")


def kind(**changes):
    return due.Kind("things", "Things", lambda *_: [], **changes)


def remind(session, items, **changes):
    which = kind(**changes)
    return reminding.remind(session, which, which.reminders, items)


def notices(session, employee):
    return session.scalars(
        select(Notice).where(Notice.employee_id == employee.id).order_by(Notice.id)
    ).all()


def test_a_reminder_that_is_run_three_times_comes_once(session, team):
    for _time in range(3):
        remind(session, [item(team[0], 7)])

    assert [each.kind for each in notices(session, team[0])] == ["item_due_soon"]


def test_a_moved_due_day_is_reminded_of_anew(session, team):
    remind(session, [item(team[0], 7)])
    remind(session, [item(team[0], 1)])

    assert len(notices(session, team[0])) == 2


def test_who_left_is_not_reminded(session, team):
    team[0].status = EmployeeStatus.LEFT
    session.flush()

    assert remind(session, [item(team[0], -7)]) == 0


def test_what_is_long_overdue_reaches_the_superior(session, team):
    remind(session, [item(team[0], -7)], shown_to_superior=Permission.EMPLOYEE_READ)

    (told,) = notices(session, team[1])
    assert told.kind == "item_overdue_of"
    assert told.values["title"] == "Secret course"


@pytest.mark.parametrize("permission", [None, Permission.RECORD_ERASE])
def test_a_superior_is_told_no_more_than_she_may_see(session, team, permission):
    remind(session, [item(team[0], -7)], shown_to_superior=permission)

    (told,) = notices(session, team[1])
    assert told.kind == "something_overdue_of"
    assert "Secret" not in str(told.values) + told.href


def test_without_a_superior_who_works_here_the_head_is_told(session, team):
    team[1].status = EmployeeStatus.LEFT
    session.flush()

    remind(session, [item(team[0], -7)])

    assert len(notices(session, team[2])) == 1
    assert notices(session, team[1]) == []


def test_a_head_is_not_told_of_herself(session, team):
    remind(session, [item(team[2], -7)])

    assert [each.kind for each in notices(session, team[2])] == ["item_overdue"]


def test_hr_changes_the_days(session, team):
    hr = viewer_of(session, make_employee(session, rights=(Right.HR,)))
    reminding.edit_policy(session, hr, kind(), Reminders((3,), (), None), expected_version=1)

    policy = reminding.policy_of(session, kind())

    assert policy == Reminders((3,), (), None)


@pytest.fixture
def assignment(session, team):
    publish_competencies(session)
    publish_course(session, slug="course", lessons=1)
    row = Assignment(
        employee_id=team[0].id,
        course_id="course",
        source=AssignmentSource.MANUAL,
        is_required=True,
        due_on=TODAY - timedelta(days=7),
        created_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def run(session):
    session.commit()
    return jobs.remind(NoProgress(), {})["told"]


class NoProgress:
    def progress(self, done, total):
        pass


def test_a_required_course_is_reminded_of(session, team, assignment):
    employee, superior, _head = team

    assert run(session) == 2

    assert [each.kind for each in notices(session, employee)] == ["course_overdue"]
    # a superior who heads no department may not see assignments
    assert [each.kind for each in notices(session, superior)] == ["something_overdue_of"]


@pytest.mark.parametrize(
    "change", [{"state": AssignmentState.COMPLETED}, {"is_required": False}, {"due_on": None}]
)
def test_what_is_done_or_no_longer_due_is_not_reminded_of(session, assignment, change):
    for name, value in change.items():
        setattr(assignment, name, value)

    assert run(session) == 0


def test_two_kinds_cannot_share_an_id(app):
    with pytest.raises(ValueError, match="twice"):
        due.register(app, due.Kind("courses", "Again", lambda *_: []))


def test_the_window_holds_every_day_that_any_reminder_is_about():
    first, last = Reminders((30, 7), (1,), 14).window(date(2026, 11, 20))

    assert (first, last) == (date(2026, 11, 4), date(2026, 12, 20))
