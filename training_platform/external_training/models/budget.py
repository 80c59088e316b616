"""外部培训预算: what a department may spend in a year, and every move of it."""

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base, Money
from training_platform.core.permissions import Permission
from training_platform.external_training.rules import BudgetState, MoveKind
from training_platform.people.models import Department, Employee


class TrainingBudget(Base):
    """预算 of one department, with all below it, for one year."""

    __tablename__ = "training_budget"
    __table_args__ = (
        UniqueConstraint("department_id", "year"),
        CheckConstraint("committed_amount + spent_amount <= granted_amount", "never_overspent"),
        CheckConstraint(
            "granted_amount >= 0 AND reserved_amount >= 0 AND committed_amount >= 0"
            " AND spent_amount >= 0",
            "not_negative",
        ),
    )
    read_permission = Permission.EXTERNAL_TRAINING_BUDGET

    id: Mapped[int] = mapped_column(primary_key=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    year: Mapped[int]
    granted_amount: Mapped[Decimal] = mapped_column(Money)
    reserved_amount: Mapped[Decimal] = mapped_column(Money)
    committed_amount: Mapped[Decimal] = mapped_column(Money)
    spent_amount: Mapped[Decimal] = mapped_column(Money)

    department: Mapped[Department] = relationship()

    @property
    def state(self) -> BudgetState:
        """Return what it holds, as the rules read it."""
        return BudgetState(
            self.granted_amount, self.reserved_amount, self.committed_amount, self.spent_amount
        )


class BudgetMove(Base):
    """One move of a budget, with its reason. Append-only."""

    __tablename__ = "training_budget_move"

    id: Mapped[int] = mapped_column(primary_key=True)
    budget_id: Mapped[int] = mapped_column(ForeignKey("training_budget.id"), index=True)
    kind: Mapped[MoveKind]
    amount: Mapped[Decimal] = mapped_column(Money)
    application_id: Mapped[int | None] = mapped_column(
        ForeignKey("external_training_application.id"), index=True
    )
    #: Where a transfer came from or went to.
    other_budget_id: Mapped[int | None] = mapped_column(ForeignKey("training_budget.id"))
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    reason: Mapped[str] = mapped_column(default="")
    happened_at: Mapped[datetime]

    actor: Mapped[Employee | None] = relationship()
