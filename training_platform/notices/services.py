"""What is done to notices: telling somebody something, marking it as read."""

from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import fetch
from training_platform.core.permissions import Permission, Person, Right, authorize
from training_platform.notices.mailing import mail_notice
from training_platform.notices.models import Notice
from training_platform.notices.texts import TEXTS
from training_platform.people.models import AccessGrant, Employee, EmployeeStatus

_BY_KEY = select(Notice.id).where(Notice.key == bindparam("key"))
_INSERT = insert(Notice).returning(Notice.id)


def notify(
    session: Session,
    employee_id: int,
    kind: str,
    *,
    key: str,
    href: str,
    by_mail: bool = False,
    **values: Any,
) -> int | None:
    """Tell somebody something, once per key; return the notice's id, None for a used key.

    href is a path of this site. With by_mail a mail follows, in the person's language, when and if
    she wants mails of this kind (notices/mailing.py).
    Raises KeyError for a kind that notices/texts.py does not know.
    """
    if kind not in TEXTS:
        raise KeyError(f"no text for the notice {kind}")
    if fetch(session, _BY_KEY, {"key": key}).first() is not None:
        return None
    row = {
        "employee_id": employee_id,
        "key": key,
        "kind": kind,
        "values": values,
        "href": href,
        "created_at": clock.now(),
    }
    ident: int = fetch(session, _INSERT, row).scalar_one()
    if by_mail:
        mail_notice(session, row, ident)
    return ident


def notify_holders(
    session: Session,
    right: Right,
    kind: str,
    *,
    key: str,
    href: str,
    by_mail: bool = False,
    **values: Any,
) -> int:
    """Tell everybody who holds an access right something, once per key; return how many."""
    holders = session.scalars(
        select(Employee.id)
        .join(AccessGrant, AccessGrant.employee_id == Employee.id)
        .where(AccessGrant.right == right, Employee.status == EmployeeStatus.ACTIVE)
        .distinct()
        .order_by(Employee.id)
    ).all()
    told = [
        notify(session, each, kind, key=f"{key}:{each}", href=href, by_mail=by_mail, **values)
        for each in holders
    ]
    return sum(notice is not None for notice in told)


def mark_read(session: Session, notice: Notice, actor: Person) -> None:
    """Note that somebody has read a notice of hers; reading again changes nothing."""
    authorize(actor, notice, Permission.NOTICE_READ)
    if notice.read_at is None:
        notice.read_at = clock.now()


def mark_all_read(session: Session, actor: Person) -> None:
    """Note that the actor has read all of her notices."""
    session.execute(
        update(Notice)
        .where(Notice.employee_id == actor.id, Notice.read_at.is_(None))
        .values(read_at=clock.now())
    )
