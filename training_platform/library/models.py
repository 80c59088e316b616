"""The projection of cases and common questions, and the lessons that they belong to."""

from datetime import date
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from training_platform.core.db import Base
from training_platform.core.permissions import Permission
from training_platform.library.rules import Sort


class LibraryEntry(Base):
    """案例 or 常见问题: the projection of the current revision."""

    __tablename__ = "library_entry"
    __table_args__ = (Index("ix_library_entry_sort", "sort", "is_withdrawn"),)
    read_permission = Permission.LIBRARY_READ

    id: Mapped[str] = mapped_column(primary_key=True)  # <sort>/<slug>
    sort: Mapped[Sort]
    slug: Mapped[str]
    title: Mapped[dict[str, Any]]
    #: One line for lists: a case's own, or the beginning of an answer.
    summary: Mapped[dict[str, Any]]
    #: {zh, en}: the drawn parts by name; of a case also its questions.
    parts: Mapped[dict[str, Any]]
    competencies: Mapped[list[Any]]
    review_by: Mapped[date]
    revision_id: Mapped[int] = mapped_column(ForeignKey("content_revision.id"))
    is_withdrawn: Mapped[bool] = mapped_column(default=False)
    search_text: Mapped[str]


class LibraryLink(Base):
    """An entry is shown at the end of a lesson."""

    __tablename__ = "library_link"

    entry_id: Mapped[str] = mapped_column(ForeignKey("library_entry.id"), primary_key=True)
    #: <course>/<lesson>; no key, because lessons come and go in another package's files.
    lesson_id: Mapped[str] = mapped_column(primary_key=True, index=True)
