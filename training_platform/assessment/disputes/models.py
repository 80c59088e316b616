"""申诉: one check of one result that somebody holds to be wrong, and what was decided."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.assessment.disputes.rules import DisputeState, Ground, Remedy
from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.people.models import Department, Employee


class Dispute(Base):
    """申诉: subject_kind and subject_id name the attempt in the package that owns it."""

    __tablename__ = "dispute"
    __table_args__ = (
        Index(
            "uq_dispute_open",
            "subject_kind",
            "subject_id",
            "check_key",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index("ix_dispute_subject_kind_subject_id", "subject_kind", "subject_id"),
        Index("ix_dispute_state_due_on", "state", "due_on"),
    )
    read_permission = Permission.DISPUTE_READ

    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    check_key: Mapped[str]
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    department_id: Mapped[int] = mapped_column(ForeignKey("department.id"))
    #: What lists call it: the task or paper, and the check or question.
    title: Mapped[dict[str, Any]]
    check_title: Mapped[dict[str, Any]]
    #: The page of the result.
    href: Mapped[str]
    #: Hundredths of points: what the check gave, and what it is worth.
    got_points: Mapped[int]
    most_points: Mapped[int]
    #: Who gave the points may not decide about them.
    barred_ids: Mapped[list[Any]]
    ground: Mapped[Ground]
    text: Mapped[str] = mapped_column(default="")
    state: Mapped[DisputeState] = mapped_column(default=DisputeState.OPEN)
    opened_at: Mapped[datetime]
    #: Until when a trainer should have decided: a day of the company.
    due_on: Mapped[date]
    remedy: Mapped[Remedy | None]
    #: Hundredths of the points that the check now counts, where only this attempt is corrected.
    granted_points: Mapped[int | None]
    reason: Mapped[str | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    employee: Mapped[Employee] = relationship(foreign_keys=[employee_id])
    department: Mapped[Department] = relationship()
    decided_by: Mapped[Employee | None] = relationship(foreign_keys=[decided_by_id])

    __mapper_args__ = {"version_id_col": version}

    @property
    def got(self) -> Decimal:
        """Return the points that the check gave."""
        return Decimal(self.got_points) / 100

    @property
    def most(self) -> Decimal:
        """Return what the check is worth."""
        return Decimal(self.most_points) / 100

    @property
    def granted(self) -> Decimal | None:
        """Return the points that were granted."""
        return None if self.granted_points is None else Decimal(self.granted_points) / 100

    @property
    def is_open(self) -> bool:
        """Tell that it waits for a decision."""
        return self.state is DisputeState.OPEN
