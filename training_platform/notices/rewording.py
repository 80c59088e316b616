"""How HR words notices: the newest wording of a kind counts; every one before it is kept."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from training_platform.core import audit, clock
from training_platform.core.errors import ConflictError, NotFoundError
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.notices import wording
from training_platform.notices.models import NoticeWording
from training_platform.notices.texts import TEXTS


def newest(session: Session, kind: str) -> NoticeWording | None:
    """Return the newest wording of a kind; None where nobody has worded it."""
    return session.scalars(_of(kind).limit(1)).first()


def history(session: Session, kind: str) -> Sequence[NoticeWording]:
    """Return the wordings of a kind, the newest first; the last fifty."""
    return session.scalars(_of(kind).options(joinedload(NoticeWording.worded_by)).limit(50)).all()


def reword(
    session: Session,
    actor: Person,
    kind: str,
    texts: wording.Wording | None,
    *,
    expected_number: int,
) -> NoticeWording:
    """Word a kind anew, or go back to the shipped text with None; notices from now on use it.

    Raises NotFoundError for an unknown kind, NotPermittedError, ConflictError where somebody
    worded it meanwhile, and RuleError for a text that cannot be sent.
    """
    authorize(actor, None, Permission.NOTICE_MANAGE)
    if kind not in TEXTS:
        raise NotFoundError
    now = newest(session, kind)
    if (now.number if now else 0) != expected_number:
        raise ConflictError(now)
    if texts is not None:
        wording.check(kind, texts)
    row = NoticeWording(
        kind=kind,
        number=expected_number + 1,
        texts={code: dict(text) for code, text in texts.items()} if texts is not None else None,
        worded_by_id=actor.id,
        worded_at=clock.now(),
    )
    session.add(row)
    session.flush()
    act = "notices.reword" if texts is not None else "notices.restore_wording"
    audit.record(session, actor, act, row, kind=kind, number=row.number)
    return row


def worded_kinds(session: Session) -> dict[str, NoticeWording]:
    """Return the wording of each kind that is not as shipped."""
    last = select(func.max(NoticeWording.id)).group_by(NoticeWording.kind)
    rows = session.scalars(select(NoticeWording).where(NoticeWording.id.in_(last)))
    return {row.kind: row for row in rows if row.texts}


def _of(kind: str) -> Any:
    return (
        select(NoticeWording)
        .where(NoticeWording.kind == kind)
        .order_by(NoticeWording.number.desc())
    )
