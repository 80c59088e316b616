"""What is done to notices: telling somebody something, marking it as read."""

from collections.abc import Mapping
from typing import Any

from flask import current_app
from flask_babel import force_locale
from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.orm import Session

from training_platform.core import clock, outbox
from training_platform.core.db import fetch
from training_platform.core.permissions import Permission, Person, Right, authorize
from training_platform.notices.models import Notice
from training_platform.notices.texts import TEXTS, body_of, title_of
from training_platform.people.models import AccessGrant, Employee, EmployeeStatus

_BY_KEY = select(Notice.id).where(Notice.key == bindparam("key"))
_INSERT = insert(Notice).returning(Notice.id)
_READER = select(
    Employee.id,
    Employee.name,
    Employee.email,
    Employee.locale,
    Employee.status,
).where(Employee.id == bindparam("employee_id"))


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

    href is a path of this site. With by_mail a mail goes out too, in the person's language.
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
        reader = fetch(session, _READER, {"employee_id": employee_id}).one()
        if reader.status is EmployeeStatus.ACTIVE and reader.email:
            _mail(session, reader, row)
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


def _mail(session: Session, reader: Row[Any], notice: Mapping[str, Any]) -> None:
    with force_locale(reader.locale or current_app.config["DEFAULT_LOCALE"]):
        title = title_of(notice["kind"], notice["values"])
        # Without Flask's context: no page is drawn, so nobody has to count what the bell shows.
        body = current_app.jinja_env.get_template("emails/notices/notice.txt").render(
            name=reader.name,
            title=title,
            body=body_of(notice["kind"], notice["values"]),
            address=str(current_app.config["BASE_URL"]) + notice["href"],
        )
    outbox.send(
        session,
        key=f"notice:{notice['key']}",
        recipient=reader.email,
        subject=title,
        body=body,
        employee_id=reader.id,
    )
