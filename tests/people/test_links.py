"""Forgotten passwords and the first sign-in."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.people import make_employee
from tests.page import untimed
from training_platform.core import clock, jobs
from training_platform.core.outbox import Mail
from training_platform.core.permissions import SYSTEM
from training_platform.people import passwords
from training_platform.people.models import EmployeeStatus, OneTimeLink
from training_platform.people.services import links

NEW = {"new_password": "Quiet rivers bend slowly", "repeated": "Quiet rivers bend slowly"}


@pytest.fixture
def person(session):
    employee = make_employee(
        session, username="xiaoman", email="Xiaoman@company.example", locale="en"
    )
    session.commit()
    return employee


def ask(client, who):
    return client.post("/forgot-password", data={"who": who})


def mails(session):
    session.rollback()
    jobs.run_due()
    found = session.scalars(select(Mail).order_by(Mail.id)).all()
    for mail in found:
        session.expunge(mail)
    session.rollback()
    return found


def path_in(mail):
    return re.search(r"http\S+?(/(?:reset|welcome)/\S+)", mail.body).group(1)


@pytest.mark.parametrize("who", ["xiaoman", "XIAOMAN", "xiaoman@company.example"])
def test_a_link_is_mailed_to_the_address_on_the_staff_list(client, session, person, who):
    ask(client, who)

    (mail,) = mails(session)
    assert mail.recipient == "Xiaoman@company.example"
    assert mail.subject == "Choose a new password"


def test_known_and_unknown_names_get_the_same_answer(client, person):
    known, unknown = ask(client, "xiaoman"), ask(client, "nobody")

    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    assert untimed(known) == untimed(unknown)


def test_nobody_gets_mail_for_an_unknown_name(client, session, person):
    ask(client, "nobody")

    assert mails(session) == []


def test_the_link_names_our_own_address_whatever_host_was_asked(client, session, person):
    client.post("/forgot-password", data={"who": "xiaoman"}, headers={"Host": "evil.example"})

    (mail,) = mails(session)
    assert "http://127.0.0.1:8000/reset/" in mail.body
    assert "evil" not in mail.body


def test_the_link_sets_the_password_once_and_ends_sessions(
    app, client, session, person, sessions_of
):
    other = app.test_client()
    other.sign_in(person)
    ask(client, "xiaoman")
    (mail,) = mails(session)

    first = client.post(path_in(mail), data=NEW)
    second = client.post(path_in(mail), data=NEW)

    assert (first.status_code, first.location) == (303, "/login")
    assert second.status_code == 410
    session.expire_all()
    assert passwords.verify(person.password_hash, NEW["new_password"])
    assert all(row.ended_at for row in sessions_of(person))


def test_a_guessable_password_does_not_use_the_link_up(client, session, person):
    ask(client, "xiaoman")
    (mail,) = mails(session)
    weak = {"new_password": "password123456", "repeated": "password123456"}

    assert client.post(path_in(mail), data=weak).status_code == 422
    assert client.post(path_in(mail), data=NEW).status_code == 303


@pytest.mark.parametrize(
    ("purpose", "lives"),
    [(links.RESET, timedelta(hours=1)), (links.WELCOME, timedelta(days=7))],
)
def test_links_end(session, person, purpose, lives):
    token, link = links._make_link(session, person, purpose)

    with clock.stopped(link.created_at + lives - timedelta(seconds=1)):
        assert links.find_link(session, token, purpose)
    with clock.stopped(link.created_at + lives):
        assert links.find_link(session, token, purpose) is None


def test_a_link_for_one_purpose_does_not_serve_another(session, person):
    token, _link = links._make_link(session, person, links.WELCOME)

    assert links.find_link(session, token, links.RESET) is None


def test_links_of_suspended_people_do_not_work(session, person):
    token, _link = links._make_link(session, person, links.RESET)
    person.status = EmployeeStatus.SUSPENDED
    session.flush()

    assert links.find_link(session, token, links.RESET) is None


def test_only_the_digest_of_a_link_is_kept(session, person):
    token, link = links._make_link(session, person, links.RESET)

    assert token not in link.token_digest
    assert len(link.token_digest) == 64


def test_a_new_welcome_link_ends_the_one_before(session, person):
    links.send_welcome(session, person, SYSTEM)
    links.send_welcome(session, person, SYSTEM)

    assert len(session.scalars(select(OneTimeLink)).all()) == 1


def test_the_first_sign_in_works_from_the_mail(client, session, person):
    links.send_welcome(session, person, SYSTEM)
    session.commit()
    mail, *_others = mails(session)

    client.page(path_in(mail))
    client.post(path_in(mail), data=NEW)

    form = {"username": "xiaoman", "password": NEW["new_password"]}
    assert client.post("/login", data=form).status_code == 303


def test_one_person_gets_at_most_three_links_an_hour(client, session, person):
    for _time in range(5):
        ask(client, "xiaoman")

    assert len(mails(session)) == 3


def test_one_network_cannot_ask_without_end(client, person):
    answers = [ask(client, f"name{number}").status_code for number in range(21)]

    assert answers == [303] * 20 + [429]
