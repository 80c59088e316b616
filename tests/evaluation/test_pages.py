"""Pages: a round from its opening to its result, by those who do it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.counting import count_statements
from tests.factories.evaluation import AREAS, add_raters, answer, close, make_forms, make_round
from tests.factories.people import make_department, make_employee
from training_platform.core import clock
from training_platform.core.outbox import Mail
from training_platform.evaluation.behavior.models import (
    BehaviorRater,
    BehaviorRating,
    BehaviorRound,
)
from training_platform.evaluation.behavior.rules import Group
from training_platform.people.models import Employee

ALL = {f"level_{area}": "2" for area in AREAS}


@pytest.fixture
def relations(session):
    return make_department(session, "CR", parent=make_department(session, "CO"))


@pytest.fixture
def head(session, relations):
    return make_employee(session, name="欧阳静宜", department=relations, headed=relations)


@pytest.fixture
def person(session, relations, head):
    return make_employee(
        session, name="林玥", name_latin="Lin Yue", department=relations, manager=head
    )


@pytest.fixture
def found(session, relations, head, person):
    found = make_round(session, head, relations, [person])
    session.commit()
    return found


def days_on(days):
    return (clock.today() + timedelta(days=days)).isoformat()


def test_a_head_opens_a_round_adds_people_and_asks_raters(client, session, relations, head, person):
    make_forms(session)
    peers = [make_employee(session, department=relations).id for _each in range(3)]
    department, assessed = str(relations.id), person.id
    session.commit()
    client.sign_in(head)
    session.rollback()
    form = {
        "department_id": department,
        "occasion": "training",
        "starts_on": days_on(-9),
        "ends_on": days_on(-1),
        "due_on": days_on(9),
    }

    missing = client.post("/evaluation/rounds/new", data=form)
    assert missing.status_code == 422
    assert "Name the course or class." in missing.text
    assert client.post(
        "/evaluation/rounds/new", data=form | {"training_name": "Service week"}
    ).location.endswith("/people")

    opened = session.scalars(select(BehaviorRound)).one()
    address = f"/evaluation/rounds/{opened.id}"
    session.rollback()
    assert "林玥" in client.page(f"{address}/people?q=林玥").text
    session.rollback()
    client.post(f"{address}/people", data={"id": [assessed]})
    who = opened.assessments[0].id
    session.rollback()  # a test holds no lock while a page writes
    client.post(f"/evaluation/assessments/{who}/raters/colleagues", data={"id": peers})
    wrong = client.post(
        f"/evaluation/assessments/{who}/raters/customers",
        data={"emails": "b@client.example\nx"},
    )
    assert wrong.status_code == 422
    assert "x is no e-mail address." in wrong.text
    client.post(
        f"/evaluation/assessments/{who}/raters/customers", data={"emails": "buyer@client.example"}
    )

    page = client.page(f"/evaluation/assessments/{who}/raters")
    assert "buyer@client.example" in page.text
    overview = client.page(address).text
    assert "fewer than 3 of 3" in overview
    assert "fewer than 3 of 1" in overview


def test_a_rater_saves_a_draft_and_hands_in(client, session, found, person):
    rater = next(each for each in found.assessments[0].raters if each.group is Group.SELF).id
    session.commit()
    client.sign_in(person)
    address = f"/evaluation/rate/{rater}"
    assert address in client.page("/evaluation/").links()
    assert address in client.page("/").links()

    kept = client.post(f"{address}/draft", data={"version": "1", "level_teamwork": "unseen"})
    assert kept.json["version"] == 2
    assert client.post(address, data={"version": "2", "act": "submit"}).status_code == 422
    stale = client.post(address, data={"version": "1", "act": "submit", **ALL})
    assert stale.status_code == 409
    done = client.post(address, data={"version": "2", "act": "submit", **ALL})

    assert done.location.endswith("/evaluation/")
    assert client.get(address).status_code == 303
    assert session.scalars(select(BehaviorRating)).one().group is Group.SELF


def test_a_customer_answers_once_without_an_account(client, session, found):
    add_raters(session, found.assessments[0], Group.CUSTOMER, 1)
    body = session.scalars(select(Mail.body).order_by(Mail.id.desc())).first()
    key = next(word.split("#")[1] for word in body.split() if "#" in word)
    session.commit()

    assert client.get("/evaluation/customer/questions").status_code == 410
    assert client.post("/evaluation/customer", data={"key": "wrong"}).status_code == 410
    entered = client.post("/evaluation/customer", data={"key": key})
    assert entered.location == "/evaluation/customer/questions"
    page = client.get(entered.location)
    assert "Yue" in page.text
    assert not any(word in page.text for word in ("林玥", "Lin", "欧阳静宜", key))
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in page.headers["X-Robots-Tag"]
    half = client.post(entered.location, data={"level_teamwork": "1"})
    assert half.status_code == 422
    assert client.post(entered.location, data=ALL).location == "/evaluation/customer/thanks"

    assert client.post(entered.location, data=ALL).status_code == 410
    assert client.post("/evaluation/customer", data={"key": key}).status_code == 410
    assert session.scalars(select(BehaviorRating)).one().group is Group.CUSTOMER


@pytest.fixture
def closed(session, found):
    """The same round, closed: superior and four colleagues answered, and two customers."""
    assessment = found.assessments[0]
    for each in assessment.raters:
        answer(session, each, 3)
    for number, each in enumerate(add_raters(session, assessment, Group.COLLEAGUE, 4)):
        answer(session, each, 1, comments={"teamwork": f"remark {number}"})
    for each in add_raters(session, assessment, Group.CUSTOMER, 2):
        answer(session, each, 0, overall_comment="slow as a snail")
    close(session, found)
    session.commit()
    return f"/evaluation/assessments/{assessment.id}"


def test_person_and_head_see_the_same_and_nobody_small_groups(
    client, session, closed, person, head
):
    for viewer in (person, head):
        client.sign_in(viewer)
        page = client.page(closed)
        assert "remark 3" in page.text
        assert "Not shown: Customers" in page.text
        assert "snail" not in page.text
        assert "Try next" in page.text
        assert "level 3.0 of 4" in page.text  # superior 4, colleagues 2
    assert closed in client.page(f"/people/{person.id}").links()
    assert closed in client.page(f"/archives/people/{person.id}").links()


def test_a_colleague_who_rated_sees_no_result(client, session, closed):
    rated = session.scalars(
        select(BehaviorRater).where(BehaviorRater.group == Group.COLLEAGUE)
    ).first()
    colleague = session.get_one(Employee, rated.employee_id)
    session.commit()
    client.sign_in(colleague)

    assert client.get(closed).status_code == 404


def test_a_round_is_closed_and_opened_again(client, session, found, head):
    address = f"/evaluation/rounds/{found.id}"
    session.commit()
    client.sign_in(head)

    assert client.post(f"{address}/remind").status_code == 303
    assert client.post(f"{address}/close", data={"version": "9"}).status_code == 409
    assert client.post(f"{address}/close", data={"version": "1"}).status_code == 303
    assert address in client.page("/evaluation/rounds?state=closed").links()
    past = client.post(f"{address}/due", data={"version": "2", "due_on": days_on(-1)})
    assert past.status_code == 422
    again = client.post(f"{address}/due", data={"version": "2", "due_on": days_on(5)})
    assert again.status_code == 303
    assert address in client.page("/evaluation/rounds").links()


def test_the_round_asks_no_more_for_more_people(client, session, found, head, relations):
    address = f"/evaluation/rounds/{found.id}"
    session.commit()
    client.sign_in(head)
    before = count_statements(client, address)

    more = [make_employee(session, department=relations, manager=head) for _each in range(4)]
    for each in make_round(session, head, relations, more).assessments:
        add_raters(session, each, Group.COLLEAGUE, 2)
        each.round_id = found.id
    session.commit()

    assert count_statements(client, address) == before
