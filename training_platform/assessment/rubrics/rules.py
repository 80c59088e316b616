"""评分标准 rubrics: from levels to a share, when raters disagree, and the states. Pure.

A criterion has levels from 0 upward, each with its anchor. A share lies between 0 and 1 and is
exact: the weighted mean of what was reached of each criterion.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

#: Raters agree while every criterion lies at most so many levels apart …
MOST_LEVELS_APART = 1
#: … and their totals at most so many points of 100.
MOST_POINTS_APART = 15
MOST_RATERS = 3
WHOLE = 100

Levels = Mapping[str, int]


class ScoringState(StrEnum):
    """How far a scoring is."""

    OPEN = "open"
    IN_SCORING = "in_scoring"
    DISAGREED = "disagreed"
    FINAL = "final"


@dataclass(frozen=True)
class Criterion:
    """One criterion as the arithmetic needs it."""

    id: str
    weight: int
    top_level: int


def criteria_of(rubric: Mapping[str, Any]) -> tuple[Criterion, ...]:
    """Return the criteria of a rubric as its file has them."""
    return tuple(
        Criterion(each["id"], each["weight"], len(each["levels"]) - 1)
        for each in rubric["criteria"]
    )


def missing(criteria: Sequence[Criterion], levels: Levels) -> list[str]:
    """Return the criteria that have no level yet."""
    return [each.id for each in criteria if each.id not in levels]


def are_possible(criteria: Sequence[Criterion], levels: Levels) -> bool:
    """Tell that every level belongs to a criterion and stands in the rubric."""
    tops = {each.id: each.top_level for each in criteria}
    return all(name in tops and 0 <= level <= tops[name] for name, level in levels.items())


def share_of(criteria: Sequence[Criterion], levels: Levels) -> Fraction:
    """Return the share of the points that complete levels reach."""
    reached = sum(
        (Fraction(each.weight * levels[each.id], each.top_level) for each in criteria), Fraction(0)
    )
    return reached / sum(each.weight for each in criteria)


def mean_share(criteria: Sequence[Criterion], sheets: Sequence[Levels]) -> Fraction:
    """Return the mean share of several raters, at least one."""
    return sum((share_of(criteria, each) for each in sheets), Fraction(0)) / len(sheets)


def criteria_apart(criteria: Sequence[Criterion], sheets: Sequence[Levels]) -> list[str]:
    """Return the criteria on which raters lie more than a level apart."""
    return [
        each.id
        for each in criteria
        if _spread([sheet[each.id] for sheet in sheets]) > MOST_LEVELS_APART
    ]


def disagree(criteria: Sequence[Criterion], sheets: Sequence[Levels]) -> bool:
    """Tell whether raters differ so much that somebody else has to decide."""
    if criteria_apart(criteria, sheets):
        return True
    totals = [share_of(criteria, each) * WHOLE for each in sheets]
    return max(totals) - min(totals) > MOST_POINTS_APART


def state_after(
    criteria: Sequence[Criterion], sheets: Sequence[Levels], wanted: int, claimed: int
) -> ScoringState:
    """Return the state with these submitted sheets and so many seats taken."""
    if len(sheets) < wanted:
        return ScoringState.IN_SCORING if claimed else ScoringState.OPEN
    return ScoringState.DISAGREED if disagree(criteria, sheets) else ScoringState.FINAL


def _spread(levels: Sequence[int]) -> int:
    return max(levels) - min(levels)
