"""Past trainings from a list are written once, and taken back by corrections."""

from datetime import timedelta

import pytest

from tests.factories.history import check, import_all, imported, row, send, sheet, take
from tests.factories.people import make_employee
from training_platform.archives import indexing
from training_platform.archives.queries.person import hours_by_year
from training_platform.core import clock, jobs, upkeep
from training_platform.core.errors import InvalidTransitionError, NotPermittedError, RuleError
from training_platform.core.files import StoredFile
from training_platform.core.permissions import Right
from training_platform.people.viewer import viewer_of
from training_platform.records.corrections import services as corrections
from training_platform.records.corrections.rules import Proposal
from training_platform.records.history import queries, rules, services
from training_platform.records.history.models import HistoryImport
from training_platform.records.history.rules import (
    ImportState,
)
from training_platform.records.queries import timeline
from training_platform.records.rules import Effect
from training_platform.records.sealing import seal_day
from training_platform.records.verification import verify


def test_nothing_is_written_before_somebody_says_so(session, hr, person):
    found = check(session, hr, sheet(row(person)))

    assert (found.state, imported(session)) == (ImportState.CHECKED, [])


def test_wrong_rows_are_left_out_and_a_list_without_a_right_one_is_refused(session, hr, person):
    found = import_all(session, hr, sheet(row(person), row(None, number="X-404")))
    assert (found.written_count, found.wrong_count) == (1, 1)

    with pytest.raises(RuleError):
        import_all(session, hr, sheet(row(None, number="X-404")))


def test_imported_hours_stand_in_the_archive_until_the_import_is_taken_back(session, hr, person):
    found = import_all(session, hr, sheet(row(person)))
    indexing.catch_up(session)
    (year,) = hours_by_year(session, person.id)
    assert (year.year, year.hours) == (2026, 6)

    take(found.id, hr, services.undo_import, "wrong file")
    indexing.catch_up(session)

    assert hours_by_year(session, person.id) == []


def test_an_undo_appends_corrections_and_the_chain_and_its_head_hold(app, session, hr, person):
    found = import_all(session, hr, sheet(row(person), row(person, title="另一课")))
    seal_day(session, clock.today() - timedelta(days=1))

    found = take(found.id, hr, services.undo_import, "wrong file")

    assert found.state is ImportState.REVERTED
    assert imported(session) == []
    report = verify(session)
    assert (report.fault, report.records) == (None, 4)
    with app.test_request_context():
        lines = timeline(session, person.id).rows
    assert sum(line.is_void for line in lines) == 2
    reasons = [line.details for line in lines if line.kind == "correction"]
    assert all("Reason: wrong file" in details for details in reasons)
    assert all("By 何人事; the first record stays." in details for details in reasons)


def test_an_undo_needs_a_reason(session, hr, person):
    found = import_all(session, hr, sheet(row(person)))

    with pytest.raises(RuleError):
        take(found.id, hr, services.undo_import, "  ")


def test_an_undo_is_refused_once_its_time_is_over_and_nothing_is_done(session, hr, person):
    found = import_all(session, hr, sheet(row(person)))

    late = clock.now() + rules.UNDONE_WITHIN + timedelta(minutes=1)
    with clock.stopped(late), pytest.raises(RuleError, match="is over"):
        take(found.id, hr, services.undo_import, "wrong file")

    assert len(imported(session)) == 1


def test_an_undo_overturns_nothing_that_two_persons_set_right(session, hr, person):
    found = import_all(session, hr, sheet(row(person)))
    (record,) = imported(session)
    second = viewer_of(session, make_employee(session, rights=(Right.HR,)))
    proposal = Proposal(Effect.VALUES, "80 %", "r", "e", {"percent": 80})
    proposed = corrections.propose_correction(
        session, record, viewer_of(session, hr), proposal, expected_count=0
    )
    corrections.approve_correction(session, proposed, second, "", expected_version=proposed.version)

    with pytest.raises(RuleError, match="set right"):
        take(found.id, hr, services.undo_import, "wrong file")


def test_an_undo_leaves_and_names_what_is_about_whoever_takes_it_back(session, hr, person):
    other = make_employee(session, name="于人事", name_latin="Yu Renshi", rights=(Right.HR,))
    found = import_all(session, hr, sheet(row(person), row(other)))

    take(found.id, other, services.undo_import, "wrong file")

    (left,) = imported(session)
    assert left.employee_id == other.id
    names = [each.name for each in session.execute(queries.still_counting(found.id))]
    assert names == ["于人事"]


def test_corrections_of_imported_records_are_named_and_stay(session, hr, person):
    found = import_all(session, hr, sheet(row(person)))
    (record,) = imported(session)
    asked = corrections.request_correction(
        session, record, viewer_of(session, person), Proposal(Effect.VALUES, "8 h", "r", "e")
    )

    take(found.id, hr, services.undo_import, "wrong file")

    (named,) = session.execute(queries.built_on(found.id)).all()
    assert (named.id, named.state, named.name) == (asked.id, asked.state, "林知夏")


def test_only_human_resources_import(session, hr, person):
    with pytest.raises(NotPermittedError):
        send(session, viewer_of(session, person), sheet(row(hr)))


def test_a_step_that_was_taken_is_not_taken_again(session, hr, person):
    found = import_all(session, hr, sheet(row(person)))

    with pytest.raises(InvalidTransitionError):
        take(found.id, hr, services.start_writing)


def test_the_list_goes_after_its_time_and_the_import_stays(app, session, hr, person):
    found = import_all(session, hr, sheet(row(person)))
    stored = session.get_one(StoredFile, found.file_id)
    stored.expires_at = clock.now() - timedelta(days=1)
    session.commit()

    upkeep.tidy(jobs.JobContext(0), {})

    session.expire_all()
    assert session.get_one(HistoryImport, found.id).file_id is None
    assert len(imported(session)) == 1
