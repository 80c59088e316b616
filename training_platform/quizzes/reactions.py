"""What quizzes do when lower packages announce something."""

from sqlalchemy.orm import Session

from training_platform.assessment.disputes.models import Dispute
from training_platform.assessment.disputes.rules import Remedy
from training_platform.assessment.events import DisputeDecided
from training_platform.quizzes.disputing import SUBJECT
from training_platform.quizzes.services.correcting import give_points


def follow_dispute(session: Session, event: DisputeDecided) -> None:
    """Count the points that a dispute gave a question."""
    if event.subject_kind == SUBJECT and event.remedy == Remedy.POINTS:
        give_points(session, session.get_one(Dispute, event.dispute_id))
