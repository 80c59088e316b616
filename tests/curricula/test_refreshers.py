"""Refreshers: planned once, looked through, assigned once, ended by the quiz."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from tests.factories.curricula import make_course, make_curriculum
from tests.factories.people import make_employee
from training_platform.core import clock, jobs
from training_platform.core.errors import InvalidTransitionError, NotPermittedError, RuleError
from training_platform.core.permissions import SYSTEM, Right
from training_platform.curricula import refresher_rules as rules
from training_platform.curricula.models import Assignment, AssignmentState, CourseProgress
from training_platform.curricula.refresher_models import RefresherEntry, RoundState
from training_platform.curricula.services import completing, refreshers
from training_platform.notices.models import Notice
from training_platform.people.viewer import viewer_of
from training_platform.records import services as records


@pytest.fixture
def planned(session):
    """A round that a job planned: an old hand, a newcomer, and nobody who is still learning."""
    course = make_course(session, "course", paper="quiz", paper_id="quiz")
    make_curriculum(session, "specialist", [(course, True, 14)])
    today = clock.today()
    hired = {"old": date(2020, 1, 1), "new": today - timedelta(days=200), "fresh": today}
    for name, day in hired.items():
        person = make_employee(session, name=name, hired_on=day)
        done = clock.now() - timedelta(days=0 if name == "fresh" else 150)
        with clock.stopped(done):
            completing.complete_course(session, person.id, course)
    make_employee(session, name="learning")
    make_employee(session, rights=(Right.HR,), job_role=None)
    months = (rules.next_start(today, range(1, 13)).month,)
    policy = rules.Policy(months, (("specialist", ("course",)),), lead_days=31, is_active=True)
    refreshers.edit_policy(session, SYSTEM, policy, expected_version=0)
    found = refreshers.plan_due_round(session)
    session.flush()
    return found


def entries(session):
    found = session.scalars(select(RefresherEntry).order_by(RefresherEntry.due_on)).all()
    return {each.employee.name: each for each in found}


def test_whoever_completed_it_long_ago_is_planned_newcomers_first(session, planned):
    found = entries(session)

    assert set(found) == {"old", "new"}
    assert found["new"].due_on < found["old"].due_on
    assert session.scalars(select(Notice).where(Notice.kind == "refreshers_planned")).one()


def test_a_round_is_planned_once(session, planned):
    assert refreshers.plan_due_round(session) is None


def test_nothing_is_assigned_before_hr_confirms(session, planned):
    assert refreshers.open_entries(session, planned.id) == []


def test_a_confirmed_round_is_assigned_once_however_often_its_job_comes(session, planned):
    refreshers.exclude_entry(session, entries(session)["old"], SYSTEM, "On leave", is_excluded=True)
    refreshers.decide_round(session, planned, SYSTEM, RoundState.CONFIRMED, expected_version=1)
    session.commit()
    for _ in range(3):
        jobs._handlers["curricula.assign_refreshers"](jobs.JobContext(0), {"round_id": planned.id})

    entry = entries(session)["new"]
    row = session.scalars(
        select(Assignment).where(Assignment.state == AssignmentState.ACTIVE)
    ).one()
    assert (row.employee_id, row.due_on, row.is_required) == (entry.employee_id, entry.due_on, True)
    progress = session.scalars(
        select(CourseProgress).where(CourseProgress.retraining_since.is_not(None))
    ).one()
    assert (progress.employee_id, progress.retrainings) == (entry.employee_id, 1)
    assert progress.completed_at is not None


def test_passing_the_quiz_again_ends_it(session, planned):
    refreshers.decide_round(session, planned, SYSTEM, RoundState.CONFIRMED, expected_version=1)
    entry = entries(session)["new"]
    assert refreshers.assign_entry(session, entry.id)
    assert not refreshers.assign_entry(session, entry.id)

    records.append(session, entry.employee_id, "quiz_passed", "quiz", source="t:again", title={})

    row = session.scalars(
        select(Assignment).where(Assignment.employee_id == entry.employee_id)
    ).one()
    assert row.state is AssignmentState.COMPLETED


def test_a_change_needs_hr_a_reason_and_an_open_round(session, planned):
    entry = entries(session)["old"]
    with pytest.raises(NotPermittedError):
        refreshers.shift_entry(
            session, entry, viewer_of(session, entry.employee), "x", entry.due_on
        )
    with pytest.raises(RuleError):
        refreshers.exclude_entry(session, entry, SYSTEM, " ", is_excluded=True)
    with pytest.raises(RuleError):
        refreshers.shift_entry(session, entry, SYSTEM, "x", planned.starts_on - timedelta(days=1))
    refreshers.shift_entry(session, entry, SYSTEM, "x", entry.due_on + timedelta(days=5))
    refreshers.decide_round(session, planned, SYSTEM, RoundState.CANCELLED, expected_version=1)
    with pytest.raises(InvalidTransitionError):
        refreshers.exclude_entry(session, entry, SYSTEM, "x", is_excluded=True)
