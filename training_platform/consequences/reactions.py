"""What consequences does when a training record is added, or HR opens another attempt."""

from sqlalchemy.orm import Session

from training_platform.consequences import services
from training_platform.quizzes.events import AttemptReopened
from training_platform.records.events import RecordAdded
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import Effect, Kind


def follow_record(session: Session, event: RecordAdded) -> None:
    """Open and settle cases, recommend points; after a correction weigh again or take back."""
    if event.kind == Kind.HR_CASE_OPENED:
        services.open_case(session, event.record_id)
    elif event.kind in services.PASSES:
        services.settle_cases(session, event.employee_id, event.subject)
        services.recommend(session, event.record_id)
    elif event.kind == Kind.CORRECTION:
        corrected = session.get_one(TrainingRecord, event.record_id).corrects_id
        if corrected is not None:
            follow = services.withdraw_for if event.subject == Effect.VOID else services.reconsider
            follow(session, corrected)


def follow_reopening(session: Session, event: AttemptReopened) -> None:
    """Decide the case about an exam for which HR has opened another attempt."""
    services.decide_by_opening(
        session, event.employee_id, event.paper_id, event.opened_by_id, event.reason
    )
