"""How results of quizzes change after the fact: regrades of a question, and the history.

The steps of an attempt are never touched, and every change of a result is appended.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.assessment.keys import Correction, Fix
from training_platform.assessment.models import Question
from training_platform.assessment.regrading import Change, RegradeState
from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.people.models import Employee
from training_platform.quizzes.models import Attempt

_UNDER_WAY = text("state IN ('planning', 'ready', 'applying', 'reverting')")


class QuizResultChange(Base):
    """One change of a result: from how many points to how many, who, why. Never changed."""

    __tablename__ = "quiz_result_change"
    __table_args__ = (UniqueConstraint("attempt_id", "cause"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    #: What changed it, once each: dispute:<id>, regrade:<id>, revert:<id>.
    cause: Mapped[str]
    #: Hundredths of points.
    old_points: Mapped[int]
    points: Mapped[int]
    old_percent: Mapped[int]
    percent: Mapped[int]
    was_passed: Mapped[bool]
    is_passed: Mapped[bool]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    reason: Mapped[str]
    changed_at: Mapped[datetime]
    #: What each question counted before: as in attempt.marks, which holds what it counts now.
    old_marks: Mapped[list[Any]]

    actor: Mapped[Employee | None] = relationship()


class QuizRegrade(Base):
    """重判: one question is voided or its key corrected, and every attempt that had it follows."""

    __tablename__ = "quiz_regrade"
    __table_args__ = (
        Index(
            "uq_quiz_regrade_under_way",
            "question_id",
            unique=True,
            sqlite_where=_UNDER_WAY,
            postgresql_where=_UNDER_WAY,
        ),
    )
    read_permission = Permission.QUESTION_OVERSEE

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(ForeignKey("question.id"), index=True)
    #: The texts of the question that ask and mark the same; the first is the one that was shown.
    revision_ids: Mapped[list[Any]]
    fix: Mapped[Fix]
    #: A right answer in the numbers of the definition; None where the question is voided.
    key: Mapped[dict[str, Any] | None]
    reason: Mapped[str]
    #: The dispute that it follows from, if one.
    dispute_id: Mapped[int | None] = mapped_column(ForeignKey("dispute.id"))
    state: Mapped[RegradeState] = mapped_column(default=RegradeState.PLANNING)
    #: Of the work that runs: planning, applying or reverting.
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int] = mapped_column(default=0)
    #: Whoever's own result it changes may not decide about it.
    concerned_ids: Mapped[list[Any]]
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    planned_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    decided_at: Mapped[datetime | None]
    reverted_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    reverted_at: Mapped[datetime | None]
    revert_reason: Mapped[str | None]
    version: Mapped[int] = mapped_column()

    question: Mapped[Question] = relationship()
    planned_by: Mapped[Employee] = relationship(foreign_keys=[planned_by_id])
    decided_by: Mapped[Employee | None] = relationship(foreign_keys=[decided_by_id])
    reverted_by: Mapped[Employee | None] = relationship(foreign_keys=[reverted_by_id])

    __mapper_args__ = {"version_id_col": version}

    @property
    def correction(self) -> Correction:
        """Return what it decides, as marking takes it."""
        return Correction(self.fix, self.key)


class QuizRegradeItem(Base):
    """What one attempt is worth by the corrected question, and what became of it."""

    __tablename__ = "quiz_regrade_item"
    __table_args__ = (
        UniqueConstraint("regrade_id", "attempt_id"),
        Index("ix_quiz_regrade_item_regrade_id_change", "regrade_id", "change"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    regrade_id: Mapped[int] = mapped_column(ForeignKey("quiz_regrade.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    change: Mapped[Change]
    #: Before and by the corrected question; points in hundredths.
    old_points: Mapped[int]
    old_percent: Mapped[int]
    was_passed: Mapped[bool]
    points: Mapped[int]
    percent: Mapped[int]
    is_passed: Mapped[bool]
    #: Why a pass is taken away, and who said so; None where it stays.
    taken_reason: Mapped[str | None]
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    #: The result was changed when the regrade was applied.
    is_applied: Mapped[bool] = mapped_column(default=False)

    regrade: Mapped[QuizRegrade] = relationship()
    attempt: Mapped[Attempt] = relationship()
    taken_by: Mapped[Employee | None] = relationship(foreign_keys=[taken_by_id])
