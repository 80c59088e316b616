"""Every page of people, as those who may open it see it."""

import pytest
from sqlalchemy import event

from tests.factories.people import make_department, make_employee
from tests.page import untimed
from training_platform.core.db import db
from training_platform.core.permissions import Right
from training_platform.people.models import Competency, CompetencyTarget

OWN = ["/account/", "/account/security", "/account/history", "/account/password"]
OWN += ["/account/second-factor"]
ADMIN = [
    "/admin/employees",
    "/admin/employees?q=wang&department=1&status=&right=hr&job_role=specialist",
    "/admin/employees/new",
    "/admin/employees/{id}/edit",
    "/admin/employees/{id}/job-role",
    "/admin/employees/{id}/job-role?job_role_id=specialist",
    "/admin/employees/{id}/suspend",
    "/admin/employees/{id}/leave",
    "/people/{id}",
    "/admin/departments",
    "/admin/departments/new",
    "/admin/departments/1",
    "/admin/job-roles",
    "/admin/imports",
    "/admin/audit",
    "/admin/audit?who=nobody&action=people.sign_in&first=2026-01-01&last=2026-02-01",
]


@pytest.fixture
def admin(session):
    return make_employee(session, rights=(Right.ADMIN,))


@pytest.fixture
def person(session):
    session.add(
        Competency(
            id="listening",
            code="LIS",
            name={"zh": "倾听", "en": "Listening"},
            levels=[{"zh": "会", "en": "Can"}] * 4,
            position=1,
        )
    )
    person = make_employee(session, department=make_department(session))
    session.add(CompetencyTarget(competency_id="listening", job_role_id="specialist", level=2))
    return person


@pytest.fixture
def admin_client(client, session, admin, person):
    session.commit()
    client.sign_in(admin)
    return client


@pytest.mark.parametrize("address", OWN)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_own_pages_are_in_order(client, session, person, address, language):
    session.commit()
    client.sign_in(person)

    client.page(f"{address}?lang={language}")


@pytest.mark.parametrize("address", ADMIN)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_administration_is_in_order(admin_client, person, address, language):
    address = address.format(id=person.id)

    admin_client.page(f"{address}{'&' if '?' in address else '?'}lang={language}")


@pytest.mark.parametrize(
    "address", ["/login", "/forgot-password", "/forgot-password/sent", "/login?next=/account/"]
)
def test_pages_for_guests_are_in_order(client, address):
    client.page(address)


@pytest.mark.parametrize(
    "address", ["/account/", "/admin/employees", "/people/{id}", "/admin/audit"]
)
def test_pages_need_few_statements(client, session, admin, person, address):
    for _number in range(20):
        make_employee(session, manager=person)
    session.commit()
    client.sign_in(admin)
    client.get(address.format(id=person.id))
    statements = []
    listener = lambda *args: statements.append(args[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)

    client.get(address.format(id=person.id))

    event.remove(db.engine, "before_cursor_execute", listener)
    assert len(statements) <= 12, statements


@pytest.mark.parametrize("address", ADMIN[:1] + ADMIN[9:10] + ["/admin/audit", "/admin/imports"])
def test_others_may_not_open_the_administration(client, session, person, address):
    session.commit()
    client.sign_in(person)

    assert client.get(address).status_code == 403


def test_a_colleague_looks_like_an_unknown_person(client, session, person):
    colleague = make_employee(session)
    session.commit()
    client.sign_in(person)

    hidden = client.get(f"/people/{colleague.id}")
    unknown = client.get("/people/999999")

    assert hidden.status_code == unknown.status_code == 404
    # The address itself stands in the page, in the link to the other language.
    assert untimed(hidden).replace(b"/%d?" % colleague.id, b"/999999?") == untimed(unknown)


def test_a_head_reads_her_people_but_changes_nothing(client, session, person):
    head = make_employee(session, headed=make_department(session))
    session.commit()
    client.sign_in(head)

    assert client.get(f"/people/{person.id}").status_code == 200
    assert client.get(f"/admin/employees/{person.id}/edit").status_code == 403


def test_hr_cannot_grant_rights(client, session, person):
    hr = make_employee(session, rights=(Right.HR,))
    session.commit()
    client.sign_in(hr)

    address = f"/admin/employees/{person.id}/rights"
    session.rollback()  # the test's own look must not hold the lock

    response = client.post(address, data={"right": "admin"})

    assert response.status_code == 403
    assert person.grants == []


def test_an_administrator_cannot_grant_herself_a_right(client, session, admin):
    session.commit()
    client.sign_in(admin)

    address = f"/admin/employees/{admin.id}/rights"
    session.rollback()

    response = client.post(address, data={"right": "hr"})

    assert response.status_code == 403
