"""Who may do what when: every state, every act, every role, written by hand."""

from datetime import UTC, date, datetime, timedelta

import pytest

from training_platform.core.errors import InvalidTransitionError, NotPermittedError
from training_platform.mentoring.rules import (
    Act,
    Role,
    Share,
    State,
    Verdict,
    acts_of,
    days_waited,
    department_of,
    due_in,
    next_share,
    next_state,
    result_of,
    weeks_late,
)

# T trainee, M mentor, H head of the department, R human resources; → what follows. What is not
# here is possible for nobody.
PLAN = """
proposed          edit          TMHR  proposed
proposed          accept        MHR   running
proposed          cancel        TMHR  cancelled
proposed          ask           TM    proposed
proposed          answer        TM    proposed
running           edit          MHR   running
running           cancel        MHR   cancelled
running           log           T     running
running           comment       M     running
running           ask           TM    running
running           answer        TM    running
running           mark_goals    T     running
running           write_report  T     running
running           hand_in       T     report_handed_in
report_handed_in  edit          HR    report_handed_in
report_handed_in  cancel        HR    cancelled
report_handed_in  comment       M     report_handed_in
report_handed_in  ask           TM    report_handed_in
report_handed_in  answer        TM    report_handed_in
report_handed_in  return        M     running
report_handed_in  sign_off      M     signed_off
"""
SHARING = """
not_shared  offer_sharing   T    offered
offered     allow_sharing   M    shared
offered     refuse_sharing  M    not_shared
offered     end_sharing     T    not_shared
shared      end_sharing     TMR  not_shared
"""
ROLES = {"T": Role.TRAINEE, "M": Role.MENTOR, "H": Role.HEAD, "R": Role.HR}
DAY = date(2026, 11, 20)


def read(table):
    lines = [line.split() for line in table.strip().splitlines()]
    return {(state, act): ({ROLES[each] for each in who}, to) for state, act, who, to in lines}


def outcome(follow, *given):
    try:
        return follow(*given).value
    except InvalidTransitionError:
        return "impossible"
    except NotPermittedError:
        return "refused"


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("state", State)
def test_every_state_act_and_role(state, act, role):
    who, to = read(PLAN).get((state.value, act.value), (None, None))

    expected = "impossible" if who is None else to if role in who else "refused"

    assert outcome(next_state, state, act, {role}) == expected
    assert (act in acts_of(state, Share.NOT_SHARED, {role})) == (
        expected not in {"impossible", "refused"}
        or (state is State.SIGNED_OFF and act is Act.OFFER_SHARING and role is Role.TRAINEE)
    )


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("share", Share)
def test_every_step_of_sharing(share, act, role):
    who, to = read(SHARING).get((share.value, act.value), (None, None))

    expected = "impossible" if who is None else to if role in who else "refused"

    assert outcome(next_share, State.SIGNED_OFF, share, act, {role}) == expected


@pytest.mark.parametrize("state", [each for each in State if each is not State.SIGNED_OFF])
def test_nothing_is_shared_before_the_sign_off(state):
    with pytest.raises(InvalidTransitionError):
        next_share(state, Share.NOT_SHARED, Act.OFFER_SHARING, {Role.TRAINEE})


def test_who_is_nothing_to_a_practice_may_do_nothing():
    assert all(not acts_of(state, share, ()) for state in State for share in Share)


@pytest.mark.parametrize(
    ("verdicts", "whole"),
    [
        ([Verdict.REACHED, Verdict.REACHED], Verdict.REACHED),
        ([Verdict.REACHED, Verdict.NOT_REACHED], Verdict.PARTLY),
        ([Verdict.PARTLY], Verdict.PARTLY),
        ([Verdict.NOT_REACHED, Verdict.NOT_REACHED], Verdict.NOT_REACHED),
    ],
)
def test_what_the_goals_come_to(verdicts, whole):
    assert result_of(verdicts) is whole


@pytest.mark.parametrize(
    ("days", "is_overdue", "is_soon"),
    [(8, False, False), (7, False, True), (0, False, True), (-1, True, False)],
)
def test_the_due_day_itself_still_counts(days, is_overdue, is_soon):
    due = due_in(DAY + timedelta(days=days), DAY)

    assert (due.is_overdue, due.is_soon) == (is_overdue, is_soon)


@pytest.mark.parametrize(("late", "week"), [(1, 0), (7, 0), (8, 1), (14, 1), (15, 2)])
def test_an_overdue_practice_is_brought_up_once_a_week(late, week):
    assert weeks_late(DAY, DAY + timedelta(days=late)) == week


def test_a_question_waits_in_whole_days():
    asked_at = datetime(2026, 11, 17, 9, 0, tzinfo=UTC)

    assert days_waited(asked_at, asked_at + timedelta(days=2, hours=23)) == 2


@pytest.mark.parametrize(
    ("path", "ids"), [("/1/4/9/", [1, 4]), ("/1/4/", [1, 4]), ("/1/", [1]), ("/1/4/9/12/", [1, 4])]
)
def test_a_team_belongs_to_the_department_below_the_company(path, ids):
    assert department_of(path) == ids
