"""Publishing: alone or together, at once or later; taken back, or set back to an earlier state."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.content.library import digest_of
from training_platform.content.models import ContentItem, ContentRevision
from training_platform.content.services import publish_revision, withdraw_item
from training_platform.core import audit, clock
from training_platform.core.db import expect_version, lock
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotFoundError,
    RuleError,
)
from training_platform.core.kinds import Draft, Mistake
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.studio import checking, following, rules, significance
from training_platform.studio.models import StudioDraft, StudioPolicy, StudioPublication
from training_platform.studio.rules import Act, DraftState
from training_platform.studio.services import drafts as drafting
from training_platform.studio.services.reviewing import approval_of

#: Where HR has not said otherwise: what people are taught and marked by needs a second look.
NEEDS_REVIEW = frozenset({"course", "exam", "paper", "practical", "question", "rubric"})


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


MISTAKES = _("There are mistakes: %(count)s. Nothing was published.")
NOT_REVIEWED = _("%(title)s needs a second pair of eyes before it is published.")
UNCHANGED = _("Nothing has changed since the last revision.")
IN_THE_PAST = _("Choose a time that lies ahead.")
SAY_WHY = _("Say in a sentence what changed, and why.")
SAY_WHAT = _("Say in a sentence what you looked at.")


class HasMistakesError(RuleError):
    """Drafts that break the format, or refer to what is not there."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        super().__init__(MISTAKES, count=len(mistakes))
        self.mistakes = tuple(mistakes)


def needs_review(session: Session, kind: str) -> bool:
    """Tell whether the policy asks for a second pair of eyes."""
    row = session.get(StudioPolicy, kind)
    return row.needs_review if row else kind in NEEDS_REVIEW


def publish_drafts(
    session: Session, chosen: Sequence[StudioDraft], actor: Person, note: str
) -> list[StudioPublication]:
    """Publish drafts together: each may refer to the others, all are published or none.

    Raises HasMistakesError, RuleError for a missing review, an empty reason or a draft without a
    change, ConflictError where files or a colleague published the item since the draft began.
    """
    if not note:
        raise RuleError(SAY_WHY, field="note")
    rows = [_ready(session, draft, actor) for draft in chosen]
    found = checking.checked(session, rows)
    mistakes = sorted({each for draft in found.values() for each in draft.mistakes})
    if mistakes:
        raise HasMistakesError(mistakes)
    order = list(checking.kinds())
    rows.sort(key=lambda row: order.index(row.kind))
    return [_publish(session, row, found[row.id], actor, note) for row in rows]


def schedule_draft(
    session: Session, draft: StudioDraft, actor: Person, at: datetime, note: str
) -> None:
    """Publish a draft at a time; it has no mistakes now, and is looked at again then.

    Raises as publish_drafts().
    """
    if not note:
        raise RuleError(SAY_WHY, field="note")
    if at <= clock.now():
        raise RuleError(IN_THE_PAST, field="day")
    draft = _ready(session, draft, actor)
    found = checking.checked(session, [draft])[draft.id]
    if found.mistakes:
        raise HasMistakesError(found.mistakes)
    draft.state, draft.publish_at = DraftState.SCHEDULED, at
    draft.publish_note, draft.publisher_id = note, actor.id
    audit.record(session, actor, "studio.schedule", draft, at=at.isoformat())


def unschedule_draft(session: Session, draft: StudioDraft, actor: Person) -> None:
    """Do not publish a draft by itself; what was said of its text still holds."""
    authorize(actor, draft, Permission.STUDIO_PUBLISH)
    draft = lock(session, StudioDraft, draft.id)
    if draft.state is not DraftState.SCHEDULED:
        raise InvalidTransitionError
    is_approved = approval_of(session, draft) is not None
    draft.state = DraftState.APPROVED if is_approved else DraftState.DRAFT
    draft.publish_at = None
    audit.record(session, actor, "studio.unschedule", draft)


def withdraw(session: Session, kind: str, slug: str, actor: Person, note: str) -> None:
    """Take an item out of use: nothing new begins with it, what began goes on."""
    authorize(actor, None, Permission.STUDIO_PUBLISH)
    if not note:
        raise RuleError(SAY_WHY, field="note")
    item = _item(session, kind, slug)
    if item is None or item.is_withdrawn:
        raise NotFoundError
    withdraw_item(session, checking.kind_of(kind), item, actor)
    _note(session, Act.WITHDRAWN, item, actor, note)


def confirm_item(session: Session, kind: str, slug: str, actor: Person, note: str) -> None:
    """Note that somebody looked at what is published, and that it is still right.

    Raises RuleError without a note, NotFoundError for what is not in use.
    """
    authorize(actor, None, Permission.STUDIO_PUBLISH)
    if not note:
        raise RuleError(SAY_WHAT, field="note")
    item = _item(session, kind, slug)
    if item is None or item.is_withdrawn or item.current_revision_id is None:
        raise NotFoundError
    audit.record(session, actor, "studio.confirm", item, kind=kind, slug=slug)
    _note(session, Act.LOOKED_AT, item, actor, note)


