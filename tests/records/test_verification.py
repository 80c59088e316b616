"""Whatever somebody changes behind the platform's back is found and named."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.factories.people import make_employee
from tests.factories.records import make_record
from training_platform.core import clock
from training_platform.core.permissions import SYSTEM
from training_platform.core.triggers import drop_triggers
from training_platform.records import sealing, services
from training_platform.records.models import DailyHead
from training_platform.records.verification import verify


@pytest.fixture
def chained(session):
    """Two people with four records each, sealed; the triggers are gone, as for an intruder."""
    people = [make_employee(session), make_employee(session)]
    for person in people:
        for number in range(4):
            make_record(session, person, subject=f"c{number}", percent=80 + number)
    sealing.seal_day(session, clock.today())
    session.flush()
    drop_triggers(session.connection())
    return people


def tamper(session, statement, **values):
    session.execute(text(statement), values)
    session.expire_all()
    return verify(session).fault


def third(session, person):
    return session.execute(
        text("SELECT id FROM training_record WHERE employee_id = :e AND position = 3"),
        {"e": person.id},
    ).scalar_one()


def test_an_untouched_house_verifies(session, chained):
    report = verify(session)

    assert report.fault is None
    assert (report.records, report.chains, report.heads) == (8, 2, 1)
    assert report.remarks == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("kind", "quiz_passed"),
        ("subject", "other"),
        ("happened_at", "2020-01-01 00:00:00.000000"),
        ("recorded_at", "2020-01-01 00:00:00.000000"),
        ("source", "invented"),
        ("value_digest", "0" * 64),
        ("hash", "0" * 64),
        ("previous_hash", "0" * 64),
        ("position", 9),
    ],
)
def test_a_changed_field_is_found_and_named(session, chained, column, value):
    record_id = third(session, chained[0])

    fault = tamper(
        session, f"UPDATE training_record SET {column} = :v WHERE id = :i", v=value, i=record_id
    )

    assert fault is not None
    assert f"employee {chained[0].id}" in fault
    assert str(record_id) in fault or "position" in fault


def test_a_record_moved_to_another_person_is_found(session, chained):
    record_id = third(session, chained[0])

    fault = tamper(
        session,
        "UPDATE training_record SET employee_id = :e, position = 5 WHERE id = :i",
        e=chained[1].id,
        i=record_id,
    )

    assert fault is not None


def test_a_changed_value_is_found_and_named(session, chained):
    record_id = third(session, chained[1])

    fault = tamper(
        session,
        "UPDATE record_value SET data = :d WHERE record_id = :i",
        d=json.dumps({"percent": 100}),
        i=record_id,
    )

    assert fault is not None
    assert f"record {record_id} " in fault


def test_a_deleted_record_is_found(session, chained):
    record_id = third(session, chained[0])
    session.execute(text("DELETE FROM record_value WHERE record_id = :i"), {"i": record_id})

    fault = tamper(session, "DELETE FROM training_record WHERE id = :i", i=record_id)

    assert fault is not None
    assert "position 3 is expected" in fault


def test_two_swapped_records_are_found(session, chained):
    own = {"e": chained[0].id}
    for statement in (
        "UPDATE training_record SET position = 99 WHERE employee_id = :e AND position = 2",
        "UPDATE training_record SET position = 2 WHERE employee_id = :e AND position = 3",
        "UPDATE training_record SET position = 3 WHERE employee_id = :e AND position = 99",
    ):
        session.execute(text(statement), own)

    assert "(employee" in (verify(session).fault or "")


def test_a_cut_chain_is_found_even_if_its_head_was_mended(session, chained):
    own = {"e": chained[0].id}
    last = "SELECT id FROM training_record WHERE employee_id = :e AND position = 4"
    session.execute(text(f"DELETE FROM record_value WHERE record_id IN ({last})"), own)
    session.execute(
        text("DELETE FROM training_record WHERE employee_id = :e AND position = 4"), own
    )
    before = session.execute(
        text("SELECT hash FROM training_record WHERE employee_id = :e AND position = 3"), own
    ).scalar_one()

    fault = tamper(
        session,
        "UPDATE record_head SET length = 3, hash = :h WHERE employee_id = :e",
        h=before,
        **own,
    )

    assert fault == (
        f"the chain of employee {chained[0].id} ends at position 3, the last daily head signed 4"
    )


def test_a_chain_that_vanished_with_its_head_is_found(session, chained):
    own = {"e": chained[0].id}
    session.execute(
        text(
            "DELETE FROM record_value WHERE record_id IN"
            " (SELECT id FROM training_record WHERE employee_id = :e)"
        ),
        own,
    )
    session.execute(text("DELETE FROM training_record WHERE employee_id = :e"), own)

    fault = tamper(session, "DELETE FROM record_head WHERE employee_id = :e", **own)

    assert fault == f"all 4 records of employee {chained[0].id} are gone"


def test_a_forged_daily_head_is_found(session, chained):
    fault = tamper(session, "UPDATE daily_head SET record_count = 7")

    assert fault is not None
    assert "does not carry our signature" in fault


def test_a_changed_head_file_is_found(session, chained):
    head = session.query(DailyHead).one()
    path = sealing.head_path(head.day)
    content = json.loads(path.read_text())
    content["heads"].pop()
    path.write_text(json.dumps(content))

    assert "does not match its root" in (verify(session).fault or "")


def test_erased_values_leave_a_chain_that_verifies(session, chained):
    assert services.erase_values(session, chained[0].id, SYSTEM) == 4
    session.flush()

    report = verify(session)

    assert report.fault is None
    assert report.records == 8


def test_the_key_is_readable_by_its_owner_only(session, chained, app):
    assert (Path(app.instance_path) / sealing.KEY_NAME).stat().st_mode & 0o777 == 0o600


def test_a_day_is_sealed_once(session, chained):
    assert sealing.seal_day(session, clock.today()) is None


def test_the_command_says_what_is_broken(session, chained, app):
    record_id = third(session, chained[0])
    session.execute(
        text("UPDATE training_record SET subject = 'x' WHERE id = :i"), {"i": record_id}
    )
    session.commit()

    result = app.test_cli_runner().invoke(args=["records", "verify"])

    assert result.exit_code == 1
    assert f"broken: record {record_id} " in result.stderr


def test_the_command_is_content_with_whole_chains(session, chained, app):
    session.commit()

    result = app.test_cli_runner().invoke(args=["records", "verify"])

    assert result.exit_code == 0, result.output
    assert "8 records in 2 chains" in result.output


def test_values_that_went_without_a_note_are_found(session, chained):
    record_id = third(session, chained[1])

    fault = tamper(session, "DELETE FROM record_value WHERE record_id = :i", i=record_id)

    assert fault is not None
    assert f"record {record_id} " in fault
    assert "no erasure is recorded" in fault


def seal_more(session, person, days):
    """Seal further days, a record each; the triggers are gone still."""
    for number in range(1, days + 1):
        make_record(session, person, subject=f"later-{number}")
        sealing.seal_day(session, clock.today() + timedelta(days=number))
        session.flush()


def test_a_daily_head_taken_out_from_between_is_found(session, chained):
    seal_more(session, chained[0], 2)
    days = [head.day for head in session.query(DailyHead).order_by(DailyHead.day)]
    sealing.head_path(days[1]).unlink()

    fault = tamper(session, "DELETE FROM daily_head WHERE day = :d", d=days[1])

    assert fault == f"the daily head {days[2]} does not follow the one before it: one is gone"


def test_a_daily_head_cut_from_the_end_is_found_by_its_file(session, chained):
    seal_more(session, chained[0], 1)
    last = session.query(DailyHead).order_by(DailyHead.day.desc()).first().day
    session.execute(text("DELETE FROM daily_head WHERE day = :d"), {"d": last})
    session.expire_all()

    with clock.stopped(clock.now() + timedelta(hours=1)):
        assert verify(session).fault == f"the daily head {last} is gone, its file is still here"


def test_two_swapped_daily_heads_are_found(session, chained):
    seal_more(session, chained[0], 1)
    first, second = (head.day for head in session.query(DailyHead).order_by(DailyHead.day))
    for old, new in ((first, "x"), (second, first), ("x", second)):
        session.execute(text("UPDATE daily_head SET day = :n WHERE day = :o"), {"o": old, "n": new})
    session.expire_all()

    assert "does not carry our signature" in (verify(session).fault or "")


def test_a_head_kept_outside_finds_a_cut_that_all_here_was_mended_for(session, chained, tmp_path):
    day = session.query(DailyHead).one().day
    copy = tmp_path / f"{day}.json"
    copy.write_bytes(sealing.head_path(day).read_bytes())
    own = {"e": chained[0].id}
    last = "SELECT id FROM training_record WHERE employee_id = :e AND position = 4"
    for statement in (
        f"DELETE FROM record_value WHERE record_id IN ({last})",
        "DELETE FROM training_record WHERE employee_id = :e AND position = 4",
        "UPDATE record_head SET length = 3, hash = (SELECT hash FROM training_record"
        " WHERE employee_id = :e AND position = 3) WHERE employee_id = :e",
    ):
        session.execute(text(statement), own)
    session.execute(text("DELETE FROM daily_head"))
    sealing.head_path(day).unlink()
    session.expire_all()
    assert verify(session).fault is None  # nothing here knows of it any more

    assert verify(session, [copy]).fault == (
        f"the daily head {day} that was kept outside is gone here"
    )


def test_the_heads_are_copied_for_somebody_outside(session, chained, app, tmp_path):
    day = session.query(DailyHead).one().day
    session.commit()

    result = app.test_cli_runner().invoke(args=["records", "heads", "--to", str(tmp_path)])

    assert result.exit_code == 0, result.output
    assert sealing.is_signed_file(sealing.read_file(tmp_path / f"{day}.json"))
