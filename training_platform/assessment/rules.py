"""补考规则, the fail ladder: what follows a fail. Pure; the time is an argument.

A ladder is a list of rungs, one for each fail; the last one also holds for all later fails.

- `makeup`: a further attempt with other questions opens when the waiting time is over.
- `retraining`: the course is to be gone through again, and HR gets a case. A further attempt opens,
  after the waiting time, once every lesson was finished again after the fail, or HR opened one.
- `hr_case`: only HR opens a further attempt.

Waiting counts from the fail, or from what opened the attempt. The instant itself counts as open.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

DEFAULT_LADDER = "default"
MAX_RUNGS = 5
MAX_WAIT_HOURS = 24 * 60


class RungAction(StrEnum):
    """What one rung of a ladder asks for."""

    MAKEUP = "makeup"
    RETRAINING = "retraining"
    HR_CASE = "hr_case"


class StepAction(StrEnum):
    """What a person can or must do next with a paper."""

    FIRST_ATTEMPT = "first_attempt"
    MAKEUP = "makeup"
    WAIT = "wait"
    RETRAINING = "retraining"
    HR_CASE = "hr_case"
    NOTHING = "nothing"


@dataclass(frozen=True)
class Rung:
    """One rung of a ladder."""

    action: RungAction
    wait_hours: int = 0

    def as_data(self) -> dict[str, Any]:
        """Return the rung as the ladder keeps it."""
        return {"action": self.action.value, "wait_hours": self.wait_hours}


@dataclass(frozen=True)
class NextStep:
    """What follows. opens_at is known where an attempt is or will be open."""

    action: StepAction
    opens_at: datetime | None = None
    rung_index: int | None = None

    @property
    def can_start(self) -> bool:
        """Tell whether an attempt may begin now."""
        return self.action in {StepAction.FIRST_ATTEMPT, StepAction.MAKEUP}


DEFAULT_RUNGS = (Rung(RungAction.MAKEUP, 24), Rung(RungAction.RETRAINING, 0))


def rungs_of(data: Sequence[Mapping[str, Any]]) -> tuple[Rung, ...]:
    """Return the rungs that a ladder keeps as data."""
    return tuple(Rung(RungAction(each["action"]), int(each.get("wait_hours", 0))) for each in data)


def next_step(
    rungs: Sequence[Rung],
    fails: Sequence[datetime],
    now: datetime,
    *,
    passed: bool = False,
    retrained_at: datetime | None = None,
    reopened_at: datetime | None = None,
) -> NextStep:
    """Return what follows the fails so far.

    retrained_at is when the last lesson of the course was finished again; reopened_at is when HR
    last opened a further attempt. Both count only if they came after the last fail.
    """
    if passed:
        return NextStep(StepAction.NOTHING)
    if not fails:
        return NextStep(StepAction.FIRST_ATTEMPT, now)
    last = max(fails)
    index = min(len(fails), len(rungs)) - 1
    if reopened_at is not None and reopened_at >= last:
        return NextStep(StepAction.MAKEUP, reopened_at, index)
    rung = rungs[index]
    begins = last
    if rung.action is RungAction.HR_CASE:
        return NextStep(StepAction.HR_CASE, None, index)
    if rung.action is RungAction.RETRAINING:
        if retrained_at is None or retrained_at < last:
            return NextStep(StepAction.RETRAINING, None, index)
        begins = retrained_at
    opens_at = begins + timedelta(hours=rung.wait_hours)
    action = StepAction.MAKEUP if now >= opens_at else StepAction.WAIT
    return NextStep(action, opens_at, index)


def rung_after(rungs: Sequence[Rung], fail_count: int) -> Rung:
    """Return the rung on which a person stands after so many fails, at least one."""
    return rungs[min(fail_count, len(rungs)) - 1]


def deadline_of(started_at: datetime, minutes: int, extra_percent: int = 0) -> datetime:
    """Return until when an exam takes work: its minutes, and a person's extra share of them."""
    return started_at + timedelta(seconds=minutes * 60 * (100 + extra_percent) // 100)
