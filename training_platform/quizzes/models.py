"""试卷 papers and 作答 attempts. An attempt is its steps, append-only."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from training_platform.core.db import Base
from training_platform.core.permissions import Permission


class Paper(Base):
    """试卷: the projection of the current revision."""

    __tablename__ = "paper"
    read_permission = Permission.PAPER_READ

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    kind: Mapped[str]
    course_id: Mapped[str | None] = mapped_column(index=True)
    minutes: Mapped[int]
    pass_percent: Mapped[int]
    distinction_percent: Mapped[int]
    is_closed_book: Mapped[bool]
    ladder_id: Mapped[str]
    review: Mapped[str]
    question_count: Mapped[int]
    sections: Mapped[list[Any]]
    revision_id: Mapped[int] = mapped_column(ForeignKey("content_revision.id"))
    is_withdrawn: Mapped[bool] = mapped_column(default=False)


class AttemptState(StrEnum):
    """Where an attempt stands."""

    IN_PROGRESS = "in_progress"
    SUBMITTED = "submitted"


class Attempt(Base):
    """作答: one sitting of one paper. What it was taken with is pinned in layout."""

    __tablename__ = "attempt"
    __table_args__ = (
        UniqueConstraint("employee_id", "paper_id", "part_of", "number"),
        Index("ix_attempt_state_deadline_at", "state", "deadline_at"),
        Index("ix_attempt_paper_id_submitted_at", "paper_id", "submitted_at"),
    )
    read_permission = Permission.ATTEMPT_READ

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)  # what addresses show
    paper_id: Mapped[str] = mapped_column(ForeignKey("paper.id"))
    paper_revision_id: Mapped[int] = mapped_column(ForeignKey("content_revision.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    #: The page of the exam that this is a part of; empty where it stands alone.
    part_of: Mapped[str] = mapped_column(default="", server_default="")
    #: What it is worth is shown to nobody yet: the exam is not over.
    is_sealed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    number: Mapped[int]
    #: [{"question": id, "revision": content_revision id, "points": 1, "order": [2, 0, 1]}]
    layout: Mapped[list[Any]]
    started_at: Mapped[datetime]
    deadline_at: Mapped[datetime]
    state: Mapped[AttemptState] = mapped_column(default=AttemptState.IN_PROGRESS)
    submitted_at: Mapped[datetime | None]
    #: The tab that writes; another one takes over by an explicit step.
    writer: Mapped[str | None]
    points: Mapped[int | None]  # hundredths
    max_points: Mapped[int | None]  # hundredths
    percent: Mapped[int | None]  # rounded down
    is_passed: Mapped[bool | None]
    is_distinction: Mapped[bool | None]
    #: One of each position after marking: {"points": hundredths, "right": bool, "answer": …}
    marks: Mapped[list[Any] | None]


class AttemptStep(Base):
    """One thing done in an attempt: an answer, a flag, a change of tab. Never changed."""

    __tablename__ = "attempt_step"
    __table_args__ = (
        UniqueConstraint("attempt_id", "client", "sequence"),
        Index("ix_attempt_step_attempt_id_id", "attempt_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"))
    client: Mapped[str]
    sequence: Mapped[int]
    kind: Mapped[str]  # answer, flag, take_over, submit
    position: Mapped[int | None]
    value: Mapped[dict[str, Any] | None]
    happened_at: Mapped[datetime]


class LateStep(Base):
    """An answer that came after the deadline: refused, but kept, so that nobody can argue."""

    __tablename__ = "late_step"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), index=True)
    position: Mapped[int | None]
    value: Mapped[dict[str, Any] | None]
    happened_at: Mapped[datetime]


class AttemptReopening(Base):
    """HR opened a further attempt after a failed one, with a reason; once for each fail."""

    __tablename__ = "attempt_reopening"

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("attempt.id"), unique=True)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    opened_at: Mapped[datetime]
    reason: Mapped[str]


class PaperReopening(Base):
    """A paper counts anew for somebody from an instant on, though she passed it: for a renewal."""

    __tablename__ = "paper_reopening"
    __table_args__ = (Index("ix_paper_reopening_employee_id_paper_id", "employee_id", "paper_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    paper_id: Mapped[str] = mapped_column(ForeignKey("paper.id"))
    #: What it was opened for, once: certificates:renewal:<id>.
    source: Mapped[str] = mapped_column(unique=True)
    opened_at: Mapped[datetime]
