"""What of a quiz attempt can be disputed: one question that did not get all its points."""

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
    """Tell whether questions of an attempt can be disputed today."""
    last = last_day(attempt)
    is_shown = attempt.state is AttemptState.SUBMITTED and not attempt.is_sealed
    return is_shown and last is not None and clock.today() <= last


def is_blind(policy: str, attempt: Attempt) -> bool:
    """Tell that a question is disputed without its key: a fail where a pass shows the answers.

    Then nothing tells which questions were lost, and any of them can be disputed.
    """
    return policy == ReviewPolicy.AFTER_PASS and not attempt.is_passed


def can_be_disputed(policy: str, attempt: Attempt) -> bool:
    """Tell whether a paper's policy lets its questions be disputed, with or without the key."""
    return may_review(policy, is_passed=bool(attempt.is_passed)) or is_blind(policy, attempt)


def disputed(
    attempt: Attempt, title: dict[str, Any], number: int, *, blind: bool = False
) -> Disputed | None:
    """Return one question as a dispute tells of it, by its number from 1; None for others.

    A lost one; where the person may not know which were lost, any.
    """
    marks, is_over = attempt.marks or [], attempt.state is AttemptState.SUBMITTED
    if not is_over or attempt.is_sealed or not 1 <= number <= len(marks):
        return None
    mark, worth = marks[number - 1], int(attempt.layout[number - 1]["points"])
    got = Decimal(mark["points"]) / 100
    if (got >= worth and not blind) or attempt.submitted_at is None:
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
