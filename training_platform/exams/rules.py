"""What a sitting is worth, and what its parts are. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal
from enum import StrEnum
from fractions import Fraction

CENT = Decimal("0.01")


class PartKind(StrEnum):
    """What a part of an exam is."""

    PAPER = "paper"
    PRACTICAL = "practical"


class SittingState(StrEnum):
    """Where a sitting stands."""

    IN_PROGRESS = "in_progress"
    #: All parts are closed; something is still being scored.
    CLOSED = "closed"
    FINAL = "final"


class PartState(StrEnum):
    """Where a part stands, as its page says it."""

    NEXT = "next"
    WAITING = "waiting"
    RUNNING = "running"
    #: Its time is over, and nobody has handed it in yet.
    OVER = "over"
    CLOSED = "closed"
    #: It was never opened, and the sitting is over.
    MISSED = "missed"


@dataclass(frozen=True)
class PartScore:
    """What was reached in one part, of how much, and what that weighs. None of 0: never opened."""

    reached: int
    possible: int
    weight: int
    #: A pass of the whole needs so many percent here.
    minimum: int | None = None

    @property
    def share(self) -> Fraction:
        """Return the share that was reached, exactly."""
        return Fraction(self.reached, self.possible) if self.possible else Fraction(0)

    @property
    def is_enough(self) -> bool:
        """Tell whether the part's own minimum was reached."""
        return self.minimum is None or self.share * 100 >= self.minimum

    @property
    def percent(self) -> Decimal:
        """Return the percentage with two places, rounded down."""
        return rounded_down(self.share * 100)


@dataclass(frozen=True)
class Combined:
    """The one result of a sitting; percent has two places, rounded down."""

    percent: Decimal
    is_passed: bool
    is_distinction: bool

    @property
    def outcome(self) -> str:
        """Return the band as records keep it."""
        if self.is_distinction:
            return "distinction"
        return "passed" if self.is_passed else "failed"


def rounded_down(value: Fraction) -> Decimal:
    """Return a number with two places, never more than it is."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(CENT, ROUND_FLOOR)


def combine(parts: Sequence[PartScore], *, pass_percent: int, distinction_percent: int) -> Combined:
    """Return what parts are worth together: each by its weight, decided before any rounding.

    A part below its own minimum lets the whole fail, whatever the others reached.
    """
    weights = sum(each.weight for each in parts)
    total = sum((each.share * each.weight for each in parts), Fraction(0))
    percent = total * 100 / weights if weights else Fraction(0)
    is_passed = percent >= pass_percent and all(each.is_enough for each in parts)
    return Combined(
        percent=rounded_down(percent),
        is_passed=is_passed,
        is_distinction=is_passed and percent >= max(distinction_percent, pass_percent),
    )
