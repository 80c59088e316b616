"""Days of external training as others read them: reminders, calendars, and what clashes."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Flask
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlalchemy.orm import Session

from training_platform.core import clock, slots
from training_platform.core.db import db, fetch
from training_platform.core.i18n import format_datetime, pick
from training_platform.core.permissions import Permission
from training_platform.external_training.models import (
    ExternalTrainingApplication,
    SharingAttendance,
    SharingSession,
)
from training_platform.external_training.rules import OWES_REPORT, State
from training_platform.external_training.services import current_policy
from training_platform.notices import calendar, due
from training_platform.notices.rules import Reminders

_A = ExternalTrainingApplication
_NAME = "external-training"
#: Trainings that take place, or have.
_STANDS = (State.APPROVED, State.ATTENDED, State.REPORT_DUE, State.REPORT_IN, State.CLOSED)
MOST_CLASHES = 10
SHOWN_DRAFTS = 3


def register(app: Flask) -> None:
    """Let people be reminded of reports and sharing sessions, and find the days in calendars."""
    due.register(
        app,
        due.Kind(
            "external-reports",
            _l("Reports about external training"),
            open_reports,
            # What is late is said once a week by the package's own job, as long as it lasts.
            reminders=Reminders(days_before=(7, 1), days_after=(), escalate_after=7),
            shown_to_superior=Permission.RECORD_READ,
            superior_href="/archives/people/{employee_id}",
        ),
    )
    due.register(
        app,
        due.Kind(
            "sharing-sessions",
            _l("Sharing sessions"),
            missing_sessions,
            shown_to_superior=Permission.RECORD_READ,
            superior_href="/archives/people/{employee_id}",
        ),
    )
    calendar.register(app, _NAME, days_of)
    slots.fill(app, "external_training.conflicts", clashes_of)


def open_reports(session: Session, first: date, last: date) -> Iterable[due.Item]:
    """Return the reports that are due between two days and not handed in."""
    rows = session.execute(_reports().where(_A.report_due_on.between(first, last)))
    for row in rows:
        yield due.Item(
            f"{row.id}",
            row.applicant_id,
            _titled({"zh": "外部培训总结报告：", "en": "Report about "}, row.title),
            row.report_due_on,
            f"/external-training/{row.id}/report",
        )


def missing_sessions(session: Session, first: date, last: date) -> Iterable[due.Item]:
    """Return the sharing sessions that are to be held between two days and were not held.

    They are due so many days after the report was accepted as the policy says.
    """
    for row, day in _sharing(session, first, last):
        yield due.Item(
            f"{row.id}",
            row.applicant_id,
            _titled({"zh": "举办分享会：", "en": "Hold the sharing session: "}, row.title),
            day,
            f"/external-training/{row.id}/sharing",
        )


def days_of(
    session: Session, employee_id: int, first: date, last: date
) -> Iterable[calendar.Entry]:
    """Return somebody's trainings, the days reports and sessions are due, and planned sessions."""
    own = _A.applicant_id == employee_id
    yield from _trainings(session, own, first, last)
    for row in session.execute(_reports().where(own, _A.report_due_on.between(first, last))):
        yield calendar.Entry(
            f"report:{row.id}",
            _titled({"zh": "总结报告到期：", "en": "Report due: "}, row.title),
            row.report_due_on,
            href=f"/external-training/{row.id}/report",
        )
    for row, day in _sharing(session, first, last, own):
        if row.begins_at is None:
            yield calendar.Entry(
                f"share:{row.id}",
                _titled({"zh": "分享会截止：", "en": "Sharing session due: "}, row.title),
                day,
                href=f"/external-training/{row.id}/sharing",
            )
    yield from _sessions(session, employee_id, first, last)


#: Built once: Today asks it.
_DRAFTS = (
    select(_A.id, _A.title)
    .where(_A.applicant_id == bindparam("applicant_id"), _A.state == State.DRAFT)
    .order_by(_A.saved_at.desc(), _A.id)
    .limit(SHOWN_DRAFTS)
)


def drafts_of(session: Session, employee_id: int) -> list[Any]:
    """Return the applications that somebody began and has not sent: id and title, newest first."""
    return list(fetch(session, _DRAFTS, {"applicant_id": employee_id}))


