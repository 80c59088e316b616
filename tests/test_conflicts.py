"""Two tabs edit one thing: the second sees what is true now beside what was typed, none is lost."""

import pytest
from sqlalchemy import select

from tests.factories.curricula import make_course
from tests.factories.people import make_department, make_employee
from training_platform.assessment.services import find_ladder
from training_platform.core.permissions import Right
from training_platform.curricula.models import AssignmentRule
from training_platform.people.models import Employee


@pytest.fixture
def admin(session):
    return make_employee(session, rights=(Right.ADMIN, Right.HR))


@pytest.fixture
def person(session):
    return make_employee(session, name="李雷", name_latin="Li Lei")


@pytest.fixture
def signed_in(client, session, admin, person):
    session.commit()
    client.sign_in(admin)
    return client


def fields_of(client, address):
    """Return what the form of a page would send as it stands."""
    page = client.page(address)
    form = '//main//form[@method="post"]'
    inputs = page.select(f"{form}//input[@name][not(@type='checkbox') or @checked]")
    selects = page.select(f"{form}//select[@name]")
    chosen = {
        each.get("name"): (each.xpath("./option[@selected]/@value") or [""])[0] for each in selects
    }
    return {each.get("name"): each.get("value", "") for each in inputs} | chosen


def two_tabs(session, client, address, first, second):
    """Open a form twice, send one change and then the other; return the page that refuses it."""
    session.commit()  # or the test itself holds the lock
    fields = fields_of(client, address)
    assert client.post(address, data=fields | first).status_code == 303
    response = client.post(address, data=fields | second)
    assert response.status_code == 409
    return response.get_data(as_text=True)


def test_of_two_changes_of_a_person_the_second_is_shown_beside_the_first(
    signed_in, session, person
):
    text = two_tabs(
        session,
        signed_in,
        f"/admin/employees/{person.id}/edit",
        {"email": "first@company.example"},
        {"email": "second@company.example", "name_latin": "Lee Lei"},
    )

    assert "What is true now" in text
    assert "first@company.example" in text
    assert "What you had entered" in text
    assert "second@company.example" in text
    assert "Lee Lei" in text
    assert "Department CR" in text.split("What you had entered")[1]  # not the number of a choice
    session.expire_all()
    assert session.get(Employee, person.id).email == "first@company.example"


def test_of_two_changes_of_a_department_the_second_is_shown_beside_the_first(signed_in, session):
    department = make_department(session, "SVC")

    text = two_tabs(
        session,
        signed_in,
        f"/admin/departments/{department.id}",
        {"name_en": "Service first"},
        {"name_en": "Service second", "code": "SVC2"},
    )

    assert "Service first" in text.split("What you had entered")[0]
    assert "Service second" in text.split("What you had entered")[1]
    assert "SVC2" in text.split("What you had entered")[1]


def test_of_two_changes_of_a_ladder_the_second_is_shown_beside_the_first(signed_in, session):
    find_ladder(session, "default")

    text = two_tabs(
        session,
        signed_in,
        "/admin/ladders/default",
        {"rung_1-wait_hours": "48"},
        {"rung_1-wait_hours": "12", "rung_2-action": "hr_case"},
    )

    now, typed = text.split("What you had entered")
    assert "opens after 48 hours" in now
    assert "12" in typed
    assert "Only a case for HR" in typed


def test_of_two_changes_of_a_rule_the_second_is_shown_beside_the_first(signed_in, session):
    first, second = make_course(session).id, make_course(session).id
    session.commit()
    new = fields_of(signed_in, "/curricula/manage/rules/new")
    new |= {"name": "Newcomers", "course_id": first, "due_days": "30"}
    assert signed_in.post("/curricula/manage/rules/new", data=new).status_code == 303
    rule = session.scalars(select(AssignmentRule)).one()

    text = two_tabs(
        session,
        signed_in,
        f"/curricula/manage/rules/{rule.id}",
        {"name": "Everybody", "due_days": "40"},
        {"name": "Some", "course_id": second},
    )

    now, typed = text.split("What you had entered")
    assert "Everybody" in now
    assert "40" in now
    assert "The whole company" in now
    assert "Some" in typed
    assert f"Course {second}" in typed


def test_a_stale_suspension_says_what_the_person_is_now(signed_in, session, person):
    address = f"/admin/employees/{person.id}/suspend"
    session.commit()
    fields = fields_of(signed_in, address)
    assert signed_in.post(address, data=fields).status_code == 303

    response = signed_in.post(address, data=fields)

    assert response.status_code == 409
    assert "Suspended" in response.get_data(as_text=True)
