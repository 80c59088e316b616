"""培训档案 the archive: its search index, saved searches, 调档 pulls and their schedules."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.archives.rules import Every, Format, PullState
from training_platform.core.db import Base
from training_platform.core.files import StoredFile
from training_platform.core.permissions import Permission
from training_platform.people.models import Employee

#: SQLite takes only a plain INTEGER for the key by which its rows lie.
_PLACE = BigInteger().with_variant(Integer(), "sqlite")


class ArchiveTopic(Base):
    """What records are about: one row for each kind, subject, title, provider and outcome.

    A million records share a few thousand topics, so that text is searched here.
    """

    __tablename__ = "archive_topic"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    outcome: Mapped[str]
    title: Mapped[dict[str, Any]]
    provider: Mapped[str]
    #: Folded titles, subject and provider: what a search looks through.
    search_text: Mapped[str]
    record_count: Mapped[int] = mapped_column(default=0)


class ArchiveEntry(Base):
    """One training record as the search sees it, in numbers only; made by a job.

    place is the instant and, within a second, the record's number: the order of every list.
    """

    __tablename__ = "archive_entry"
    __table_args__ = (
        Index("ix_archive_entry_employee_id_place", "employee_id", "place", "topic_id"),
        Index("ix_archive_entry_topic_id_place", "topic_id", "place", "employee_id"),
    )

    place: Mapped[int] = mapped_column(_PLACE, primary_key=True, autoincrement=False)
    record_id: Mapped[int] = mapped_column(ForeignKey("training_record.id"), unique=True)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    topic_id: Mapped[int] = mapped_column(ForeignKey("archive_topic.id"))
    percent: Mapped[int | None]
    minutes: Mapped[int | None]


class ArchiveNote(Base):
    """The free text of a record, folded: notes, reasons, evidence, names. Goes with its values."""

    __tablename__ = "archive_note"

    record_id: Mapped[int] = mapped_column(ForeignKey("training_record.id"), primary_key=True)
    #: Of its entry: a word that stands in thousands of notes needs no look at as many entries.
    place: Mapped[int] = mapped_column(_PLACE)
    employee_id: Mapped[int] = mapped_column(ForeignKey("employee.id"))
    search_text: Mapped[str]


class SavedSearch(Base):
    """A search that somebody keeps for herself."""

    __tablename__ = "archive_saved_search"
    __table_args__ = (UniqueConstraint("owner_id", "name"),)
    read_permission = Permission.ARCHIVE_SAVED

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    name: Mapped[str]
    wanted: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]


class PullSchedule(Base):
    """定期调档: a pull that is made again each week or month, for as long as its owner may."""

    __tablename__ = "archive_schedule"
    read_permission = Permission.ARCHIVE_PULL

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    format: Mapped[Format]
    purpose: Mapped[str]
    wanted: Mapped[dict[str, Any]]
    every: Mapped[Every]
    next_on: Mapped[date] = mapped_column(index=True)
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    owner: Mapped[Employee] = relationship()


class ArchivePull(Base):
    """调档: somebody took records out of the archive, what for, and the file while it is kept."""

    __tablename__ = "archive_pull"
    __table_args__ = (UniqueConstraint("schedule_id", "due_on"),)
    read_permission = Permission.ARCHIVE_PULL

    id: Mapped[int] = mapped_column(primary_key=True)
    owner_id: Mapped[int] = mapped_column(ForeignKey("employee.id"), index=True)
    format: Mapped[Format]
    purpose: Mapped[str]
    wanted: Mapped[dict[str, Any]]
    locale: Mapped[str]
    state: Mapped[PullState] = mapped_column(default=PullState.WAITING)
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str | None]
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    size_bytes: Mapped[int | None]
    sha256: Mapped[str | None]
    schedule_id: Mapped[int | None] = mapped_column(ForeignKey("archive_schedule.id"))
    due_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(index=True)
    finished_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    downloaded_at: Mapped[datetime | None]

    owner: Mapped[Employee] = relationship()
    file: Mapped[StoredFile | None] = relationship()
