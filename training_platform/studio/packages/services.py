"""Keeping an upload between its steps, and making drafts of what was chosen."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock, files
from training_platform.core.errors import NotFoundError, NotPermittedError, RuleError
from training_platform.core.files import StoredFile
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.studio.models import StudioDraft
from training_platform.studio.packages import arriving, rules
from training_platform.studio.packages.contents import KINDS, Name, Package
from training_platform.studio.services import drafts as drafting

PURPOSE = "studio_package"
KEPT = timedelta(days=1)
MOST_KEPT = 5


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


NOTHING_CHOSEN = _("Choose at least one item.")
CHANGED = _("Something here changed while you were looking. Look once more, then bring it in.")


def keep_upload(session: Session, actor: Person, raw: bytes, name: str) -> StoredFile:
    """Keep a package that was read and found sound, for a day and for its sender alone."""
    return keep(session, actor, raw, name=name, media_type="application/zip", purpose=PURPOSE)


def keep(
    session: Session, actor: Person, raw: bytes, *, name: str, media_type: str, purpose: str
) -> StoredFile:
    """Keep what somebody sent for a day and for her alone; of many, the last few."""
    authorize(actor, None, Permission.STUDIO_USE)
    if actor.id is None:
        raise NotPermittedError
    stored = files.store(
        session,
        raw,
        name=name,
        media_type=media_type,
        purpose=purpose,
        owner_id=actor.id,
        expires_at=clock.now() + KEPT,
    )
    older = select(StoredFile).where(
        StoredFile.owner_id == actor.id,
        StoredFile.purpose == purpose,
        StoredFile.expires_at > clock.now(),
    )
    for each in session.scalars(older.order_by(StoredFile.id.desc()).offset(MOST_KEPT)):
        each.expires_at = clock.now()  # the sweep takes it
    return stored


def find_upload(session: Session, actor: Person, token: str, purpose: str) -> StoredFile:
    """Return what somebody sent a moment ago; NotFoundError for anybody else's, and when over."""
    found = session.scalars(
        select(StoredFile).where(
            StoredFile.token == token,
            StoredFile.purpose == purpose,
            StoredFile.owner_id == actor.id,
            StoredFile.expires_at > clock.now(),
        )
    ).one_or_none()
    if found is None:
        raise NotFoundError
    return found


def bring_in(
    session: Session, actor: Person, package: Package, chosen: Collection[str], seen: str
) -> list[StudioDraft]:
    """Make a draft of each chosen item, or write it into the open one; all of them or none.

    seen is the digest of the comparison that was shown. Raises RuleError where nothing is chosen
    or anything here changed since.
    """
    authorize(actor, None, Permission.STUDIO_USE)
    names, digest = arriving.what_differs(session, package)
    if digest != seen:
        raise RuleError(CHANGED)
    wanted = [name for name in names if ":".join(name) in chosen]
    if not wanted:
        raise RuleError(NOTHING_CHOSEN)
    made = [_bring(session, actor, package, name) for name in wanted]
    made.sort(key=lambda draft: (KINDS.index(draft.kind), draft.slug))
    audit.record(session, actor, "studio.bring_in", made[0], course=package.course, count=len(made))
    return made


def _bring(session: Session, actor: Person, package: Package, name: Name) -> StudioDraft:
    theirs = dict(package.items[name])
    try:
        draft = drafting.start_draft(session, actor, *name)
    except NotFoundError:
        return drafting.create_from_files(session, actor, *name, theirs)
    removed = dict.fromkeys(rules.gone(theirs, draft.read_files()))
    drafting.put_files(session, draft, actor, {**removed, **theirs})
    return draft
