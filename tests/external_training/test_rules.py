"""The rules of external training: every state, act and actor against a model of its own."""

from datetime import date
from decimal import Decimal
from itertools import product

import pytest

from training_platform.core.errors import InvalidTransitionError, NotPermittedError
from training_platform.external_training.rules import (
    DEFAULT_CHAIN,
    Act,
    Office,
    Role,
    State,
    StepRole,
    StepRule,
    deciders,
    is_overdue,
    may_delegate_on,
    next_state,
    overlap,
    steps_for,
)

#: The model, as the house rules read it: state, act, where to, by whom.
MODEL = """
nominated        accept         draft             owner
nominated        decline        declined          owner
nominated        withdraw       withdrawn         nominator
draft            edit           draft             owner
draft            submit         in_approval       owner
draft            withdraw       withdrawn         owner
in_approval      take_back      returned          owner
in_approval      withdraw       withdrawn         owner
in_approval      approve        approved          approver
in_approval      return         returned          approver
in_approval      refuse         refused           approver
returned         edit           returned          owner
returned         submit         in_approval       owner
returned         withdraw       withdrawn         owner
approved         cancel         cancelled         owner head hr
approved         attend         attended          owner
attended         confirm        report_due        head hr
attended         correct        approved          owner head hr
attended         write_report   attended          owner
attended         plan_sharing   attended          owner head hr
report_due       write_report   report_due        owner
report_due       hand_in        report_handed_in  owner
report_due       plan_sharing   report_due        owner head hr
report_due       hold_sharing   report_due        owner head hr
report_handed_in return_report  report_due        head hr
report_handed_in close          closed            head hr
report_handed_in plan_sharing   report_handed_in  owner head hr
report_handed_in hold_sharing   report_handed_in  owner head hr
closed           plan_sharing   closed            owner head hr
closed           hold_sharing   closed            owner head hr
closed           follow_up      closed            owner
"""
EXPECTED = {
    (line.split()[0], line.split()[1]): (line.split()[2], set(line.split()[3:]))
    for line in MODEL.strip().splitlines()
}
OFFICE = Office(heads=[[1], [2, 3], [4]], leaders=[8, 9], hr=[7])


@pytest.mark.parametrize("state", State, ids=str)
def test_every_act_of_every_actor_is_as_the_model_says(state):
    for act, role in product(Act, Role):
        to, allowed = EXPECTED.get((state.value, act.value), (None, set()))
        if to is None:
            with pytest.raises(InvalidTransitionError):
                next_state(state, act, {role})
        elif role.value not in allowed:
            with pytest.raises(NotPermittedError):
                next_state(state, act, {role})
        else:
            assert next_state(state, act, {role}) == to


def test_an_approval_with_steps_left_stays_in_approval():
    after = next_state(State.IN_APPROVAL, Act.APPROVE, {Role.APPROVER}, steps_left=1)

    assert after is State.IN_APPROVAL


@pytest.mark.parametrize(
    ("role", "applicant", "taken", "expected"),
    [
        (StepRole.HEAD, 50, (), [1]),
        (StepRole.HEAD, 1, (), [2, 3]),  # a head's own: the department above
        (StepRole.HEAD, 2, (), [4]),  # not the head beside her
        (StepRole.HEAD, 4, (), [8, 9]),  # the topmost head's: a leader
        (StepRole.HEAD, 50, (1,), [2, 3]),
        (StepRole.LEADER, 50, (8,), [9]),
        (StepRole.LEADER, 8, (), [9]),
        (StepRole.HR, 7, (), []),
    ],
)
def test_who_decides(role, applicant, taken, expected):
    assert deciders(role, applicant, OFFICE, taken) == expected


def test_nobody_decides_for_herself_or_twice_whoever_asks():
    for role, applicant, taken in product(StepRole, range(1, 10), range(1, 10)):
        assert not {applicant, taken} & {*deciders(role, applicant, OFFICE, (taken,))}


def test_steps_follow_amount_and_provider():
    chain = (
        *DEFAULT_CHAIN,
        StepRule(StepRole.HR, Decimal(10000)),
        StepRule(StepRole.HR, Decimal(0), 5),
    )
    plain = [StepRole.HEAD, StepRole.LEADER]

    assert steps_for(chain, Decimal("9999.99"), 1) == plain
    assert steps_for(chain, Decimal(10000), 1) == [*plain, StepRole.HR]
    assert steps_for(chain, Decimal(1), 5) == [*plain, StepRole.HR]


def test_the_due_day_itself_still_counts():
    due = date(2026, 12, 1)

    assert not is_overdue(State.REPORT_DUE, due, due)
    assert is_overdue(State.REPORT_DUE, due, date(2026, 12, 2))
    assert not is_overdue(State.CLOSED, due, date(2026, 12, 2))


def test_days_that_touch_overlap():
    first, second, third = (date(2026, 12, day) for day in (1, 2, 3))

    assert overlap((first, second), (second, third))
    assert not overlap((first, first), (second, third))


def test_a_delegation_counts_both_its_ends_and_no_day_once_revoked():
    first, last = date(2026, 12, 1), date(2026, 12, 3)

    assert may_delegate_on(last, first, last, is_revoked=False)
    assert not may_delegate_on(last, first, last, is_revoked=True)
    assert not may_delegate_on(date(2026, 12, 4), first, last, is_revoked=False)
