"""培训档案 training records: append-only, chained per employee over salted digests."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base


class TrainingRecord(Base):
    """One fact of one person's training. Never changed: a correction is a further record.

    kind: lesson_finished, course_completed, quiz_passed, quiz_failed, curriculum_completed,
    certificate_issued, certificate_revoked, joined, role_changed, correction, …
    subject: the slug or id of what it is about. source: the unique key of its cause.
    """

    __tablename__ = "training_record"
    __table_args__ = (
        UniqueConstraint("employee_id", "position"),
        Index("ix_training_record_employee_id_kind_subject", "employee_id", "kind", "subject"),
        Index("ix_training_record_happened_at", "happened_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    position: Mapped[int]
    kind: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    source: Mapped[str] = mapped_column(unique=True)
    corrects_id: Mapped[int | None] = mapped_column(ForeignKey("training_record.id"), index=True)
    value_digest: Mapped[str]
    previous_hash: Mapped[str]
    hash: Mapped[str]

    value: Mapped["RecordValue | None"] = relationship(back_populates="record")


class RecordValue(Base):
    """What a record says: title, outcome, score. Erasable; the chain keeps its salted digest."""

    __tablename__ = "record_value"

    record_id: Mapped[int] = mapped_column(ForeignKey("training_record.id"), primary_key=True)
    salt: Mapped[str]
    #: title {zh, en}, outcome, percent, note, href …: plain values.
    data: Mapped[dict[str, Any]]

    record: Mapped[TrainingRecord] = relationship(back_populates="value")


class RecordErasure(Base):
    """That a record's values were erased by right: a value that is gone without one is a fault."""

    __tablename__ = "record_erasure"

    record_id: Mapped[int] = mapped_column(ForeignKey("training_record.id"), primary_key=True)
    #: anonymized, or purge:<id of the run>.
    cause: Mapped[str]
    erased_at: Mapped[datetime]


class RecordHead(Base):
    """The end of one person's chain; the row that writers of this chain lock."""

    __tablename__ = "record_head"

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    length: Mapped[int]
    hash: Mapped[str]


class DailyHead(Base):
    """A signed Merkle root over all chains at the end of a day."""

    __tablename__ = "daily_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[str] = mapped_column(unique=True)
    chain_count: Mapped[int]
    record_count: Mapped[int]
    root: Mapped[str]
    #: The digest of the head before it, so that none can be taken out; None for the oldest ones.
    previous: Mapped[str | None]
    signature: Mapped[str]
    made_at: Mapped[datetime]


class CompetencyLevel(Base):
    """The level that somebody has shown in a competency, and what showed it."""

    __tablename__ = "competency_level"

    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), primary_key=True)
    competency_id: Mapped[str] = mapped_column(ForeignKey("competency.id"), primary_key=True)
    level: Mapped[int]
    evidence: Mapped[str]
    shown_at: Mapped[datetime]
