"""Pulling: files that hold what was found, for their owner alone, for a day."""

import csv
import hashlib
import io
import zipfile
from datetime import date, timedelta

import openpyxl
import pytest

from tests.archives.conftest import catch_up
from tests.factories.records import make_record
from training_platform.archives import jobs as work
from training_platform.archives import services
from training_platform.archives.models import ArchivePull, PullSchedule
from training_platform.archives.pulls import making, transcripts
from training_platform.archives.rules import Every, Format, PullState, Wanted, next_day
from training_platform.core import clock, files
from training_platform.core.errors import RuleError
from training_platform.core.jobs import JobContext
from training_platform.notices.models import Notice
from training_platform.records import services as records

CONTEXT = JobContext(0)


def pulled(session, viewer, format=Format.XLSX, locale="en", **wanted):
    """Ask for a pull and let its job run; return the row and its bytes."""
    order = services.PullOrder(Wanted.read(wanted), format, "Yearly review", locale)
    pull = services.request_pull(session, viewer, order)
    session.commit()
    work.make_pull(CONTEXT, {"pull_id": pull.id})
    session.expire_all()
    found = session.get_one(ArchivePull, pull.id)
    return found, files.read(found.file) if found.file else b""


@pytest.fixture
def drawn(monkeypatch):
    """Stand for the drawing of PDF files, which tests of core.pdf hold; return what was drawn."""
    values = []

    def draw(given):
        values.append(given)
        return b"%PDF " + given["staff_no"].encode()

    monkeypatch.setattr(transcripts, "render", draw)
    return values


def test_a_spreadsheet_holds_typed_cells_and_explains_itself(session, company, seen):
    _pull, data = pulled(session, seen(company["hr"]))
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet, about = book.worksheets
    rows = {(row[2].value, row[5].value): row for row in sheet.iter_rows(min_row=2)}
    failed, practice = rows["周晓岚", "Quiz failed"], rows["周晓岚", "Mentored practice"]

    assert sheet.freeze_panes == "A2"
    assert (failed[0].is_date, failed[9].value) == (True, 40)
    assert practice[10].value == 1.5
    assert len(rows) == 5
    explained = {row[0].value: row[2].value for row in about.iter_rows()}
    assert (
        explained.items()
        >= {"Purpose": None, "Hours": "时长（小时）", "Counts": "是否有效"}.items()
    )
    assert (sheet.print_title_rows, sheet.page_setup.orientation) == ("$1:$1", "landscape")


def test_a_spreadsheet_speaks_the_language_of_whoever_asked(session, company, seen):
    _pull, data = pulled(session, seen(company["hr"]), locale="zh")
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]

    assert [sheet["A1"].value, sheet["C1"].value] == ["日期", "姓名"]
    assert "客户资料管理基础" in {row[6].value for row in sheet.iter_rows(min_row=2)}


@pytest.mark.parametrize("format", [Format.XLSX, Format.CSV])
def test_a_name_is_never_run_as_a_formula(session, company, seen, format):
    company["wang"].name = "=HYPERLINK(1)"
    _pull, data = pulled(session, seen(company["hr"]), format)

    if format is Format.CSV:
        assert ",'=HYPERLINK(1)," in data.decode("utf-8-sig")
        return
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    cells = [row[2] for row in sheet.iter_rows(min_row=2) if "HYPER" in row[2].value]
    assert [(cell.value, cell.data_type) for cell in cells] == [("=HYPERLINK(1)", "s")] * 2


def test_a_csv_opens_in_spreadsheet_programs_and_holds_the_filtered_records(session, company, seen):
    _pull, data = pulled(session, seen(company["hr"]), Format.CSV, kind="quizzes")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))

    assert data.startswith(b"\xef\xbb\xbf")
    assert [(row["Name"], row["Score (%)"], row["Result"]) for row in rows] == [
        ("周晓岚", "40", "Not passed"),
        ("林知夏", "92", "Pass"),
    ]


def test_a_void_record_says_that_it_does_not_count(session, company, seen):
    record = make_record(session, company["lin"], subject="wrong")
    records.append(
        session, company["lin"].id, "correction", "void", source="v:1", corrects_id=record.id
    )
    catch_up(session)
    _pull, data = pulled(session, seen(company["hr"]), Format.CSV, kind="courses", person="lin")
    rows = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))

    assert sorted(row["Counts"] for row in rows) == ["No", "Yes"]


