"""What a check found. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import Any

#: A record: entity and id.
Place = tuple[str, int]
#: So many places are shown; the others are counted.
MOST_PLACES = 10


@dataclass(frozen=True)
class Gap:
    """One value that is not as wanted. field is empty where a whole record is missing or extra."""

    place: Place | None
    field: str = ""
    seen: Any = None
    wanted: Any = None


@dataclass(frozen=True)
class Finding:
    """How much of a check holds, from 0 to 1, and what was seen beside what was wanted."""

    share: Fraction
    seen: Any = None
    wanted: Any = None
    gaps: Sequence[Gap] = ()
    #: Whatever the check's own sentence may name.
    values: Mapping[str, Any] = field(default_factory=dict)


def all_or_nothing(*, holds: bool, **more: Any) -> Finding:
    """Return the finding of a check that holds or does not."""
    return Finding(Fraction(int(holds)), **more)


def between(share: Fraction, none: Decimal, full: Decimal) -> Fraction:
    """Return the part of the points: none up to `none`, all from `full` on, linear between."""
    low, high = Fraction(none), Fraction(full)
    if share >= high:
        return Fraction(1)
    return max(Fraction(0), (share - low) / (high - low)) if share > low else Fraction(0)


def f1(found: Collection[Any], wanted: Collection[Any], dearer: Collection[Any] = ()) -> Fraction:
    """Return 2·hits / (found + wanted), the harmonic mean of precision and recall.

    What is found and stands in dearer counts as two misses. Nothing found of nothing wanted is 1.
    """
    hits = len(set(found) & set(wanted))
    counted = len(set(found)) + len(set(wanted)) + len(set(found) & set(dearer))
    return Fraction(2 * hits, counted) if counted else Fraction(1)
