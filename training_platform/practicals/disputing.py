"""What of an attempt can be disputed, and which grading a dispute was about."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.assessment.disputes import rules
from training_platform.assessment.disputes.models import Dispute
from training_platform.assessment.disputes.services import Disputed
from training_platform.assessment.rubrics.queries import scorings_of
from training_platform.core import clock
from training_platform.practicals import services
from training_platform.practicals.models import Practical, PracticalAttempt, PracticalGrading
from training_platform.practicals.rules import AttemptState, Cause

#: What became of a check that can be disputed.
LOST = frozenset({"failed", "partly"})


def last_day(grading: PracticalGrading | None) -> date | None:
    """Return the last day on which the checks of a result can be disputed."""
    if grading is None:
        return None
    return rules.last_day_to_dispute(clock.company_day(grading.graded_at))


def can_dispute(attempt: PracticalAttempt, grading: PracticalGrading | None) -> bool:
    """Tell whether checks of this attempt, which counts, can be disputed today."""
    last = last_day(grading)
    is_shown = attempt.state is AttemptState.FINAL and not attempt.is_sealed
    is_void = attempt.is_passed is None
    return is_shown and not is_void and last is not None and clock.today() <= last


def disputed(
    session: Session, attempt: PracticalAttempt, grading: PracticalGrading, check_id: str
) -> Disputed | None:
    """Return one lost check of a final attempt as a dispute tells of it; None for any other."""
    outcome = _outcome(grading.outcomes, check_id)
    if attempt.state is not AttemptState.FINAL or attempt.is_sealed or outcome is None:
        return None
    task = services.task_at(session, grading.revision_id)
    title = next((each.title for each in task.checks if each.id == check_id), None)
    if title is None:
        return None
    return Disputed(
        kind=services.SUBJECT,
        id=attempt.id,
        check=check_id,
        employee_id=attempt.employee_id,
        title=session.get_one(Practical, attempt.practical_id).title,
        check_title=title.model_dump(),
        href=services.address_of(attempt),
        result_at=grading.graded_at,
        got=Decimal(outcome["points"]),
        most=Decimal(outcome["most"]),
        barred=_raters(session, attempt, check_id),
    )


def graded_before(session: Session, dispute: Dispute) -> PracticalGrading | None:
    """Return the grading that a dispute is about: the newest when it was opened."""
    return session.scalars(
        select(PracticalGrading)
        .where(
            PracticalGrading.attempt_id == dispute.subject_id,
            PracticalGrading.kind != Cause.LOOK,
            PracticalGrading.graded_at <= dispute.opened_at,
        )
        .order_by(PracticalGrading.id.desc())
        .limit(1)
    ).first()


def _outcome(outcomes: Sequence[Any], check_id: str) -> Mapping[str, Any] | None:
    lost = (each for each in outcomes if each["status"] in LOST)
    return next((each for each in lost if each["check"] == check_id), None)


def _raters(session: Session, attempt: PracticalAttempt, check_id: str) -> list[int]:
    """Return who scored the text of a check, or decided where raters differed."""
    found: set[int] = set()
    for scoring in scorings_of(session, services.SUBJECT, attempt.id):
        if scoring.check_key == check_id:
            found |= {each.rater_id for each in scoring.ratings}
            found |= {scoring.resolved_by_id} if scoring.resolved_by_id else set()
    return sorted(found)
