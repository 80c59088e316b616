"""Exams of a paper and a practical task, and sittings of them."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.assessment import both, make_revision
from tests.factories.quizzes import make_paper
from tests.practicals.sitting import publish
from training_platform.core import clock
from training_platform.exams.content_kinds import ExamKind
from training_platform.exams.models import Exam, ExamSitting
from training_platform.exams.rules import SittingState
from training_platform.exams.schemas import ExamFile

TASK = "enter-customers"


def make_exam(session: Session, slug: str = "whole", **changes: Any) -> Exam:
    """Publish an exam: a new paper of two questions, and one of the shipped tasks."""
    paper = make_paper(session, id=f"{slug}-paper", title=both(f"Theory of {slug}"))
    publish(session, TASK)
    data = {
        "id": slug,
        "title": both(f"Exam {slug}"),
        "intro": both("What it asks."),
        "job_roles": ["specialist"],
        "pass_percent": 75,
        "distinction_percent": 95,
        "parts": [
            {"paper": paper.id, "minutes": 10, "weight": 60},
            {"practical": TASK, "minutes": 5, "weight": 40},
        ],
    } | changes
    plain = ExamFile.model_validate(data).model_dump(mode="json", exclude_none=True)
    revision = make_revision(session, "exam", slug, plain)
    ExamKind().project(session, revision)
    return session.get_one(Exam, slug)


def make_sittings(session: Session, employee_id: int) -> dict[str, str]:
    """Publish an exam; return what addresses name: it, an open sitting, one that is over."""
    exam = make_exam(session)
    now = clock.now()
    for number, state in ((1, SittingState.FINAL), (2, SittingState.IN_PROGRESS)):
        is_over = state is SittingState.FINAL
        session.add(
            ExamSitting(
                token=f"sitting-{number}",
                exam_id=exam.id,
                revision_id=exam.revision_id,
                employee_id=employee_id,
                number=number,
                started_at=now,
                deadline_at=now + timedelta(minutes=15),
                state=state,
                closed_at=now if is_over else None,
                score=50_00 if is_over else None,
                percent=50 if is_over else None,
                is_passed=False if is_over else None,
                is_distinction=False if is_over else None,
            )
        )
    session.flush()
    return {"exam_id": exam.id, "sitting_over": "sitting-1", "sitting_open": "sitting-2"}
