"""实操考核: tasks as published, attempts at them, what was typed beside the records, evidence."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.practicals.rules import AttemptState, Cause, Mode


class Practical(Base):
    """A task: the projection of its current revision."""

    __tablename__ = "practical"
    read_permission = Permission.PRACTICAL_READ

    id: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[dict[str, Any]]
    summary: Mapped[dict[str, Any]]
    job_roles: Mapped[list[Any]]
    skills: Mapped[list[Any]]
    course_id: Mapped[str | None] = mapped_column(index=True)
    minutes: Mapped[int]
    exam_minutes: Mapped[int]
    pass_percent: Mapped[int]
    check_count: Mapped[int]
    ladder_id: Mapped[str]
    revision_id: Mapped[int] = mapped_column(ForeignKey("content_revision.id"))
    is_withdrawn: Mapped[bool] = mapped_column(default=False)


class PracticalAttempt(Base):
    """One sitting of one task in a workspace of its own. What it was taken with is pinned."""

    __tablename__ = "practical_attempt"
    __table_args__ = (
        UniqueConstraint(
            "employee_id",
            "practical_id",
            "mode",
            "part_of",
            "number",
            name="uq_practical_attempt_part_of_number",
        ),
        Index(
            "uq_practical_attempt_open",
            "employee_id",
            "practical_id",
            "mode",
            unique=True,
            sqlite_where=text("state = 'in_progress'"),
            postgresql_where=text("state = 'in_progress'"),
        ),
        Index("ix_practical_attempt_state_deadline_at", "state", "deadline_at"),
        Index("ix_practical_attempt_practical_id_submitted_at", "practical_id", "submitted_at"),
    )
    read_permission = Permission.PRACTICAL_ATTEMPT_READ

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)  # what addresses show
    practical_id: Mapped[str] = mapped_column(ForeignKey("practical.id"))
    revision_id: Mapped[int] = mapped_column(ForeignKey("content_revision.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    mode: Mapped[Mode]
    #: The page of the exam that this is a part of; empty where it stands alone.
    part_of: Mapped[str] = mapped_column(default="", server_default="")
    #: What it is worth is shown to nobody yet: the exam is not over.
    is_sealed: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    number: Mapped[int]
    workspace_id: Mapped[int] = mapped_column(ForeignKey("crm_workspace.id"), unique=True)
    #: The one check that a drill is about.
    focus: Mapped[str | None]
    started_at: Mapped[datetime]
    #: Until when work counts; practice has all the time in the world.
    deadline_at: Mapped[datetime | None]
    state: Mapped[AttemptState] = mapped_column(default=AttemptState.IN_PROGRESS)
    submitted_at: Mapped[datetime | None]
    #: How often "check my work" was asked for.
    looks_count: Mapped[int] = mapped_column(default=0)
    #: Of the grading that holds: hundredths of the points, percent rounded down.
    points: Mapped[int | None]
    percent: Mapped[int | None]
    is_passed: Mapped[bool | None]
    #: The newest grading.
    grading_id: Mapped[int | None]


class PracticalStart(Base):
    """What an attempt drew and found in its workspace: what its evidence begins with."""

    __tablename__ = "practical_start"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("practical_attempt.id"), primary_key=True)
    #: Compressed JSON of params, key, handouts, planted rows and the first event's number.
    packed: Mapped[bytes] = mapped_column(LargeBinary)


class PracticalStep(Base):
    """Something done beside the records: an answer typed, a hint opened. Never changed."""

    __tablename__ = "practical_step"
    __table_args__ = (Index("ix_practical_step_attempt_id_id", "attempt_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("practical_attempt.id"))
    kind: Mapped[str]  # answer, hint, solution
    check_id: Mapped[str | None]
    text: Mapped[str | None]
    happened_at: Mapped[datetime]


class PracticalEvidence(Base):
    """What an attempt left behind when it was handed in. Never changed."""

    __tablename__ = "practical_evidence"

    attempt_id: Mapped[int] = mapped_column(ForeignKey("practical_attempt.id"), primary_key=True)
    sha256: Mapped[str]
    packed: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]


class PracticalGrading(Base):
    """What an attempt was found to be worth at one time. Later gradings stand beside it."""

    __tablename__ = "practical_grading"
    __table_args__ = (UniqueConstraint("attempt_id", "cause"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    attempt_id: Mapped[int] = mapped_column(ForeignKey("practical_attempt.id"), index=True)
    #: Why: a look while working (look:<n>), the hand-in, points given by people, a corrected task.
    cause: Mapped[str]
    kind: Mapped[Cause]
    revision_id: Mapped[int] = mapped_column(ForeignKey("content_revision.id"))
    points: Mapped[int | None]
    percent: Mapped[int | None]
    is_passed: Mapped[bool]
    #: Outcomes of the checks, plain.
    outcomes: Mapped[list[Any]]
    graded_at: Mapped[datetime]
