"""What quizzes do when lower packages announce something."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.assessment.disputes.models import Dispute
from training_platform.assessment.disputes.rules import Remedy
from training_platform.assessment.events import DisputeDecided
from training_platform.assessment.keys import same_question
from training_platform.assessment.regrading import RegradeState
from training_platform.content.events import RevisionPublished
from training_platform.content.queries import revision_data
from training_platform.quizzes.disputing import SUBJECT
from training_platform.quizzes.result_models import QuizRegrade
from training_platform.quizzes.services import correcting
from training_platform.records.events import ResultCorrected
from training_platform.records.rules import number_in

#: What the sources of records about attempts begin with.
RECORDS = "quizzes:attempt"
#: In force, or on the way to it.
_HOLDS_OR_MAY = (
    RegradeState.PLANNING,
    RegradeState.READY,
    RegradeState.APPLYING,
    RegradeState.APPLIED,
)


def follow_dispute(session: Session, event: DisputeDecided) -> None:
    """Count the points that a dispute gave a question."""
    if event.subject_kind == SUBJECT and event.remedy == Remedy.POINTS:
        correcting.give_points(session, session.get_one(Dispute, event.dispute_id))


def follow_record(session: Session, event: ResultCorrected) -> None:
    """Let a quiz be worth what two persons found right about its record."""
    attempt_id = number_in(event.source, RECORDS)
    if attempt_id is not None:
        correcting.follow_record(session, attempt_id, event)


def follow_question(session: Session, event: RevisionPublished) -> None:
    """Let what was decided about a question hold for its next revision, if that asks the same.

    Only the explanation was worded anew, perhaps, or an older text is back; a revision with
    another key or other options stands for itself.
    """
    if event.kind != "question":
        return
    regrades = session.scalars(
        select(QuizRegrade).where(
            QuizRegrade.question_id == event.slug, QuizRegrade.state.in_(_HOLDS_OR_MAY)
        )
    ).all()
    for each in regrades:
        if event.revision_id not in each.revision_ids:
            shown = revision_data(session, each.revision_ids[0])
            if same_question(shown, revision_data(session, event.revision_id)):
                each.revision_ids = [*each.revision_ids, event.revision_id]
