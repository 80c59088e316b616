"""重判: what becomes of a task's result that is graded again. Pure."""

from collections.abc import Iterable, Mapping
from fractions import Fraction

from training_platform.assessment.regrading import (
    LISTED,
    UNDER_WAY,
    Change,
    RegradeState,
    Tally,
    Worth,
    change_of,
    is_applied,
)

__all__ = [
    "LISTED",
    "UNDER_WAY",
    "Change",
    "RegradeState",
    "Tally",
    "Worth",
    "change_of",
    "corrections_of",
    "is_applied",
    "share_of",
]


def share_of(points: int | None, most: int) -> Fraction:
    """Return the share that granted points are of what a check is worth, both in hundredths.

    A check that is worth nothing, and only guards others, is granted as a whole.
    """
    return Fraction(1) if not most else Fraction(points or 0, most)


def corrections_of(rows: Iterable[tuple[str, str]]) -> Mapping[str, Fraction]:
    """Return the share that disputes gave each check; of several the largest."""
    found: dict[str, Fraction] = {}
    for check, share in rows:
        found[check] = max(found.get(check, Fraction(0)), Fraction(share))
    return found
