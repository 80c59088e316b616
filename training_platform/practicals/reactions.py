"""What practical tasks do when lower packages announce something."""

from sqlalchemy.orm import Session

from training_platform.assessment.events import ScoringFinished
from training_platform.core import jobs
from training_platform.practicals.jobs import GRADE_SCORED
from training_platform.practicals.services import SUBJECT


def finish_scored(session: Session, event: ScoringFinished) -> None:
    """Grade an attempt with what people gave it; a job, since the grader takes its time."""
    if event.subject_kind == SUBJECT:
        jobs.put(
            session,
            GRADE_SCORED,
            {"attempt": event.subject_id},
            key=f"{event.subject_id}:{event.check}",
        )
