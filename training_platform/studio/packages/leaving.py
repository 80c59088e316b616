"""A course on its way out: its files and those of everything that goes along."""

from collections.abc import Mapping

from sqlalchemy import String, cast, select, tuple_
from sqlalchemy.orm import Session, selectinload

from training_platform.content.models import ContentItem, ContentRevision, unpacked
from training_platform.core.db import fetch
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.kinds import Library
from training_platform.studio import checking, together
from training_platform.studio.models import StudioDraft, StudioFile
from training_platform.studio.packages import belonging
from training_platform.studio.packages.contents import KINDS, Name, Package
from training_platform.studio.services.drafts import find_open


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


UNREADABLE = _("The draft has mistakes that keep it from being read. Mend them first.")


def of_course(session: Session, slug: str) -> Package:
    """Return a published course as a package; raise NotFoundError if there is none."""
    library = checking.published(session)
    if slug not in library.data("course"):
        raise NotFoundError
    return _packed(session, slug, library, {})


def of_draft(session: Session, draft: StudioDraft) -> Package:
    """Return the course of a draft, with the new items that it needs, as they stand now.

    Raises NotFoundError for a draft of something else, RuleError where it cannot be read.
    """
    if draft.kind != "course":
        raise NotFoundError
    library, written = _overlaid(session, draft.slug, draft)
    if draft.slug not in library.data("course"):
        raise RuleError(UNREADABLE)
    return _packed(session, draft.slug, library, written)


def with_drafts(session: Session, slug: str) -> tuple[Library, Mapping[Name, dict[str, bytes]]]:
    """Return what is published with the drafts of a course over it, and the files of these.

    Raises NotFoundError where there is neither such a course nor a draft of it.
    """
    draft = find_open(session, "course", slug)
    if draft is None and not checking.published(session).knows("course", slug):
        raise NotFoundError
    return _overlaid(session, slug, draft)


def outside(items: Mapping[Name, object], library: Library) -> dict[str, list[str]]:
    """Return what items name that is not among them, by sort."""
    inside: set[tuple[str, str]] = set()
    named: set[tuple[str, str]] = set()
    for kind, slug in items:
        if data := library.data(kind).get(slug):
            inside |= belonging.defines(kind, slug, data)
            named |= belonging.needs(kind, data)
    found: dict[str, list[str]] = {}
    for sort, name in sorted(named - inside):
        found.setdefault(sort, []).append(name)
    return found


def _overlaid(
    session: Session, slug: str, draft: StudioDraft | None
) -> tuple[Library, Mapping[Name, dict[str, bytes]]]:
    near = [*([draft] if draft else []), *_naming(session, slug)]
    chosen = near + [other for each in near for other in together.needed_drafts(session, each)]
    written = {(each.kind, each.slug): each.read_files() for each in chosen}
    library = checking.published(session, without=written)
    for (kind, name), files in written.items():
        library.add(checking.kind_of(kind), checking.parsed(kind, name, files))
    return library, written


def _packed(
    session: Session, slug: str, library: Library, written: Mapping[Name, Mapping[str, bytes]]
) -> Package:
    known = {name: library.data(name) for name in library.drafts}
    names = belonging.belongings(slug, known)
    items = _published_files(session, [each for each in names if each not in written])
    items |= {name: dict(written[name]) for name in names if name in written}
    title = known["course"][slug]["title"]
    return Package(slug, title, items, outside(items, library))


def _naming(session: Session, course: str) -> list[StudioDraft]:
    """Return the drafts of new items that may name a course; belongings() looks closer."""
    return list(
        session.scalars(
            select(StudioDraft)
            .options(selectinload(StudioDraft.files))
            .join(StudioFile, StudioFile.draft_id == StudioDraft.id)
            .where(
                StudioDraft.ended_at.is_(None),
                StudioDraft.base_revision_id.is_(None),
                StudioDraft.kind.in_(set(KINDS) - {"course", "rubric"}),
                cast(StudioFile.content, String).contains(course, autoescape=True),
            )
            .distinct()
        )
    )


def _published_files(session: Session, names: list[Name]) -> dict[Name, dict[str, bytes]]:
    rows = fetch(
        session,
        select(ContentItem.kind, ContentItem.slug, ContentRevision.files)
        .join(ContentRevision, ContentRevision.id == ContentItem.current_revision_id)
        .where(tuple_(ContentItem.kind, ContentItem.slug).in_(names)),
    )
    return {
        (row.kind, row.slug): {path: unpacked(kept) for path, kept in row.files.items()}
        for row in rows
    }
