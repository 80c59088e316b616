"""通知 notices, 设置 settings, 待发邮件 waiting, 文字 wordings, 提醒 reminders, 日历 feeds."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.notices.rules import Reminders
from training_platform.people.models import Employee


class Notice(Base):
    """One message to one person: a kind with values, drawn in the reader's language."""

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


class NoticeSettings(Base):
    """How somebody wants mail. Without a row the company's quiet hours hold, and all at once."""

    __tablename__ = "notice_settings"

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    #: "20:00-08:00", or empty: none.
    quiet_hours: Mapped[str]
    #: group → channel; groups that are not named come at once.
    channels: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class WaitingMail(Base):
    """A notice whose mail leaves later, together with others. Gone once its mail is written."""

    __tablename__ = "waiting_mail"
    __table_args__ = (Index("ix_waiting_mail_employee_id_leaves_at", "employee_id", "leaves_at"),)

    notice_id: Mapped[int] = mapped_column(ForeignKey("notice.id"), primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    leaves_at: Mapped[datetime]


class NoticeWording(Base):
    """通知文字: how HR words a kind of notice. Never changed: the newest number counts."""

    __tablename__ = "notice_wording"
    __table_args__ = (UniqueConstraint("kind", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    number: Mapped[int]
    #: {zh: {title, body}, en: {title, body}}; None: back to the text that is shipped.
    texts: Mapped[dict[str, Any] | None]
    worded_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    worded_at: Mapped[datetime]

    worded_by: Mapped[Employee | None] = relationship()


class ReminderPolicy(Base):
    """提醒规则: when people are reminded of a kind of due days. Without a row as it is shipped."""

    __tablename__ = "reminder_policy"
    read_permission = Permission.NOTICE_MANAGE

    kind: Mapped[str] = mapped_column(primary_key=True)
    days_before: Mapped[list[Any]]
    days_after: Mapped[list[Any]]
    escalate_after: Mapped[int | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}

    @property
    def values(self) -> Reminders:
        """Return what the policy says."""
        return Reminders(tuple(self.days_before), tuple(self.days_after), self.escalate_after)


class CalendarFeed(Base):
    """日历订阅: the secret address of somebody's calendar; one a person, replaced to renew it."""

    __tablename__ = "calendar_feed"

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    #: Sealed under SECRET_KEY: its owner may read it again, a stolen database tells nothing.
    sealed_token: Mapped[str]
    created_at: Mapped[datetime]
