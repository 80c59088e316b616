"""What of a quiz attempt can be disputed: one question that did not get all its points."""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Any

from training_platform.assessment.disputes import rules
from training_platform.assessment.disputes.services import Disputed
from training_platform.core import clock
from training_platform.quizzes.models import Attempt, AttemptState
from training_platform.quizzes.rules import ReviewPolicy, may_review

#: What disputes call an attempt.
SUBJECT = "quiz_attempt"


def last_day(attempt: Attempt) -> date | None:
    """Return the last day on which questions of an attempt can be disputed."""
    if attempt.submitted_at is None:
        return None
    return rules.last_day_to_dispute(clock.company_day(attempt.submitted_at))


def can_dispute(attempt: Attempt) -> bool:
    """Tell whether questions of an attempt that counts can be disputed today: any lost points."""
    last = last_day(attempt)
    is_shown = attempt.state is AttemptState.SUBMITTED and not attempt.is_sealed
    is_open = last is not None and clock.today() <= last
    is_void = attempt.is_passed is None
    return is_shown and is_open and not is_void and not _has_all_points(attempt)


def is_blind(policy: str, attempt: Attempt) -> bool:
    """Tell that a question is disputed without its key: its owner may not see the answers (yet).

    Then nothing tells which questions were lost, and any of them can be disputed.
    """
    return not may_review(policy, is_passed=bool(attempt.is_passed))


def shown_numbers(policy: str, attempt: Attempt, disputed_checks: Collection[str]) -> list[int]:
    """Return the questions, by number, that a result without its key shows again as they were.

    All of them while one can be disputed, and until a pass shows them anyway; of a paper that never
    shows its answers, later only those that were disputed.
    """
    numbers = range(1, len(attempt.marks or []) + 1)
    if policy == ReviewPolicy.AFTER_PASS or can_dispute(attempt):
        return list(numbers)
    return [number for number in numbers if str(number) in disputed_checks]


def _has_all_points(attempt: Attempt) -> bool:
    """Tell that nothing was lost: the score on the page of the result says so, too."""
    return (attempt.points or 0) >= (attempt.max_points or 0)


def disputed(
    attempt: Attempt, title: dict[str, Any], number: int, *, blind: bool = False
) -> Disputed | None:
    """Return one question as a dispute tells of it, by its number from 1; None for others.

    A lost one; where the person may not know which were lost, any, unless none was.
    """
    marks, is_over = attempt.marks or [], attempt.state is AttemptState.SUBMITTED
    if not is_over or attempt.is_sealed or not 1 <= number <= len(marks):
        return None
    mark, worth = marks[number - 1], int(attempt.layout[number - 1]["points"])
    got = Decimal(mark["points"]) / 100
    has_lost = not _has_all_points(attempt) if blind else got < worth
    if not has_lost or attempt.submitted_at is None:
        return None
    return Disputed(
        kind=SUBJECT,
        id=attempt.id,
        check=str(number),
        employee_id=attempt.employee_id,
        title=title,
        check_title={"zh": f"第 {number} 题", "en": f"Question {number}"},
        href=f"/quizzes/attempts/{attempt.token}/result",
        result_at=attempt.submitted_at,
        got=got,
        most=Decimal(worth),
        is_blind=blind,
    )
