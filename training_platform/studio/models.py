"""稿件 drafts: their files, saves, comments and reviews; 发布记录 what was published, and why."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.content.models import ContentRevision, packed, unpacked
from training_platform.core.db import Base, Json
from training_platform.core.permissions import Permission
from training_platform.people.models import Employee
from training_platform.studio.rules import Act, DraftState, ReviewDecision


class StudioDraft(Base):
    """稿件: one item of content on its way to the next revision. At most one open one an item."""

    __tablename__ = "studio_draft"
    __table_args__ = (
        Index(
            "uq_studio_draft_open",
            "kind",
            "slug",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )
    read_permission = Permission.STUDIO_USE

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    slug: Mapped[str]
    #: The revision that it began with; None for a new item.
    base_revision_id: Mapped[int | None] = mapped_column(ForeignKey("content_revision.id"))
    state: Mapped[DraftState] = mapped_column(default=DraftState.DRAFT)
    #: {zh, en} as far as it could be read when it was last saved: lists show it.
    title: Mapped[dict[str, Any]] = mapped_column(default=dict)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), index=True)
    created_at: Mapped[datetime]
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    saved_at: Mapped[datetime] = mapped_column(index=True)
    #: When it is to be published, why, and in whose name.
    publish_at: Mapped[datetime | None]
    publish_note: Mapped[str] = mapped_column(default="")
    publisher_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    base: Mapped[ContentRevision | None] = relationship(foreign_keys=[base_revision_id])
    created_by: Mapped[Employee | None] = relationship(foreign_keys=[created_by_id])
    saved_by: Mapped[Employee | None] = relationship(foreign_keys=[saved_by_id])
    files: Mapped[list["StudioFile"]] = relationship(
        back_populates="draft", order_by="StudioFile.path", cascade="all, delete-orphan"
    )

    __mapper_args__ = {"version_id_col": version}

    def file(self, path: str) -> "StudioFile | None":
        """Return the file with this path."""
        return next((each for each in self.files if each.path == path), None)

    def read_files(self) -> dict[str, bytes]:
        """Return the files as publishing reads them: path below the content folder, and bytes."""
        return {each.path: each.raw for each in self.files}


class StudioFile(Base):
    """One file of a draft as it is now."""

    __tablename__ = "studio_file"
    __table_args__ = (UniqueConstraint("draft_id", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("studio_draft.id"))
    path: Mapped[str]
    #: Its text, or {"base64": …} for what is none.
    content: Mapped[Any] = mapped_column(Json)
    #: Counts the saves of this file: whoever saves says which one she began with.
    number: Mapped[int] = mapped_column(default=1)

    draft: Mapped[StudioDraft] = relationship(back_populates="files")

    @property
    def raw(self) -> bytes:
        """The bytes."""
        return unpacked(self.content)

    @property
    def text(self) -> str | None:
        """The text; None for pictures and videos."""
        return self.content if isinstance(self.content, str) else None

    def put(self, raw: bytes) -> None:
        """Take other bytes."""
        self.content = packed(raw)


class StudioSave(Base):
    """What a file was after one save. Old ones are thinned out by a job."""

    __tablename__ = "studio_save"
    __table_args__ = (Index("ix_studio_save_file", "draft_id", "path", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("studio_draft.id"))
    path: Mapped[str]
    number: Mapped[int]
    content: Mapped[Any] = mapped_column(Json)
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    saved_at: Mapped[datetime] = mapped_column(index=True)
    #: It did not go together with what somebody else wrote meanwhile: kept, but not the text now.
    is_aside: Mapped[bool] = mapped_column(default=False)

    saved_by: Mapped[Employee | None] = relationship(foreign_keys=[saved_by_id])

    @property
    def text(self) -> str | None:
        """The text; None for pictures and videos."""
        return self.content if isinstance(self.content, str) else None


class StudioComment(Base):
    """A comment on a passage, or a suggestion of what should stand there instead."""

    __tablename__ = "studio_comment"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("studio_draft.id"), index=True)
    path: Mapped[str]
    #: The words that it is about; empty for the whole file.
    passage: Mapped[str] = mapped_column(default="")
    body: Mapped[str]
    suggestion: Mapped[str | None]
    author_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    created_at: Mapped[datetime]
    resolved_at: Mapped[datetime | None]
    resolved_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    #: The suggestion was taken over.
    is_taken: Mapped[bool] = mapped_column(default=False)

    author: Mapped[Employee | None] = relationship(foreign_keys=[author_id])


class StudioReview(Base):
    """A second pair of eyes was asked for, and what it said of exactly these files."""

    __tablename__ = "studio_review"

    id: Mapped[int] = mapped_column(primary_key=True)
    draft_id: Mapped[int] = mapped_column(ForeignKey("studio_draft.id"), index=True)
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    asked_at: Mapped[datetime]
    question: Mapped[str] = mapped_column(default="")
    #: Who was asked; None: any colleague.
    reviewer_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"), index=True)
    decision: Mapped[ReviewDecision | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    decided_at: Mapped[datetime | None]
    note: Mapped[str] = mapped_column(default="")
    #: Digest of the files that were decided on.
    digest: Mapped[str | None]

    asked_by: Mapped[Employee | None] = relationship(foreign_keys=[asked_by_id])
    reviewer: Mapped[Employee | None] = relationship(foreign_keys=[reviewer_id])
    decided_by: Mapped[Employee | None] = relationship(foreign_keys=[decided_by_id])


class StudioPublication(Base):
    """发布记录: what was published or taken back, by whom, why, and who had looked at it."""

    __tablename__ = "studio_publication"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    slug: Mapped[str] = mapped_column(index=True)
    act: Mapped[Act]
    revision_id: Mapped[int | None] = mapped_column(ForeignKey("content_revision.id"))
    draft_id: Mapped[int | None] = mapped_column(ForeignKey("studio_draft.id"))
    note: Mapped[str]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    happened_at: Mapped[datetime] = mapped_column(index=True)

    revision: Mapped[ContentRevision | None] = relationship(foreign_keys=[revision_id])
    published_by: Mapped[Employee | None] = relationship(foreign_keys=[published_by_id])
    reviewed_by: Mapped[Employee | None] = relationship(foreign_keys=[reviewed_by_id])


class StudioPolicy(Base):
    """Which kinds of content need a second pair of eyes before they are published."""

    __tablename__ = "studio_policy"

    kind: Mapped[str] = mapped_column(primary_key=True)
    needs_review: Mapped[bool]
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("employee.id"))
    changed_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
