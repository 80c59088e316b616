"""Writing published content back to files."""

import os
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.content.models import ContentItem, ContentRevision, unpacked


def export_files(session: Session, folder: Path) -> int:
    """Write the files of every current revision below the folder; return how many.

    Withdrawn items are left out. A file that is already the same is not touched. Raises ValueError
    for a path that would leave the folder.
    """
    written = 0
    statement = (
        select(ContentRevision.files)
        .join(ContentItem, ContentItem.current_revision_id == ContentRevision.id)
        .where(ContentItem.is_withdrawn.is_(False))
        .order_by(ContentItem.kind, ContentItem.slug)
    )
    base = folder.resolve()
    for files in session.scalars(statement):
        for path, kept in files.items():
            target = (base / path).resolve()
            if not target.is_relative_to(base):
                raise ValueError(f"{path} leads out of the folder")
            _write(target, unpacked(kept))
            written += 1
    return written


def _write(target: Path, content: bytes) -> None:
    if target.exists() and target.read_bytes() == content:
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{target.name}.part")
    part.write_bytes(content)
    os.replace(part, target)
