"""Past trainings from a list: checked row by row, written once, taken back by corrections."""

import io
import threading
from datetime import date, timedelta

import pytest
import xlsxwriter
from flask_babel import force_locale
from sqlalchemy import func, select

from tests.factories.history import HEAD, check, import_all, row, send, sheet, take
from tests.factories.people import make_employee
from tests.factories.records import make_record
from training_platform.archives import indexing
from training_platform.archives.queries.person import hours_by_year
from training_platform.core import clock, jobs, slots, upkeep
from training_platform.core.db import db, writing
from training_platform.core.errors import InvalidTransitionError, NotPermittedError, RuleError
from training_platform.core.files import StoredFile
from training_platform.core.i18n import translate
from training_platform.core.list_files import read_upload
from training_platform.core.permissions import Right
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.records import services as records
from training_platform.records.corrections import services as corrections
from training_platform.records.corrections.rules import Proposal
from training_platform.records.history import queries, rules, running, services, template
from training_platform.records.history.models import HistoryImport
from training_platform.records.history.rules import (
    ImportState,
    read_minutes,
    read_outcome,
    read_percent,
)
from training_platform.records.history.standing import JOB
from training_platform.records.models import TrainingRecord
from training_platform.records.queries import timeline
from training_platform.records.rules import Effect, Kind
from training_platform.records.sealing import seal_day
from training_platform.records.verification import verify


@pytest.fixture
def hr(session):
    return make_employee(session, name="何人事", name_latin="He Renshi", rights=(Right.HR,))


@pytest.fixture
def person(session):
    return make_employee(session, name="林知夏", name_latin="Lin Zhixia")


def imported(session):
    """Return the imported records that still count, in their order."""
    found = session.query(TrainingRecord).filter_by(kind=Kind.TRAINING_IMPORTED.value)
    corrected = {
        each.corrects_id
        for each in session.query(TrainingRecord).filter_by(kind=Kind.CORRECTION.value)
    }
    return [each for each in found.order_by(TrainingRecord.id) if each.id not in corrected]


def fault_of(session, hr, cells, head=HEAD):
    """Check a list of one row; return its faults by field, as texts."""
    found = check(session, hr, sheet(cells, head=head))
    return {
        name: each["text"] % each.get("values", {})
        for name, each in found.problems.get("2", {}).items()
    }


# ---- Reading a row --------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_row_becomes_a_record_with_its_source_whatever_the_encoding(
    session, hr, person, encoding
):
    data = sheet(row(person, note="证号 7"), encoding=encoding)

    found = import_all(session, hr, data, "旧培训.csv")

    assert (found.state, found.written_count) == (ImportState.DONE, 1)
    (record,) = imported(session)
    assert record.employee_id == person.id
    assert clock.company_day(record.happened_at) == date(2026, 3, 1)
    values = record.value.data
    assert values["title"] == {"zh": "客户投诉处理实务", "en": "客户投诉处理实务"}
    assert (values["minutes"], values["percent"], values["outcome"]) == (360, 86, "passed")
    assert values["provider"] == "云岫培训中心"
    assert (values["file"], values["row"]) == ("旧培训.csv", 2)
    assert "导入自 旧培训.csv 第 2 行" in values["note"]["zh"]
    assert "证号 7" in values["note"]["zh"]
    assert "Imported from 旧培训.csv, row 2" in values["note"]["en"]


def test_a_spreadsheet_gives_days_numbers_and_what_formulas_showed(session, hr, person):
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        page = book.add_worksheet()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_row(0, 0, ["Staff number", "Course", "Date", "Hours", "Score"])
        page.write_string(1, 0, person.staff_number)
        page.write_string(1, 1, "Complaints")
        page.write_datetime(1, 2, date(2026, 3, 1), day)
        page.write_number(1, 3, 1.5)
        page.write_formula(1, 4, "=80+6", None, 86)

    found = import_all(session, hr, data.getvalue(), "old.xlsx")

    assert (found.wrong_count, found.written_count) == (0, 1)
    values = imported(session)[0].value.data
    assert (values["minutes"], values["percent"]) == (90, 86)


@pytest.mark.parametrize(
    ("changes", "field", "text"),
    [
        ({"number": "X-404"}, "staff_number", "Nobody has this staff number"),
        ({"number": "", "name": "查无此人"}, "name", "Nobody has this name"),
        ({"number": "", "name": ""}, "staff_number", "Give a staff number or a name"),
        ({"name": "别人"}, "name", "has another name"),
        ({"title": ""}, "title", "This is missing"),
        ({"title": "长" * 201}, "title", "too long"),
        ({"title": "=HYPERLINK(1)"}, "title", "formula"),
        ({"day": ""}, "day", "This is missing"),
        ({"day": "soon"}, "day", "Write the day as"),
        ({"day": "2026-02-30"}, "day", "Write the day as"),
        ({"day": "2099-01-01"}, "day", "still to come"),
        ({"day": "2019-01-01"}, "day", "hired later, on 2026-01-05"),
        ({"hours": "0"}, "hours", "1,000 hours"),
        ({"hours": "-3"}, "hours", "1,000 hours"),
        ({"hours": "1001"}, "hours", "1,000 hours"),
        ({"hours": "NaN"}, "hours", "1,000 hours"),
        ({"percent": "101"}, "percent", "0 to 100"),
        ({"percent": "0.86"}, "percent", "0 to 100"),
        ({"percent": "A+"}, "percent", "0 to 100"),
        ({"outcome": "或许"}, "outcome", "pass, fail or distinction"),
    ],
)
def test_what_is_wrong_with_a_cell_is_said_at_its_field(session, hr, person, changes, field, text):
    faults = fault_of(session, hr, row(person, **changes))

    assert list(faults) == [field]
    assert text in faults[field]


