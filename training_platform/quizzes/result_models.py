"""How results of quizzes change after the fact: regrades of a question, and the history.

The steps of an attempt are never touched, and every change of a result is appended.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.assessment.keys import Correction, Fix
from training_platform.assessment.models import Question
from training_platform.assessment.regrade_models import STANDS_UNDER_WAY, Regrade, RegradeItem
from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.people.models import Employee
from training_platform.quizzes.models import Attempt


class QuizResultChange(Base):
    """One change of a result: from how many points to how many, who, why. Never changed."""

    __tablename__ = "quiz_result_change"
    __table_args__ = (UniqueConstraint("attempt_id", "cause"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    #: What changed it, once each: dispute:<id>, regrade:<id>, revert:<id>, record:<id>.
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


class QuizRegrade(Regrade, Base):
    """重判: one question is voided or its key corrected, and every attempt that had it follows."""

    __tablename__ = "quiz_regrade"
    __table_args__ = (
        Index(
            "uq_quiz_regrade_under_way",
            "question_id",
            unique=True,
            sqlite_where=STANDS_UNDER_WAY,
            postgresql_where=STANDS_UNDER_WAY,
        ),
    )
    read_permission = Permission.QUESTION_OVERSEE
    decide_permission = Permission.QUESTION_REGRADE
    area = "quizzes"

    question_id: Mapped[str] = mapped_column(ForeignKey("question.id"), index=True)
    #: The texts of the question that ask and mark the same; the first is the one that was shown.
    revision_ids: Mapped[list[Any]]
    fix: Mapped[Fix]
    #: A right answer in the numbers of the definition; None where the question is voided.
    key: Mapped[dict[str, Any] | None]
    #: The dispute that it follows from, if one.
    dispute_id: Mapped[int | None] = mapped_column(ForeignKey("dispute.id"))

    question: Mapped[Question] = relationship()

    @property
    def correction(self) -> Correction:
        """Return what it decides, as marking takes it."""
        return Correction(self.fix, self.key)


class QuizRegradeItem(RegradeItem, Base):
    """What one attempt is worth by the corrected question, and what became of it."""

    __tablename__ = "quiz_regrade_item"
    __table_args__ = (
        UniqueConstraint("regrade_id", "attempt_id"),
        Index("ix_quiz_regrade_item_regrade_id_change", "regrade_id", "change"),
    )

    regrade_id: Mapped[int] = mapped_column(ForeignKey("quiz_regrade.id"))
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    #: Before and by the corrected question; points in hundredths.
    old_points: Mapped[int]
    old_percent: Mapped[int]
    was_passed: Mapped[bool]
    points: Mapped[int]
    percent: Mapped[int]
    is_passed: Mapped[bool]
    #: The result was changed when the regrade was applied.
    is_applied: Mapped[bool] = mapped_column(default=False)

    regrade: Mapped[QuizRegrade] = relationship()
    attempt: Mapped[Attempt] = relationship()
