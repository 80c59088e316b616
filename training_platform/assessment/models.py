"""题目 questions as they are drawn and marked, their statistics, and 补考规则 the fail ladder."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from training_platform.core.db import Base
from training_platform.core.permissions import Permission


class Question(Base):
    """题目: what a draw needs to know; the definition lies in the pinned revision."""

    __tablename__ = "question"
    __table_args__ = (Index("ix_question_topic_difficulty", "topic", "difficulty"),)
    read_permission = Permission.QUESTION_STATISTICS

    id: Mapped[str] = mapped_column(primary_key=True)  # <topic>/<question>
    topic: Mapped[str]
    kind: Mapped[str]
    difficulty: Mapped[str]
    lesson_id: Mapped[str | None] = mapped_column(index=True)
    stem: Mapped[dict[str, Any]]
    revision_id: Mapped[int] = mapped_column(ForeignKey("content_revision.id"))
    is_withdrawn: Mapped[bool] = mapped_column(default=False)


class QuestionSkill(Base):
    """One competency that a question asks for."""

    __tablename__ = "question_skill"

    question_id: Mapped[str] = mapped_column(ForeignKey("question.id"), primary_key=True)
    competency_id: Mapped[str] = mapped_column(primary_key=True, index=True)


class AnswerCount(Base):
    """How often a question was answered, and how: choice "" counts the question itself.

    Counted in the transaction that marks, so that the trainer's page needs no scan over attempts.
    """

    __tablename__ = "answer_count"
    __table_args__ = (UniqueConstraint("question_id", "revision_id", "choice"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(ForeignKey("question.id"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("content_revision.id"))
    choice: Mapped[str]
    seen_count: Mapped[int] = mapped_column(default=0)
    wrong_count: Mapped[int] = mapped_column(default=0)


class FailLadder(Base):
    """补考规则: what follows the first, second … fail. Data, edited by HR.

    rungs: [{"action": "makeup" | "retraining" | "hr_case", "wait_hours": 24}], one a fail.
    """

    __tablename__ = "fail_ladder"
    read_permission = Permission.LADDER_MANAGE

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[dict[str, Any]]
    rungs: Mapped[list[Any]]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ExtraTime(Base):
    """延长时间: so much longer somebody has in every exam, and why. Set by HR."""

    __tablename__ = "extra_time"
    read_permission = Permission.EXTRA_TIME_MANAGE

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    percent: Mapped[int]
    reason: Mapped[str]
    set_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    set_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
