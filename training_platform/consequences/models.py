"""人事处理 cases for HR, 绩效加分规则 the reward policy, 绩效加分建议 recommendations."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.consequences.rules import CaseState, Decision, Policy, RewardState
from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.people.models import Employee

THE_POLICY = "default"


class HrCase(Base):
    """人事处理: a fail that the ladder handed to HR, with the rule that did, and the decision."""

    __tablename__ = "hr_case"
    __table_args__ = (Index("ix_hr_case_state_opened_at", "state", "opened_at"),)
    read_permission = Permission.CONSEQUENCE_READ

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    #: The training record that opened it: one case a record.
    record_id: Mapped[int] = mapped_column(ForeignKey("training_record.id"), unique=True)
    subject: Mapped[str]
    title: Mapped[dict[str, Any]]
    number: Mapped[int]
    #: The rung as it was: ladder, ladder_name, fail, action, wait_hours; {} where nobody noted it.
    rule: Mapped[dict[str, Any]]
    href: Mapped[str]
    state: Mapped[CaseState] = mapped_column(default=CaseState.OPEN)
    opened_at: Mapped[datetime]
    decision: Mapped[Decision | None]
    reason: Mapped[str | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    employee: Mapped[Employee] = relationship(foreign_keys=[employee_id])
    decided_by: Mapped[Employee | None] = relationship(foreign_keys=[decided_by_id])

    __mapper_args__ = {"version_id_col": version}


class RewardPolicy(Base):
    """绩效加分规则: data, edited by HR beside the fail ladders."""

    __tablename__ = "reward_policy"
    __table_args__ = (
        CheckConstraint("quiz_points >= 0 AND practical_points >= 0", "points_not_negative"),
        CheckConstraint("practical_percent BETWEEN 1 AND 100", "percent"),
    )
    read_permission = Permission.REWARD_POLICY_MANAGE

    id: Mapped[str] = mapped_column(primary_key=True)
    quiz_points: Mapped[int]
    practical_points: Mapped[int]
    practical_percent: Mapped[int]
    first_try_only: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def values(self) -> Policy:
        """Return what the policy says."""
        return Policy(
            self.quiz_points, self.practical_points, self.practical_percent, self.first_try_only
        )


class RewardRecommendation(Base):
    """绩效加分建议: a pass with distinction, the points that it earns by a rule, the decision."""

    __tablename__ = "reward_recommendation"
    __table_args__ = (Index("ix_reward_recommendation_state_created_at", "state", "created_at"),)
    read_permission = Permission.CONSEQUENCE_READ

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    record_id: Mapped[int] = mapped_column(ForeignKey("training_record.id"), unique=True)
    kind: Mapped[str]  # the record's: quiz_passed, practical_passed, exam_passed
    subject: Mapped[str]
    title: Mapped[dict[str, Any]]
    percent: Mapped[int]
    number: Mapped[int]
    points: Mapped[int]
    #: The policy as it was.
    rule: Mapped[dict[str, Any]]
    state: Mapped[RewardState] = mapped_column(default=RewardState.PROPOSED)
    created_at: Mapped[datetime]
    reason: Mapped[str | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    closed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    employee: Mapped[Employee] = relationship(foreign_keys=[employee_id])
    decided_by: Mapped[Employee | None] = relationship(foreign_keys=[decided_by_id])

    __mapper_args__ = {"version_id_col": version}
