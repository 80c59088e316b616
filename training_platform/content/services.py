"""Publishing: files become revisions, revisions fill the features' tables."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from training_platform.content.events import RevisionPublished
from training_platform.content.library import digest_of
from training_platform.content.models import ContentItem, ContentRevision, packed, searchable
from training_platform.core import audit, clock
from training_platform.core.events import emit
from training_platform.core.kinds import ContentKind, Draft, Library
from training_platform.core.permissions import Person


class Take(StrEnum):
    """Which side wins where a file and the studio both changed an item."""

    FILE = "file"
    STUDIO = "studio"


@dataclass
class SyncReport:
    """What a synchronization did; each entry is <kind>/<slug>."""

    published: list[str] = field(default_factory=list)
    withdrawn: list[str] = field(default_factory=list)
    restored: list[str] = field(default_factory=list)
    unchanged: int = 0
    #: Changed in the studio only: the files are older, an export brings them up to date.
    ahead: list[str] = field(default_factory=list)
    #: Changed on both sides: nothing at all was published.
    conflicts: list[str] = field(default_factory=list)


Progress = Callable[[int, int], None]


def sync_library(
    session: Session,
    library: Library,
    actor: Person,
    *,
    take: Take | None = None,
    rebuild: bool = False,
    progress: Progress = lambda done, total: None,
) -> SyncReport:
    """Publish what changed in the files and withdraw what is gone.

    The library has no mistakes. Where file and studio both changed an item, nothing is published
    at all until take says which side wins. rebuild fills the tables anew from revisions that did
    not change (after the platform learned to draw better).
    """
    report = SyncReport()
    items = {(item.kind, item.slug): item for item in session.scalars(select(ContentItem))}
    digests = _current_digests(session)
    steps = _plan(library, items, digests, take, report)
    if report.conflicts:
        return report
    for number, (kind, draft, act) in enumerate(steps, start=1):
        item = items.get((kind.name, draft.slug))
        if act == "publish":
            publish_revision(session, kind, draft, actor, by_file=True)
        elif act == "restore" and item is not None:
            _restore(session, kind, item, actor)
        elif rebuild and item is not None and item.current is not None:
            kind.project(session, item.current)
        if item is not None:
            item.file_digest = digest_of(draft.files)
        progress(number, len(steps))
    _withdraw_gone(session, library, items, actor, report)
    return report


def publish_revision(
    session: Session,
    kind: ContentKind,
    draft: Draft,
    actor: Person,
    *,
    by_file: bool = False,
) -> ContentRevision | None:
    """Publish a draft as the item's next revision and project it; None if nothing changed.

    by_file says that its files lie in the content folder, as opposed to the studio. Raises
    ValueError for a draft with mistakes.
    """
    if draft.mistakes or draft.data is None:
        raise ValueError(f"{draft.kind}/{draft.slug} has mistakes")
    slug, files, data = draft.slug, draft.files, draft.data
    digest = digest_of(files)
    item = session.scalars(
        select(ContentItem).where(ContentItem.kind == kind.name, ContentItem.slug == slug)
    ).one_or_none()
    if item is None:
        item = ContentItem(kind=kind.name, slug=slug, current_revision_id=None, is_withdrawn=False)
        session.add(item)
        session.flush()
    if by_file:
        item.file_digest = digest
    if item.current is not None and item.current.digest == digest and not item.is_withdrawn:
        return None
    last = session.scalar(
        select(func.max(ContentRevision.number)).where(ContentRevision.item_id == item.id)
    )
    revision = ContentRevision(
        item=item,
        number=(last or 0) + 1,
        files={path: packed(raw) for path, raw in sorted(files.items())},
        data=data,
        digest=digest,
        significant_revision=kind.significance(data),
        published_at=clock.now(),
        published_by_id=actor.id,
    )
    session.add(revision)
    session.flush()
    item.current, item.is_withdrawn = revision, False
    item.search_text = searchable(slug, data)
    session.flush()
    kind.project(session, revision)
    audit.record(
        session, actor, "content.publish", item, kind=kind.name, slug=slug, number=revision.number
    )
    emit(
        session,
        RevisionPublished(
            kind=kind.name,
            slug=slug,
            revision_id=revision.id,
            significant_revision=revision.significant_revision,
        ),
    )
    return revision


def withdraw_item(session: Session, kind: ContentKind, item: ContentItem, actor: Person) -> None:
    """Take an item out of use; its revisions stay, what began with it goes on."""
    item.is_withdrawn = True
    kind.withdraw(session, item.slug)
    audit.record(session, actor, "content.withdraw", item, kind=item.kind, slug=item.slug)


def _withdraw_gone(
    session: Session,
    library: Library,
    items: Mapping[tuple[str, str], ContentItem],
    actor: Person,
    report: SyncReport,
) -> None:
    kinds = {kind.name: kind for kind in library.kinds}
    for (name, slug), item in items.items():
        if item.is_withdrawn or name not in kinds or slug in library.drafts[name]:
            continue
        if item.file_digest is None:  # made in the studio, never exported
            report.ahead.append(f"{name}/{slug}")
        else:
            withdraw_item(session, kinds[name], item, actor)
            report.withdrawn.append(f"{name}/{slug}")


def _restore(session: Session, kind: ContentKind, item: ContentItem, actor: Person) -> None:
    """Bring back an item whose files are there again, just as they were."""
    item.is_withdrawn = False
    if item.current is not None:
        kind.project(session, item.current)
    audit.record(session, actor, "content.restore", item, kind=item.kind, slug=item.slug)


def _current_digests(session: Session) -> dict[int, str]:
    rows = session.execute(
        select(ContentItem.id, ContentRevision.digest).join(
            ContentRevision, ContentRevision.id == ContentItem.current_revision_id
        )
    )
    return {row.id: row.digest for row in rows}


def _plan(
    library: Library,
    items: Mapping[tuple[str, str], ContentItem],
    digests: Mapping[int, str],
    take: Take | None,
    report: SyncReport,
) -> list[tuple[ContentKind, Draft, str]]:
    """Decide for each draft: publish, restore or keep."""
    steps = []
    for kind in library.kinds:
        for slug, draft in library.drafts[kind.name].items():
            name = f"{kind.name}/{slug}"
            item = items.get((kind.name, slug))
            act = _act(item, digests, digest_of(draft.files), take)
            if act == "conflict":
                report.conflicts.append(name)
            elif act == "publish":
                report.published.append(name)
            elif act == "restore":
                report.restored.append(name)
            elif act == "ahead":
                report.ahead.append(name)
                continue
            else:
                report.unchanged += 1
            steps.append((kind, draft, act))
    return steps


def _act(
    item: ContentItem | None, digests: Mapping[int, str], on_disk: str, take: Take | None
) -> str:
    if item is None:
        return "publish"
    published = digests.get(item.id)
    if published == on_disk:
        return "restore" if item.is_withdrawn else "keep"
    file_changed = on_disk != item.file_digest
    studio_changed = published != item.file_digest
    if file_changed and studio_changed and not item.is_withdrawn:
        return {None: "conflict", Take.FILE: "publish", Take.STUDIO: "keep"}[take]
    return "publish" if file_changed else "ahead"
