"""Mails of notices: at once, or later together. What waits is a row in its cause's transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app
from flask_babel import force_locale, gettext
from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from training_platform.core import clock, jobs, outbox
from training_platform.core.db import fetch
from training_platform.notices.groups import channel_of
from training_platform.notices.models import Notice, NoticeSettings, NoticeWording, WaitingMail
from training_platform.notices.rules import Channel, QuietHours, leaves_at, newest_of_each
from training_platform.notices.wording import Wording, body_of, title_of
from training_platform.people.models import Employee, EmployeeStatus

DIGEST_JOB = "notices.send_digest"
#: What a digest's row in the list of mails is called.
DIGEST = "digest"
MOST_IN_DIGEST = 100

_NEWEST_WORDING = (
    select(NoticeWording.texts)
    .where(NoticeWording.kind == bindparam("kind"))
    .order_by(NoticeWording.number.desc())
    .limit(1)
    .scalar_subquery()
)
_ABOUT_READER: tuple[Any, ...] = (
    Employee.id,
    Employee.name,
    Employee.email,
    Employee.locale,
    Employee.timezone,
    Employee.status,
    NoticeSettings.quiet_hours,
    NoticeSettings.channels,
)
#: Mails are written while people hand in work: one statement, built once.
_READER = (
    select(*_ABOUT_READER, _NEWEST_WORDING.label("wording"))
    .outerjoin(NoticeSettings, NoticeSettings.employee_id == Employee.id)
    .where(Employee.id == bindparam("employee_id"))
)
_DIGEST_READER = (
    select(*_ABOUT_READER)
    .outerjoin(NoticeSettings, NoticeSettings.employee_id == Employee.id)
    .where(Employee.id == bindparam("employee_id"))
)
_WAIT = insert(WaitingMail)


@dataclass(frozen=True)
class Told:
    """One notice as a mail says it."""

    title: str
    body: str
    address: str


def mail_notice(session: Session, notice: Mapping[str, Any], notice_id: int) -> None:
    """Write the mail of a notice, or let it wait for the reader's next digest.

    Whoever left or was suspended, has no address or wants no mails of this kind, gets none.
    """
    about = {"employee_id": notice["employee_id"], "kind": notice["kind"]}
    reader = fetch(session, _READER, about).one()
    if not _is_reached(reader):
        return
    channel = channel_of(notice["kind"], reader.channels)
    now = clock.now()
    leaves = leaves_at(channel, quiet_hours_of(reader), now, zone_of(reader))
    if leaves is None:
        return
    if leaves > now:
        _wait(session, reader.id, notice_id, leaves)
    else:
        _send_one(session, reader, notice, reader.wording)


def send_digest(session: Session, employee_id: int) -> bool:
    """Write the mail of everything that waits for somebody; return whether there was any.

    The rows go in the same transaction, so running it again finds nothing. Within the quiet hours
    (they may have changed since) it waits once more.
    """
    reader = fetch(session, _DIGEST_READER, {"employee_id": employee_id}).one_or_none()
    waiting = _waiting(session, employee_id)
    if reader is None or not waiting:
        return False
    now, quiet, zone = clock.now(), quiet_hours_of(reader), zone_of(reader)
    if not _is_reached(reader):
        _forget(session, waiting)
        return False
    if quiet is not None and quiet.holds_at(now.astimezone(zone).time()):
        _postpone(
            session, employee_id, waiting, leaves_at(Channel.AT_ONCE, quiet, now, zone) or now
        )
        return False
    wanted = [row for row in waiting if channel_of(row.kind, reader.channels) is not Channel.NONE]
    if wanted:
        told = newest_of_each([row.key for row in wanted])
        wanted = [row for row in wanted if row.key in told]
        _send_together(session, reader, wanted, newest_wordings(session))
    _forget(session, waiting)
    return bool(wanted)


def newest_wordings(session: Session) -> dict[str, Wording]:
    """Return the wordings of HR by kind; kinds that are as shipped have none."""
    rows = session.execute(
        select(NoticeWording.kind, NoticeWording.texts).order_by(NoticeWording.number)
    )
    newest = {row.kind: row.texts for row in rows}
    return {kind: texts for kind, texts in newest.items() if texts}


def quiet_hours_of(reader: Any) -> QuietHours | None:
    """Return the quiet hours of a row about a reader: her own, else the company's."""
    own: str | None = reader.quiet_hours
    return QuietHours.parse(current_app.config["QUIET_HOURS"] if own is None else own)


