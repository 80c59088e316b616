"""A row of a list of past trainings: what is read, what is wrong with it, what is left out."""

import io
from datetime import date

import pytest
import xlsxwriter

from tests.factories.history import HEAD, check, import_all, imported, row, send, sheet, take
from tests.factories.people import make_employee
from tests.factories.records import make_record
from training_platform.core import clock, slots
from training_platform.core.errors import RuleError
from training_platform.people.viewer import viewer_of
from training_platform.records.history import services
from training_platform.records.history.rules import (
    ImportState,
    read_minutes,
    read_outcome,
    read_percent,
)


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
