"""内容 content items and their pinned revisions. The file's text is the truth."""

import base64
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from training_platform.core.db import Base
from training_platform.core.text import fold


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
    #: What the files said when they were last read: tells whether files or studio changed since.
    file_digest: Mapped[str | None]
    #: Its id and all its texts in both languages, folded: authors search in it.
    search_text: Mapped[str] = mapped_column(default="")

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
    #: {path below the content folder: its text}; what is no text stands as {"base64": …}.
    files: Mapped[dict[str, Any]]
    #: What the kind's schema made of the files.
    data: Mapped[dict[str, Any]]
    digest: Mapped[str]
    significant_revision: Mapped[int] = mapped_column(default=1)
    published_at: Mapped[datetime]
    published_by_id: Mapped[int | None]

    item: Mapped[ContentItem] = relationship(foreign_keys=[item_id])

    @property
    def slug(self) -> str:
        """The item's slug."""
        return self.item.slug

    def read_files(self) -> dict[str, bytes]:
        """Return the files as they were: path below the content folder, and bytes."""
        return {path: unpacked(kept) for path, kept in self.files.items()}


def searchable(slug: str, data: Any) -> str:
    """Return what authors find an item by: its id and every text that its data holds, folded."""
    return fold(" ".join([slug, *_texts_in(data)]))


def _texts_in(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, Mapping):
        for each in data.values():
            yield from _texts_in(each)
    elif isinstance(data, list | tuple):
        for each in data:
            yield from _texts_in(each)


def packed(raw: bytes) -> Any:
    """Return a file as JSON keeps it: its text, or base64 for what is no text."""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        return {"base64": base64.b64encode(raw).decode("ascii")}
    if "\x00" in text:  # PostgreSQL keeps no such text
        return {"base64": base64.b64encode(raw).decode("ascii")}
    return text


def unpacked(kept: Any) -> bytes:
    """Return the bytes of a file that packed() made ready to keep."""
    return kept.encode("utf-8") if isinstance(kept, str) else base64.b64decode(kept["base64"])
