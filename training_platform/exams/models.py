"""综合考核: exams of several parts, and 场次 sittings of them."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.exams.rules import PartKind, PartScore, SittingState
from training_platform.people.models import Employee


class Exam(Base):
    """An exam: the projection of its current revision."""

    __tablename__ = "exam"
    read_permission = Permission.EXAM_READ

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[dict[str, Any]]
    intro: Mapped[dict[str, Any]]
    job_roles: Mapped[list[Any]]
    course_id: Mapped[str | None] = mapped_column(index=True)
    #: Together, breaks included; and what of it is for breaks.
    minutes: Mapped[int]
    break_minutes: Mapped[int]
    #: [{"paper" | "practical": slug, "minutes": 15, "weight": 60, "minimum": 60}]
    parts: Mapped[list[Any]]
    pass_percent: Mapped[int]
    distinction_percent: Mapped[int]
    ladder_id: Mapped[str]
    revision_id: Mapped[int] = mapped_column(ForeignKey("content_revision.id"))
    is_withdrawn: Mapped[bool] = mapped_column(default=False)


class ExamSitting(Base):
    """One person sits one exam. What it was begun with is pinned, here and in its parts."""

    __tablename__ = "exam_sitting"
    __table_args__ = (
        UniqueConstraint("employee_id", "exam_id", "number"),
        Index(
            "uq_exam_sitting_open",
            "employee_id",
            "exam_id",
            unique=True,
            sqlite_where=text("state = 'in_progress'"),
            postgresql_where=text("state = 'in_progress'"),
        ),
        Index("ix_exam_sitting_state_deadline_at", "state", "deadline_at"),
        Index("ix_exam_sitting_exam_id_closed_at", "exam_id", "closed_at"),
    )
    read_permission = Permission.EXAM_SITTING_READ

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)  # what addresses show
    exam_id: Mapped[str] = mapped_column(ForeignKey("exam.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("content_revision.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    number: Mapped[int]
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    state: Mapped[SittingState] = mapped_column(default=SittingState.IN_PROGRESS)
    closed_at: Mapped[datetime | None]
    #: Hundredths of a percent, and whole percent, both rounded down.
    score: Mapped[int | None]
    percent: Mapped[int | None]
    is_passed: Mapped[bool | None]
    is_distinction: Mapped[bool | None]

    parts: Mapped[list["ExamPart"]] = relationship(
        order_by="ExamPart.position", back_populates="sitting"
    )

    @property
    def href(self) -> str:
        """Return the address of its page; what its parts are tied to."""
        return f"/exams/sittings/{self.token}"

    @property
    def exact_percent(self) -> Decimal | None:
        """Return the result with two places."""
        return None if self.score is None else Decimal(self.score) / 100


class ExamPart(Base):
    """One part of a sitting: an ordinary attempt once it was opened."""

    __tablename__ = "exam_part"
    __table_args__ = (
        UniqueConstraint("sitting_id", "position"),
        UniqueConstraint("kind", "attempt_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("exam_sitting.id"))
    position: Mapped[int]
    kind: Mapped[PartKind]
    subject: Mapped[str]
    title: Mapped[dict[str, Any]]
    minutes: Mapped[int]
    weight: Mapped[int]
    minimum: Mapped[int | None]
    #: Of the paper's or the task's own attempts, once the part was opened.
    attempt_id: Mapped[int | None]
    deadline_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    #: Hundredths of points, once it is graded.
    reached: Mapped[int | None]
    possible: Mapped[int | None]

    sitting: Mapped[ExamSitting] = relationship(back_populates="parts")

    @property
    def score(self) -> PartScore:
        """Return what the part adds; nothing where it was never opened."""
        return PartScore(self.reached or 0, self.possible or 0, self.weight, self.minimum)


class ExamResultChange(Base):
    """One change of a final result, because a part was corrected; or one that was held back.

    Never changed. is_kept: the pass would be gone by it, so the whole result stayed as it was.
    """

    __tablename__ = "exam_result_change"
    __table_args__ = (UniqueConstraint("sitting_id", "cause"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("exam_sitting.id"))
    #: What changed it, once each: part:<id>:<cause of the part's change>, taken:<change>, or
    #: record:<id>.
    cause: Mapped[str]
    #: Hundredths of a percent.
    old_score: Mapped[int]
    score: Mapped[int]
    was_passed: Mapped[bool]
    is_passed: Mapped[bool]
    is_kept: Mapped[bool]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    reason: Mapped[str]
    changed_at: Mapped[datetime]

    actor: Mapped[Employee | None] = relationship()

    @property
    def old_percent(self) -> Decimal:
        """Return the result before, with two places."""
        return Decimal(self.old_score) / 100

    @property
    def percent(self) -> Decimal:
        """Return what the parts are worth since, with two places."""
        return Decimal(self.score) / 100
