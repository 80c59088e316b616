"""Publishing thousands of new items at once: as publish_revision(), with few statements."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from training_platform.content.library import digest_of
from training_platform.content.models import ContentItem, ContentRevision, packed, searchable
from training_platform.core import audit, clock
from training_platform.core.kinds import ContentKind, Draft
from training_platform.core.permissions import Person

#: So many values go into one statement.
CHUNK = 400


def publish_new(
    session: Session, kind: ContentKind, drafts: Sequence[Draft], actor: Person
) -> dict[str, int]:
    """Publish the first revisions of items that were never there; return their ids by slug.

    For kinds to which nothing can refer before they are published: nothing is announced. Raises
    ValueError for a draft with mistakes; an item that is there already breaks its unique key.
    """
    if any(draft.mistakes or draft.data is None for draft in drafts):
        raise ValueError(f"a {kind.name} has mistakes")
    found: dict[str, int] = {}
    for start in range(0, len(drafts), CHUNK):
        found |= _publish(session, kind, drafts[start : start + CHUNK], actor)
    audit.record(session, actor, "content.publish_new", None, kind=kind.name, count=len(found))
    return found


def _publish(
    session: Session, kind: ContentKind, drafts: Sequence[Draft], actor: Person
) -> dict[str, int]:
    slugs = [draft.slug for draft in drafts]
    session.execute(
        insert(ContentItem),
        [
            {
                "kind": kind.name,
                "slug": draft.slug,
                "is_withdrawn": False,
                "search_text": searchable(draft.slug, draft.data),
            }
            for draft in drafts
        ],
    )
    named = select(ContentItem.slug, ContentItem.id).where(
        ContentItem.kind == kind.name, ContentItem.slug.in_(slugs)
    )
    items = {row.slug: row.id for row in session.execute(named)}
    session.execute(
        insert(ContentRevision),
        [_revision(kind, draft, items[draft.slug], actor) for draft in drafts],
    )
    rows = session.execute(
        select(ContentRevision.item_id, ContentRevision.id).where(
            ContentRevision.item_id.in_(items.values())
        )
    )
    revisions = {row.item_id: row.id for row in rows}
    session.execute(
        update(ContentItem),
        [{"id": ident, "current_revision_id": revisions[ident]} for ident in items.values()],
    )
    found = {slug: revisions[ident] for slug, ident in items.items()}
    kind.project_new(session, {draft.slug: (found[draft.slug], draft) for draft in drafts})
    return found


def _revision(kind: ContentKind, draft: Draft, item_id: int, actor: Person) -> dict[str, Any]:
    data = draft.data or {}
    return {
        "item_id": item_id,
        "number": 1,
        "files": {path: packed(raw) for path, raw in sorted(draft.files.items())},
        "data": data,
        "digest": digest_of(draft.files),
        "significant_revision": kind.significance(data),
        "published_at": clock.now(),
        "published_by_id": actor.id,
    }
