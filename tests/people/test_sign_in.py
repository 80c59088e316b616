"""Signing in and out."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.factories.people import make_employee
from tests.page import untimed
from training_platform.core import clock
from training_platform.core.audit import AuditEvent
from training_platform.core.errors import TooManyTriesError
from training_platform.core.permissions import SYSTEM, Right
from training_platform.people import passwords, services
from training_platform.people.models import EmployeeStatus
from training_platform.people.services import profile
from training_platform.people.services import sign_in as signing
from training_platform.people.viewer import viewer_of

PASSWORD = "Quiet rivers bend slowly"
NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)


@pytest.fixture
def person(session):
    employee = make_employee(session, username="xiaoman", password=PASSWORD)
    session.commit()
    return employee


def sign_in(client, username="xiaoman", password=PASSWORD, **values):
    return client.post("/login", data={"username": username, "password": password, **values})


def fail(session, place, *, username="xiaoman", times=1):
    for _time in range(times):
        candidate = signing.find_candidate(session, username, place)
        signing.sign_in(session, candidate, place, is_right=False)


def test_the_right_password_opens_a_session(client, person, sessions_of):
    response = sign_in(client)

    assert response.status_code == 303
    assert response.location == "/"
    assert [row.ended_at for row in sessions_of(person)] == [None]


def test_user_names_are_found_in_any_case(client, person):
    assert sign_in(client, "XiaoMan").status_code == 303


def test_a_signed_in_browser_reaches_its_pages(client, person):
    sign_in(client)

    assert client.get("/account/").status_code == 200


def test_unknown_names_and_wrong_passwords_look_the_same(client, person):
    wrong = sign_in(client, password="something else entirely")
    unknown = sign_in(client, "nobody", "something else entirely")

    assert wrong.status_code == unknown.status_code == 422
    assert untimed(wrong).replace(b"xiaoman", b"nobody") == untimed(unknown)


def test_a_suspended_person_looks_like_an_unknown_one(client, session, person):
    person.status = EmployeeStatus.SUSPENDED
    session.commit()

    suspended, unknown = sign_in(client), sign_in(client, "nobody")

    assert untimed(suspended).replace(b"xiaoman", b"nobody") == untimed(unknown)


def test_the_typed_user_name_is_kept_but_not_the_password(client, person):
    page = sign_in(client, password="something else entirely").get_data(as_text=True)

    assert 'value="xiaoman"' in page
    assert "something else entirely" not in page


def test_every_sign_in_gets_a_new_token(client, person, sessions_of):
    sign_in(client)
    sign_in(client)

    first, second = sessions_of(person)
    assert first.token_digest != second.token_digest
    assert first.end_reason == "signed_out"
    assert second.ended_at is None


@pytest.mark.parametrize(
    ("wanted", "led_to"),
    [
        ("/account/security?a=1", "/account/security?a=1"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("/\\evil.example", "/"),
        ("\\\\evil.example", "/"),
        ("/\t/evil.example", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_signing_in_leads_only_to_pages_of_this_site(client, person, wanted, led_to):
    assert sign_in(client, next=wanted).location == led_to


def test_a_guest_comes_back_to_the_page_that_asked(client, person):
    asked = client.get("/account/security")

    assert asked.status_code == 303
    page = client.get(asked.location).get_data(as_text=True)
    assert 'value="/account/security"' in page


def test_a_session_cannot_be_replayed_after_signing_out(app, client, person):
    sign_in(client)
    stolen = client.get_cookie("session").value
    client.post("/logout")
    thief = app.test_client()
    thief.set_cookie("session", stolen)

    assert thief.get("/account/").status_code == 303


def act(session, person, how):
    admin = viewer_of(session, make_employee(session, rights=(Right.ADMIN,)))
    if how == "suspension":
        services.suspend(session, person, admin, expected_version=person.version)
    elif how == "leaving":
        services.mark_left(session, person, admin, expected_version=person.version)
    elif how == "a new right":
        services.grant_right(session, person, admin, Right.TRAINER)
    elif how == "a lost right":
        grant = services.grant_right(session, person, SYSTEM, Right.TRAINER)
        services.open_session(session, person.id)
        services.revoke_right(session, grant, admin)
    elif how == "a new password":
        own = viewer_of(session, person, session_id=0)
        new_hash = passwords.hash_password("another quiet river")
        profile.change_password(session, own, old_hash=person.password_hash, new_hash=new_hash)
    session.commit()


@pytest.mark.parametrize(
    "how", ["suspension", "leaving", "a new right", "a lost right", "a new password"]
)
def test_sessions_end_with(client, session, person, sessions_of, how):
    sign_in(client)

    act(session, person, how)

    assert client.get("/account/").status_code == 303
    session.expire_all()
    assert all(row.ended_at is not None for row in sessions_of(person))


def test_the_eleventh_try_from_one_network_has_to_wait(session, person):
    place = signing.Place("192.0.2.0/24")
    with clock.stopped(NOON):
        fail(session, place, times=10)

        with pytest.raises(TooManyTriesError) as refusal:
            signing.find_candidate(session, "xiaoman", place)

    assert refusal.value.seconds == 15 * 60


def test_after_fifteen_minutes_there_are_tries_again(session, person):
    place = signing.Place("192.0.2.0/24")
    with clock.stopped(NOON):
        fail(session, place, times=10)

    with clock.stopped(NOON + timedelta(minutes=15)):
        assert signing.find_candidate(session, "xiaoman", place).employee_id == person.id


def test_tries_from_elsewhere_do_not_lock_the_account(session, person):
    with clock.stopped(NOON):
        fail(session, signing.Place("192.0.2.0/24"), times=10)

        home = signing.Place("198.51.100.0/24")
        assert signing.find_candidate(session, "xiaoman", home).employee_id == person.id


def test_names_that_nobody_has_are_throttled_alike(session):
    place = signing.Place("192.0.2.0/24")
    with clock.stopped(NOON):
        fail(session, place, username="nobody", times=10)

        with pytest.raises(TooManyTriesError):
            signing.find_candidate(session, "nobody", place)


def test_one_network_has_a_hundred_tries_over_all_names(session):
    place = signing.Place("192.0.2.0/24")
    with clock.stopped(NOON):
        for number in range(100):
            fail(session, place, username=f"name{number}")

        with pytest.raises(TooManyTriesError):
            signing.find_candidate(session, "xiaoman", place)


def test_a_success_forgets_the_failed_tries(session, person):
    place = signing.Place("192.0.2.0/24")
    fail(session, place, times=9)
    candidate = signing.find_candidate(session, "xiaoman", place)

    assert signing.sign_in(session, candidate, place, is_right=True)
    fail(session, place, times=9)


def test_throttled_people_are_told_how_long_to_wait(client, person):
    for _time in range(10):
        sign_in(client, password="something else entirely")

    response = sign_in(client)

    assert response.status_code == 429
    assert int(response.headers["Retry-After"]) > 800


def test_a_password_that_changed_meanwhile_does_not_open(session, person):
    place = signing.Place(None)
    candidate = signing.find_candidate(session, "xiaoman", place)
    person.password_hash = passwords.hash_password("another quiet river")

    assert signing.sign_in(session, candidate, place, is_right=True) is None


def test_a_weaker_hash_is_replaced_at_sign_in(client, session, person):
    from argon2 import PasswordHasher  # noqa: PLC0415

    person.password_hash = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    weaker = person.password_hash
    session.commit()

    sign_in(client)

    session.refresh(person)
    assert person.password_hash != weaker
    session.rollback()
    assert sign_in(client).status_code == 303


def test_production_hashes_with_two_passes_over_19_mib(app):
    hasher = passwords._hasher(is_testing=False)

    assert (hasher.time_cost, hasher.memory_cost, hasher.parallelism) == (2, 19 * 1024, 1)
    assert hasher.type.name == "ID"


def test_sign_ins_and_failures_are_logged_without_the_password(client, session, person):
    sign_in(client, password="something else entirely")
    sign_in(client)

    events = session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [event.action for event in events] == ["people.sign_in_failed", "people.sign_in"]
    assert all(event.details == {} for event in events)


def test_demo_accounts_are_buttons_only_in_the_demo(app, client):
    assert "Demo-training-2026" in client.get("/login").get_data(as_text=True)

    app.config["DEMO"] = False

    assert "Demo-training-2026" not in client.get("/login").get_data(as_text=True)
