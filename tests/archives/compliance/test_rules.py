"""The state of an item, readiness, and who belonged to a group on a day."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from training_platform.archives.compliance.rules import (
    FOREVER,
    Going,
    Paper,
    RoleChange,
    State,
    Worth,
    belonged,
    held_on,
    readiness,
    role_on,
    state_of,
)
from training_platform.certificates.rules import Life

TODAY = date(2026, 3, 1)
DAYS = st.integers(-100, 100).map(lambda days: TODAY + timedelta(days=days))


def twin(until, due_on):
    """Say the state by counting days, and without the rule's words."""
    left = (until - TODAY).days if until else None
    to_go = (due_on - TODAY).days if due_on else 10_000
    if left is None:
        return State.OVERDUE if to_go < 0 else State.DUE if to_go < 31 else State.NOT_YET
    return State.OVERDUE if left < 0 else State.EXPIRING if left < 61 else State.DONE


@given(st.none() | DAYS | st.just(FOREVER), st.none() | DAYS)
def test_the_state_is_what_its_twin_says(until, due_on):
    assert state_of(until, due_on, TODAY) is twin(until, due_on)


def test_the_last_day_of_a_proof_counts():
    assert readiness([("a", TODAY)], TODAY).is_ready
    assert not readiness([("a", TODAY - timedelta(days=1))], TODAY).is_ready


def test_readiness_lasts_as_long_as_its_shortest_proof():
    found = readiness([("a", FOREVER), ("b", TODAY + timedelta(days=3))], TODAY)

    assert found.until == TODAY + timedelta(days=3)
    assert readiness([("a", FOREVER)], TODAY).until is None


def test_a_job_role_without_a_rule_makes_nobody_ready():
    assert not readiness([], TODAY).is_ready


def test_the_day_of_a_change_belongs_to_the_new_job_role():
    changes = [RoleChange(TODAY, "trainee"), RoleChange(TODAY + timedelta(days=9), "specialist")]

    assert role_on(TODAY - timedelta(days=1), "supervisor", changes) == "trainee"
    assert role_on(TODAY, "supervisor", changes) == "specialist"
    assert role_on(TODAY + timedelta(days=9), "supervisor", changes) == "supervisor"


@pytest.mark.parametrize(("shift", "expected"), [(-1, True), (0, True), (1, False)])
def test_the_last_day_at_the_company_counts(shift, expected):
    gone = [Going(TODAY, has_left=True)]

    assert (
        belonged(TODAY + timedelta(days=shift), date(2020, 1, 1), gone, has_left=True) is expected
    )


def test_nobody_belongs_before_the_first_day_or_after_an_unknown_leaving():
    assert not belonged(TODAY, TODAY + timedelta(days=1), [], has_left=False)
    assert belonged(TODAY, TODAY, [], has_left=False)
    assert not belonged(TODAY, date(2020, 1, 1), [], has_left=True)


def test_an_older_certificate_that_is_valid_goes_before_a_newer_one_that_was_revoked():
    old = Paper("old", Life(TODAY - timedelta(days=300), TODAY))
    new = Paper("new", Life(TODAY - timedelta(days=9), None, None, TODAY - timedelta(days=1)))

    assert held_on(TODAY, [old, new]) == (Worth.VALID, old)
    assert held_on(TODAY + timedelta(days=1), [old, new]) == (Worth.REVOKED, new)
    assert held_on(TODAY - timedelta(days=400), [old, new]) == (Worth.NOT_YET, None)
