"""外部培训申请: what somebody wants to attend outside, its files, what was done to it."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base, Money
from training_platform.core.files import StoredFile
from training_platform.core.permissions import Permission
from training_platform.external_training.models.approval import ApprovalStep
from training_platform.external_training.rules import Act, FilePurpose, Kind, State
from training_platform.people.models import Competency, Department, Employee

ZERO = Decimal("0.00")


class TrainingProvider(Base):
    """培训机构: who offers courses; what people think of it follows from their reports."""

    __tablename__ = "training_provider"
    read_permission = Permission.EXTERNAL_TRAINING_USE

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    #: Folded: two providers of one name are one, and lists are searched by it.
    search_text: Mapped[str] = mapped_column(unique=True)
    website: Mapped[str] = mapped_column(default="")
    contact: Mapped[str] = mapped_column(default="")
    about: Mapped[str] = mapped_column(default="")
    is_active: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ExternalTrainingApplication(Base):
    """One employee asks to attend one course, seminar or lecture outside."""

    __tablename__ = "external_training_application"
    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", "dates_in_order"),
        CheckConstraint(
            "fee_amount >= 0 AND travel_amount >= 0 AND lodging_amount >= 0", "costs_not_negative"
        ),
        Index("ix_external_training_application_applicant_id_state", "applicant_id", "state"),
        Index("ix_external_training_application_state_starts_on", "state", "starts_on"),
        Index("ix_external_training_application_state_report_due_on", "state", "report_due_on"),
    )
    read_permission = Permission.EXTERNAL_TRAINING_READ

    id: Mapped[int] = mapped_column(primary_key=True)
    applicant_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    nominated_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    state: Mapped[State]
    kind: Mapped[Kind]
    title: Mapped[str]
    content: Mapped[str] = mapped_column(default="")
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("training_provider.id"), index=True)
    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    minutes: Mapped[int] = mapped_column(default=0)
    place: Mapped[str] = mapped_column(default="")
    is_online: Mapped[bool] = mapped_column(default=False)
    fee_amount: Mapped[Decimal] = mapped_column(Money, default=ZERO)
    travel_amount: Mapped[Decimal] = mapped_column(Money, default=ZERO)
    lodging_amount: Mapped[Decimal] = mapped_column(Money, default=ZERO)
    reason: Mapped[str] = mapped_column(default="")
    competency_id: Mapped[str | None] = mapped_column(ForeignKey("competency.id"))
    use_plan: Mapped[str] = mapped_column(default="")
    cover: Mapped[str] = mapped_column(default="")
    copied_from_id: Mapped[int | None] = mapped_column(
        ForeignKey("external_training_application.id")
    )
    #: What approvers asked for, as it stands at the approval.
    conditions: Mapped[str] = mapped_column(default="")
    #: Each submission begins a round: what was decided in an earlier one no longer counts.
    round: Mapped[int] = mapped_column(default=0)
    budget_id: Mapped[int | None] = mapped_column(ForeignKey("training_budget.id"), index=True)
    #: What the budget holds or has paid for it.
    budgeted_amount: Mapped[Decimal] = mapped_column(Money, default=ZERO)
    actual_fee_amount: Mapped[Decimal | None] = mapped_column(Money)
    actual_travel_amount: Mapped[Decimal | None] = mapped_column(Money)
    actual_lodging_amount: Mapped[Decimal | None] = mapped_column(Money)
    report_due_on: Mapped[date | None]
    created_at: Mapped[datetime]
    saved_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    approved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    #: Folded title and content: what lists are searched by.
    search_text: Mapped[str]
    version: Mapped[int] = mapped_column()

    applicant: Mapped[Employee] = relationship(foreign_keys=[applicant_id])
    nominated_by: Mapped[Employee | None] = relationship(foreign_keys=[nominated_by_id])
    provider: Mapped[TrainingProvider | None] = relationship()
    competency: Mapped[Competency | None] = relationship()
    steps: Mapped[list[ApprovalStep]] = relationship(
        order_by="(ApprovalStep.round, ApprovalStep.position)", lazy="selectin"
    )

    __mapper_args__ = {"version_id_col": version}

    @property
    def total(self) -> Decimal:
        """Return what is asked for, in CNY."""
        return self.fee_amount + self.travel_amount + self.lodging_amount

    @property
    def actual_total(self) -> Decimal | None:
        """Return what it really cost; None before somebody said so."""
        parts = (self.actual_fee_amount, self.actual_travel_amount, self.actual_lodging_amount)
        return None if parts[0] is None else sum((each or ZERO for each in parts), ZERO)

    @property
    def number(self) -> str:
        """Return the number by which people name it on paper."""
        return f"ET-{self.created_at.year}-{self.id:04d}"

    @property
    def current_steps(self) -> list[ApprovalStep]:
        """Return the steps of the present round, in their order."""
        return [step for step in self.steps if step.round == self.round]

    @property
    def waiting_step(self) -> ApprovalStep | None:
        """Return the step that is to be taken now; None where nothing waits."""
        if self.state is not State.IN_APPROVAL:
            return None
        return next((step for step in self.current_steps if step.decision is None), None)

    @property
    def department(self) -> Department:
        """Return the department of the applicant."""
        return self.applicant.department


class ExternalTrainingFile(Base):
    """A file of an application: what goes with it, a proof, a certificate, course material."""

    __tablename__ = "external_training_file"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(
        ForeignKey("external_training_application.id"), index=True
    )
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    purpose: Mapped[FilePurpose]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    added_at: Mapped[datetime]

    file: Mapped[StoredFile] = relationship()


class ExternalTrainingEvent(Base):
    """What was done to an application, by whom, for whom, why. Append-only."""

    __tablename__ = "external_training_event"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(
        ForeignKey("external_training_application.id"), index=True
    )
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    on_behalf_of_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    act: Mapped[Act]
    reason: Mapped[str] = mapped_column(default="")
    details: Mapped[dict[str, Any]]
    happened_at: Mapped[datetime]
