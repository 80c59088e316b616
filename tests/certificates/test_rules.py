"""Validity and bands."""

import itertools
from datetime import date, timedelta

import pytest

from training_platform.certificates.rules import (
    Band,
    Life,
    State,
    best_band,
    due_reminder,
    last_valid_day,
    renewed_until,
    state_on,
    superseded_day,
)


@pytest.mark.parametrize(
    ("issued_on", "months", "last"),
    [
        (date(2026, 11, 21), 12, date(2027, 11, 20)),
        (date(2026, 11, 1), 12, date(2027, 10, 31)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
        (date(2026, 12, 31), 1, date(2027, 1, 30)),
        (date(2026, 1, 1), None, None),
    ],
)
def test_validity_ends_on_the_day_before_or_on_the_months_last(issued_on, months, last):
    assert last_valid_day(issued_on, months) == last


DAYS = [None, *(date(2026, 1, day) for day in range(1, 6))]


def by_hand(life, day):
    """Walk from the day of issue on, and keep the first thing that ended the certificate."""
    if day < life.issued_on:
        return State.NOT_YET
    state = State.VALID
    walked = life.issued_on
    while walked <= day:
        if state is State.VALID and life.valid_until and walked > life.valid_until:
            state = State.EXPIRED
        if state is State.VALID and life.superseded_from and walked >= life.superseded_from:
            state = State.SUPERSEDED
        if life.revoked_on and walked >= life.revoked_on:
            return State.REVOKED
        walked += timedelta(days=1)
    return state


def test_the_state_of_every_life_on_every_day_is_what_walking_through_the_days_gives():
    lives = [
        Life(date(2026, 1, 2), *turns)
        for turns in itertools.product(DAYS, DAYS, DAYS)
        if not any(turn and turn < date(2026, 1, 2) for turn in turns)
    ]
    days = [date(2025, 12, 31) + timedelta(days=number) for number in range(9)]

    for life, day in itertools.product(lives, days):
        assert state_on(life, day) is by_hand(life, day), (life, day)


def test_what_was_revoked_later_was_valid_before():
    life = Life(date(2026, 1, 1), revoked_on=date(2026, 6, 1))

    assert state_on(life, date(2026, 3, 1)) is State.VALID
    assert state_on(life, date(2026, 6, 1)) is State.REVOKED


@pytest.mark.parametrize(
    ("left", "reminder"),
    [(61, None), (60, 60), (31, 60), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)],
)
def test_the_nearest_reminder_reached_is_due(left, reminder):
    today = date(2026, 3, 1)

    assert due_reminder(today + timedelta(days=left), today, [60, 30, 7]) == reminder


def test_a_superseded_certificate_counts_through_the_days_of_grace():
    published = date(2026, 3, 1)
    life = Life(date(2026, 1, 1), superseded_from=superseded_day(published, 30))

    assert state_on(life, date(2026, 3, 31)) is State.VALID
    assert state_on(life, date(2026, 4, 1)) is State.SUPERSEDED


@pytest.mark.parametrize(
    ("old_until", "is_delta", "until"),
    [
        (date(2026, 3, 31), False, date(2027, 3, 31)),  # early: no day is lost
        (date(2026, 3, 1), False, date(2027, 3, 1)),
        (date(2026, 2, 28), False, date(2027, 2, 28)),  # late: from today on
        (date(2026, 12, 31), True, date(2026, 12, 31)),
        (date(2026, 2, 28), True, date(2027, 2, 28)),
        (None, True, None),
    ],
)
def test_the_time_of_the_next_certificate(old_until, is_delta, until):
    assert renewed_until(old_until, date(2026, 3, 1), 12, is_delta=is_delta) == until


def test_the_best_result_gives_the_band():
    assert best_band([{"outcome": "pass"}, {"outcome": "distinction"}]) == Band.DISTINCTION
    assert best_band([{}]) == Band.PASS
