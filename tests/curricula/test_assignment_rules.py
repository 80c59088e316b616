"""Rules assign courses to whom they mean, now and later."""

from datetime import timedelta

import pytest

from tests.curricula.acts import active, change_role
from tests.factories.curricula import make_course
from tests.factories.people import make_employee, make_job_role
from training_platform.core import clock, jobs
from training_platform.core.errors import ConflictError, NotPermittedError
from training_platform.core.events import emit
from training_platform.curricula import services
from training_platform.people.events import EmployeeJoined

pytestmark = pytest.mark.usefixtures("no_reaction_failed")


def rule(course, **changes):
    values = {
        "name": "Everybody",
        "course_id": course.id,
        "job_role_id": None,
        "department_id": None,
        "hired_since": None,
        "is_required": True,
        "due_days": 30,
    } | changes
    return services.RuleInput(**values)


def test_rule_reaches_whom_it_means_by_a_job(session, hr):
    make_job_role(session, "manager")
    course = make_course(session)
    meant = make_employee(session)
    other = make_employee(session, job_role="manager")
    services.create_rule(session, hr, rule(course, job_role_id="specialist"))
    session.commit()

    jobs.run_due()

    assert active(session, meant) == [(course.id, True, clock.today() + timedelta(days=30))]
    assert active(session, other) == []


def test_rule_follows_a_role_change_both_ways(session, hr):
    make_job_role(session, "manager")
    course = make_course(session)
    employee = make_employee(session)
    services.create_rule(session, hr, rule(course, job_role_id="manager"))

    change_role(session, employee, "manager", clock.today())
    assert [row[0] for row in active(session, employee)] == [course.id]
    change_role(session, employee, "specialist", clock.today())

    assert active(session, employee) == []


def test_newcomer_is_due_from_hiring_where_the_rule_is_older(session, hr):
    course = make_course(session)
    services.create_rule(session, hr, rule(course, due_days=10))
    starts = clock.today() + timedelta(days=40)
    newcomer = make_employee(session, hired_on=starts)

    emit(session, EmployeeJoined(newcomer.id))

    assert active(session, newcomer) == [(course.id, True, starts + timedelta(days=10))]


def test_stopped_rule_means_nobody_new_and_takes_nothing(session, hr):
    course = make_course(session)
    early, late = make_employee(session), make_employee(session)
    made = services.create_rule(session, hr, rule(course))
    services.sync_rules(session, early)

    services.deactivate_rule(session, made, hr, expected_version=made.version)
    services.sync_rules(session, early)
    services.sync_rules(session, late)

    assert len(active(session, early)) == 1
    assert active(session, late) == []


def test_rule_changed_by_somebody_else_meanwhile_is_a_conflict(session, hr):
    course = make_course(session)
    made = services.create_rule(session, hr, rule(course))

    with pytest.raises(ConflictError):
        services.change_rule(session, made, hr, rule(course), expected_version=made.version - 1)


def test_assignment_by_hand_goes_before_a_rule(session, hr, learner):
    course, soon = make_course(session), clock.today() + timedelta(days=2)
    services.assign_course(session, [learner], hr, course, soon, required=True)

    services.create_rule(session, hr, rule(course))
    services.sync_rules(session, learner)

    assert active(session, learner) == [(course.id, True, soon)]


def test_only_curriculum_managers_make_rules(session, viewer):
    with pytest.raises(NotPermittedError):
        services.create_rule(session, viewer, rule(make_course(session)))
