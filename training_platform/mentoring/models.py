"""实践锻炼 practices: goals, log, questions, closing reports; what was done to them."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.mentoring.rules import (
    LEAST_MINUTES,
    MOST_MINUTES,
    Act,
    GoalStatus,
    Kind,
    Share,
    State,
    Verdict,
)
from training_platform.people.models import Department, Employee


class Practice(Base):
    """实践锻炼: a piece of real work of one trainee under one mentor."""

    __tablename__ = "practice"
    __table_args__ = (
        CheckConstraint("due_on >= starts_on", "days_in_order"),
        CheckConstraint("trainee_id <> mentor_id", "mentor_is_another"),
        Index("ix_practice_trainee_id_state", "trainee_id", "state"),
        Index("ix_practice_mentor_id_state", "mentor_id", "state"),
        Index("ix_practice_state_due_on", "state", "due_on"),
        Index("ix_practice_share_shared_at", "share", "shared_at"),
    )
    read_permission = Permission.MENTORING_READ

    id: Mapped[int] = mapped_column(primary_key=True)
    trainee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    mentor_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    created_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    kind: Mapped[Kind]
    title: Mapped[str]
    about: Mapped[str]
    #: Where the work is done: a department, and a place in words.
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"), index=True)
    place: Mapped[str] = mapped_column(default="")
    starts_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[State]
    created_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    #: What the mentor says in the end, and what the goals come to.
    verdict: Mapped[Verdict | None]
    remark: Mapped[str] = mapped_column(default="")
    share: Mapped[Share] = mapped_column(default=Share.NOT_SHARED)
    #: The department that may read the report, with all below it; None for everybody.
    share_department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    shared_at: Mapped[datetime | None]
    #: Folded title and text: what lists are searched by.
    search_text: Mapped[str]
    version: Mapped[int] = mapped_column()

    trainee: Mapped[Employee] = relationship(foreign_keys=[trainee_id])
    mentor: Mapped[Employee] = relationship(foreign_keys=[mentor_id])
    department: Mapped[Department] = relationship(foreign_keys=[department_id])
    share_department: Mapped[Department | None] = relationship(foreign_keys=[share_department_id])
    goals: Mapped[list["PracticeGoal"]] = relationship(
        order_by="PracticeGoal.position", cascade="all, delete-orphan"
    )
    report: Mapped["PracticeReport | None"] = relationship()

    __mapper_args__ = {"version_id_col": version}


class PracticeGoal(Base):
    """目标: what is to be reached, and by what one will see it."""

    __tablename__ = "practice_goal"
    __table_args__ = (UniqueConstraint("practice_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    position: Mapped[int]
    text: Mapped[str]
    measure: Mapped[str]
    status: Mapped[GoalStatus] = mapped_column(default=GoalStatus.OPEN)
    verdict: Mapped[Verdict | None]
    remark: Mapped[str] = mapped_column(default="")


class PracticeEvent(Base):
    """What was done to a practice, by whom, why. Append-only."""

    __tablename__ = "practice_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), index=True)
    actor_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    act: Mapped[Act]
    reason: Mapped[str] = mapped_column(default="")
    #: What a later act changes: the report as it was handed in.
    details: Mapped[dict[str, Any]]
    happened_at: Mapped[datetime]


class PracticeEntry(Base):
    """日志: one entry of the log. Append-only: a correction is a further revision of its number."""

    __tablename__ = "practice_entry"
    __table_args__ = (
        UniqueConstraint("practice_id", "number", "revision"),
        CheckConstraint(f"minutes BETWEEN {LEAST_MINUTES} AND {MOST_MINUTES}", "minutes"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    number: Mapped[int]
    revision: Mapped[int]
    day: Mapped[date]
    minutes: Mapped[int]
    done: Mapped[str]
    learned: Mapped[str]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    #: Why it was corrected; empty for the first revision.
    reason: Mapped[str] = mapped_column(default="")
    written_at: Mapped[datetime]


class PracticeComment(Base):
    """What the mentor says about an entry of the log. Append-only."""

    __tablename__ = "practice_comment"
    __table_args__ = (Index("ix_practice_comment_practice_id_number", "practice_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"))
    number: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    text: Mapped[str]
    written_at: Mapped[datetime]

    author: Mapped[Employee] = relationship()


class PracticeQuestion(Base):
    """提问: a question of trainee or mentor, and the other's answer."""

    __tablename__ = "practice_question"
    __table_args__ = (Index("ix_practice_question_answered_at", "answered_at", "asked_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    text: Mapped[str]
    asked_at: Mapped[datetime]
    answer: Mapped[str | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    answered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    practice: Mapped[Practice] = relationship()
    asked_by: Mapped[Employee] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[Employee | None] = relationship(foreign_keys=[answered_by_id])

    __mapper_args__ = {"version_id_col": version}


class PracticeReport(Base):
    """总结报告: kept as a draft while it is written; after handing in it stands as it is."""

    __tablename__ = "practice_report"

    practice_id: Mapped[int] = mapped_column(ForeignKey("practice.id"), primary_key=True)
    done: Mapped[str] = mapped_column(default="")
    results: Mapped[str] = mapped_column(default="")
    learned: Mapped[str] = mapped_column(default="")
    recommended: Mapped[str] = mapped_column(default="")
    #: Folded: what the library is searched by.
    search_text: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
