"""Courses assigned by hand: by whom, to whom, until when, and taken back by whom."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.curricula.acts import active, finish_all
from tests.factories.curricula import make_course
from tests.factories.people import make_department, make_employee
from training_platform.core import clock
from training_platform.core.errors import NotPermittedError, RuleError
from training_platform.curricula import services
from training_platform.notices.models import Notice
from training_platform.notices.wording import body_of
from training_platform.people.viewer import viewer_of

pytestmark = pytest.mark.usefixtures("no_reaction_failed")


def test_head_assigns_in_the_own_sub_tree_only(session):
    own = make_department(session, "OWN")
    below = make_department(session, "BELOW", parent=own)
    other = make_department(session, "OTHER")
    head = viewer_of(session, make_employee(session, headed=own, department=own))
    course, due = make_course(session), clock.today() + timedelta(days=5)
    mine = make_employee(session, department=below)
    foreign = make_employee(session, department=other)

    services.assign_course(session, [mine], head, course, due, required=True)
    with pytest.raises(NotPermittedError):
        services.assign_course(session, [foreign], head, course, due, required=True)

    assert active(session, mine) == [(course.id, True, due)]


@pytest.mark.parametrize(("days", "due"), [(5, True), (None, False)], ids=["required", "elective"])
def test_a_course_assigned_by_hand_is_told_with_its_due_day_if_any(session, hr, learner, days, due):
    on = clock.today() + timedelta(days=days) if days else None

    services.assign_course(session, [learner], hr, make_course(session), on, required=due)

    notice = session.scalars(select(Notice).where(Notice.employee_id == learner.id)).one()
    assert notice.kind == "course_assigned"
    assert body_of(notice.kind, notice.values).startswith("Due on ") is due


def test_assigning_again_tells_who_has_or_completed_it(session, hr):
    course, due = make_course(session, lessons=1), clock.today() + timedelta(days=5)
    has, done, new = (make_employee(session) for _each in range(3))
    services.assign_course(session, [has], hr, course, due, required=True)
    finish_all(session, course, viewer_of(session, done))

    result = services.assign_course(session, [has, done, new], hr, course, due, required=True)

    assert (result.given, result.already_assigned, result.already_completed) == (
        [new],
        [has],
        [done],
    )


@pytest.mark.parametrize(
    ("days", "required"), [(-1, True), (None, True), (-1, False)], ids=["past", "none", "elective"]
)
def test_impossible_due_days_are_refused(session, hr, learner, days, required):
    due = None if days is None else clock.today() + timedelta(days=days)

    with pytest.raises(RuleError):
        services.assign_course(session, [learner], hr, make_course(session), due, required=required)


def test_withdrawn_course_is_not_assigned(session, hr, learner):
    course = make_course(session, is_withdrawn=True)

    with pytest.raises(RuleError):
        services.assign_course(session, [learner], hr, course, None, required=False)


def test_own_wish_is_taken_back_by_oneself_only(session, viewer, learner, hr):
    wished, assigned = make_course(session), make_course(session)
    services.enrol(session, wished, viewer)
    services.assign_course(session, [learner], hr, assigned, None, required=False)

    services.leave_course(session, wished, viewer)

    assert active(session, learner) == [(assigned.id, False, None)]
    with pytest.raises(RuleError):
        services.leave_course(session, assigned, viewer)
