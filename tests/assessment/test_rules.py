from datetime import UTC, datetime, timedelta

import pytest

from training_platform.assessment.rules import (
    DEFAULT_RUNGS,
    Rung,
    RungAction,
    StepAction,
    next_step,
)

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)


def test_the_first_attempt_is_open() -> None:
    step = next_step(DEFAULT_RUNGS, [], NOW)
    assert (step.action, step.opens_at) == (StepAction.FIRST_ATTEMPT, NOW)


@pytest.mark.parametrize(
    ("since", "action"),
    [
        (timedelta(0), StepAction.WAIT),
        (24 * HOUR - SECOND, StepAction.WAIT),
        (24 * HOUR, StepAction.MAKEUP),
        (99 * HOUR, StepAction.MAKEUP),
    ],
)
def test_a_makeup_opens_when_the_waiting_time_is_over(since: timedelta, action: StepAction) -> None:
    step = next_step(DEFAULT_RUNGS, [NOW - since], NOW)
    assert (step.action, step.rung_index) == (action, 0)
    assert step.opens_at == NOW - since + 24 * HOUR


def test_after_the_second_fail_retraining_is_due_and_lessons_before_it_do_not_count() -> None:
    fails = [NOW - 50 * HOUR, NOW - HOUR]
    assert next_step(DEFAULT_RUNGS, fails, NOW).action is StepAction.RETRAINING
    early = next_step(DEFAULT_RUNGS, fails, NOW, retrained_at=NOW - 2 * HOUR)
    assert early.action is StepAction.RETRAINING
    done = next_step(DEFAULT_RUNGS, fails, NOW, retrained_at=NOW)
    assert (done.action, done.opens_at, done.rung_index) == (StepAction.MAKEUP, NOW, 1)


def test_the_last_rung_holds_for_later_fails() -> None:
    fails = [NOW - 90 * HOUR, NOW - 50 * HOUR, NOW - HOUR]
    step = next_step(DEFAULT_RUNGS, fails, NOW)
    assert (step.action, step.rung_index) == (StepAction.RETRAINING, 1)


def test_waiting_after_retraining_counts_from_its_end() -> None:
    rungs = [Rung(RungAction.RETRAINING, 2)]
    step = next_step(rungs, [NOW - 9 * HOUR], NOW, retrained_at=NOW - HOUR)
    assert (step.action, step.opens_at) == (StepAction.WAIT, NOW + HOUR)


def test_only_hr_opens_an_attempt_after_an_hr_case() -> None:
    rungs = [Rung(RungAction.HR_CASE)]
    fails = [NOW - HOUR]
    assert next_step(rungs, fails, NOW, retrained_at=NOW).action is StepAction.HR_CASE
    assert next_step(rungs, fails, NOW, reopened_at=NOW).action is StepAction.MAKEUP
    old = next_step(rungs, fails, NOW, reopened_at=NOW - 2 * HOUR)
    assert old.action is StepAction.HR_CASE


def test_nothing_follows_a_pass() -> None:
    assert next_step(DEFAULT_RUNGS, [NOW], NOW, passed=True).action is StepAction.NOTHING
