"""A package on its way in: each item beside what is here, and what is missing here."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, joinedload, selectinload

from training_platform.content.library import digest_of
from training_platform.content.models import ContentItem, ContentRevision
from training_platform.core.kinds import Draft, Library, Mistake
from training_platform.studio import checking
from training_platform.studio.comparing import Line, compared, text_of
from training_platform.studio.models import StudioDraft
from training_platform.studio.packages import belonging, rules
from training_platform.studio.packages.contents import KINDS, Name, Package
from training_platform.studio.packages.leaving import outside
from training_platform.studio.packages.rules import Standing

#: A comparison shows so many lines of a file; the draft shows the rest.
MOST_LINES = 400


@dataclass(frozen=True)
class Change:
    """A file that is not the same: what it says here and there, or that it is no text."""

    path: str
    lines: Sequence[Line]
    is_text: bool
    is_cut: bool


@dataclass(frozen=True)
class Item:
    """An item of a package beside what is here."""

    kind: str
    slug: str
    title: Mapping[str, str]
    standing: Standing
    draft_id: int | None
    changes: Sequence[Change]
    mistakes: Sequence[Mistake]

    @property
    def key(self) -> str:
        """What names it in a form."""
        return f"{self.kind}:{self.slug}"

    @property
    def is_ticked(self) -> bool:
        """Tell that it comes in unless somebody takes the tick away."""
        return self.standing in rules.TICKED

    @property
    def is_choosable(self) -> bool:
        """Tell that it can come in."""
        return self.standing in rules.CHOOSABLE


@dataclass(frozen=True)
class Arrival:
    """What a package would bring: its items, what is missing here, and what all this rests on."""

    items: Sequence[Item]
    #: (sort, name) of what it needs and neither holds nor finds here.
    missing: Sequence[tuple[str, str]]
    #: Changes when anything here changes that was compared.
    digest: str


@dataclass(frozen=True)
class _Here:
    item: ContentItem | None
    draft: StudioDraft | None
    digests: frozenset[str]

    @property
    def ours(self) -> dict[str, bytes] | None:
        """The files that are published."""
        return self.item.current.read_files() if self.item and self.item.current else None

    @property
    def base(self) -> dict[str, bytes] | None:
        """The files that bringing it in would change."""
        return self.ours if self.draft is None else self.written

    @property
    def written(self) -> dict[str, bytes] | None:
        """The files of the open draft."""
        return self.draft.read_files() if self.draft else None


def compare(session: Session, package: Package) -> Arrival:
    """Return a package beside what is here; nothing is written."""
    library = checking.published(session, without=package.items)
    published = checking.published(session)
    here = _here(session, list(package.items))
    parsed = {
        name: _parsed(name, files, here[name], published) for name, files in package.items.items()
    }
    for (kind, _slug), draft in parsed.items():
        library.add(checking.kind_of(kind), draft)
    for (kind, _slug), draft in parsed.items():
        if draft.data is not None:
            checking.kind_of(kind).check(draft, library)
    items = [
        _item(name, package.items[name], parsed[name], here[name], published)
        for name in sorted(package.items, key=lambda name: (KINDS.index(name[0]), name[1]))
    ]
    return Arrival(items, _missing(package, library), _digest(here))


def _parsed(name: Name, files: Mapping[str, bytes], here: _Here, published: Library) -> Draft:
    """Return an item parsed; what is published here just so was parsed before."""
    kind, slug = name
    known = published.data(kind).get(slug)
    if known is not None and here.ours == dict(files):
        return Draft(kind, slug, files, data=known)
    return checking.parsed(kind, slug, files)


def what_differs(session: Session, package: Package) -> tuple[list[Name], str]:
    """Return the items that are not the same here, and the digest that compare() gives; quickly."""
    here = _here(session, list(package.items))
    names = [name for name, files in package.items.items() if dict(files) != here[name].base]
    return names, _digest(here)


def _item(
    name: Name, files: Mapping[str, bytes], draft: Draft, here: _Here, published: Library
) -> Item:
    kind, slug = name
    known = published.data(kind).get(slug)
    standing = rules.standing(
        files,
        here.ours,
        here.written,
        was_published=digest_of(files) in here.digests,
        is_another=_is_another(kind, known, draft.data),
    )
    base = here.base
    is_shown = standing in rules.CHOOSABLE and base is not None
    return Item(
        kind=kind,
        slug=slug,
        title=checking.title_in(files),
        standing=standing,
        draft_id=here.draft.id if here.draft else None,
        changes=_changes(files, base or {}) if is_shown else (),
        mistakes=sorted(draft.mistakes),
    )


def _digest(here: Mapping[Name, _Here]) -> str:
    whole = hashlib.sha256()
    for name, beside in sorted(here.items()):
        files = beside.base
        whole.update(f"{name} {digest_of(files) if files is not None else None}\n".encode())
    return whole.hexdigest()


def _is_another(
    kind: str, ours: Mapping[str, Any] | None, theirs: Mapping[str, Any] | None
) -> bool:
    return ours is not None and theirs is not None and belonging.is_another(kind, ours, theirs)


def _changes(theirs: Mapping[str, bytes], ours: Mapping[str, bytes]) -> list[Change]:
    found = []
    for path in rules.changed_paths(theirs, ours):
        was, now = text_of(ours.get(path, b"")), text_of(theirs.get(path, b""))
        if was is None or now is None:
            found.append(Change(path, (), is_text=False, is_cut=False))
            continue
        lines = compared(was, now)
        found.append(Change(path, lines[:MOST_LINES], True, len(lines) > MOST_LINES))
    return found


def _missing(package: Package, library: Library) -> list[tuple[str, str]]:
    return [
        (sort, name)
        for sort, names in outside(package.items, library).items()
        for name in names
        if not library.knows(sort, name)
    ]


def _here(session: Session, names: list[Name]) -> dict[Name, _Here]:
    """Return what is here under the same ids, in three statements."""
    items = {
        (each.kind, each.slug): each
        for each in session.scalars(
            select(ContentItem)
            .options(joinedload(ContentItem.current))
            .where(tuple_(ContentItem.kind, ContentItem.slug).in_(names))
        )
    }
    drafts = {
        (each.kind, each.slug): each
        for each in session.scalars(
            select(StudioDraft)
            .options(selectinload(StudioDraft.files))
            .where(
                StudioDraft.ended_at.is_(None),
                tuple_(StudioDraft.kind, StudioDraft.slug).in_(names),
            )
        )
    }
    digests: dict[int, set[str]] = {}
    for row in session.execute(
        select(ContentRevision.item_id, ContentRevision.digest).where(
            ContentRevision.item_id.in_([each.id for each in items.values()])
        )
    ):
        digests.setdefault(row.item_id, set()).add(row.digest)
    return {
        name: _Here(
            item := items.get(name),
            drafts.get(name),
            frozenset(digests.get(item.id, ())) if item else frozenset(),
        )
        for name in names
    }
