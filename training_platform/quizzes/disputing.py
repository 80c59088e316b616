"""What of a quiz attempt can be disputed: one question that did not get all its points."""

from datetime import date
from decimal import Decimal
from typing import Any

from training_platform.assessment.disputes import rules
from training_platform.assessment.disputes.services import Disputed
from training_platform.core import clock
from training_platform.quizzes.models import Attempt, AttemptState

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


def disputed(attempt: Attempt, title: dict[str, Any], number: int) -> Disputed | None:
    """Return one lost question as a dispute tells of it, by its number from 1; None for others."""
    marks, is_over = attempt.marks or [], attempt.state is AttemptState.SUBMITTED
    if not is_over or attempt.is_sealed or not 1 <= number <= len(marks):
        return None
    mark, worth = marks[number - 1], int(attempt.layout[number - 1]["points"])
    got = Decimal(mark["points"]) / 100
    if got >= worth or attempt.submitted_at is None:
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
    )
