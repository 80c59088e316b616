"""Tables of batches: one row a file, one row a question of it."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.people.models import Employee
from training_platform.studio.batches.rules import BatchState, RowState


class QuestionBatch(Base):
    """批次: the questions of one file on their way into the bank, together."""

    __tablename__ = "question_batch"
    read_permission = Permission.STUDIO_USE

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    topic: Mapped[str]
    locale: Mapped[str]
    format: Mapped[str | None]
    encoding: Mapped[str | None]
    #: The sender wants all of it or nothing.
    is_whole: Mapped[bool] = mapped_column(default=False)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id", ondelete="SET NULL"))
    state: Mapped[BatchState] = mapped_column(default=BatchState.READING)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), index=True)
    created_at: Mapped[datetime]
    #: When somebody last did something with it before it was published.
    changed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    decided_at: Mapped[datetime | None]
    #: What the second pair of eyes said.
    decision_note: Mapped[str] = mapped_column(default="")
    publish_note: Mapped[str] = mapped_column(default="")
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    published_at: Mapped[datetime | None]
    undo_note: Mapped[str] = mapped_column(default="")
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    version: Mapped[int] = mapped_column()

    created_by: Mapped[Employee | None] = relationship(foreign_keys=[created_by_id])
    decided_by: Mapped[Employee | None] = relationship(foreign_keys=[decided_by_id])
    published_by: Mapped[Employee | None] = relationship(foreign_keys=[published_by_id])

    __mapper_args__ = {"version_id_col": version}


class QuestionBatchRow(Base):
    """One question of the file, or why it is none."""

    __tablename__ = "question_batch_row"
    __table_args__ = (
        Index("ix_question_batch_row_batch_id_state", "batch_id", "state", "position"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("question_batch.id"))
    position: Mapped[int]
    #: Its line or row in the file.
    place: Mapped[int]
    state: Mapped[RowState]
    is_chosen: Mapped[bool] = mapped_column(default=False)
    slug: Mapped[str] = mapped_column(default="", index=True)
    #: What stands in its file, and the file's text; empty for what could not be read.
    value: Mapped[dict[str, Any]] = mapped_column(default=dict)
    file_text: Mapped[str] = mapped_column(default="")
    #: How much is still missing.
    missing: Mapped[int] = mapped_column(default=0)
    #: Why it was refused: the reason's code and its values, and the beginning of its text.
    code: Mapped[str] = mapped_column(default="")
    values: Mapped[dict[str, Any]] = mapped_column(default=dict)
    text: Mapped[str] = mapped_column(default="")
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("content_revision.id"))

    batch: Mapped[QuestionBatch] = relationship()
