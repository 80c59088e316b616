"""审批: steps of the approval, who may take them, 代理 delegations, the policy."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.external_training.rules import Decision, StepRole
from training_platform.people.models import Employee


class ApprovalStep(Base):
    """One step of one round: whose it is, and once taken, who did and how."""

    __tablename__ = "external_training_step"
    __table_args__ = (
        UniqueConstraint("application_id", "round", "position"),
        UniqueConstraint("application_id", "round", "approver_id"),  # nobody takes two steps
        CheckConstraint("(decision IS NULL) = (approver_id IS NULL)", "decided_by_somebody"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(ForeignKey("external_training_application.id"))
    round: Mapped[int]
    position: Mapped[int]
    role: Mapped[StepRole]
    #: When it began to wait; None while an earlier step does.
    opened_at: Mapped[datetime | None] = mapped_column(index=True)
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    #: Whom the approver stood in for.
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    decision: Mapped[Decision | None]
    note: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]

    approver: Mapped[Employee | None] = relationship(foreign_keys=[approver_id])
    on_behalf_of: Mapped[Employee | None] = relationship(foreign_keys=[on_behalf_of_id])
    people: Mapped[list["ApprovalStepPerson"]] = relationship(
        lazy="selectin", cascade="all, delete-orphan"
    )


class ApprovalStepPerson(Base):
    """Somebody who may take a waiting step."""

    __tablename__ = "external_training_step_person"

    step_id: Mapped[int] = mapped_column(ForeignKey("external_training_step.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(
        ForeignKey("employee.id"), primary_key=True, index=True
    )

    employee: Mapped[Employee] = relationship()


class ApprovalDelegation(Base):
    """代理: somebody decides for somebody else, from one day to another."""

    __tablename__ = "external_training_delegation"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", "dates_in_order"),
        CheckConstraint("delegate_id <> delegator_id", "delegate_is_another"),
        Index("ix_external_training_delegation_delegate_id_ends_on", "delegate_id", "ends_on"),
    )
    read_permission = Permission.EXTERNAL_TRAINING_DELEGATE

    id: Mapped[int] = mapped_column(primary_key=True)
    delegator_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    delegate_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    delegator: Mapped[Employee] = relationship(foreign_keys=[delegator_id])
    delegate: Mapped[Employee] = relationship(foreign_keys=[delegate_id])


class ExternalTrainingPolicy(Base):
    """外部培训规定: steps, days, what blocks; one row."""

    __tablename__ = "external_training_policy"
    read_permission = Permission.EXTERNAL_TRAINING_MANAGE

    id: Mapped[str] = mapped_column(primary_key=True)
    #: Steps in their order: role, least_amount (text), provider_id.
    chain: Mapped[list[Any]]
    report_days: Mapped[int]
    sharing_days: Mapped[int]
    follow_up_days: Mapped[int]
    remind_days: Mapped[int]
    escalate_days: Mapped[int]
    blocks_overdue: Mapped[bool]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
