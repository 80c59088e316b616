"""A newcomer's first month: made when she joins, ticked by what she does."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories.coaching import make_coach, make_first_month, make_slot, reach
from tests.factories.people import make_department, make_employee, make_job_role
from training_platform.coaching.models import FirstMonth, FirstMonthItem
from training_platform.coaching.queries import due, people
from training_platform.coaching.rules import FIRST_MONTH_LASTS, ItemKind
from training_platform.coaching.services import plans, slots
from training_platform.core import clock
from training_platform.core.errors import InvalidTransitionError
from training_platform.core.events import FailedReaction, emit
from training_platform.core.permissions import SYSTEM, Right
from training_platform.people.models import Employee
from training_platform.people.services import NewEmployee, create_employee
from training_platform.people.viewer import viewer_of
from training_platform.practicals.events import PracticalGraded
from training_platform.records import services as records


def join(session, job_role="specialist", days_ago=0):
    make_job_role(session, job_role)
    new = NewEmployee(
        staff_number="N1",
        username="new",
        name="新来的",
        email="new@company.example",
        department_id=make_department(session).id,
        hired_on=clock.today() - timedelta(days=days_ago),
        job_role_id=job_role,
    )
    return create_employee(session, SYSTEM, new)


def done(session, employee):
    rows = session.scalars(
        select(FirstMonthItem.subject)
        .join(FirstMonth)
        .where(FirstMonth.employee_id == employee.id, FirstMonthItem.done_at.is_not(None))
    )
    return set(rows)


def test_a_new_specialist_gets_the_plan_at_once(session):
    plan = plans.plan_of(session, join(session).id)

    assert [plan.items[0].due_on, plan.items[-1].due_on] == [
        plan.began_on + timedelta(days=6),
        plan.began_on + timedelta(days=27),
    ]
    assert {item.week for item in plan.items} == {1, 2, 3, 4}


@pytest.mark.parametrize(("job_role", "days_ago"), [("manager", 0), ("specialist", 40)])
def test_others_get_none(session, job_role, days_ago):
    assert plans.plan_of(session, join(session, job_role, days_ago).id) is None


def test_the_coach_makes_a_plan_too_and_only_one(session):
    employee = make_employee(session)
    coach = viewer_of(session, make_coach(session, employee))
    lesson = "customer-data-basics/crm-tour"
    records.append(session, employee.id, "lesson_finished", lesson, source="t:1")

    for _each in range(2):
        plans.start_plan(session, reach(session, employee), coach)

    assert session.scalar(select(func.count()).select_from(FirstMonth)) == 1
    assert done(session, employee) == {lesson}


def test_what_the_platform_knows_ticks_itself(session):
    employee = make_employee(session)
    make_first_month(session, employee)
    lesson = "customer-data-basics/crm-tour"

    records.append(session, employee.id, "lesson_finished", lesson, source="t:1")
    emit(session, PracticalGraded(1, employee.id, "enter-customers", "practice", is_passed=True))
    emit(session, PracticalGraded(2, employee.id, "merge-duplicates", "drill", is_passed=True))

    assert done(session, employee) == {lesson, "enter-customers"}
    assert not session.scalars(select(FailedReaction)).all()


def test_a_meeting_ticks_the_first_one_to_one(session):
    employee = make_employee(session)
    plan = make_first_month(session, employee)
    coach = make_coach(session, employee)
    slot = make_slot(session, coach)
    slots.book_slot(session, slot, viewer_of(session, employee), slots.Topic(slots.SESSION_TITLE))

    with clock.stopped(slot.ends_at):
        slots.note_outcome(
            session,
            slot,
            viewer_of(session, coach),
            slots.Outcome("谈了目标"),
            expected_version=slot.version,
        )

    meetings = [item.done_at is not None for item in plan.items if item.kind is ItemKind.SESSION]
    assert meetings == [True, False, False]


def test_people_tick_only_what_the_platform_cannot_know(session):
    employee = make_employee(session)
    plan = make_first_month(session, employee)
    viewer, found = viewer_of(session, employee), reach(session, employee)
    by_hand = next(item for item in plan.items if item.kind is ItemKind.HAND)

    plans.tick_by_hand(session, by_hand, found, viewer, is_done=True)
    assert by_hand.done_by_id == employee.id
    with pytest.raises(InvalidTransitionError):
        plans.tick_by_hand(session, plan.items[0], found, viewer, is_done=True)


def test_a_plan_is_finished_with_its_last_step(session):
    plan = make_first_month(session, make_employee(session))
    for item in plan.items[1:]:
        item.done_at = clock.now()
    session.flush()

    plans.tick(session, plan.employee_id, ItemKind.LESSON, plan.items[0].subject)

    assert plan.finished_at is not None


def test_newcomer_coach_and_head_see_the_plan(session, client):
    department = make_department(session)
    employee = make_employee(session, department=department)
    coach = make_coach(session, employee)
    head = make_employee(session, headed=department, rights=(Right.DEPARTMENT_HEAD,))
    step = make_first_month(session, employee).items[2]
    address, tick = f"/coaching/people/{employee.id}", f"/coaching/first-month/{step.id}"
    session.commit()

    client.sign_in(employee)
    assert "/coaching/first-month" in client.page("/?show=mine").links()
    assert client.post(tick, data={"done": "1"}).status_code == 303
    assert "Take the tick back" in client.page("/coaching/first-month").text
    for person in (coach, head):
        client.sign_in(person)
        assert "Week 4" in client.page(address).text
    client.sign_in(make_employee(session))
    assert client.get(address).status_code == 404


def test_nobody_is_asked_for_steps_long_after_the_first_month(session):
    employee = make_employee(session)
    plan = make_first_month(session, employee)
    today = clock.today()
    steps = (people.first_months, lambda s, ids: due.late_first_months(s, Employee.id.in_(ids)))
    plan.began_on = today - FIRST_MONTH_LASTS
    for item in plan.items:
        item.due_on = today - timedelta(days=40)
    session.flush()
    assert plan.is_asked(today)
    assert all(each(session, [employee.id]) for each in steps), "a late newcomer is"

    plan.began_on -= timedelta(days=1)
    session.flush()

    assert not plan.is_asked(today)
    assert not any(each(session, [employee.id]) for each in steps)
