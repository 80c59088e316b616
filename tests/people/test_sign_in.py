"""Signing in and out."""

import pytest

from tests.factories.people import make_employee

PASSWORD = "Quiet rivers bend slowly"


@pytest.fixture
def person(session):
    employee = make_employee(session, username="xiaoman", password=PASSWORD)
    session.commit()
    return employee


def sign_in(client, username="xiaoman", password=PASSWORD, **values):
    return client.post("/login", data={"username": username, "password": password, **values})


def test_the_right_password_opens_a_session(client, person, sessions_of):
    response = sign_in(client)

    assert response.status_code == 303
    assert response.location == "/"
    assert [row.ended_at for row in sessions_of(person)] == [None]


def test_user_names_are_found_in_any_case(client, person):
    assert sign_in(client, "XiaoMan").status_code == 303