def test_a_day_after_leaving_is_wrong(session, hr, person):
    person.left_on = date(2026, 2, 1)

    assert "had left by then, on 2026-02-01" in fault_of(session, hr, row(person))["day"]


def test_a_name_alone_is_enough_where_only_one_has_it(session, hr, person):
    assert fault_of(session, hr, row(person, number="")) == {}
    make_employee(session, name="林知夏")

    assert "Several people" in fault_of(session, hr, row(person, number=""))["name"]


def test_nobody_imports_the_own_training(session, hr):
    faults = fault_of(session, hr, row(hr))

    assert "A colleague imports it" in faults["staff_number"]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("1.5", 90),
        ("2小时", 120),
        ("8 学时", 480),
        ("90 min", 90),
        ("４５分钟", 45),
        ("", None),
        ("1e3", None),
        ("1,5", None),
        ("inf", None),
        ("0.001", None),
    ],
)
def test_hours_are_read_as_people_write_them(text, minutes):
    assert read_minutes(text) == minutes


@pytest.mark.parametrize(
    ("text", "percent"),
    [
        ("86", 86),
        ("86.5", 86.5),
        ("86%", 86),
        ("92分", 92),
        ("0", 0),
        ("100.0", 100),
        ("100.1", None),
        ("-1", None),
        ("0.9", None),
    ],
)
def test_scores_are_read_as_people_write_them(text, percent):
    assert read_percent(text) == percent


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("通过", "passed"),
        ("未通过", "failed"),
        ("PASS", "passed"),
        ("優秀", "distinction"),
        ("?", None),
    ],
)
def test_results_are_read_in_both_languages(text, outcome):
    assert read_outcome(text) == outcome


# ---- Courses --------------------------------------------------------------------------


def test_a_course_of_the_platform_is_recognized_and_anything_else_stays_a_free_title(
    app, session, hr, person
):
    title = {"zh": "客户资料管理基础", "en": "Customer Data Basics"}
    slots.fill(app, "history.courses", lambda session: {"customer-data-basics": title})

    import_all(
        session,
        hr,
        sheet(row(person, title="customer data basics"), row(person, title="别处的课")),
    )

    known, free = imported(session)
    assert (known.subject, known.value.data["title"]) == ("customer-data-basics", title)
    assert (free.subject, free.value.data["title"]["en"]) == ("", "别处的课")


# ---- Duplicates -----------------------------------------------------------------------


def test_the_second_of_two_equal_rows_is_left_out(session, hr, person):
    found = check(
        session, hr, sheet(row(person), row(person, hours="3"), row(person, day="2026-03-02"))
    )

    assert (found.wrong_count, list(found.problems)) == (1, ["3"])
    assert "row 2" in str(found.problems["3"]["title"]["text"] % {"row": "2"})


def test_what_stands_in_the_records_is_left_out(session, hr, person):
    import_all(session, hr, sheet(row(person)))

    again = import_all(session, hr, sheet(row(person), row(person, title="另一课")))

    assert (again.known_count, again.written_count, again.wrong_count) == (1, 1, 0)
    assert len(imported(session)) == 2


def test_a_course_completed_here_on_the_day_is_known(app, session, hr, person):
    make_record(session, person, subject="customer-data-basics")
    today = clock.today().isoformat()

    found = check(session, hr, sheet(row(person, title="客户资料管理基础", day=today)))

    assert found.known_count == 1


def test_what_was_declared_void_may_be_imported_again(session, hr, person):
    first = import_all(session, hr, sheet(row(person)))
    take(first.id, hr, services.undo_import, "wrong file")

    again = import_all(session, hr, sheet(row(person)))

    assert (again.known_count, again.written_count) == (0, 1)


# ---- Columns --------------------------------------------------------------------------


def test_columns_are_guessed_in_both_languages_and_what_was_chosen_is_remembered(
    session, hr, person
):
    odd = ["Employee ID", "课程名称", "Completed on", "Duration (h)", "备注", "Lehrgang"]
    found = send(session, viewer_of(session, hr), sheet(["1", "a", "b", "c", "d", "e"], head=odd))
    assert found.mapping == ["staff_number", "title", "day", "hours", "note", None]

    take(
        found.id,
        hr,
        services.choose_mapping,
        ["staff_number", None, "day", "hours", "note", "title"],
    )
    again = send(session, viewer_of(session, hr), sheet(["1", "a", "b", "c", "d", "e"], head=odd))

    assert again.mapping == ["staff_number", None, "day", "hours", "note", "title"]


@pytest.mark.parametrize(
    ("mapping", "text"),
    [
        (["title", "day", "day"], "Chosen twice"),
        (["title", "staff_number", None], "required fields"),
        (["title", "day", None], "staff number, or that of the name"),
    ],
)
def test_the_needed_columns_must_be_chosen(session, hr, mapping, text):
    found = send(session, viewer_of(session, hr), sheet(["a", "b", "c"], head=["x", "y", "z"]))

    with pytest.raises(RuleError, match=text):
        services.choose_mapping(
            session, found, viewer_of(session, hr), mapping, expected_version=found.version
        )


# ---- Writing and taking back ----------------------------------------------------------


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


# ---- The job --------------------------------------------------------------------------


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
