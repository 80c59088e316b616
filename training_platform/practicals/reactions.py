"""What practical tasks do when lower packages announce something."""

from sqlalchemy.orm import Session

from training_platform.assessment.disputes.models import Dispute
from training_platform.assessment.disputes.rules import Remedy
from training_platform.assessment.events import DisputeDecided, ScoringFinished
from training_platform.core import jobs
from training_platform.practicals import services
from training_platform.practicals.jobs import CORRECT_RESULT, GRADE_SCORED
from training_platform.practicals.services import RECORDS, SUBJECT
from training_platform.records.events import ResultCorrected
from training_platform.records.rules import number_in


def finish_scored(session: Session, event: ScoringFinished) -> None:
    """Grade an attempt with what people gave it; a job, since the grader takes its time."""
    if event.subject_kind == SUBJECT:
        jobs.put(
            session,
            GRADE_SCORED,
            {"attempt": event.subject_id},
            key=f"{event.subject_id}:{event.check}",
        )


def follow_record(session: Session, event: ResultCorrected) -> None:
    """Let a task be worth what two persons found right about its record."""
    attempt_id = number_in(event.source, RECORDS)
    if attempt_id is not None:
        services.follow_record(session, attempt_id, event)


def follow_dispute(session: Session, event: DisputeDecided) -> None:
    """Keep the points that a dispute gave, and let the attempt be graded with them."""
    if event.subject_kind != SUBJECT or event.remedy != Remedy.POINTS:
        return
    if services.keep_correction(session, session.get_one(Dispute, event.dispute_id)):
        payload = {"dispute": event.dispute_id}
        jobs.put(session, CORRECT_RESULT, payload, key=str(event.dispute_id))
