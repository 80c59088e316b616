"""States, decisions, and what earns performance points. Pure."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

MOST_POINTS = 100
LONGEST_REASON = 1000
DISTINCTION = "distinction"


class CaseState(StrEnum):
    """How far a case is."""

    OPEN = "open"
    DECIDED = "decided"
    #: Nothing is left to decide: the exam was passed meanwhile, or the fail was corrected.
    SETTLED = "settled"


class Decision(StrEnum):
    """What HR decides after talking to somebody."""

    FURTHER_ATTEMPT = "further_attempt"
    RETRAINING = "retraining"
    COACHING = "coaching"
    ROLE_REVIEW = "role_review"
    NO_ACTION = "no_action"


class RewardState(StrEnum):
    """How far a recommendation is."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    DECLINED = "declined"
    #: What earned it was corrected.
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Policy:
    """绩效加分规则: what earns performance points; 0 points recommend nothing."""

    quiz_points: int = 2
    practical_points: int = 5
    #: From here on a practical task is passed with distinction; a quiz says it itself.
    practical_percent: int = 95
    first_try_only: bool = True

    def as_data(self) -> dict[str, Any]:
        """Return the policy as a recommendation pins it."""
        return asdict(self)


@dataclass(frozen=True)
class Pass:
    """An exam that was passed, as its record tells it."""

    kind: str  # quiz_passed, practical_passed, exam_passed
    outcome: str
    percent: int
    number: int

    @classmethod
    def of(cls, kind: str, data: Mapping[str, Any]) -> "Pass":
        """Return the pass that a training record tells of."""
        return cls(
            kind,
            str(data.get("outcome")),
            int(data.get("percent") or 0),
            int(data.get("number") or 1),
        )


def points_for(passed: Pass, policy: Policy) -> int:
    """Return the performance points that a pass earns, 0 for none."""
    if policy.first_try_only and passed.number > 1:
        return 0
    if passed.kind == "exam_passed":  # both in one: the points of both
        both = policy.quiz_points + policy.practical_points
        return min(both, MOST_POINTS) if passed.outcome == DISTINCTION else 0
    if passed.kind == "quiz_passed":
        return policy.quiz_points if passed.outcome == DISTINCTION else 0
    return policy.practical_points if passed.percent >= policy.practical_percent else 0