def roll_back(
    session: Session, revision: ContentRevision, actor: Person, note: str
) -> StudioPublication:
    """Publish an earlier revision's files once more, as the next revision.

    The number of a significant change stays where it is: what it superseded stays superseded, and
    the next significant change gets a number of its own.

    Raises HasMistakesError where what it refers to is gone, RuleError where nothing would change.
    """
    authorize(actor, None, Permission.STUDIO_PUBLISH)
    if not note:
        raise RuleError(SAY_WHY, field="note")
    item = revision.item
    files = revision.read_files()
    if item.current is not None:
        files = significance.kept(item.slug, files, item.current.significant_revision)
    draft = checking.parsed(item.kind, item.slug, files)
    library = checking.published(session, without={(item.kind, item.slug)})
    kind = checking.kind_of(item.kind)
    library.add(kind, draft)
    if draft.data is not None:
        kind.check(draft, library)
    if draft.mistakes:
        raise HasMistakesError(draft.mistakes)
    made = publish_revision(session, kind, draft, actor)
    if made is None:
        raise RuleError(UNCHANGED)
    return _note(session, Act.ROLLED_BACK, item, actor, note, revision=made)


def catch_up(
    session: Session, draft: StudioDraft, actor: Person, keep: frozenset[str], expected: int
) -> None:
    """Let a draft follow what was published since it began: keep names the files of the draft.

    Files that only one side changed need no choice: that side's are taken.
    """
    authorize(actor, draft, Permission.STUDIO_USE)
    expect_version(draft, expected)
    item = _item(session, draft.kind, draft.slug)
    if item is None or item.current is None:
        raise NotFoundError
    was = draft.base.read_files() if draft.base else {}
    theirs, mine = item.current.read_files(), draft.read_files()
    changes = following.followed(was, theirs, mine, keep)
    drafting.put_files(session, draft, actor, changes)
    draft.base_revision_id = item.current_revision_id


def clashing(session: Session, draft: StudioDraft) -> list[str] | None:
    """Return the files that both sides changed since the draft began; None if it is up to date."""
    item = _item(session, draft.kind, draft.slug)
    if item is None or item.current_revision_id == draft.base_revision_id or item.current is None:
        return None
    was = draft.base.read_files() if draft.base else {}
    theirs, mine = item.current.read_files(), draft.read_files()
    return following.clashes(was, theirs, mine)


def _ready(session: Session, draft: StudioDraft, actor: Person) -> StudioDraft:
    authorize(actor, draft, Permission.STUDIO_PUBLISH)
    draft = lock(session, StudioDraft, draft.id)
    if draft.state not in rules.OPEN or draft.state is DraftState.IN_REVIEW:
        raise InvalidTransitionError
    wanted = needs_review(session, draft.kind)
    if wanted and approval_of(session, draft) is None:
        title = draft.title.get("zh") or draft.title.get("en") or draft.slug
        raise RuleError(NOT_REVIEWED, title=title)
    item = _item(session, draft.kind, draft.slug)
    if item is not None and item.current_revision_id != draft.base_revision_id:
        raise ConflictError(draft)
    now = item.current if item is not None and not item.is_withdrawn else None
    if now is not None and now.digest == digest_of(draft.read_files()):
        raise RuleError(UNCHANGED)
    return draft


def _publish(
    session: Session, row: StudioDraft, draft: Draft, actor: Person, note: str
) -> StudioPublication:
    approval = approval_of(session, row)
    revision = publish_revision(session, checking.kind_of(row.kind), draft, actor)
    row.state, row.ended_at = DraftState.PUBLISHED, clock.now()
    item = _item(session, row.kind, row.slug)
    assert item is not None  # noqa: S101  # it has just been published
    return _note(
        session,
        Act.PUBLISHED,
        item,
        actor,
        note,
        revision=revision or item.current,
        draft=row,
        reviewed_by_id=approval.decided_by_id if approval else None,
    )


def _note(
    session: Session,
    act: Act,
    item: ContentItem,
    actor: Person,
    note: str,
    *,
    revision: ContentRevision | None = None,
    draft: StudioDraft | None = None,
    reviewed_by_id: int | None = None,
) -> StudioPublication:
    row = StudioPublication(
        kind=item.kind,
        slug=item.slug,
        act=act,
        revision_id=revision.id if revision else item.current_revision_id,
        draft_id=draft.id if draft else None,
        note=note,
        published_by_id=actor.id,
        reviewed_by_id=reviewed_by_id,
        happened_at=clock.now(),
    )
    session.add(row)
    session.flush()
    return row


def _item(session: Session, kind: str, slug: str) -> ContentItem | None:
    return session.scalars(
        select(ContentItem).where(ContentItem.kind == kind, ContentItem.slug == slug)
    ).one_or_none()
