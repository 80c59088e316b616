"""评分标准 rubrics as they are found, 人工评分 scorings by people, and what each rater gave."""

from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.assessment.rubrics.rules import ScoringState
from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.people.models import Department, Employee


class Rubric(Base):
    """评分标准: what a choice of rubrics needs to know; the levels lie in the revision."""

    __tablename__ = "rubric"

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[dict[str, Any]]
    revision_id: Mapped[int] = mapped_column(ForeignKey("content_revision.id"))
    is_withdrawn: Mapped[bool] = mapped_column(default=False)


class Scoring(Base):
    """人工评分: one piece of work that people score by one rubric, as it was when it was asked for.

    subject_kind and subject_id name what it belongs to in the package that asked; check_key names
    the part of it.
    """

    __tablename__ = "scoring"
    __table_args__ = (
        UniqueConstraint("subject_kind", "subject_id", "check_key"),
        CheckConstraint("raters_wanted >= 1", "raters_wanted"),
        Index("ix_scoring_state_created_at", "state", "created_at"),
    )
    read_permission = Permission.SCORING_READ

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    check_key: Mapped[str]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    #: Where the trainee worked when the work was handed in.
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    rubric_id: Mapped[str] = mapped_column(ForeignKey("rubric.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("content_revision.id"))
    material: Mapped[str]
    most_points: Mapped[int]
    raters_wanted: Mapped[int]
    state: Mapped[ScoringState] = mapped_column(default=ScoringState.OPEN)
    #: The share of the points as an exact fraction, "7/12"; None until it is final.
    final_share: Mapped[str | None]
    #: What a third person decided where raters disagreed.
    resolved_levels: Mapped[dict[str, Any] | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    resolve_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    employee: Mapped[Employee] = relationship(foreign_keys=[employee_id])
    department: Mapped[Department] = relationship()
    resolved_by: Mapped[Employee | None] = relationship(foreign_keys=[resolved_by_id])
    rubric: Mapped[Rubric] = relationship()
    ratings: Mapped[list["Rating"]] = relationship(
        back_populates="scoring", order_by="Rating.seat", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def share(self) -> Fraction | None:
        """Return the final share of the points."""
        return None if self.final_share is None else Fraction(self.final_share)


class Rating(Base):
    """评分表: what one rater gave; a draft until it was submitted. A seat belongs to one rater."""

    __tablename__ = "rating"
    __table_args__ = (
        UniqueConstraint("scoring_id", "rater_id"),
        UniqueConstraint("scoring_id", "seat"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scoring_id: Mapped[int] = mapped_column(ForeignKey("scoring.id"))
    seat: Mapped[int]
    rater_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    levels: Mapped[dict[str, Any]]
    comments: Mapped[dict[str, Any]]
    overall_comment: Mapped[str] = mapped_column(default="")
    claimed_at: Mapped[datetime]
    saved_at: Mapped[datetime | None]
    submitted_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    scoring: Mapped[Scoring] = relationship(back_populates="ratings")
    rater: Mapped[Employee] = relationship(lazy="joined", innerjoin=True)

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_submitted(self) -> bool:
        """Tell that the rater is done."""
        return self.submitted_at is not None
