"""What can be wrong with a task, each kind with its words for the command line.

The studio has words of its own for the same kinds, in both languages.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class FaultKind(StrEnum):
    """Why a task is not proved."""

    STUCK = "stuck"
    BRIEF = "brief"
    RAISED = "raised"
    SLOW = "slow"
    TWO_RESULTS = "two_results"
    GRADER = "grader"
    UNTOUCHED = "untouched"
    NOT_WHOLE = "not_whole"
    OTHER_LOSSES = "other_losses"
    GUESSED = "guessed"
    NEVER_LOST = "never_lost"
    NEVER_SHOWN = "never_shown"
    NONE_ALONE = "none_alone"


_WORDS: Mapping[FaultKind, str] = {
    FaultKind.STUCK: "stuck at %(said)s",
    FaultKind.BRIEF: "brief.%(language)s.md: %(said)s",
    FaultKind.RAISED: "%(check)s raised %(said)s",
    FaultKind.SLOW: "a check took %(milliseconds)s ms",
    FaultKind.TWO_RESULTS: "graded twice, two results",
    FaultKind.GRADER: "the grader failed at %(said)s",
    FaultKind.UNTOUCHED: "is worth %(points)s of 0",
    FaultKind.NOT_WHOLE: "is worth %(points)s of 100, loses %(found)s",
    FaultKind.OTHER_LOSSES: "loses %(found)s, not %(expected)s",
    FaultKind.GUESSED: "%(check)s: an answer that names everything passes",
    FaultKind.NEVER_LOST: "%(check)s: no wrong solution loses it",
    FaultKind.NEVER_SHOWN: "%(check)s: no wrong solution shows “%(said)s”",
    FaultKind.NONE_ALONE: "no wrong solution is caught by one check alone",
}


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong: its kind, what about, and on which draw in which way."""

    kind: FaultKind
    about: Mapping[str, Any] = field(default_factory=dict)
    #: The number of the draw and its language; None for what holds of the task as a whole.
    draw: tuple[int, str] | None = None
    way: str = ""

    def __str__(self) -> str:
        """Tell it on one line."""
        where = f"seed {self.draw[0]}, {self.draw[1]}" if self.draw else ""
        where = ", ".join(each for each in (where, self.way) if each)
        said = _WORDS[self.kind] % self.about
        return f"{where}: {said}" if where else said

    def plain(self) -> dict[str, Any]:
        """Return it as JSON keeps it."""
        draw = list(self.draw) if self.draw else None
        return {"kind": self.kind.value, "about": dict(self.about), "draw": draw, "way": self.way}