def clashes_of(employee_id: int, first: date, last: date) -> list[tuple[str, str, str | None]]:
    """Return what other packages have put on somebody's calendar on these days.

    Others than the person herself read what is private as an appointment, and get no addresses.
    """
    is_own = current_user.id == employee_id
    found = calendar.entries_between(db.session(), employee_id, first, last, leave_out=_NAME)
    return [_clash(entry, is_own=is_own) for entry in found[:MOST_CLASHES]]


def _clash(entry: calendar.Entry, *, is_own: bool) -> tuple[str, str, str | None]:
    shown = pick(entry.title) if is_own or not entry.is_private else _("An appointment")
    begins = entry.starts
    when = format_datetime(begins) if isinstance(begins, datetime) else begins.isoformat()
    return shown, when, entry.href or None if is_own else None


def _reports() -> Select[*tuple[Any, ...]]:
    return (
        select(_A.id, _A.applicant_id, _A.title, _A.report_due_on)
        .where(_A.state.in_(OWES_REPORT))
        .order_by(_A.report_due_on, _A.id)
    )


def _sharing(
    session: Session, first: date, last: date, *where: ColumnElement[bool]
) -> Iterable[tuple[Any, date]]:
    """Return closed applications whose session was not held, with the day until when it is due."""
    days = timedelta(days=current_policy(session).sharing_days)
    rows = session.execute(
        select(_A.id, _A.applicant_id, _A.title, _A.closed_at, SharingSession.begins_at)
        .outerjoin(SharingSession, SharingSession.application_id == _A.id)
        .where(
            _A.state == State.CLOSED,
            _A.closed_at >= _midnight(first - days),
            _A.closed_at < _midnight(last - days + timedelta(days=1)),
            SharingSession.held_at.is_(None),
            *where,
        )
        .order_by(_A.closed_at, _A.id)
    )
    return ((row, clock.company_day(row.closed_at) + days) for row in rows)


def _trainings(
    session: Session, own: ColumnElement[bool], first: date, last: date
) -> Iterable[calendar.Entry]:
    rows = session.execute(
        select(_A.id, _A.title, _A.starts_on, _A.ends_on, _A.place)
        .where(own, _A.state.in_(_STANDS), _A.starts_on <= last, _A.ends_on >= first)
        .order_by(_A.starts_on, _A.id)
    )
    for row in rows:
        for number in range((row.ends_on - row.starts_on).days + 1):
            day = row.starts_on + timedelta(days=number)
            if first <= day <= last:
                yield calendar.Entry(
                    f"day:{row.id}:{number}",
                    _titled({"zh": "外部培训：", "en": "External training: "}, row.title),
                    day,
                    place=row.place,
                    href=f"/external-training/{row.id}",
                )


def _sessions(
    session: Session, employee_id: int, first: date, last: date
) -> Iterable[calendar.Entry]:
    """Return planned sharing sessions that somebody holds or was noted to have attended."""
    attended = select(SharingAttendance.session_id).where(
        SharingAttendance.employee_id == employee_id
    )
    rows = session.execute(
        select(
            SharingSession.id,
            SharingSession.begins_at,
            SharingSession.minutes,
            SharingSession.place,
            _A.id.label("application_id"),
            _A.title,
            _A.applicant_id,
        )
        .join(_A, _A.id == SharingSession.application_id)
        .where(
            or_(_A.applicant_id == employee_id, SharingSession.id.in_(attended)),
            SharingSession.begins_at >= _midnight(first),
            SharingSession.begins_at < _midnight(last + timedelta(days=1)),
        )
        .order_by(SharingSession.begins_at, SharingSession.id)
    )
    for row in rows:
        is_own = row.applicant_id == employee_id
        yield calendar.Entry(
            f"session:{row.id}",
            _titled({"zh": "分享会：", "en": "Sharing session: "}, row.title),
            row.begins_at,
            row.begins_at + timedelta(minutes=row.minutes),
            place=row.place,
            href=f"/external-training/{row.application_id}" if is_own else "",
        )


def _titled(begins: Mapping[str, str], title: str) -> dict[str, str]:
    return {code: f"{text}{title}" for code, text in begins.items()}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.company_zone()).astimezone(UTC)
