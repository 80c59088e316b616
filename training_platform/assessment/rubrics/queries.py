"""Selects for the pages of scoring and for those who asked; no writes."""

from collections.abc import Sequence
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.assessment.rubrics.models import Rubric, Scoring


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
