"""保存期限 retention rules, 法定保留 legal holds, purges."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.people.models import Employee
from training_platform.records.retention.rules import CountsFrom, RunState


class RetentionRule(Base):
    """How long what a group of kinds says is kept; the rows are the policy."""

    __tablename__ = "retention_rule"
    __table_args__ = (CheckConstraint("years > 0", name="ck_retention_rule_years"),)
    read_permission = Permission.RETENTION_MANAGE

    #: A group of records/texts.py; "other" is for kinds of no group.
    group: Mapped[str] = mapped_column("kind_group", primary_key=True)
    years: Mapped[int]
    counts_from: Mapped[CountsFrom]
    basis: Mapped[dict[str, Any]]
    changed_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}


class RecordHold(Base):
    """保留令: what must not be purged while it stands: a person's records, or those of a time."""

    __tablename__ = "record_hold"
    __table_args__ = (
        CheckConstraint(
            "employee_id IS NOT NULL OR from_day IS NOT NULL", name="ck_record_hold_something"
        ),
    )
    read_permission = Permission.RETENTION_MANAGE

    id: Mapped[int] = mapped_column(primary_key=True)
    #: None for everybody.
    employee_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), index=True)
    #: None for all days: company days, both counted in.
    from_day: Mapped[date | None]
    until_day: Mapped[date | None]
    reason: Mapped[str]
    placed_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    placed_at: Mapped[datetime]
    released_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    released_at: Mapped[datetime | None] = mapped_column(index=True)
    release_reason: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column()

    employee: Mapped[Employee | None] = relationship(foreign_keys=[employee_id])
    placed_by: Mapped[Employee] = relationship(foreign_keys=[placed_by_id])

    __mapper_args__ = {"version_id_col": version}


class PurgeRun(Base):
    """One purge: what its dry run found, and what was erased in the end."""

    __tablename__ = "purge_run"
    read_permission = Permission.RETENTION_MANAGE

    id: Mapped[int] = mapped_column(primary_key=True)
    state: Mapped[RunState]
    #: True while it is planned or running, else None: there is one at a time.
    is_open: Mapped[bool | None] = mapped_column(unique=True)
    #: The company's day on which everything is measured.
    as_of: Mapped[date]
    #: By group: how many are due, how many of them are held.
    counts: Mapped[dict[str, Any]]
    #: A few records as they would go: id, group, day, title, person.
    sample: Mapped[list[Any]]
    due_count: Mapped[int]
    erased_count: Mapped[int] = mapped_column(default=0)
    planned_by_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    planned_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    planned_by: Mapped[Employee] = relationship(foreign_keys=[planned_by_id])

    __mapper_args__ = {"version_id_col": version}
