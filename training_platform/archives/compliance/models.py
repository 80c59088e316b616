"""上岗要求 what a job role needs before customers; 时点证明 proofs of a day."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.people.models import Department, Employee, JobRole


class ReadinessRule(Base):
    """上岗要求 of one job role, edited by HR; without a row the shipped rule holds."""

    __tablename__ = "readiness_rule"
    __table_args__ = (CheckConstraint("due_days BETWEEN 1 AND 730", "due_days"),)
    read_permission = Permission.COMPLIANCE_MANAGE

    job_role_id: Mapped[str] = mapped_column(ForeignKey("job_role.id"), primary_key=True)
    #: [{"kind": "practical", "subject": "enter-customers", "title": {zh, en}}]
    needs: Mapped[list[Any]]
    #: Days from the beginning in the job role for exams and practical tasks.
    due_days: Mapped[int]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class ComplianceProof(Base):
    """时点证明: who of a group held a certificate on a day, pinned as it was found."""

    __tablename__ = "compliance_proof"
    read_permission = Permission.COMPLIANCE_MANAGE

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"))
    title: Mapped[dict[str, Any]]
    job_role_id: Mapped[str | None] = mapped_column(ForeignKey("job_role.id"))
    department_id: Mapped[int | None] = mapped_column(ForeignKey("department.id"))
    day: Mapped[date]
    purpose: Mapped[str]
    #: One entry a person: number, name, department {zh, en}, standing, code, issued, until.
    rows: Mapped[list[Any]]
    people_count: Mapped[int]
    held_count: Mapped[int]
    #: SHA-256 of the canonical rows, also in the audit log and on the document.
    digest: Mapped[str]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    made_at: Mapped[datetime]
    #: The document, once a job has drawn and signed it.
    pdf_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))

    job_role: Mapped[JobRole | None] = relationship()
    department: Mapped[Department | None] = relationship()
    made_by: Mapped[Employee] = relationship()

    @property
    def is_erased(self) -> bool:
        """Tell that its years are over: names and document are gone, the figures stay."""
        return bool(self.people_count) and not self.rows
