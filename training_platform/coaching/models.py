"""辅导关系 care, 一对一时段 slots and 预约 bookings, 首月计划 first month, 抽查 spot checks."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.coaching.rules import (
    FIRST_MONTH_LASTS,
    Finding,
    ItemKind,
    SlotState,
    Source,
    SpotState,
)
from training_platform.core.db import Base
from training_platform.people.models import Employee


class CoachingCare(Base):
    """辅导关系: somebody is in a coach's care, for some time."""

    __tablename__ = "coaching_care"
    __table_args__ = (
        Index(
            "uq_coaching_care_present",
            "trainee_id",
            "coach_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
        CheckConstraint("trainee_id <> coach_id", "somebody_else"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    trainee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    coach_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    trainee: Mapped[Employee] = relationship(foreign_keys=[trainee_id])
    coach: Mapped[Employee] = relationship(foreign_keys=[coach_id])


class CoachingSlot(Base):
    """一对一时段: some minutes that a coach offers."""

    __tablename__ = "coaching_slot"
    __table_args__ = (
        Index(
            "uq_coaching_slot_begin",
            "coach_id",
            "starts_at",
            unique=True,
            sqlite_where=text("state <> 'cancelled'"),
            postgresql_where=text("state <> 'cancelled'"),
        ),
        CheckConstraint("ends_at > starts_at", "in_order"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    coach_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    #: A room, or the address of a meeting.
    place: Mapped[str]
    is_online: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")
    state: Mapped[SlotState] = mapped_column(default=SlotState.OPEN)
    cancel_reason: Mapped[str | None]
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    coach: Mapped[Employee] = relationship(foreign_keys=[coach_id])

    __mapper_args__ = {"version_id_col": version}


class CoachingBooking(Base):
    """预约: somebody takes a slot, for a topic; afterwards both note what came of it."""

    __tablename__ = "coaching_booking"
    __table_args__ = (
        Index(
            "uq_coaching_booking_slot",
            "slot_id",
            unique=True,
            sqlite_where=text("cancelled_at IS NULL"),
            postgresql_where=text("cancelled_at IS NULL"),
        ),
        Index("ix_coaching_booking_trainee_id_starts_at", "trainee_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slot_id: Mapped[int] = mapped_column(ForeignKey("coaching_slot.id"))
    trainee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    #: What it is about: a weak check by name, or words of the trainee.
    topic: Mapped[dict[str, Any]]
    practical_id: Mapped[str | None]
    wish: Mapped[str] = mapped_column(default="")
    booked_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    cancelled_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    coach_note: Mapped[str] = mapped_column(default="")
    trainee_note: Mapped[str] = mapped_column(default="")
    next_step: Mapped[str] = mapped_column(default="")
    next_step_on: Mapped[date | None]

    trainee: Mapped[Employee] = relationship(foreign_keys=[trainee_id])
    slot: Mapped[CoachingSlot] = relationship()


class FirstMonth(Base):
    """首月计划: what somebody new does in the first four weeks."""

    __tablename__ = "first_month"

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), unique=True)
    job_role_id: Mapped[str]
    began_on: Mapped[date]
    created_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]

    employee: Mapped[Employee] = relationship(foreign_keys=[employee_id])
    items: Mapped[list["FirstMonthItem"]] = relationship(
        back_populates="plan", order_by="FirstMonthItem.position"
    )

    def is_asked(self, today: date) -> bool:
        """Tell whether anybody still asks for its open steps: not once it is long over."""
        return self.finished_at is None and today <= self.began_on + FIRST_MONTH_LASTS


class FirstMonthItem(Base):
    """One step of a first month, as the plan had it when it was made."""

    __tablename__ = "first_month_item"
    __table_args__ = (
        UniqueConstraint("plan_id", "position"),
        Index("ix_first_month_item_kind_subject", "kind", "subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("first_month.id"))
    position: Mapped[int]
    week: Mapped[int]
    kind: Mapped[ItemKind]
    #: The lesson, course, quiz or task that ticks it; empty where people do.
    subject: Mapped[str] = mapped_column(default="")
    what: Mapped[dict[str, Any]]
    with_whom: Mapped[dict[str, Any]]
    target: Mapped[dict[str, Any]]
    due_on: Mapped[date]
    done_at: Mapped[datetime | None]
    #: None where the platform itself knew.
    done_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))

    plan: Mapped[FirstMonth] = relationship(back_populates="items")
    done_by: Mapped[Employee | None] = relationship(foreign_keys=[done_by_id])


class SpotCheck(Base):
    """抽查: a sample of what somebody did in the CRM, and what was found."""

    __tablename__ = "spot_check"
    __table_args__ = (Index("ix_spot_check_trainee_id_created_at", "trainee_id", "created_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    trainee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    checker_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    source: Mapped[Source]
    #: With the population it repeats the draw: rules.draw().
    seed: Mapped[int]
    size: Mapped[int]
    from_on: Mapped[date]
    until_on: Mapped[date]
    #: [layer, number] of every act that could have been drawn.
    population: Mapped[list[Any]]
    created_at: Mapped[datetime]
    state: Mapped[SpotState] = mapped_column(default=SpotState.OPEN, index=True)
    closed_at: Mapped[datetime | None]
    summary: Mapped[str] = mapped_column(default="")
    comment: Mapped[str] = mapped_column(default="")
    commented_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    trainee: Mapped[Employee] = relationship(foreign_keys=[trainee_id])
    checker: Mapped[Employee] = relationship(foreign_keys=[checker_id])
    items: Mapped[list["SpotItem"]] = relationship(
        back_populates="spot_check", order_by="SpotItem.position"
    )

    __mapper_args__ = {"version_id_col": version}


class SpotItem(Base):
    """One thing that is looked at: an act of the sandbox as it was drawn, or a note by hand."""

    __tablename__ = "spot_item"
    __table_args__ = (UniqueConstraint("spot_check_id", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    spot_check_id: Mapped[int] = mapped_column(ForeignKey("spot_check.id"))
    position: Mapped[int]
    happened_at: Mapped[datetime]
    act: Mapped[str] = mapped_column(default="")
    entity: Mapped[str | None]
    record_id: Mapped[int | None]
    layer_id: Mapped[int | None]
    seq: Mapped[int | None]
    title: Mapped[str]
    #: Plain values: {"changes": {field: [before, after]}, "record": {field: value}}.
    shown: Mapped[dict[str, Any]]

    spot_check: Mapped[SpotCheck] = relationship(back_populates="items")
    findings: Mapped[list["SpotFinding"]] = relationship(order_by="SpotFinding.id", lazy="selectin")

    @property
    def last(self) -> "SpotFinding | None":
        """Return the finding that counts: a later one corrects the earlier."""
        return self.findings[-1] if self.findings else None


class SpotFinding(Base):
    """What was found about an item. Never changed: a correction is a further finding."""

    __tablename__ = "spot_finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    spot_item_id: Mapped[int] = mapped_column(ForeignKey("spot_item.id"), index=True)
    finding: Mapped[Finding]
    #: Which field is wrong: its name in the sandbox, or words.
    field: Mapped[str] = mapped_column(default="")
    comment: Mapped[str] = mapped_column(default="")
    #: Why it was corrected after closing; empty before.
    reason: Mapped[str] = mapped_column(default="")
    found_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    found_at: Mapped[datetime]

    found_by: Mapped[Employee] = relationship(foreign_keys=[found_by_id])
