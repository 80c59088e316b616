"""What corrections of parts do, or would do, to results of exams that are over; no writes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload, selectinload

from training_platform.content.queries import revision_data
from training_platform.exams.models import Exam, ExamPart, ExamResultChange, ExamSitting
from training_platform.exams.rules import Combined, PartKind, PartScore, SittingState, combine
from training_platform.people.models import Employee

#: So many changes of one result are shown.
MOST_CHANGES = 50


@dataclass(frozen=True)
class Foreseen:
    """What would become of one exam's result."""

    sitting: ExamSitting
    name: str
    title: dict[str, Any]
    percent: Decimal
    is_passed: bool

    @property
    def old_percent(self) -> Decimal:
        """Return the result that stands, with two places."""
        return self.sitting.exact_percent or Decimal(0)

    @property
    def was_passed(self) -> bool:
        """Tell whether the result that stands is a pass."""
        return bool(self.sitting.is_passed)

    @property
    def is_kept(self) -> bool:
        """Tell that the pass would be gone, and so stays until somebody takes it away."""
        return self.was_passed and not self.is_passed


def combined(session: Session, sitting: ExamSitting, scores: Sequence[PartScore]) -> Combined:
    """Return what parts are worth together by the rules that the sitting was begun with."""
    data = revision_data(session, sitting.revision_id)
    return combine(
        scores,
        pass_percent=data["pass_percent"],
        distinction_percent=data["distinction_percent"],
    )


def foreseen(
    session: Session, points: Mapping[int, int], kind: PartKind = PartKind.PRACTICAL
) -> Sequence[Foreseen]:
    """Return which exams that are over would have another result with these points.

    points: hundredths that attempts would be worth, by the attempt's id; a page of a plan.
    """
    if not points:
        return []
    rows = session.execute(_sittings(list(points), kind)).all()
    found = (_foresee(session, row, points, kind) for row in rows)
    return [each for each in found if _differs(each)]


def _sittings(attempt_ids: Sequence[int], kind: PartKind) -> Select[Any]:
    shown: list[Any] = [ExamSitting, Employee.name, Exam.title]
    concerned = select(ExamPart.sitting_id).where(
        ExamPart.kind == kind, ExamPart.attempt_id.in_(attempt_ids)
    )
    return (
        select(*shown)
        .join(Employee, Employee.id == ExamSitting.employee_id)
        .join(Exam, Exam.id == ExamSitting.exam_id)
        .where(ExamSitting.state == SittingState.FINAL, ExamSitting.id.in_(concerned))
        .options(selectinload(ExamSitting.parts))
        .order_by(ExamSitting.id)
    )


def _foresee(session: Session, row: Any, points: Mapping[int, int], kind: PartKind) -> Foreseen:
    sitting, name, title = row
    scores = [
        replace(each.score, reached=points[each.attempt_id])
        if each.kind is kind and each.attempt_id in points
        else each.score
        for each in sitting.parts
    ]
    result = combined(session, sitting, scores)
    return Foreseen(sitting, name, title, result.percent, result.is_passed)


def _differs(each: Foreseen) -> bool:
    return (each.percent, each.is_passed) != (each.old_percent, each.was_passed)


def changes_of(session: Session, sitting_id: int) -> Sequence[ExamResultChange]:
    """Return how the result of a sitting changed, or was held, the newest first."""
    return session.scalars(
        select(ExamResultChange)
        .where(ExamResultChange.sitting_id == sitting_id)
        .options(joinedload(ExamResultChange.actor))
        .order_by(ExamResultChange.id.desc())
        .limit(MOST_CHANGES)
    ).all()


def held_pass(session: Session, sitting: ExamSitting) -> ExamResultChange | None:
    """Return the change that would have taken the pass, while nobody has decided about it."""
    if not sitting.is_passed:
        return None
    newest = next(iter(changes_of(session, sitting.id)), None)
    return newest if newest is not None and newest.is_kept else None
