"""The calendar feed: what it holds, and that its address is a secret."""

from datetime import date, datetime

import pytest
from icalendar import Calendar
from sqlalchemy import select

from tests.factories.people import make_employee
from training_platform.core import clock
from training_platform.core.db import db
from training_platform.notices import calendar
from training_platform.notices.calendar import Entry
from training_platform.notices.models import CalendarFeed
from training_platform.people.models import EmployeeStatus
from training_platform.people.viewer import viewer_of

AT = datetime.fromisoformat("2026-12-01T14:30+08:00")
END = datetime.fromisoformat("2026-12-01T15:00+08:00")


@pytest.fixture
def owner(session):
    return make_employee(session, locale="en")


@pytest.fixture
def token(session, owner):
    found = calendar.renew_feed(session, viewer_of(session, owner))
    session.commit()
    return found


def asked(client, token):
    return client.get(f"/calendar/{token}.ics")


def events(response):
    return Calendar.from_ical(response.data).walk("VEVENT")


def give(app, *entries, name="test"):
    calendar.register(app, name, lambda *_: entries)


def test_a_calendar_program_reads_it_without_a_sign_in(app, client, token):
    give(app, Entry("1", {"zh": "辅导", "en": "One-to-one"}, AT, END, "Room 3", href="/x"))

    response = asked(client, token)

    (event,) = events(response)
    assert response.mimetype == "text/calendar"
    assert (event["SUMMARY"], event["LOCATION"]) == ("One-to-one", "Room 3")
    assert event.decoded("DTSTART") == AT


def test_a_due_day_is_a_whole_day_and_keeps_nobody_busy(app, client, token):
    give(app, Entry("1", "Due", date(2026, 12, 1)))

    (event,) = events(asked(client, token))

    assert event.decoded("DTSTART") == date(2026, 12, 1)
    assert event.decoded("DTEND") == date(2026, 12, 2)
    assert event["TRANSP"] == "TRANSPARENT"


def test_what_moves_keeps_its_identity(app, client, token):
    give(app, Entry("1", "Before", AT, END))
    before = events(asked(client, token))[0]["UID"]
    app.extensions["notices.calendar"].pop("test")
    give(app, Entry("1", "After", END, END))

    assert events(asked(client, token))[0]["UID"] == before


def test_a_title_cannot_write_lines_of_its_own(app, client, token):
    give(app, Entry("1", "a\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:b", AT, END))

    assert len(events(asked(client, token))) == 1


def test_a_closed_account_is_answered_as_an_unknown_address(client, session, owner, token):
    owner.status = EmployeeStatus.LEFT
    session.commit()

    closed, unknown = asked(client, token), asked(client, "x" * len(token))

    assert closed.status_code == unknown.status_code == 404
    assert _masked(closed, token) == _masked(unknown, "x" * len(token))


def _masked(response, token):
    text = response.get_data(as_text=True).replace(token, "<token>")
    return [line for line in text.splitlines() if "csrf" not in line]


def test_a_renewed_address_ends_the_one_before(client, session, owner, token):
    renewed = calendar.renew_feed(session, viewer_of(session, owner))
    session.commit()

    assert asked(client, token).status_code == 404
    assert asked(client, renewed).status_code == 200


def test_an_ended_address_is_unknown(client, session, owner, token):
    calendar.end_feed(session, viewer_of(session, owner))
    session.commit()

    assert asked(client, token).status_code == 404


def test_the_database_does_not_hold_the_address(session, token):
    row = session.scalars(select(CalendarFeed)).one()

    assert token not in (row.token_digest, row.sealed_token)


def test_guessing_is_slowed_down(client, token):
    for _time in range(30):
        asked(client, "guess")

    assert asked(client, "guess").status_code == 429


def test_the_feed_holds_nothing_of_others(app, client, session, owner, token):
    other = make_employee(session)
    session.commit()
    calendar.register(
        app, "test", lambda _session, who, *_days: [Entry("1", f"of {who}", clock.today())]
    )

    assert [event["SUMMARY"] for event in events(asked(client, token))] == [f"of {owner.id}"]
    assert db.session.get(CalendarFeed, other.id) is None
