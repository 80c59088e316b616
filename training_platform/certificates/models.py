"""证书 certificates."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.certificates.rules import Life, RenewalReason
from training_platform.core import clock
from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.curricula.models import Course
from training_platform.people.models import Employee


class Certificate(Base):
    """证书: issued once per person, subject and cycle; what it says is pinned."""

    __tablename__ = "certificate"
    __table_args__ = (
        UniqueConstraint("employee_id", "kind", "subject", "cycle"),
        Index("ix_certificate_kind_subject", "kind", "subject"),
    )
    read_permission = Permission.CERTIFICATE_READ

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    kind: Mapped[str]  # course, curriculum
    subject: Mapped[str]
    cycle: Mapped[int] = mapped_column(default=1)
    title: Mapped[dict[str, Any]]
    holder_name: Mapped[str]
    holder_name_latin: Mapped[str]
    band: Mapped[str]  # pass, distinction
    significant_revision: Mapped[int]
    issued_on: Mapped[date] = mapped_column(index=True)
    valid_until: Mapped[date | None] = mapped_column(index=True)
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    revoke_reason: Mapped[str | None]
    #: The first day on which it counts no longer: a significant revision and its grace are past.
    superseded_from: Mapped[date | None]
    #: What else the document says, pinned: level, competencies, minutes, company, signatures.
    details: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)

    employee: Mapped[Employee] = relationship(foreign_keys=[employee_id])

    __mapper_args__ = {"version_id_col": version}

    @property
    def life(self) -> Life:
        """Return the days on which its state turns."""
        return life_of(self)


class CertificateRenewal(Base):
    """更新: what somebody must pass again, so that a certificate goes on in a further cycle."""

    __tablename__ = "certificate_renewal"
    __table_args__ = (
        UniqueConstraint("certificate_id", "reason", "significant_revision"),
        Index("ix_certificate_renewal_employee_id_done_at", "employee_id", "done_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    reason: Mapped[RenewalReason]
    #: The papers to be passed since it was opened.
    papers: Mapped[list[Any]]
    #: The significant revision that the new certificate stands for.
    significant_revision: Mapped[int]
    #: Only what changed is asked: the new certificate lasts no longer than the old one.
    is_delta: Mapped[bool] = mapped_column(default=False)
    opened_at: Mapped[datetime]
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]

    certificate: Mapped[Certificate] = relationship()


class CertificatePolicy(Base):
    """有效期规则: how long people have when a certificate ends. One row."""

    __tablename__ = "certificate_policy"
    __table_args__ = (CheckConstraint("grace_days between 0 and 365", "grace_in_a_year"),)
    read_permission = Permission.CERTIFICATE_REVOKE

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Days for which a certificate still counts after a significant revision came out.
    grace_days: Mapped[int] = mapped_column(default=30)
    #: How many days before the end somebody is reminded; the first opens the renewal.
    reminder_days: Mapped[list[Any]]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class CertificateBatch(Base):
    """批量颁发: one course's certificates for many people, issued by jobs, each once."""

    __tablename__ = "certificate_batch"
    read_permission = Permission.CERTIFICATE_ISSUE

    id: Mapped[int] = mapped_column(primary_key=True)
    course_id: Mapped[str] = mapped_column(ForeignKey("course.id"))
    made_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    made_at: Mapped[datetime]
    employee_ids: Mapped[list[Any]]
    #: How many jobs share the work.
    parts: Mapped[int]

    course: Mapped[Course] = relationship()
    made_by: Mapped[Employee] = relationship()


def life_of(row: Any) -> Life:
    """Return the days on which the state of a certificate, or a row of its columns, turns."""
    revoked_on = clock.company_day(row.revoked_at) if row.revoked_at else None
    return Life(row.issued_on, row.valid_until, row.superseded_from, revoked_on)
