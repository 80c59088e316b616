"""Drafts as publishing sees them: parsed and checked by the same functions as files."""

from collections.abc import Iterable, Mapping
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.content.library import parse
from training_platform.content.models import ContentItem, ContentRevision
from training_platform.content.queries import revisions_data
from training_platform.core.db import fetch
from training_platform.core.errors import NotFoundError
from training_platform.core.kinds import LANGUAGES, ContentKind, Draft, Library, Mistake, registered
from training_platform.core.yaml_files import Document, UnreadableError
from training_platform.studio import significance
from training_platform.studio.models import StudioDraft
from training_platform.studio.patching import read
from training_platform.studio.skeletons import is_untouched

#: Published first to last: what others refer to stands first.
_CURRENT = select(ContentItem.kind, ContentItem.slug, ContentItem.current_revision_id).where(
    ContentItem.is_withdrawn.is_(False), ContentItem.current_revision_id.is_not(None)
)


def kinds() -> dict[str, ContentKind]:
    """Return all kinds of content by their names, in the order in which they are published."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    return {kind.name: kind for kind in registered(app)}


def kind_of(name: str) -> ContentKind:
    """Return a kind; raise NotFoundError if there is none of this name."""
    if (kind := kinds().get(name)) is None:
        raise NotFoundError
    return kind


def parsed(kind: str, slug: str, files: Mapping[str, bytes]) -> Draft:
    """Return one item's files parsed, their own mistakes noted; nothing else is looked at."""
    return parse(kind_of(kind), slug, files)


def checked(session: Session, drafts: Iterable[StudioDraft]) -> dict[int, Draft]:
    """Return drafts parsed and checked against what is published, and against one another.

    By the ids of the drafts. What they refer to is either published or among them.
    """
    drafts = list(drafts)
    found = {each.id: parsed(each.kind, each.slug, each.read_files()) for each in drafts}
    library = published(session, without={(each.kind, each.slug) for each in found.values()})
    for draft in found.values():
        library.add(kind_of(draft.kind), draft)
    for draft in found.values():
        if draft.data is not None:
            kind_of(draft.kind).check(draft, library)
    reached = _significance(session, drafts)
    for row in drafts:
        if row.base_revision_id is not None:
            number = reached[row.base_revision_id]
            significance.note_lowered(kind_of(row.kind), found[row.id], number)
    for name in {draft.kind for draft in found.values()}:
        of_kind = [each for each in found.values() if each.kind == name and each.data is not None]
        kind_of(name).vouch(session, of_kind)
    return found


def _significance(session: Session, drafts: Iterable[StudioDraft]) -> dict[int, int]:
    """Return the number of the significant change by the revisions that drafts began with."""
    ids = {each.base_revision_id for each in drafts if each.base_revision_id is not None}
    if not ids:
        return {}
    rows = session.execute(
        select(ContentRevision.id, ContentRevision.significant_revision).where(
            ContentRevision.id.in_(ids)
        )
    )
    return {row.id: row.significant_revision for row in rows}


def mistakes_to_show(session: Session, draft: StudioDraft) -> list[Mistake]:
    """Return what a form says beside its fields: nothing before the first word was written."""
    if is_untouched(draft.kind, draft.slug, draft.read_files()):
        return []
    return checked(session, [draft])[draft.id].mistakes


class Published(Library):
    """What is published. Kinds that name nothing beside their items are read when asked for.

    A draft's page must not read a bank of thousands of questions to say that one of them exists.
    """

    def __init__(self, session: Session, rows: Iterable[Any]) -> None:
        super().__init__(list(kinds().values()))
        self._session = session
        self._later: dict[str, dict[str, int]] = {}
        known, now = kinds(), []
        for row in rows:
            if known[row.kind].names:
                now.append(row)
            else:
                self._later.setdefault(row.kind, {})[row.slug] = row.current_revision_id
                self._names.setdefault(row.kind, set()).add(row.slug)
        data = revisions_data(session, (row.current_revision_id for row in now))
        for row in now:
            draft = Draft(row.kind, row.slug, {}, data=data[row.current_revision_id])
            self.add(known[row.kind], draft)

    def data(self, kind: str) -> Mapping[str, dict[str, Any]]:
        """Return what is published of one kind, by slug."""
        if later := self._later.pop(kind, None):
            data = revisions_data(self._session, later.values())
            for slug, revision_id in later.items():
                self.drafts[kind].setdefault(slug, Draft(kind, slug, {}, data=data[revision_id]))
        return super().data(kind)


def published(session: Session, without: Iterable[tuple[str, str]] = ()) -> Library:
    """Return everything that is published as a library to look things up in; no files."""
    known, left_out = kinds(), set(without)
    return Published(
        session,
        [
            row
            for row in fetch(session, _CURRENT)
            if row.kind in known and (row.kind, row.slug) not in left_out
        ],
    )


def title_in(files: Mapping[str, bytes]) -> dict[str, str]:
    """Return what an item is called, in each language that its YAML file gives; {} if unreadable.

    Lessons are not looked at: a save asks this, and has no time for more.
    """
    for path, raw in files.items():
        if path.endswith(".yaml"):
            try:
                text = raw.decode("utf-8")
                value = read(text) or Document(text).value
            except (UnreadableError, UnicodeDecodeError):
                return {}
            return _title(value if isinstance(value, dict) else {})
    return {}


def _title(data: Mapping[str, object]) -> dict[str, str]:
    for key in ("title", "stem", "name"):
        text = data.get(key)
        if isinstance(text, dict):
            return {code: f"{text[code]}" for code in LANGUAGES if text.get(code)}
        if isinstance(text, str) and text:
            return dict.fromkeys(LANGUAGES, text)
    return {}
