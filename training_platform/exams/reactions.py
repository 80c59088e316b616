"""What exams does when a part of one was handed in, graded or corrected."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.exams.models import ExamPart
from training_platform.exams.rules import PartKind
from training_platform.exams.services import RECORDS, follow_correction, follow_record, settle
from training_platform.practicals.events import PracticalGraded, PracticalHandedIn
from training_platform.quizzes.events import AttemptGraded
from training_platform.records.events import ResultCorrected
from training_platform.records.rules import number_in


def follow_paper(session: Session, event: AttemptGraded) -> None:
    """Settle the sitting whose paper was graded."""
    if event.part_of:
        _follow(session, PartKind.PAPER, event.attempt_id)


def follow_hand_in(session: Session, event: PracticalHandedIn) -> None:
    """Settle the sitting whose task was handed in: it may be over, though not graded."""
    _follow(session, PartKind.PRACTICAL, event.attempt_id)


def follow_task(session: Session, event: PracticalGraded) -> None:
    """Settle the sitting whose task has its final result."""
    if event.part_of:
        _follow(session, PartKind.PRACTICAL, event.attempt_id)


def follow_result(session: Session, event: ResultCorrected) -> None:
    """Let a sitting be worth what two persons found right about its record."""
    sitting_id = number_in(event.source, RECORDS)
    if sitting_id is not None:
        follow_record(session, sitting_id, event)


def _follow(session: Session, kind: PartKind, attempt_id: int) -> None:
    part = session.scalars(
        select(ExamPart).where(ExamPart.kind == kind, ExamPart.attempt_id == attempt_id)
    ).first()
    if part is not None:
        settle(session, part.sitting_id)
        follow_correction(session, part)
