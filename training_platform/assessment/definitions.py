"""Definitions by their revision. A revision never changes, so a process may keep what it has read.

What is kept holds keys: pages show only what `presentation.public_view` makes of it.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, bindparam, select
from sqlalchemy.orm import Session

from training_platform.content.models import ContentItem, ContentRevision

KEPT = 4_000

#: By database: tests and tools open several in one process.
_kept: WeakKeyDictionary[Engine, dict[int, Mapping[str, Any]]] = WeakKeyDictionary()
_BY_ID = select(ContentRevision.id, ContentRevision.data).where(
    ContentRevision.id.in_(bindparam("ids", expanding=True))
)
_CURRENT = (
    select(ContentRevision.data)
    .join(ContentItem, ContentItem.current_revision_id == ContentRevision.id)
    .where(ContentItem.kind == bindparam("kind"), ContentItem.slug == bindparam("slug"))
)


def definitions(session: Session, revision_ids: Iterable[int]) -> dict[int, Mapping[str, Any]]:
    """Return the definitions of these revisions, in one statement for those not kept yet.

    Raises LookupError where a revision does not exist: what was pinned stays.
    """
    bind = session.get_bind()
    kept = _kept.setdefault(bind.engine if isinstance(bind, Connection) else bind, {})
    wanted = set(revision_ids)
    if missing := wanted - kept.keys():
        if len(kept) > KEPT:
            kept.clear()
            missing = wanted
        for row in session.execute(_BY_ID, {"ids": sorted(missing)}):
            kept[row.id] = row.data
    found = {ident: kept[ident] for ident in wanted if ident in kept}
    if lost := wanted - found.keys():
        raise LookupError(f"no content revision {sorted(lost)}")
    return found


def definition(session: Session, revision_id: int) -> Mapping[str, Any]:
    """Return the definition of one revision."""
    return definitions(session, [revision_id])[revision_id]


def current_data(session: Session, kind: str, slug: str) -> Mapping[str, Any] | None:
    """Return what the current revision of an item says; None if there is no such item."""
    found: Mapping[str, Any] | None = session.scalar(_CURRENT, {"kind": kind, "slug": slug})
    return found
