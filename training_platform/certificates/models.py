"""证书 certificates."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.people.models import Employee


class Certificate(Base):
    """证书: issued once per person, subject and cycle; what it says is pinned."""

    __tablename__ = "certificate"
    __table_args__ = (UniqueConstraint("employee_id", "kind", "subject", "cycle"),)
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
    valid_until: Mapped[date | None]
    issued_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    revoke_reason: Mapped[str | None]
    #: What else the document says, pinned: level, competencies, minutes, company, signatures.
    details: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)

    employee: Mapped[Employee] = relationship(foreign_keys=[employee_id])

    __mapper_args__ = {"version_id_col": version}
