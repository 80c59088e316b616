"""When a mail may leave, and which reminder is due."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from training_platform.notices.rules import (
    Channel,
    QuietHours,
    Reminders,
    clean_days,
    leaves_at,
    newest_of_each,
)

SHANGHAI, LONDON, NEW_YORK = (
    ZoneInfo("Asia/Shanghai"),
    ZoneInfo("Europe/London"),
    ZoneInfo("America/New_York"),
)
NIGHT = QuietHours.parse("20:00-08:00")
NOON = QuietHours.parse("12:00-14:00")


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("channel", "quiet", "zone", "now", "leaves"),
    [
        (Channel.AT_ONCE, NIGHT, SHANGHAI, "2026-11-20T11:59", "2026-11-20T11:59"),
        (Channel.AT_ONCE, NIGHT, SHANGHAI, "2026-11-20T12:00", "2026-11-21T00:00"),
        (Channel.AT_ONCE, NIGHT, SHANGHAI, "2026-11-20T23:59", "2026-11-21T00:00"),
        (Channel.AT_ONCE, NIGHT, SHANGHAI, "2026-11-21T00:00", "2026-11-21T00:00"),
        # the same instant is night for one and day for another
        (Channel.AT_ONCE, NIGHT, LONDON, "2026-11-20T12:00", "2026-11-20T12:00"),
        (Channel.AT_ONCE, NIGHT, NEW_YORK, "2026-11-21T01:30", "2026-11-21T13:00"),
        # the clocks of New York jump at two in the night of March 8
        (Channel.AT_ONCE, NIGHT, NEW_YORK, "2026-03-08T03:00", "2026-03-08T12:00"),
        (Channel.AT_ONCE, NOON, SHANGHAI, "2026-11-20T05:00", "2026-11-20T06:00"),
        (Channel.AT_ONCE, None, SHANGHAI, "2026-11-20T18:00", "2026-11-20T18:00"),
        (Channel.DAILY, NIGHT, SHANGHAI, "2026-11-20T02:00", "2026-11-21T00:00"),
        (Channel.DAILY, NOON, SHANGHAI, "2026-11-20T02:00", "2026-11-20T06:00"),
        (Channel.DAILY, None, SHANGHAI, "2026-11-20T00:00", "2026-11-21T00:00"),
        (Channel.WEEKLY, NIGHT, SHANGHAI, "2026-11-20T02:00", "2026-11-23T00:00"),
        (Channel.WEEKLY, NIGHT, SHANGHAI, "2026-11-23T00:00", "2026-11-30T00:00"),
    ],
)
def test_when_a_mail_leaves(channel, quiet, zone, now, leaves):
    assert leaves_at(channel, quiet, utc(now), zone) == utc(leaves)


def test_who_wants_no_mail_gets_none():
    assert leaves_at(Channel.NONE, NIGHT, utc("2026-11-20T02:00"), SHANGHAI) is None


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        ("2026-11-12", None),
        ("2026-11-13", -7),
        ("2026-11-15", -7),  # the worker stood still for two days
        ("2026-11-16", None),
        ("2026-11-19", -1),
        ("2026-11-20", -1),
        ("2026-11-21", 1),
        ("2026-11-24", None),
        ("2026-11-27", 7),
        ("2026-11-30", None),
    ],
)
def test_which_reminder_is_due(today, expected):
    due_on, rules = date(2026, 11, 20), Reminders((7, 1), (1, 7))

    assert rules.due(due_on, date.fromisoformat(today)) == expected


def test_of_missed_reminders_only_the_last_is_due():
    assert Reminders((3, 2), ()).due(date(2026, 11, 20), date(2026, 11, 18)) == -2


def test_nothing_soon_is_said_after_the_due_day():
    assert Reminders((1,), ()).due(date(2026, 11, 20), date(2026, 11, 21)) is None


@pytest.mark.parametrize(("today", "told"), [(26, False), (27, True), (29, True), (30, False)])
def test_when_the_superior_is_told(today, told):
    assert Reminders(escalate_after=7).escalates(date(2026, 11, 20), date(2026, 11, today)) is told


def test_nobody_is_reminded_of_days_that_make_no_sense():
    for days in ([-1], [366], range(7)):
        with pytest.raises(ValueError, match="reminders"):
            clean_days(days)


def test_of_reminders_of_one_due_day_a_digest_tells_the_last():
    keys = [
        "due:course:4:2026-11-14:-7",
        "a:1",
        "due:course:4:2026-11-14:1",
        "due:course:4:2027-01-01:1",
    ]

    assert newest_of_each(keys) == set(keys[1:])