def test_the_folder_of_a_department_has_an_index_and_true_checksums(session, company, seen, drawn):
    wanted = {"department": str(company["head"].department_id)}
    _pull, data = pulled(session, seen(company["hr"]), Format.FOLDER, **wanted)
    folder = zipfile.ZipFile(io.BytesIO(data))
    sums = folder.read(making.CHECKSUMS).decode().splitlines()

    assert {line.split("  ")[1] for line in sums} == set(folder.namelist()) - {making.CHECKSUMS}
    for line in sums:
        digest, name = line.split("  ")
        assert hashlib.sha256(folder.read(name)).hexdigest() == digest
    index = folder.read("index.csv").decode("utf-8-sig")
    assert "林知夏" in index
    assert "赵隐山" not in index
    assert len(drawn) == 3


def test_equal_names_in_a_folder_are_told_apart(session, company, seen, drawn):
    for who, number in (("lin", "A/1"), ("wang", "a1")):
        company[who].name, company[who].staff_number = "同名", number
    wanted = {"department": str(company["head"].department_id)}
    _pull, data = pulled(session, seen(company["hr"]), Format.FOLDER, **wanted)
    folder = zipfile.ZipFile(io.BytesIO(data))

    made = {name.casefold(): folder.read(name) for name in folder.namelist() if "同名" in name}
    assert sorted(made.values()) == [b"%PDF A/1", b"%PDF a1"]
    assert set(made) == {
        "transcripts/a1 同名 培训档案.pdf",
        "transcripts/a1 同名 培训档案 (2).pdf",
    }


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("../../etc", "passwd"),
        ("..\\..", "C:\\boot.ini"),
        ("T1", "甲\n0000  index.csv"),
        ("T1", "\u202efdp.exe"),
        ("T1", "长" * 120),
        ("", "..."),
        ("CON", ""),
        ("T1", 'a"b<c>|?*'),
    ],
)
def test_a_persons_name_is_no_path_no_line_and_never_too_long(number, name):
    made = transcripts.file_name(number, name)

    assert made.endswith("培训档案.pdf")
    assert made[0] not in ". "
    assert len(made.encode()) <= 200
    assert not [sign for sign in made if sign in '\\/:*?"<>|' or not sign.isprintable()]


def test_a_head_pulls_nothing_from_outside(session, company, seen, drawn):
    viewer = seen(company["head"])

    _pull, table = pulled(session, viewer, Format.CSV)
    _pull, folder = pulled(session, viewer, Format.FOLDER)

    assert "隐山" not in table.decode()
    names = zipfile.ZipFile(io.BytesIO(folder)).namelist()
    assert not [name for name in names if "隐山" in name]
    assert all(given["name"] != "赵隐山" for given in drawn)


def test_rights_count_when_the_file_is_made(session, company, seen):
    order = services.PullOrder(Wanted(), Format.CSV, "Yearly review", "en")
    pull = services.request_pull(session, seen(company["boss"]), order)
    company["wang"].manager_id = None
    session.commit()
    work.make_pull(CONTEXT, {"pull_id": pull.id})

    data = files.read(session.get_one(ArchivePull, pull.id).file)
    assert "周晓岚" not in data.decode()


def test_a_transcript_tells_hours_results_and_both_languages(session, company, seen, drawn):
    pull, data = pulled(session, seen(company["hr"]), Format.TRANSCRIPTS, person="晓岚")

    (values,) = drawn
    parts = {zh: (en, hours, rows) for zh, en, hours, rows in values["parts"]}
    flat = [cell for _en, _hours, rows in parts.values() for row in rows for cell in row]
    assert {"门店实践", "In the shop", "1.5", "未合格", "Not passed"} <= set(flat)
    assert {"测验未合格", "Quiz failed"} <= set(flat)  # what a line is, not only what it is about
    assert (pull.file.media_type, data[:4]) == ("application/pdf", b"%PDF")


def test_nobody_found_is_said_and_leaves_no_file(session, company, seen):
    pull, data = pulled(session, seen(company["hr"]), Format.FOLDER, person="nobody")

    assert (pull.state, pull.fault) == (PullState.FAILED, "Nobody is found by these filters.")
    assert data == b""


def test_a_pull_needs_a_purpose(session, company, seen):
    order = services.PullOrder(Wanted(), Format.CSV, "  ", "en")

    with pytest.raises(RuleError, match="needed for"):
        services.request_pull(session, seen(company["hr"]), order)


def test_a_job_that_comes_again_changes_nothing(session, company, seen):
    pull, _data = pulled(session, seen(company["hr"]), Format.CSV)
    token = pull.file.token
    work.make_pull(CONTEXT, {"pull_id": pull.id})
    work.make_pull(CONTEXT, {"pull_id": pull.id})
    session.expire_all()

    assert session.get_one(ArchivePull, pull.id).file.token == token
    assert [each.name for each in files.folder().iterdir()] == [token]
    assert session.query(Notice).filter_by(kind="archive_pull_ready").count() == 1


