"""Validity and bands."""

from datetime import UTC, date, datetime

import pytest

from training_platform.certificates.rules import Band, State, best_band, last_valid_day, state_of


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


@pytest.mark.parametrize(
    ("today", "state"),
    [(date(2026, 11, 20), State.VALID), (date(2026, 11, 21), State.EXPIRED)],
)
def test_the_last_day_counts(today, state):
    assert state_of(date(2026, 11, 20), None, today) == state


def test_revoked_comes_before_expired():
    at = datetime(2026, 1, 1, tzinfo=UTC)

    assert state_of(date(2026, 1, 1), at, date(2027, 1, 1)) == State.REVOKED


def test_the_best_result_gives_the_band():
    assert best_band([{"outcome": "pass"}, {"outcome": "distinction"}]) == Band.DISTINCTION
    assert best_band([{}]) == Band.PASS
