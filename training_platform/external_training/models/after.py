"""培训总结报告 reports, 分享会 sharing sessions, exceptions from the rule about overdue reports."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.people.models import Employee


class ExternalTrainingReport(Base):
    """培训总结报告: a draft while it is written; what it says is for colleagues, too."""

    __tablename__ = "external_training_report"
    __table_args__ = (
        CheckConstraint("provider_rating BETWEEN 1 AND 5", "provider_rating"),
        CheckConstraint("course_rating BETWEEN 1 AND 5", "course_rating"),
    )

    application_id: Mapped[int] = mapped_column(
        ForeignKey("external_training_application.id"), primary_key=True
    )
    learned: Mapped[str] = mapped_column(default="")
    use_at_work: Mapped[str] = mapped_column(default="")
    recommendation: Mapped[str] = mapped_column(default="")
    provider_rating: Mapped[int | None]
    course_rating: Mapped[int | None]
    search_text: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[datetime]
    handed_in_at: Mapped[datetime | None]
    follow_up_on: Mapped[date | None]
    follow_up: Mapped[str] = mapped_column(default="")
    followed_up_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class SharingSession(Base):
    """分享会: what was learned outside is passed on."""

    __tablename__ = "sharing_session"

    id: Mapped[int] = mapped_column(primary_key=True)
    application_id: Mapped[int] = mapped_column(
        ForeignKey("external_training_application.id"), unique=True
    )
    begins_at: Mapped[datetime]
    minutes: Mapped[int]
    place: Mapped[str]
    held_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    attendances: Mapped[list["SharingAttendance"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin"
    )

    __mapper_args__ = {"version_id_col": version}


class SharingAttendance(Base):
    """Somebody listened."""

    __tablename__ = "sharing_attendance"

    session_id: Mapped[int] = mapped_column(ForeignKey("sharing_session.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)

    employee: Mapped[Employee] = relationship()


class ExternalTrainingException(Base):
    """HR lets somebody apply although a report is overdue, until a day, for a reason."""

    __tablename__ = "external_training_exception"

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    reason: Mapped[str]
    granted_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    granted_at: Mapped[datetime]
    ends_on: Mapped[date]

    employee: Mapped[Employee] = relationship(foreign_keys=[employee_id])
    granted_by: Mapped[Employee] = relationship(foreign_keys=[granted_by_id])
