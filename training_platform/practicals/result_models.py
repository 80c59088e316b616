"""How results change after the fact: points from disputes, regrades of a task, the history.

The evidence is never touched. What a dispute gave, and every change of a result, is appended.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.assessment.regrade_models import STANDS_UNDER_WAY, Regrade, RegradeItem
from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.people.models import Employee
from training_platform.practicals.models import Practical, PracticalAttempt, PracticalGrading


class PracticalCorrection(Base):
    """What a decided dispute gave a check of one attempt. Never changed."""

    __tablename__ = "practical_correction"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("practical_attempt.id"), index=True)
    check_id: Mapped[str]
    #: The share of the check's points, an exact fraction: "3/4".
    share: Mapped[str]
    dispute_id: Mapped[int] = mapped_column(ForeignKey("dispute.id"), unique=True)
    made_at: Mapped[datetime]


class PracticalResultChange(Base):
    """One change of a final result: from which grading to which, who, why. Never changed."""

    __tablename__ = "practical_result_change"
    __table_args__ = (UniqueConstraint("attempt_id", "cause"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("practical_attempt.id"))
    #: What changed it, once each: dispute:<id>, regrade:<id>, revert:<id>, record:<id>.
    cause: Mapped[str]
    old_grading_id: Mapped[int] = mapped_column(ForeignKey("practical_grading.id"))
    new_grading_id: Mapped[int] = mapped_column(ForeignKey("practical_grading.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    reason: Mapped[str]
    changed_at: Mapped[datetime]

    old_grading: Mapped[PracticalGrading] = relationship(foreign_keys=[old_grading_id])
    new_grading: Mapped[PracticalGrading] = relationship(foreign_keys=[new_grading_id])
    actor: Mapped[Employee | None] = relationship()


class PracticalRegrade(Regrade, Base):
    """重判: all sealed attempts at a task, graded by its corrected revision."""

    __tablename__ = "practical_regrade"
    __table_args__ = (
        Index(
            "uq_practical_regrade_under_way",
            "practical_id",
            unique=True,
            sqlite_where=STANDS_UNDER_WAY,
            postgresql_where=STANDS_UNDER_WAY,
        ),
    )
    read_permission = Permission.PRACTICAL_OVERSEE
    decide_permission = Permission.PRACTICAL_REGRADE
    area = "practicals"

    practical_id: Mapped[str] = mapped_column(ForeignKey("practical.id"), index=True)
    #: The corrected task, as it was when the regrade was planned.
    revision_id: Mapped[int] = mapped_column(ForeignKey("content_revision.id"))

    practical: Mapped[Practical] = relationship()


class PracticalRegradeItem(RegradeItem, Base):
    """What one attempt would be worth by the corrected task, and what became of it."""

    __tablename__ = "practical_regrade_item"
    __table_args__ = (
        UniqueConstraint("regrade_id", "attempt_id"),
        Index("ix_practical_regrade_item_regrade_id_change", "regrade_id", "change"),
    )

    regrade_id: Mapped[int] = mapped_column(ForeignKey("practical_regrade.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("practical_attempt.id"), index=True)
    old_grading_id: Mapped[int] = mapped_column(ForeignKey("practical_grading.id"))
    points: Mapped[int | None]
    percent: Mapped[int | None]
    is_passed: Mapped[bool]
    outcomes: Mapped[list[Any]]
    #: The grading that was made of it when the regrade was applied.
    new_grading_id: Mapped[int | None] = mapped_column(ForeignKey("practical_grading.id"))
    #: The result changed in another way between planning and applying, or applying and reverting.
    is_skipped: Mapped[bool] = mapped_column(default=False)

    regrade: Mapped[PracticalRegrade] = relationship()
    attempt: Mapped[PracticalAttempt] = relationship()
    old_grading: Mapped[PracticalGrading] = relationship(foreign_keys=[old_grading_id])
