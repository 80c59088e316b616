"""A coach sees where trainees lose points: of what is graded and over, in few statements."""

from datetime import timedelta

import pytest

from tests.counting import count_statements
from tests.factories.coaching import grade, make_coach, make_first_month
from tests.factories.people import make_department, make_employee
from training_platform.coaching.queries.weak import last_practice, weaknesses_of
from training_platform.coaching.rules import Trend
from training_platform.core import clock
from training_platform.core.permissions import Right
from training_platform.practicals.rules import AttemptState, Mode


@pytest.fixture
def trainee(session):
    return make_employee(session, name="林知夏")


def checks(session, trainee):
    found = weaknesses_of(session, [trainee.id]).get(trainee.id, [])
    return [(each.found.check, each.lost, each.found.trend) for each in found]


def test_a_check_that_lost_points_is_weak_until_it_is_passed(session, trainee):
    before = clock.now() - timedelta(days=2)
    grade(session, trainee, {"customers": (10, 60), "untouched": (10, 10)}, at=before)
    assert checks(session, trainee) == [("customers", "50", Trend.NEW)]

    grade(session, trainee, {"customers": (100, 100)}, mode=Mode.DRILL, focus="customers")

    assert checks(session, trainee) == []


@pytest.mark.parametrize("state", [AttemptState.IN_PROGRESS, AttemptState.HELD])
def test_an_exam_says_nothing_before_it_is_closed_and_graded(session, trainee, state):
    attempt = grade(session, trainee, {"customers": (0, 60)}, mode=Mode.EXAM, state=state)
    assert checks(session, trainee) == []

    attempt.state = AttemptState.FINAL
    session.flush()

    assert checks(session, trainee) == [("customers", "60", Trend.NEW)]


def test_what_was_not_assessed_is_not_weak(session, trainee):
    attempt = grade(session, trainee, {"customers": (0, 60)}, state=AttemptState.IN_PROGRESS)

    assert checks(session, trainee) == []
    assert last_practice(session, [trainee.id])[trainee.id] == attempt.submitted_at


def test_a_page_of_trainees_takes_as_many_statements_as_one_of_one(session, client):
    few, many = (
        [make_employee(session, username=f"t{size}-{number}") for number in range(size)]
        for size in (1, 6)
    )
    coaches = [make_coach(session, *few), make_coach(session, *many)]
    for each in (*few, *many):
        grade(session, each, {"customers": (10, 60)})
    session.commit()

    counts = []
    for coach in coaches:
        client.sign_in(coach)
        counts.append(count_statements(client, "/coaching/trainees"))

    assert counts[0] == counts[1]
    page = client.page("/coaching/trainees")
    assert "50 of 60 points lost" in page.text
    assert f"/coaching/people/{many[0].id}" in page.links()


def test_a_trainee_begins_with_her_weakest_check(session, client, trainee):
    attempt = grade(session, trainee, {"customers": (10, 60)})
    session.commit()
    client.sign_in(trainee)

    page = client.page("/coaching/")

    assert "50 of 60 points lost" in page.text
    assert f"/practicals/attempts/{attempt.token}/drills/customers" in page.body


def test_a_team_page_names_who_is_due(session, client):
    department = make_department(session)
    head = make_employee(session, headed=department, rights=(Right.DEPARTMENT_HEAD,))
    failed, passed = (make_employee(session, name=name) for name in ("林知夏", "何予安"))
    for person in (failed, passed):
        grade(session, person, {"customers": (0, 60)}, mode=Mode.EXAM)
    grade(session, passed, {"customers": (60, 60)}, mode=Mode.EXAM).is_passed = True
    for item in make_first_month(session, failed).items:
        item.due_on = clock.today() - timedelta(days=item.week - 3)
    session.commit()
    client.sign_in(head)

    text = client.page("/team").text

    assert "not passed yet (failed: 1)" in text
    assert text.count("not passed yet") == 1
    assert "First month: 3 steps late" in text
