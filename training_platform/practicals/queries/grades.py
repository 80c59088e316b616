"""What was answered and found in an attempt."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.practicals.models import (
    PracticalAttempt,
    PracticalEvidence,
    PracticalGrading,
    PracticalStep,
)
from training_platform.practicals.result_models import PracticalResultChange


def answers_of(session: Session, attempt_id: int) -> dict[str, str]:
    """Return what is typed into the task's own fields, by check: the last word counts."""
    steps = session.execute(
        select(PracticalStep.check_id, PracticalStep.text)
        .where(PracticalStep.attempt_id == attempt_id, PracticalStep.kind == "answer")
        .order_by(PracticalStep.id)
    )
    return {row.check_id: row.text for row in steps if row.check_id is not None}


def latest_grading(session: Session, attempt_id: int) -> PracticalGrading | None:
    """Return what was found last: while working the last look, afterwards what holds."""
    return session.scalars(
        select(PracticalGrading)
        .where(PracticalGrading.attempt_id == attempt_id)
        .order_by(PracticalGrading.id.desc())
        .limit(1)
    ).first()


def holding_grading(session: Session, attempt: PracticalAttempt) -> PracticalGrading | None:
    """Return the grading that holds: what an attempt is worth now; None before the first."""
    if attempt.grading_id is None:
        return latest_grading(session, attempt.id)
    return session.get_one(PracticalGrading, attempt.grading_id)


def holding_id(session: Session, attempt: PracticalAttempt) -> int | None:
    """Return the id of the grading that holds."""
    found = holding_grading(session, attempt)
    return None if found is None else found.id


def has_changed(session: Session, attempt_id: int, cause: str) -> bool:
    """Tell whether a cause has changed a result already."""
    return (
        session.scalar(
            select(PracticalResultChange.id).where(
                PracticalResultChange.attempt_id == attempt_id,
                PracticalResultChange.cause == cause,
            )
        )
        is not None
    )


def evidence_of(session: Session, attempt_id: int) -> PracticalEvidence | None:
    """Return the evidence of an attempt that was handed in."""
    return session.get(PracticalEvidence, attempt_id)