def zone_of(reader: Any) -> tzinfo:
    """Return the zone in which a reader's quiet hours are counted."""
    return ZoneInfo(reader.timezone) if reader.timezone else clock.company_zone()


def _is_reached(reader: Row[Any]) -> bool:
    return reader.status is EmployeeStatus.ACTIVE and bool(reader.email)


def _wait(session: Session, employee_id: int, notice_id: int, leaves: datetime) -> None:
    row = {"notice_id": notice_id, "employee_id": employee_id, "leaves_at": leaves}
    fetch(session, _WAIT, row)
    _call(session, employee_id, leaves)


def _call(session: Session, employee_id: int, at: datetime) -> None:
    key = f"{employee_id}:{at.isoformat()}"
    jobs.put(session, DIGEST_JOB, {"employee_id": employee_id}, key=key, run_after=at)


def _waiting(session: Session, employee_id: int) -> Sequence[Any]:
    return session.execute(
        select(Notice.id, Notice.key, Notice.kind, Notice.values, Notice.href)
        .join(WaitingMail, WaitingMail.notice_id == Notice.id)
        .where(WaitingMail.employee_id == employee_id, WaitingMail.leaves_at <= clock.now())
        .order_by(Notice.id)
        .limit(MOST_IN_DIGEST)
        # Two workers at once: the second finds the rows gone.
        .with_for_update(of=WaitingMail, skip_locked=True)
    ).all()


def _forget(session: Session, waiting: Sequence[Any]) -> None:
    session.execute(
        delete(WaitingMail).where(WaitingMail.notice_id.in_([row.id for row in waiting]))
    )


def _postpone(session: Session, employee_id: int, waiting: Sequence[Any], at: datetime) -> None:
    ids = [row.id for row in waiting]
    session.execute(update(WaitingMail).where(WaitingMail.notice_id.in_(ids)).values(leaves_at=at))
    _call(session, employee_id, at)


def _send_one(
    session: Session, reader: Row[Any], notice: Mapping[str, Any], wording: Wording | None
) -> None:
    with force_locale(reader.locale or current_app.config["DEFAULT_LOCALE"]):
        told = _told(notice, wording)
        body = render_mail("notice", name=reader.name, **vars(told))
    outbox.send(
        session,
        key=f"notice:{notice['key']}",
        recipient=reader.email,
        subject=told.title,
        body=body,
        employee_id=reader.id,
        kind=notice["kind"],
    )


def _send_together(
    session: Session, reader: Row[Any], rows: Sequence[Any], wordings: Mapping[str, Wording]
) -> None:
    if len(rows) == 1:
        only = rows[0]._mapping
        _send_one(session, reader, only, wordings.get(only["kind"]))
        return
    with force_locale(reader.locale or current_app.config["DEFAULT_LOCALE"]):
        told = [_told(row._mapping, wordings.get(row.kind)) for row in rows]
        subject = gettext("%(count)s notices for you", count=len(told))
        settings = f"{current_app.config['BASE_URL']}/notices/settings"
        body = render_mail("digest", name=reader.name, told=told, settings=settings)
    outbox.send(
        session,
        key=f"digest:{reader.id}:{rows[0].id}-{rows[-1].id}",
        recipient=reader.email,
        subject=subject,
        body=body,
        employee_id=reader.id,
        kind=DIGEST,
    )


def _told(notice: Mapping[str, Any], wording: Wording | None) -> Told:
    return Told(
        title_of(notice["kind"], notice["values"], wording),
        body_of(notice["kind"], notice["values"], wording),
        str(current_app.config["BASE_URL"]) + notice["href"],
    )


def render_mail(mail: str, /, **values: Any) -> str:
    """Return the text of a mail of notices, in the present language."""
    # Without Flask's context: no page is drawn, so nobody has to count what the bell shows.
    template = current_app.jinja_env.get_template(f"emails/notices/{mail}.txt")
    return template.render(**values)
