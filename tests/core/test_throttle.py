"""Counted tries."""

from datetime import UTC, datetime, timedelta

import pytest

from training_platform.core import clock, throttle
from training_platform.core.errors import TooManyTriesError

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
RULE = {"limit": 3, "minutes": 10}


def tries(session, *, count=3, key="wang", scope="sign_in", at=NOON):
    with clock.stopped(at):
        for _ in range(count):
            throttle.count(session, scope, key)
        session.flush()


def test_the_limit_is_the_number_of_tries_that_are_taken(session):
    tries(session, count=2)
    with clock.stopped(NOON):
        throttle.check(session, "sign_in", "wang", **RULE)
    tries(session, count=1)
    with clock.stopped(NOON), pytest.raises(TooManyTriesError):
        throttle.check(session, "sign_in", "wang", **RULE)


def test_the_refusal_says_how_long_to_wait(session):
    tries(session)

    with (
        clock.stopped(NOON + timedelta(minutes=4)),
        pytest.raises(TooManyTriesError) as refusal,
    ):
        throttle.check(session, "sign_in", "wang", **RULE)

    assert refusal.value.seconds == 6 * 60


def test_tries_are_forgotten_with_time(session):
    tries(session)

    with clock.stopped(NOON + timedelta(minutes=10, seconds=1)):
        throttle.check(session, "sign_in", "wang", **RULE)


@pytest.mark.parametrize(("scope", "key"), [("sign_in", "li"), ("reset", "wang")])
def test_others_do_not_pay_for_it(session, scope, key):
    tries(session)

    with clock.stopped(NOON):
        throttle.check(session, scope, key, **RULE)


def test_success_clears_the_count_of_one_key_only(session):
    tries(session)
    tries(session, key="li")
    throttle.forget(session, "sign_in", "wang")

    with clock.stopped(NOON):
        throttle.check(session, "sign_in", "wang", **RULE)
        with pytest.raises(TooManyTriesError):
            throttle.check(session, "sign_in", "li", **RULE)


def test_tries_older_than_a_day_are_purged(session):
    tries(session)
    with clock.stopped(NOON + timedelta(days=1, seconds=1)):
        throttle.purge(session)

    assert session.query(throttle.CountedTry).count() == 0