def test_the_file_is_its_owners_alone(client, session, company, seen):
    pull, data = pulled(session, seen(company["head"]), Format.CSV)
    address, owner, hr = f"/archives/pulls/{pull.id}", company["head"], company["hr"]
    session.commit()

    client.sign_in(owner)
    assert client.get(f"{address}/file").data == data
    client.sign_in(hr)
    assert client.get(address).status_code == 404
    assert client.get(f"{address}/file").status_code == 404


def test_the_file_goes_after_a_day_and_its_row_stays(client, session, company, seen):
    pull, _data = pulled(session, seen(company["hr"]), Format.CSV)
    token, hr = pull.file.token, company["hr"]
    pull.expires_at = clock.now() - timedelta(seconds=1)
    session.commit()
    client.sign_in(hr)

    assert client.get(f"/archives/pulls/{pull.id}/file").status_code == 404
    work.expire_pulls(CONTEXT, {})
    session.expire_all()

    kept = session.get_one(ArchivePull, pull.id)
    assert (kept.state, kept.file, kept.purpose) == (PullState.EXPIRED, None, "Yearly review")
    assert not (files.folder() / token).exists()


def test_hr_sees_who_pulled_what_and_what_for(client, session, company, seen):
    pulled(session, seen(company["head"]), Format.CSV, q="资料")
    hr = company["hr"]
    session.commit()
    client.sign_in(hr)

    page = client.page("/archives/pulls/all")

    assert "Yearly review" in page.text
    assert "资料" in page.text


def test_a_pull_is_asked_for_on_its_page(client, session, company):
    hr = company["hr"]
    session.commit()
    client.sign_in(hr)

    sent = client.post(
        "/archives/pulls/new?q=资料", data={"format": "csv", "purpose": "Audit", "every": ""}
    )
    refused = client.post("/archives/pulls/new", data={"format": "csv", "purpose": "", "every": ""})

    assert sent.status_code == 303
    assert refused.status_code == 422
    assert client.page(sent.location).text.count("Being made")


def test_a_scheduled_pull_comes_once_a_period_with_a_mail(session, company, seen):
    order = services.PullOrder(Wanted(), Format.CSV, "Monthly list", "en")
    schedule = services.schedule_pull(session, seen(company["hr"]), order, Every.MONTH)
    schedule.next_on = clock.today()
    session.commit()

    work.run_schedules(CONTEXT, {})
    work.run_schedules(CONTEXT, {})

    assert session.query(ArchivePull).filter_by(schedule_id=schedule.id).count() == 1
    assert session.get_one(PullSchedule, schedule.id).next_on > clock.today()


def test_the_schedule_of_somebody_without_the_right_ends(session, company, seen):
    order = services.PullOrder(Wanted(), Format.CSV, "Monthly list", "en")
    schedule = services.schedule_pull(session, seen(company["boss"]), order, Every.WEEK)
    schedule.next_on = clock.today()
    company["wang"].manager_id = None
    session.commit()

    work.run_schedules(CONTEXT, {})

    assert session.query(ArchivePull).count() == 0
    assert not session.get_one(PullSchedule, schedule.id).is_active


@pytest.mark.parametrize(
    ("every", "after", "expected"),
    [
        (Every.WEEK, date(2026, 3, 4), date(2026, 3, 9)),
        (Every.WEEK, date(2026, 3, 9), date(2026, 3, 16)),
        (Every.MONTH, date(2026, 3, 31), date(2026, 4, 1)),
        (Every.MONTH, date(2026, 12, 1), date(2027, 1, 1)),
    ],
)
def test_scheduled_pulls_are_due_on_mondays_and_firsts(every, after, expected):
    assert next_day(every, after) == expected


def test_searches_are_kept_for_their_owner(client, session, company):
    hr, head = company["hr"], company["head"]
    session.commit()
    client.sign_in(hr)
    client.post("/archives/saved?q=资料&kind=quizzes", data={"name": "Failed quizzes"})

    assert "Failed quizzes" in client.page("/archives/").text
    client.sign_in(head)
    assert "Failed quizzes" not in client.page("/archives/").text
    assert client.post("/archives/saved/1/remove").status_code == 404


def test_a_person_page_shows_hours_and_the_own_transcript(client, session, company):
    wang, lin = company["wang"], company["lin"]
    ids = wang.id, lin.id
    session.commit()
    client.sign_in(wang)

    page = client.page("/archives/mine")

    assert "Hours per year" in page.text
    assert "1.5 h" in page.text
    assert client.get(f"/archives/people/{ids[0]}").status_code == 200
    assert client.get(f"/archives/people/{ids[1]}").status_code == 404
