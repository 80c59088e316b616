"""内容 content items and their pinned revisions. The file's text is the truth."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base


class ContentItem(Base):
    """One course, question, paper … named by its kind and slug, which never change."""

    __tablename__ = "content_item"
    __table_args__ = (UniqueConstraint("kind", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    slug: Mapped[str]
    current_revision_id: Mapped[int | None] = mapped_column(
        ForeignKey("content_revision.id", use_alter=True, name="fk_content_item_current_revision")
    )
    #: The file is gone: nothing new begins with it, what began goes on.
    is_withdrawn: Mapped[bool] = mapped_column(default=False)

    current: Mapped["ContentRevision | None"] = relationship(
        foreign_keys=[current_revision_id], post_update=True
    )


class ContentRevision(Base):
    """One published state of an item. Never changed; attempts and certificates pin it."""

    __tablename__ = "content_revision"
    __table_args__ = (UniqueConstraint("item_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("content_item.id"), index=True)
    number: Mapped[int]
    #: {path below the content folder: its text}; media files are kept as their digest.
    files: Mapped[dict[str, Any]]
    #: What the kind's schema made of the files.
    data: Mapped[dict[str, Any]]
    digest: Mapped[str]
    significant_revision: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None]

    item: Mapped[ContentItem] = relationship(foreign_keys=[item_id])
