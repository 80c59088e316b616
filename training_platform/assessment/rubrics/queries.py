"""Selects for the pages of scoring and for those who asked; no writes."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlalchemy.orm import Session, aliased

from training_platform.assessment.rubrics.models import Rating, Rubric, Scoring
from training_platform.assessment.rubrics.rules import ScoringState
from training_platform.people.models import Department, Employee


def scored_shares(session: Session, kind: str, ident: int) -> dict[str, Fraction]:
    """Return what people gave, by check, from 0 to 1; what is not final yet is left out."""
    rows = session.execute(
        select(Scoring.check_key, Scoring.final_share).where(
            Scoring.subject_kind == kind,
            Scoring.subject_id == ident,
            Scoring.final_share.is_not(None),
        )
    )
    return {row.check_key: Fraction(row.final_share) for row in rows}


def scorings_of(session: Session, kind: str, ident: int) -> Sequence[Scoring]:
    """Return the scorings that belong to something, in the order in which they were asked for."""
    return session.scalars(
        select(Scoring)
        .where(Scoring.subject_kind == kind, Scoring.subject_id == ident)
        .order_by(Scoring.id)
    ).all()


def published_rubrics(session: Session) -> Sequence[Rubric]:
    """Return the rubrics in use."""
    return session.scalars(
        select(Rubric).where(Rubric.is_withdrawn.is_(False)).order_by(Rubric.id)
    ).all()


@dataclass(frozen=True)
class QueueFilter:
    """What the queue is narrowed to; empty texts do not count."""

    state: str = ""
    rubric: str = ""
    only_mine: bool = False


_OWN = aliased(Rating)
_TAKEN = (
    select(func.count())
    .where(Rating.scoring_id == Scoring.id)
    .correlate(Scoring)
    .scalar_subquery()
    .label("taken")
)


def queue(chosen: QueueFilter, actor_id: int) -> Select[Any]:
    """Return the select of what is to be scored, oldest first; one's own work is never in it."""
    statement = (
        select(
            Scoring.id,
            Scoring.state,
            Scoring.created_at,
            Scoring.raters_wanted,
            Rubric.title,
            Employee.name,
            Department.name.label("department"),
            _TAKEN,
            _OWN.id.is_not(None).label("is_mine"),
            _OWN.submitted_at.label("submitted_at"),
        )
        .join(Rubric, Rubric.id == Scoring.rubric_id)
        .join(Employee, Employee.id == Scoring.employee_id)
        .join(Department, Department.id == Scoring.department_id)
        .outerjoin(_OWN, and_(_OWN.scoring_id == Scoring.id, _OWN.rater_id == actor_id))
        .where(Scoring.employee_id != actor_id)
        .order_by(Scoring.created_at, Scoring.id)
    )
    return statement.where(*_conditions(chosen))


def _conditions(chosen: QueueFilter) -> list[ColumnElement[bool]]:
    found = [
        Scoring.state == chosen.state
        if chosen.state in list(ScoringState)
        else Scoring.state != ScoringState.FINAL
    ]
    if chosen.rubric:
        found.append(Scoring.rubric_id == chosen.rubric)
    if chosen.only_mine:
        found.append(_OWN.id.is_not(None))
    return found
