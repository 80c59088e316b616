"""What is done to notices: telling somebody something, marking it as read."""

from typing import Any

from flask import current_app, render_template
from flask_babel import force_locale
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from training_platform.core import clock, outbox
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.notices.models import Notice
from training_platform.notices.texts import TEXTS, draw
from training_platform.people.models import Employee, EmployeeStatus


def notify(
    session: Session,
    employee_id: int,
    kind: str,
    *,
    key: str,
    href: str,
    by_mail: bool = False,
    **values: Any,
) -> Notice | None:
    """Tell somebody something, once per key; return None where the key was used already.

    href is a path of this site. With by_mail a mail goes out too, in the person's language.
    Raises KeyError for a kind that notices/texts.py does not know.
    """
    if kind not in TEXTS:
        raise KeyError(f"no text for the notice {kind}")
    if session.scalar(select(Notice.id).where(Notice.key == key)):
        return None
    notice = Notice(
        employee_id=employee_id,
        key=key,
        kind=kind,
        values=values,
        href=href,
        created_at=clock.now(),
    )
    session.add(notice)
    session.flush()
    if by_mail:
        employee = session.get_one(Employee, employee_id)
        if employee.status is EmployeeStatus.ACTIVE and employee.email:
            _mail(session, employee, notice)
    return notice


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


def _mail(session: Session, employee: Employee, notice: Notice) -> None:
    text = TEXTS[notice.kind]
    with force_locale(employee.locale or current_app.config["DEFAULT_LOCALE"]):
        title = draw(text.title, notice.values)
        body = render_template(
            "emails/notices/notice.txt",
            name=employee.name,
            title=title,
            body=draw(text.body, notice.values),
            address=str(current_app.config["BASE_URL"]) + notice.href,
        )
    outbox.send(
        session,
        key=f"notice:{notice.key}",
        recipient=employee.email,
        subject=title,
        body=body,
        employee_id=employee.id,
    )
