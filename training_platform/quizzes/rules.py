"""Scoring, deadlines and what an attempt's steps add up to. Pure; the time is an argument."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from fractions import Fraction
from typing import Any

from training_platform.assessment.presentation import is_answered

SELF_TEST = "self_test"


class StepKind(StrEnum):
    """What a step of an attempt can be."""

    ANSWER = "answer"
    FLAG = "flag"
    TAKE_OVER = "take_over"
    SUBMIT = "submit"


class ReviewPolicy(StrEnum):
    """When a trainee may see answers and explanations."""

    AFTER_SUBMISSION = "after_submission"
    AFTER_PASS = "after_pass"  # noqa: S105  # no password
    NEVER = "never"


@dataclass(frozen=True)
class Grade:
    """What an attempt is worth. Points are hundredths; percent is rounded down."""

    points: int
    max_points: int
    percent: int
    is_passed: bool
    is_distinction: bool

    @property
    def outcome(self) -> str:
        """Return the band as records keep it."""
        if self.is_distinction:
            return "distinction"
        return "passed" if self.is_passed else "failed"


@dataclass
class Progress:
    """What the steps of an attempt add up to."""

    answers: dict[int, Any] = field(default_factory=dict)
    flags: set[int] = field(default_factory=set)
    saved_at: datetime | None = None

    @property
    def answered(self) -> set[int]:
        """Return the positions that have an answer."""
        return {position for position, answer in self.answers.items() if is_answered(answer)}


def is_late(now: datetime, deadline_at: datetime) -> bool:
    """Tell whether it is too late to save. No grace: the deadline itself still counts."""
    return now > deadline_at


def add_up(steps: Iterable[Any]) -> Progress:
    """Return where an attempt stands after its steps, oldest first; the last word counts."""
    progress = Progress()
    for step in steps:
        if step.kind == StepKind.ANSWER:
            progress.answers[step.position] = (step.value or {}).get("answer")
            progress.saved_at = step.happened_at
        elif step.kind == StepKind.FLAG:
            is_on = bool((step.value or {}).get("on"))
            (progress.flags.add if is_on else progress.flags.discard)(step.position)
            progress.saved_at = step.happened_at
    return progress


def grade(
    shares: Sequence[tuple[Fraction, int]], *, pass_percent: int, distinction_percent: int
) -> Grade:
    """Return the grade for (share, points) of each question.

    Counted exactly: 80 % passes where 80 is asked, and three thirds make a whole.
    """
    total = sum(points for _share, points in shares)
    reached = sum((share * points for share, points in shares), Fraction(0))
    percent = reached * 100 / total if total else Fraction(0)
    return Grade(
        points=round(reached * 100),
        max_points=total * 100,
        percent=int(percent),
        is_passed=percent >= pass_percent,
        is_distinction=percent >= max(distinction_percent, pass_percent),
    )


def grade_of_points(
    points: int, max_points: int, *, pass_percent: int, distinction_percent: int
) -> Grade:
    """Return the grade for points that were corrected; both in hundredths."""
    percent = Fraction(points * 100, max_points) if max_points else Fraction(0)
    return Grade(
        points=points,
        max_points=max_points,
        percent=int(percent),
        is_passed=percent >= pass_percent,
        is_distinction=percent >= max(distinction_percent, pass_percent),
    )


def may_review(policy: str, *, is_passed: bool) -> bool:
    """Tell whether a trainee may see answers and explanations of her submitted attempt."""
    if policy == ReviewPolicy.AFTER_SUBMISSION:
        return True
    return policy == ReviewPolicy.AFTER_PASS and is_passed


def clamp_position(text: str | None, count: int) -> int:
    """Return the position (from 0) that an address names by its number; odd ones are the first."""
    if text is None or not (text.isascii() and text.isdigit()) or len(text) > 4:
        return 0
    return min(max(int(text), 1), count) - 1


def points_of(layout: Sequence[Mapping[str, Any]]) -> int:
    """Return how many points an attempt is about."""
    return sum(int(each["points"]) for each in layout)
