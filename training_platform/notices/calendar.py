"""日历订阅: what one person's calendar holds, from packages that register it, and the feed of it.

A package says it once, in its init_app: `calendar.register(app, "coaching", entries)`, where
entries(session, employee_id, first, last) gives what lies on the days between, both included.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Flask, current_app
from flask_babel import force_locale, gettext
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock, crypto
from training_platform.core.i18n import pick
from training_platform.core.permissions import Person
from training_platform.notices.models import CalendarFeed
from training_platform.people.models import Employee, EmployeeStatus
from training_platform.people.viewer import digest, new_token

_KEY = "notices.calendar"
PURPOSE = "calendar feed"
PAST, AHEAD = timedelta(days=60), timedelta(days=366)
MOST_ENTRIES = 1000


@dataclass(frozen=True)
class Entry:
    """Something on one person's calendar: a whole day, or from one instant to another."""

    #: The same for the same thing, also after it moved.
    key: str
    title: Mapping[str, str] | str
    #: A date: the whole day (the company's); an aware instant otherwise.
    starts: date | datetime
    ends: datetime | None = None
    place: str = ""
    note: Mapping[str, str] | str = ""
    href: str = ""
    #: Names another person: who plans with somebody reads only that there is something.
    is_private: bool = False


Source = Callable[[Session, int, date, date], Iterable[Entry]]


def register(app: Flask, name: str, source: Source) -> None:
    """Add a source of entries; raise ValueError where its name is taken."""
    sources = app.extensions.setdefault(_KEY, {})
    if name in sources:
        raise ValueError(f"calendar entries {name} are registered twice")
    sources[name] = source


def entries_of(session: Session, employee_id: int) -> list[tuple[str, Entry]]:
    """Return (source, entry) of one person: two months back, a year ahead."""
    today = clock.today()
    found: list[tuple[str, Entry]] = []
    for name, source in current_app.extensions.get(_KEY, {}).items():
        found += [
            (name, entry) for entry in source(session, employee_id, today - PAST, today + AHEAD)
        ]
    return found[:MOST_ENTRIES]


def entries_between(
    session: Session, employee_id: int, first: date, last: date, *, leave_out: str
) -> list[Entry]:
    """Return one person's entries of some days in their order, without those of one source."""
    found = [
        entry
        for name, source in current_app.extensions.get(_KEY, {}).items()
        if name != leave_out
        for entry in source(session, employee_id, first, last)
    ]
    return sorted(found, key=_begins)


def _begins(entry: Entry) -> datetime:
    starts = entry.starts
    if isinstance(starts, datetime):
        return starts
    return datetime.combine(starts, time(), clock.company_zone())


def feed_of(session: Session, employee_id: int) -> str | None:
    """Return the token of somebody's feed, to be shown to her only; None where there is none.

    A token that was sealed under another SECRET_KEY cannot be read again: it is to be renewed.
    """
    feed = session.get(CalendarFeed, employee_id)
    if feed is None:
        return None
    try:
        return crypto.decrypt(feed.sealed_token, purpose=PURPOSE)
    except crypto.UnreadableSecretError:
        return ""


def renew_feed(session: Session, actor: Person) -> str:
    """Give the actor a new secret address; the one before it is dead at once."""
    end_feed(session, actor, is_renewed=True)
    token = new_token()
    session.add(
        CalendarFeed(
            employee_id=actor.id,
            token_digest=digest(token),
            sealed_token=crypto.encrypt(token, purpose=PURPOSE),
            created_at=clock.now(),
        )
    )
    session.flush()
    audit.record(session, actor, "notices.renew_calendar")
    return token


def end_feed(session: Session, actor: Person, *, is_renewed: bool = False) -> None:
    """End the actor's feed; without one nothing happens."""
    feed = session.get(CalendarFeed, actor.id)
    if feed is None:
        return
    session.delete(feed)
    session.flush()
    if not is_renewed:
        audit.record(session, actor, "notices.end_calendar")


def owner_of(session: Session, token: str) -> Employee | None:
    """Return whose feed a token opens; None for unknown ones and for closed accounts alike."""
    return session.scalars(
        select(Employee)
        .join(CalendarFeed, CalendarFeed.employee_id == Employee.id)
        .where(
            CalendarFeed.token_digest == digest(token),
            Employee.status == EmployeeStatus.ACTIVE,
        )
    ).one_or_none()


def draw_feed(session: Session, owner: Employee) -> bytes:
    """Return somebody's calendar as iCalendar (RFC 5545), in her language."""
    from icalendar import Calendar  # noqa: PLC0415  # its time zones take a while to load

    with force_locale(owner.locale or current_app.config["DEFAULT_LOCALE"]):
        calendar = Calendar()
        calendar.add("prodid", "-//Customer Relations Academy//Training//EN")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        calendar.add("x-wr-calname", gettext("Training"))
        calendar.add("refresh-interval", timedelta(hours=4), parameters={"VALUE": "DURATION"})
        for name, entry in entries_of(session, owner.id):
            calendar.add_component(_event(name, entry))
        return bytes(calendar.to_ical())


def _event(source: str, entry: Entry) -> Any:
    from icalendar import Event  # noqa: PLC0415

    event = Event()
    event.add("uid", f"{source}-{_uid(entry.key)}@{_host()}")
    event.add("dtstamp", clock.now())
    event.add("summary", pick(entry.title))
    if isinstance(entry.starts, datetime):
        event.add("dtstart", entry.starts.astimezone(UTC))
        event.add("dtend", (entry.ends or entry.starts).astimezone(UTC))
    else:
        event.add("dtstart", entry.starts)
        event.add("dtend", entry.starts + timedelta(days=1))
        event.add("transp", "TRANSPARENT")  # a due day does not make anybody busy
    if entry.place:
        event.add("location", entry.place)
    address = str(current_app.config["BASE_URL"]) + entry.href if entry.href else ""
    if note := "\n".join(part for part in (pick(entry.note), address) if part):
        event.add("description", note)
    if address:
        event.add("url", address)
    return event


def _uid(key: str) -> str:
    """Return a key as calendars take it: plain, and telling nothing."""
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _host() -> str:
    return str(current_app.config["BASE_URL"]).partition("://")[2].partition("/")[0]
