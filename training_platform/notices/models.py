"""通知 notices: what the bell shows. A kind with values, drawn in the reader's language."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from training_platform.core.db import Base
from training_platform.core.permissions import Permission


class Notice(Base):
    """One message to one person."""

    __tablename__ = "notice"
    __table_args__ = (Index("ix_notice_employee_id_read_at", "employee_id", "read_at", "id"),)
    read_permission = Permission.NOTICE_READ

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    #: Values for the text of this kind; two-language texts as {zh, en}.
    values: Mapped[dict[str, Any]]
    href: Mapped[str]
    created_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
