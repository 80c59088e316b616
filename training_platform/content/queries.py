"""Reading published content. A committed revision never changes: what was read once stays right."""

import threading
import weakref
from collections import OrderedDict
from collections.abc import Iterable
from typing import Any

from flask import g, has_app_context
from sqlalchemy import bindparam, event, select
from sqlalchemy.orm import Session

from training_platform.content.models import ContentItem, ContentRevision, unpacked
from training_platform.core.db import fetch
from training_platform.core.errors import NotFoundError

#: At most so many revisions are kept in one process; the oldest unused go first.
KEPT_AT_MOST = 2_000

_Kept = OrderedDict[int, dict[str, Any]]
_kept: "weakref.WeakKeyDictionary[Any, _Kept]" = weakref.WeakKeyDictionary()
_lock = threading.Lock()
_DATA = select(ContentRevision.id, ContentRevision.data).where(
    ContentRevision.id.in_(bindparam("ids", expanding=True))
)
_CURRENT_FILES = (
    select(ContentRevision.files)
    .join(ContentItem, ContentItem.current_revision_id == ContentRevision.id)
    .where(ContentItem.kind == bindparam("kind"), ContentItem.slug == bindparam("slug"))
)


def revision_data(session: Session, revision_id: int) -> dict[str, Any]:
    """Return what a revision says; shared between callers, so never change it.

    Raises NotFoundError if there is no such revision.
    """
    return revisions_data(session, (revision_id,))[revision_id]


def revisions_data(session: Session, ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return what several revisions say, by id, in at most one statement; never change them.

    Raises NotFoundError if one of them does not exist.
    """
    wanted = set(ids)
    kept = _kept_for(session)
    found: dict[int, dict[str, Any]] = {}
    with _lock:
        for ident in wanted & kept.keys():
            kept.move_to_end(ident)
            found[ident] = kept[ident]
    missing = wanted - found.keys()
    if missing:
        rows = {row.id: row.data for row in fetch(session, _DATA, {"ids": sorted(missing)})}
        if len(rows) < len(missing):
            raise NotFoundError
        found |= rows
        _keep(session, kept, rows)
    return found


def media_file(session: Session, kind: str, slug: str, path: str) -> bytes:
    """Return a file of the item's current revision; raise NotFoundError if there is none."""
    files = session.scalar(_CURRENT_FILES, {"kind": kind, "slug": slug})
    if not files or path not in files:
        raise NotFoundError
    return unpacked(files[path])


def _kept_for(session: Session) -> _Kept:
    engine = session.get_bind()
    engine = getattr(engine, "engine", engine)
    with _lock:
        return _kept.setdefault(engine, OrderedDict())


def _keep(session: Session, kept: _Kept, rows: dict[int, dict[str, Any]]) -> None:
    """Remember revisions, but none that may yet be rolled back: their ids would be used again.

    Those that a writing transaction reads wait for its commit.
    """
    if has_app_context() and not g.get("writing", False):
        _remember(kept, rows)
    else:
        session.info.setdefault("read_revisions", {}).update(rows)


@event.listens_for(Session, "after_commit")
def _keep_committed(session: Session) -> None:
    if not session.in_nested_transaction() and (rows := session.info.pop("read_revisions", None)):
        _remember(_kept_for(session), rows)


@event.listens_for(Session, "after_soft_rollback")
@event.listens_for(Session, "after_transaction_end")
def _forget(session: Session, transaction: Any) -> None:
    if transaction.parent is None or not transaction.is_active:
        session.info.pop("read_revisions", None)


def _remember(kept: _Kept, rows: dict[int, dict[str, Any]]) -> None:
    with _lock:
        kept.update(rows)
        while len(kept) > KEPT_AT_MOST:
            kept.popitem(last=False)
