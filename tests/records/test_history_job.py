"""The job that writes past trainings: in parts, again, late, at once; one effect."""

import threading

import pytest
from flask_babel import force_locale
from sqlalchemy import func, select

from tests.factories.history import check, import_all, imported, row, send, sheet, take
from tests.factories.people import make_employee
from training_platform.core import jobs
from training_platform.core.db import db, writing
from training_platform.core.i18n import translate
from training_platform.core.list_files import read_upload
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.records import services as records
from training_platform.records.history import running, services, template
from training_platform.records.history.models import HistoryImport
from training_platform.records.history.rules import (
    ImportState,
    read_outcome,
)
from training_platform.records.history.standing import JOB
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import Kind
from training_platform.records.verification import verify


def put_off(session, hr, data):
    """Check a list and order it to be written, but leave the work to the job; return its id."""
    found = check(session, hr, data)
    session.commit()
    with writing() as other:
        mine = other.get_one(HistoryImport, found.id)
        actor = viewer_of(other, other.get_one(Employee, hr.id))
        services.start_writing(other, mine, actor, expected_version=mine.version)
    session.expire_all()
    return found.id


def deliver(import_id, step, by=None, reason=""):
    payload = {"import_id": import_id, "step": step, "by": by, "reason": reason}
    jobs._handlers[JOB](jobs.JobContext(0), payload)


def many(person, count):
    return sheet(*(row(person, title=f"第 {number} 课") for number in range(count)))


def test_each_step_delivered_three_times_late_and_out_of_order_has_one_effect(
    session, hr, person, monkeypatch
):
    monkeypatch.setattr(running, "BATCH", 2)
    import_id = put_off(session, hr, many(person, 5))

    deliver(import_id, "reverting", hr.id, "late")
    for _delivery in range(3):
        deliver(import_id, "running", hr.id)
        deliver(import_id, "checking", hr.id)
    session.expire_all()
    found = session.get_one(HistoryImport, import_id)
    assert (found.state, found.written_count, len(imported(session))) == (ImportState.DONE, 5, 5)

    take(import_id, hr, services.undo_import, "wrong file")
    for _delivery in range(3):
        deliver(import_id, "reverting", hr.id, "wrong file")
        deliver(import_id, "running", hr.id)

    assert imported(session) == []
    corrections_made = select(func.count()).where(TrainingRecord.kind == Kind.CORRECTION.value)
    assert session.scalar(corrections_made) == 5
    assert verify(session).fault is None


@pytest.mark.parametrize("dies_in", ["first", "second"])
def test_a_worker_that_dies_between_parts_leaves_whole_parts_and_the_next_goes_on(
    session, hr, person, monkeypatch, dies_in
):
    monkeypatch.setattr(running, "BATCH", 2)
    import_id = put_off(session, hr, many(person, 5))
    order = running.Order(import_id, ImportState.RUNNING, hr.id)
    whole, calls = running._write_part, []

    def dying(*args):
        whole(*args)
        calls.append(1)
        if len(calls) == (1 if dies_in == "first" else 2):
            raise RuntimeError("the worker dies before its commit")

    monkeypatch.setattr(running, "_write_part", dying)
    with pytest.raises(RuntimeError):
        running.run(order, lambda _done, _total: None)
    monkeypatch.setattr(running, "_write_part", whole)
    session.rollback()
    session.expire_all()
    left = session.get_one(HistoryImport, import_id)
    written = 0 if dies_in == "first" else 2
    assert (left.done_count, left.written_count, len(imported(session))) == (written,) * 3
    assert verify(session).fault is None
    session.rollback()

    running.run(order, lambda _done, _total: None)

    session.expire_all()
    found = session.get_one(HistoryImport, import_id)
    assert (found.state, found.written_count, found.wrong_count) == (ImportState.DONE, 5, 0)
    assert len(imported(session)) == 5
    assert verify(session).fault is None


def test_what_is_appended_between_check_and_writing_is_not_written_twice(session, hr, person):
    import_id = put_off(session, hr, sheet(row(person)))
    import_all(session, hr, sheet(row(person)))

    deliver(import_id, "running", hr.id)

    session.expire_all()
    found = session.get_one(HistoryImport, import_id)
    assert (found.written_count, found.known_count, len(imported(session))) == (0, 1, 1)


def test_a_second_delivery_that_overtakes_the_first_ends_it(session, hr, person, monkeypatch):
    monkeypatch.setattr(running, "BATCH", 2)
    import_id = put_off(session, hr, many(person, 5))
    order = running.Order(import_id, ImportState.RUNNING, hr.id)
    session.rollback()

    running.run(order, lambda _done, _total: running.run(order, lambda _d, _t: None))

    session.expire_all()
    found = session.get_one(HistoryImport, import_id)
    assert (found.written_count, found.known_count, len(imported(session))) == (5, 0, 5)


def test_the_same_list_sent_by_four_and_each_job_run_twice_at_once_is_written_once(
    app, session, hr, person
):
    people = [person, make_employee(session, name="于二", name_latin="Yu Er")]
    rows = [row(each, title=f"第 {number} 课") for number in range(10) for each in people]
    orders = [
        running.Order(put_off(session, hr, sheet(*rows)), ImportState.RUNNING, hr.id)
        for _list in range(4)
    ] * 2
    session.rollback()
    start, faults = threading.Barrier(len(orders)), []

    def work(order):
        try:
            with app.app_context():
                start.wait()
                running.run(order, lambda _done, _total: None)
                db.session.remove()
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work, args=(order,)) for order in orders]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert len(imported(session)) == 20
    done = [session.get_one(HistoryImport, order.import_id) for order in orders[:4]]
    assert [each.state for each in done] == [ImportState.DONE] * 4
    assert sorted(each.written_count for each in done) == [0, 0, 0, 20]
    assert sorted(each.known_count for each in done) == [0, 20, 20, 20]
    assert verify(session).fault is None


def test_a_list_of_thousands_is_written_in_parts_with_progress(session, hr, person):
    import_id = put_off(session, hr, many(person, 1200))
    seen = []

    running.run(
        running.Order(import_id, ImportState.RUNNING, hr.id),
        lambda done, total: seen.append((done, total)),
    )

    assert seen == [(500, 1200), (1000, 1200), (1200, 1200)]
    assert len(imported(session)) == 1200
    assert records.count_corrections(session, imported(session)[0].id) == 0


def test_a_template_reads_back_with_every_column_known(session, hr):
    for language in ("zh", "en"):
        for kind in ("csv", "xlsx"):
            data = template.template_file(language, kind)
            upload = read_upload(data, f"template.{kind}")
            found = send(session, viewer_of(session, hr), data, f"template.{kind}")
            assert None not in found.mapping
            assert len(upload.rows) == 1
        with force_locale(language):
            offered = [translate(text) for text in template._RESULTS]
        assert [read_outcome(text) for text in offered] == ["passed", "failed", "distinction"]
