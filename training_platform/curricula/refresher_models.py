"""复训 refreshers: the policy, a round of one month, and who takes what in it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.curricula.models import Course
from training_platform.people.models import Employee


class RefresherPolicy(Base):
    """复训规则: in which months, which courses for which job roles. One row, edited by HR."""

    __tablename__ = "refresher_policy"
    __table_args__ = (
        CheckConstraint("lead_days BETWEEN 1 AND 90", "lead_days"),
        CheckConstraint(
            "newcomer_due_days BETWEEN 1 AND 180 AND due_days BETWEEN 1 AND 180", "due_days"
        ),
    )
    read_permission = Permission.CURRICULUM_MANAGE

    id: Mapped[str] = mapped_column(primary_key=True)
    #: Numbers of months, in order: [3, 9].
    months: Mapped[list[Any]]
    #: {"specialist": ["customer-data-basics"]}
    courses: Mapped[dict[str, Any]]
    #: How many days before a round begins it is planned.
    lead_days: Mapped[int]
    newcomer_due_days: Mapped[int]
    due_days: Mapped[int]
    is_active: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class RoundState(StrEnum):
    """Where a round stands."""

    PLANNED = "planned"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"


class RefresherRound(Base):
    """One round: planned by a job, looked through and confirmed by HR. One a month."""

    __tablename__ = "refresher_round"
    read_permission = Permission.CURRICULUM_MANAGE

    id: Mapped[int] = mapped_column(primary_key=True)
    starts_on: Mapped[date] = mapped_column(unique=True)
    state: Mapped[RoundState] = mapped_column(default=RoundState.PLANNED)
    planned_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    decided_by: Mapped[Employee | None] = relationship()

    __mapper_args__ = {"version_id_col": version}


class RefresherEntry(Base):
    """One person takes one course again in one round, unless HR left her out."""

    __tablename__ = "refresher_entry"
    __table_args__ = (
        UniqueConstraint("round_id", "employee_id", "course_id"),
        Index("ix_refresher_entry_round_id_assigned_at", "round_id", "assigned_at"),
    )
    read_permission = Permission.CURRICULUM_MANAGE

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("refresher_round.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"))
    is_newcomer: Mapped[bool]
    due_on: Mapped[date]
    is_excluded: Mapped[bool] = mapped_column(default=False)
    #: Why somebody was left out, or the day was moved.
    reason: Mapped[str] = mapped_column(default="")
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    assigned_at: Mapped[datetime | None]

    round: Mapped[RefresherRound] = relationship()
    employee: Mapped[Employee] = relationship(foreign_keys=[employee_id])
    course: Mapped[Course] = relationship()
