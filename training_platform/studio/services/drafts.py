"""Drafts: begun, written in by several people at once, set back, thrown away."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from training_platform.content.models import ContentItem, packed
from training_platform.core import audit, clock
from training_platform.core.db import lock
from training_platform.core.errors import InvalidTransitionError, NotFoundError, RuleError
from training_platform.core.kinds import SLUG
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.core.text import nfc
from training_platform.studio import checking, rules
from training_platform.studio.merging import merge
from training_platform.studio.models import StudioComment, StudioDraft, StudioFile, StudioSave
from training_platform.studio.rules import DraftState
from training_platform.studio.skeletons import NESTED, SKELETONS


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


BAD_ID = _("Lower-case letters, digits and hyphens, such as handle-complaints.")
BAD_NESTED_ID = _("Topic and name, such as complaints/first-words: lower case, with hyphens.")
TAKEN = _("There is already one with this id.")
UNKNOWN_KIND = _("Content of this kind is not begun here.")
TOO_LONG = _("This file is longer than %(most)s characters.")
TOO_MANY = _("A draft holds at most %(most)s files.")
_NUL = re.compile("\x00")


@dataclass(frozen=True)
class Edit:
    """What somebody has written in a file; number says which text she began with."""

    path: str
    text: str
    number: int
    #: Which file it is, should it have got another path meanwhile.
    file_id: int | None = None


@dataclass(frozen=True)
class Saved:
    """What came of a save: the file's number and text now.

    was_merged: somebody else had written meanwhile, both texts went together. is_aside: they did
    not; what was sent is kept among the saves, and the text is the other's.
    """

    number: int
    text: str
    was_merged: bool = False
    is_aside: bool = False


def start_draft(session: Session, actor: Person, kind: str, slug: str) -> StudioDraft:
    """Return the open draft of a published item; begin one with its files if there is none.

    Raises NotFoundError if nothing of this name is published.
    """
    authorize(actor, None, Permission.STUDIO_USE)
    if open_one := find_open(session, kind, slug):
        return open_one
    item = session.scalars(
        select(ContentItem).where(ContentItem.kind == kind, ContentItem.slug == slug)
    ).one_or_none()
    if item is None or item.current is None:
        raise NotFoundError
    files = item.current.read_files()
    return _begin(session, actor, kind, slug, files, base_revision_id=item.current_revision_id)


def create_draft(session: Session, actor: Person, kind: str, slug: str) -> StudioDraft:
    """Begin a new item. Raises RuleError for an id that is not well formed, or taken."""
    authorize(actor, None, Permission.STUDIO_USE)
    if kind not in SKELETONS:
        raise RuleError(UNKNOWN_KIND, field="kind")
    expect_new(session, kind, slug)
    files = {path: text.encode() for path, text in SKELETONS[kind](slug).items()}
    return _begin(session, actor, kind, slug, files)


def create_from_files(
    session: Session, actor: Person, kind: str, slug: str, files: dict[str, bytes]
) -> StudioDraft:
    """Begin a new item with files from elsewhere: an import, a copy. Raises as create_draft()."""
    authorize(actor, None, Permission.STUDIO_USE)
    expect_new(session, kind, slug)
    return _begin(session, actor, kind, slug, files)


def propose_from_files(
    session: Session, actor: Person, kind: str, slug: str, files: dict[str, bytes]
) -> StudioDraft:
    """Begin a new item for the trainers to write on: the actor need not be one of them.

    Whoever calls has asked for her right to what she proposes. Raises as create_draft().
    """
    expect_new(session, kind, slug)
    return _begin(session, actor, kind, slug, files)


def expect_new(session: Session, kind: str, slug: str) -> None:
    """Raise RuleError unless the id is well formed and belongs to nothing yet."""
    parts = slug.split("/")
    if kind in NESTED:
        if len(parts) != 2 or not all(SLUG.fullmatch(part) for part in parts):
            raise RuleError(BAD_NESTED_ID, field="slug")
    elif not SLUG.fullmatch(slug):
        raise RuleError(BAD_ID, field="slug")
    known = select(func.count()).where(ContentItem.kind == kind, ContentItem.slug == slug)
    if session.scalar(known) or find_open(session, kind, slug):
        raise RuleError(TAKEN, field="slug")


def find_open(session: Session, kind: str, slug: str) -> StudioDraft | None:
    """Return the open draft of an item."""
    return session.scalars(
        select(StudioDraft).where(
            StudioDraft.kind == kind, StudioDraft.slug == slug, StudioDraft.ended_at.is_(None)
        )
    ).one_or_none()


def save_file(session: Session, draft: StudioDraft, actor: Person, edit: Edit) -> Saved:
    """Take what somebody has written in a file.

    What others saved meanwhile is kept: changes to different lines go together, and where they do
    not, hers is kept aside (StudioSave.is_aside). Raises NotFoundError for a path that the draft
    does not hold, InvalidTransitionError where the draft has ended.
    """
    draft = _writable(session, draft, actor)
    is_it = StudioFile.id == edit.file_id if edit.file_id else StudioFile.path == edit.path
    file = session.scalars(
        select(StudioFile).where(StudioFile.draft_id == draft.id, is_it)
    ).one_or_none()
    if file is None or file.text is None:
        raise NotFoundError
    text = _cleaned(edit.text)
    if edit.number >= file.number or text == file.text:
        return _put(session, draft, actor, file, text)
    merged = merge(_text_at(session, file, edit.number), text, file.text)
    if merged is None:
        _keep(session, file, actor, text, is_aside=True)
        return Saved(file.number, file.text, is_aside=True)
    saved = _put(session, draft, actor, file, merged)
    return Saved(saved.number, merged, was_merged=merged != text)


def put_files(
    session: Session, draft: StudioDraft, actor: Person, files: dict[str, bytes | None]
) -> None:
    """Write, add or (None) remove several files in one step: forms, uploads, a new lesson.

    Raises InvalidTransitionError where the draft has ended, RuleError for too many files.
    """
    draft = _writable(session, draft, actor)
    for path, raw in files.items():
        file = draft.file(path)
        if raw is None:
            if file is not None:
                _keep(session, file, actor, file.content)
                draft.files.remove(file)
        elif file is None:
            number = _last_number(session, draft, path) + 1
            new = StudioFile(path=path, content=packed(raw), number=number)
            draft.files.append(new)
            session.flush()
            _keep(session, new, actor, new.content)
        elif file.raw != raw:
            file.put(raw)
            file.number += 1
            _keep(session, file, actor, file.content)
    if len(draft.files) > rules.MOST_FILES:
        raise RuleError(TOO_MANY, most=rules.MOST_FILES)
    _touch(session, draft, actor)
    draft.title = checking.title_in(draft.read_files()) or draft.title


def put_made_file(session: Session, draft: StudioDraft, path: str, raw: bytes) -> None:
    """Put a file that the platform made of the others: nobody wrote in the draft.

    Raises InvalidTransitionError where the draft has ended.
    """
    draft = lock(session, StudioDraft, draft.id)
    if draft.state not in rules.OPEN:
        raise InvalidTransitionError
    file = draft.file(path)
    if file is None:
        file = StudioFile(path=path, content="", number=_last_number(session, draft, path))
        draft.files.append(file)
        session.flush()
    if file.raw != raw:
        file.put(raw)
        file.number += 1
        draft.state = rules.after_change(draft.state)
        _keep(session, file, None, file.content)


def rename_files(
    session: Session, draft: StudioDraft, actor: Person, paths: Mapping[str, str]
) -> None:
    """Give files other paths; their saves and comments go along, so that all stays reachable.

    Whoever has such a file open goes on writing in it. Raises NotFoundError for an unknown path,
    InvalidTransitionError where the draft has ended.
    """
    draft = _writable(session, draft, actor)
    for old, new in paths.items():
        if (file := draft.file(old)) is None:
            raise NotFoundError
        before = _last_number(session, draft, new)  # of a file that was removed since
        session.execute(
            update(StudioSave)
            .where(StudioSave.draft_id == draft.id, StudioSave.path == old)
            .values(path=new, number=StudioSave.number + before)
        )
        session.execute(
            update(StudioComment)
            .where(StudioComment.draft_id == draft.id, StudioComment.path == old)
            .values(path=new)
        )
        file.path, file.number = new, file.number + before
    session.flush()
    if paths:
        _touch(session, draft, actor)


def restore_save(session: Session, draft: StudioDraft, actor: Person, save: StudioSave) -> None:
    """Make an earlier text of a file the text again, as one more save."""
    content = save.content
    raw = content.encode() if isinstance(content, str) else None
    if save.draft_id != draft.id or raw is None:
        raise NotFoundError
    put_files(session, draft, actor, {save.path: raw})


def discard_draft(session: Session, draft: StudioDraft, actor: Person) -> None:
    """Throw a draft away; what is published stays as it is. Its saves stay readable."""
    draft = _writable(session, draft, actor)
    draft.state, draft.ended_at = DraftState.DISCARDED, clock.now()
    audit.record(session, actor, "studio.discard", draft, kind=draft.kind, slug=draft.slug)


def _begin(
    session: Session,
    actor: Person,
    kind: str,
    slug: str,
    files: dict[str, bytes],
    *,
    base_revision_id: int | None = None,
) -> StudioDraft:
    now = clock.now()
    draft = StudioDraft(
        kind=kind,
        slug=slug,
        base_revision_id=base_revision_id,
        state=DraftState.DRAFT,
        title=checking.title_in(files),
        created_by_id=actor.id,
        created_at=now,
        saved_by_id=actor.id,
        saved_at=now,
        publish_note="",
    )
    draft.files = [
        StudioFile(path=path, content=packed(raw), number=1) for path, raw in files.items()
    ]
    session.add(draft)
    session.flush()
    for file in draft.files:
        _keep(session, file, None, file.content)
    audit.record(session, actor, "studio.begin", draft, kind=kind, slug=slug)
    return draft


def _writable(session: Session, draft: StudioDraft, actor: Person) -> StudioDraft:
    authorize(actor, draft, Permission.STUDIO_USE)
    draft = lock(session, StudioDraft, draft.id)
    if draft.state not in rules.OPEN:
        raise InvalidTransitionError
    return draft


def _put(session: Session, draft: StudioDraft, actor: Person, file: StudioFile, text: str) -> Saved:
    if text != file.text:
        file.content = text
        file.number += 1
        _keep(session, file, actor, text)
        _touch(session, draft, actor)
        draft.title = checking.title_in({file.path: file.raw}) or draft.title
    return Saved(file.number, text)


def _touch(session: Session, draft: StudioDraft, actor: Person) -> None:
    draft.state = rules.after_change(draft.state)
    if draft.state is DraftState.DRAFT:
        draft.publish_at = None
    draft.saved_by_id, draft.saved_at = actor.id, clock.now()


def _keep(
    session: Session,
    file: StudioFile,
    actor: Person | None,
    content: object,
    *,
    is_aside: bool = False,
) -> None:
    session.add(
        StudioSave(
            draft_id=file.draft_id,
            path=file.path,
            number=file.number,
            content=content,
            saved_by_id=actor.id if actor else None,
            saved_at=clock.now(),
            is_aside=is_aside,
        )
    )
    session.flush()


def _text_at(session: Session, file: StudioFile, number: int) -> str:
    """Return a file's text after a save; the oldest that is kept where it was thinned out."""
    rows = session.scalars(
        select(StudioSave)
        .where(
            StudioSave.draft_id == file.draft_id,
            StudioSave.path == file.path,
            StudioSave.is_aside.is_(False),
            StudioSave.number <= number,
        )
        .order_by(StudioSave.number.desc())
        .limit(1)
    ).one_or_none()
    return (rows.text or "") if rows else ""


def _last_number(session: Session, draft: StudioDraft, path: str) -> int:
    last = session.scalar(
        select(func.max(StudioSave.number)).where(
            StudioSave.draft_id == draft.id, StudioSave.path == path
        )
    )
    return last or 0


def _cleaned(text: str) -> str:
    """Return a text as files hold it: NFC, line ends of Unix, one at the end, no NUL."""
    text = _NUL.sub("", nfc(text).replace("\r\n", "\n").replace("\r", "\n"))
    if len(text) > rules.MOST_CHARACTERS:
        raise RuleError(TOO_LONG, field="text", most=rules.MOST_CHARACTERS)
    return text if text.endswith("\n") or not text else text + "\n"
