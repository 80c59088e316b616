"""What programs read: filters, cursors, scope, and what stays out."""

from datetime import timedelta

import pytest

from tests.factories.certificates import make_certificate
from tests.factories.records import make_record
from training_platform.api import rules
from training_platform.core import clock
from training_platform.people.models import AccessGrant


def walk(ask, path, **query):
    """Read a list to its end by its cursor; return its rows and the last cursor."""
    rows, cursor = [], None
    while True:
        more = {"cursor": cursor} if cursor else {}
        answer = ask(path, **query, **more).get_json()
        rows += answer["data"]
        cursor = answer["next_cursor"] or cursor
        if not answer["has_more"]:
            return rows, cursor


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({}, ["boss", "head", "head2", "hr", "lin", "wang", "zhao"]),
        ({"department": "CR"}, ["head", "lin", "wang"]),
        ({"department": "nowhere"}, []),
        ({"job_role": "supervisor"}, ["wang"]),
        ({"status": "left"}, []),
        ({"limit": "2"}, ["boss", "head", "head2", "hr", "lin", "wang", "zhao"]),
    ],
    ids=str,
)
def test_people_by_each_filter(company, ask, query, expected):
    names = {person.staff_number: name for name, person in company.items()}

    found = walk(ask, "people", **query)[0]

    assert sorted(names[row["staff_number"]] for row in found) == expected


def test_one_person_with_her_place(company, ask):
    (row,) = ask("people", staff_number=company["wang"].staff_number).get_json()["data"]

    assert row["name"] == "周晓岚"
    assert row["department"]["code"] == "CR"
    assert row["job_role"]["code"] == "supervisor"
    assert row["manager"] == company["boss"].staff_number


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"kind": "quiz_passed"}, ["basics"]),
        ({"subject": "secret"}, ["secret"]),
        ({"department": "MK"}, ["secret"]),
        ({"since": "2999-01-01"}, []),
        ({"until": "2000-01-01"}, []),
        ({"since": "2000-01-01", "until": "2999-01-01", "kind": "practice_completed"}, ["p:1"]),
    ],
    ids=str,
)
def test_records_by_each_filter(ask, query, expected):
    assert [row["subject"] for row in ask("records", **query).get_json()["data"]] == expected


def test_a_record_says_what_the_archive_shows(ask):
    (row,) = ask("records", kind="practice_completed").get_json()["data"]

    assert row["title"] == {"zh": "门店实践", "en": "In the shop"}
    assert (row["outcome"], row["minutes"], row["percent"]) == ("reached", 90, None)
    assert row["counts"]
    assert "note" not in row


def test_with_the_last_cursor_one_gets_only_what_is_new(session, company, ask):
    everything, cursor = walk(ask, "records", limit=2)
    assert len(everything) == 5
    assert walk(ask, "records", cursor=cursor) == ([], cursor)
    make_record(session, company["lin"], "quiz_passed", "new")
    session.commit()

    rows, further = walk(ask, "records", cursor=cursor)

    assert [row["subject"] for row in rows] == ["new"]
    assert further != cursor


def test_a_record_waits_until_none_before_it_can_still_come(ask, monkeypatch):
    """A slow transaction commits under a lower number: a cursor must not have passed it."""
    later = ask("records").get_json()
    monkeypatch.setattr(rules, "SETTLED_AFTER", timedelta(minutes=1))

    at_once = ask("records").get_json()

    assert at_once == {"data": [], "next_cursor": None, "has_more": False}
    assert len(later["data"]) == 5


def test_certificates_with_their_state_on_a_day(session, company, ask):
    today = clock.today()
    certificate = make_certificate(session, company["lin"], "basics")
    certificate.issued_on = today - timedelta(days=100)
    certificate.valid_until = today - timedelta(days=10)
    session.commit()
    then = (today - timedelta(days=20)).isoformat()

    def states(**query):
        return [row["state"] for row in ask("certificates", **query).get_json()["data"]]

    assert states() == ["expired"]
    assert states(on=then) == ["valid"]
    assert states(on=then, state="valid") == ["valid"]
    assert states(state="valid") == []


def test_a_token_of_somebody_who_left_hr_opens_nothing(session, company, ask):
    session.query(AccessGrant).filter_by(employee_id=company["hr"].id).delete()
    session.commit()

    ask("people", expect=401)
