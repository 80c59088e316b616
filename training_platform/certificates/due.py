"""The last days of certificates as others read them: calendars, and superiors afterwards."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from flask import Flask
from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam
from sqlalchemy.orm import Session

from training_platform.certificates.models import Certificate, life_of
from training_platform.certificates.renewals import newest
from training_platform.core.db import fetch
from training_platform.core.permissions import Permission
from training_platform.notices import calendar, due
from training_platform.notices.rules import Reminders

#: Today names a certificate so long before and after its last day.
SHOWN_BEFORE, SHOWN_AFTER = timedelta(days=60), timedelta(days=30)

_DAY = Certificate.valid_until.type
_ENDING = (
    newest("course", "curriculum")
    .with_only_columns(
        Certificate.id,
        Certificate.code,
        Certificate.employee_id,
        Certificate.title,
        Certificate.issued_on,
        Certificate.valid_until,
        Certificate.superseded_from,
        Certificate.revoked_at,
    )
    .where(
        Certificate.valid_until.between(
            bindparam("first", type_=_DAY), bindparam("last", type_=_DAY)
        )
        | Certificate.superseded_from.between(
            bindparam("first_after", type_=_DAY), bindparam("last_after", type_=_DAY)
        )
    )
)
#: Built once: Today asks it.
_OWN_ENDING = _ENDING.where(Certificate.employee_id == bindparam("holder_id"))


def register(app: Flask) -> None:
    """Put last days into calendars, and tell superiors of certificates that were not renewed.

    Holders are reminded by the package's own job, which opens the renewal in the same step: here
    they are not, so that nobody gets two mails about one day.
    """
    due.register(
        app,
        due.Kind(
            "certificates",
            _l("Expired certificates"),
            ending,
            reminders=Reminders(days_before=(), days_after=(), escalate_after=7),
            soon="certificate_expiring",
            late="certificate_expired",
            shown_to_superior=Permission.RECORD_READ,
            superior_href="/archives/people/{employee_id}",
        ),
    )
    calendar.register(app, "certificates", days_of)


def ending(session: Session, first: date, last: date) -> Iterable[due.Item]:
    """Return the certificates whose last day lies between two days and that nothing followed."""
    for row in _rows(session, first, last):
        yield due.Item(
            f"{row.id}", row.employee_id, row.title, _last_day(row), f"/certificates/{row.code}"
        )


def days_of(
    session: Session, employee_id: int, first: date, last: date
) -> Iterable[calendar.Entry]:
    """Return the last days of somebody's certificates."""
    for row in _rows(session, first, last, employee_id):
        begins = {"zh": "证书到期：", "en": "Certificate ends: "}
        yield calendar.Entry(
            f"{row.id}",
            {code: f"{begins.get(code, '')}{text}" for code, text in row.title.items()},
            _last_day(row),
            href=f"/certificates/{row.code}",
        )


def ending_of(session: Session, employee_id: int, today: date) -> list[due.Item]:
    """Return somebody's certificates that end soon or ended lately, the first to end first."""
    rows = _rows(session, today - SHOWN_AFTER, today + SHOWN_BEFORE, employee_id)
    items = [
        due.Item(f"{row.id}", employee_id, row.title, _last_day(row), f"/certificates/{row.code}")
        for row in rows
    ]
    return sorted(items, key=lambda item: item.due_on)


def _rows(session: Session, first: date, last: date, employee_id: int | None = None) -> list[Any]:
    day_after = timedelta(days=1)
    values: dict[str, Any] = {
        "first": first,
        "last": last,
        "first_after": first + day_after,
        "last_after": last + day_after,
    }
    if employee_id is None:
        rows = fetch(session, _ENDING, values)
    else:
        rows = fetch(session, _OWN_ENDING, values | {"holder_id": employee_id})
    # The earlier of the two days counts; the other one may be what was found.
    return [row for row in rows if first <= _last_day(row) <= last]


def _last_day(row: Any) -> date:
    day = life_of(row).last_day
    assert day is not None  # noqa: S101  # the select asks for one of them
    return day
