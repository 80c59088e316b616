"""A board that asks for itself anew every few seconds is no sign that anybody sits before it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.factories.contests import make_contest
from tests.factories.people import make_employee
from training_platform.core import clock
from training_platform.core.permissions import Right
from training_platform.people.models import UserSession
from training_platform.people.viewer import PRIVILEGED_IDLE

MINUTE = timedelta(minutes=1)


@pytest.fixture
def address(session, client):
    """Sign in a trainer who may watch a long contest; return the contest's address."""
    trainer = make_employee(session, rights=(Right.TRAINER,))
    contest = make_contest(session, trainer, [make_employee(session)], minutes=60)
    address = f"/practicals/contests/{contest.id}"
    session.commit()
    client.sign_in(trainer)
    return address


@pytest.fixture
def sit_idle(session):
    """Let so much time pass since the session was last used; return when that was."""

    def leave(span):
        used = session.scalars(select(UserSession)).one()
        used.last_seen_at = left_at = clock.now() - span
        session.commit()
        return left_at

    return leave


def test_polling_the_board_does_not_keep_an_idle_session_alive(session, client, address, sit_idle):
    left_at = sit_idle(PRIVILEGED_IDLE - MINUTE)

    assert client.get(f"{address}/board?state=running").status_code == 200
    assert session.scalar(select(UserSession.last_seen_at)) == left_at
    session.rollback()
    sit_idle(PRIVILEGED_IDLE)
    assert client.get(f"{address}/board?state=running").status_code != 200


def test_opening_the_contest_is_a_use_of_the_session(session, client, address, sit_idle):
    left_at = sit_idle(PRIVILEGED_IDLE - MINUTE)

    client.get(address)

    assert session.scalar(select(UserSession.last_seen_at)) > left_at


@pytest.mark.parametrize("page", ["", "/screen"])
def test_page_that_loads_itself_when_the_contest_turns_is_no_use(
    session, client, address, sit_idle, page
):
    left_at = sit_idle(PRIVILEGED_IDLE - MINUTE)

    assert client.get(f"{address}{page}?turned=1").status_code == 200

    assert session.scalar(select(UserSession.last_seen_at)) == left_at


def test_board_tells_the_page_around_it_that_the_contest_turned(client, address):
    same = client.get(f"{address}/board?state=running")
    other = client.get(f"{address}/board?state=planned")

    assert "HX-Trigger" not in same.headers
    assert other.headers["HX-Trigger"] == "contest-turned"
    assert "HX-Refresh" not in other.headers
