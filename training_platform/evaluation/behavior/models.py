"""行为表现考核: rounds, who is assessed, who rates, and ratings that nobody can be traced by.

While a rater fills in, the draft lies with the rater. Handing in moves it into a rating that knows
its group only: no name, no time, and an id that is random, so that not even the order of the
rows says whose it is.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.evaluation.behavior.rules import Group, Occasion, RoundState
from training_platform.people.models import Department, Employee


class BehaviorRound(Base):
    """考核轮次: one or more people of a department, observed over one period."""

    __tablename__ = "behavior_round"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", "dates_in_order"),
        Index("ix_behavior_round_state_due_on", "state", "due_on"),
    )
    read_permission = Permission.BEHAVIOR_MANAGE

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    occasion: Mapped[Occasion]
    #: The course or class, in words; empty for daily work.
    training_name: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    due_on: Mapped[date]
    asks_self: Mapped[bool]
    #: The two forms as they were when the round was opened.
    revision_id: Mapped[int] = mapped_column(ForeignKey("content_revision.id"))
    customer_revision_id: Mapped[int] = mapped_column(ForeignKey("content_revision.id"))
    state: Mapped[RoundState] = mapped_column(default=RoundState.OPEN)
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    #: How often it was closed: names the cells that a closing releases.
    closings: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column()

    department: Mapped[Department] = relationship()
    opened_by: Mapped[Employee] = relationship()
    assessments: Mapped[list["BehaviorAssessment"]] = relationship(
        back_populates="round", order_by="BehaviorAssessment.id"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_open(self) -> bool:
        """Tell that raters may answer."""
        return self.state is RoundState.OPEN


class BehaviorAssessment(Base):
    """被考核人: one person in one round."""

    __tablename__ = "behavior_assessment"
    __table_args__ = (UniqueConstraint("round_id", "employee_id"),)
    read_permission = Permission.BEHAVIOR_READ

    id: Mapped[int] = mapped_column(primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("behavior_round.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))

    round: Mapped[BehaviorRound] = relationship(back_populates="assessments")
    employee: Mapped[Employee] = relationship()
    department: Mapped[Department] = relationship()
    raters: Mapped[list["BehaviorRater"]] = relationship(
        back_populates="assessment", order_by="BehaviorRater.id"
    )


class BehaviorProposal(Base):
    """A colleague whom the person who is assessed proposes; the head decides."""

    __tablename__ = "behavior_proposal"

    assessment_id: Mapped[int] = mapped_column(
        ForeignKey("behavior_assessment.id"), primary_key=True
    )
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)


class BehaviorRater(Base):
    """评价人: who was asked, and what is filled in until it is handed in."""

    __tablename__ = "behavior_rater"
    __table_args__ = (
        UniqueConstraint("assessment_id", "employee_id", "rater_group"),
        CheckConstraint(
            "(employee_id IS NULL) = (rater_group = 'customer')", "account_or_customer"
        ),
    )
    read_permission = Permission.BEHAVIOR_RATE

    id: Mapped[int] = mapped_column(primary_key=True)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("behavior_assessment.id"), index=True)
    group: Mapped[Group] = mapped_column("rater_group")
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), index=True)
    #: A customer's, until the round closes; nothing else is known of customers.
    email: Mapped[str | None]
    #: Of the one-time key; None once it was used.
    key_digest: Mapped[str | None] = mapped_column(unique=True)
    is_answered: Mapped[bool] = mapped_column(default=False)
    withdrawn_on: Mapped[date | None]
    reminded_on: Mapped[date | None]
    levels: Mapped[dict[str, Any]]
    comments: Mapped[dict[str, Any]]
    overall_comment: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    assessment: Mapped[BehaviorAssessment] = relationship(back_populates="raters")
    employee: Mapped[Employee | None] = relationship()

    __mapper_args__ = {"version_id_col": version}

    @property
    def may_answer(self) -> bool:
        """Tell that an answer is awaited; of a customer only while the address is known."""
        is_known = self.employee_id is not None or self.email is not None
        is_awaited = not self.is_answered and self.withdrawn_on is None
        return is_awaited and is_known and self.assessment.round.is_open


class BehaviorRating(Base):
    """评价: what was handed in. Final; only its cell is set, when a closing releases it."""

    __tablename__ = "behavior_rating"

    #: Random, so that it is the place of the row too.
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    assessment_id: Mapped[int] = mapped_column(ForeignKey("behavior_assessment.id"), index=True)
    group: Mapped[Group] = mapped_column("rater_group")
    levels: Mapped[dict[str, Any]]
    comments: Mapped[dict[str, Any]]
    overall_comment: Mapped[str]
    cell: Mapped[str | None]
