"""重判: what becomes of results that are graded again, of tasks and of questions. Pure."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum


class RegradeState(StrEnum):
    """Where a regrade of all attempts stands."""

    #: The attempts are being graded anew; nothing has changed yet.
    PLANNING = "planning"
    #: Every difference is known: it can be applied or dropped.
    READY = "ready"
    APPLYING = "applying"
    APPLIED = "applied"
    REVERTING = "reverting"
    REVERTED = "reverted"
    DROPPED = "dropped"


#: While one of these stands, no other regrade of the same task or question begins.
UNDER_WAY = frozenset(
    {
        RegradeState.PLANNING,
        RegradeState.READY,
        RegradeState.APPLYING,
        RegradeState.REVERTING,
    }
)


class Change(StrEnum):
    """How a result would change. Passes first: they are what matters to people."""

    LOST = "lost"
    GAINED = "gained"
    DOWN = "down"
    UP = "up"
    #: What was sealed cannot be graded anew: the result stays.
    FAULT = "fault"
    SAME = "same"


#: What stands in the list; the others are only counted.
LISTED = tuple(each for each in Change if each is not Change.SAME)


@dataclass(frozen=True)
class Worth:
    """What an attempt is worth by one grading. points: hundredths; None for a grader's fault."""

    points: int | None
    percent: int | None
    is_passed: bool


def change_of(old: Worth, new: Worth) -> Change:
    """Return how a result changes from one grading to another."""
    if new.points is None:
        return Change.FAULT
    if old.is_passed != new.is_passed:
        return Change.GAINED if new.is_passed else Change.LOST
    before, after = (old.percent, old.points), (new.percent, new.points)
    if before == after:
        return Change.SAME
    return Change.UP if _key(after) > _key(before) else Change.DOWN


def _key(worth: tuple[int | None, int | None]) -> tuple[int, int]:
    return worth[0] or 0, worth[1] or 0


def is_applied(change: Change, *, takes_pass: bool) -> bool:
    """Tell whether applying a regrade changes this result.

    A pass that was given stays, unless somebody took it away by itself, with a reason.
    """
    if change is Change.LOST:
        return takes_pass
    return change in {Change.GAINED, Change.UP, Change.DOWN}


@dataclass(frozen=True)
class Tally:
    """How many results of a regrade change in which way, and how many passes are taken away."""

    counts: Counter[Change]
    taken: int = 0

    @property
    def kept(self) -> int:
        """Return how many passes stay although they would not be given any more."""
        return self.counts[Change.LOST] - self.taken

    @property
    def applied(self) -> int:
        """Return how many results change when it is applied."""
        moved = (Change.GAINED, Change.UP, Change.DOWN)
        return sum(self.counts[each] for each in moved) + self.taken
