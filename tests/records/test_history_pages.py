"""The pages of a history import: a list is sent, matched, tried, written and taken back."""

import io
from datetime import timedelta

import pytest
import xlsxwriter

from tests.factories.history import check, import_all, row, send, sheet
from tests.factories.people import make_employee
from training_platform.core import clock, jobs
from training_platform.core.db import db
from training_platform.core.jobs import Job, JobState
from training_platform.core.permissions import Right
from training_platform.people.viewer import viewer_of
from training_platform.records.history import views
from training_platform.records.history.models import HistoryImport
from training_platform.records.history.rules import ImportState
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import Kind


@pytest.fixture
def hr(session):
    return make_employee(session, name="何人事", name_latin="He Renshi", rights=(Right.HR,))


@pytest.fixture
def person(session):
    return make_employee(session, name="林知夏", name_latin="Lin Zhixia")


@pytest.fixture
def desk(client, session, hr):
    session.commit()
    client.sign_in(hr)
    return client


def upload(client, data, name="list.csv", **more):
    fields = {"file": (io.BytesIO(data), name), **more}
    return client.post("/records/history/", data=fields, content_type="multipart/form-data")


def fields_of(page, step):
    """Return what the form of a step would send as it stands."""
    form = f"//main//form[contains(@action, '/{step}')]"
    inputs = {
        each.get("name"): each.get("value", "") for each in page.select(f"{form}//input[@name]")
    }
    selects = {
        each.get("name"): (each.xpath("./option[@selected]/@value") or [""])[0]
        for each in page.select(f"{form}//select[@name]")
    }
    return inputs | selects


def press(client, address, step, **typed):
    fields = fields_of(client.page(address), step)
    return client.post(f"{address}/{step}", data=fields | typed)


def text_of(client, address):
    return client.page(address).text


def count_records(session):
    session.rollback()
    return session.query(TrainingRecord).filter_by(kind=Kind.TRAINING_IMPORTED.value).count()


def test_a_list_goes_from_upload_to_result_and_back(desk, session, person):
    sent = upload(desk, sheet(row(person), row(None, number="X-404"), encoding="gb18030"))
    assert sent.status_code == 303
    address = sent.location
    page = desk.page(address)
    assert fields_of(page, "encoding")["encoding"] == "gb18030"

    assert press(desk, address, "mapping").status_code == 303
    tried = text_of(desk, address)
    assert "Nobody has this staff number" in tried
    assert "Write 1 record" in tried
    assert count_records(session) == 0

    assert press(desk, address, "write").status_code == 303
    done = text_of(desk, address)
    assert "林知夏" in done
    assert "86 %" in done
    assert count_records(session) == 1
    records = text_of(desk, f"/archives/people/{person.id}")
    assert "Imported from list.csv, row 2" in records
    assert "03-01 12:00" not in records  # lists know no hours

    assert press(desk, address, "undo", reason="wrong file").status_code == 303
    assert "None of its records counts any more" in text_of(desk, address)
    assert "Reason: wrong file" in text_of(desk, f"/archives/people/{person.id}")
    assert "Reverted" in text_of(desk, "/records/history/")


@pytest.mark.parametrize("show", ["wrong", "known", "all"])
def test_the_trial_run_marks_each_row(desk, session, hr, person, show):
    import_all(session, hr, sheet(row(person)))
    found = check(
        session,
        hr,
        sheet(row(person), row(person, title="别处的课"), row(person, day="2099-01-01")),
    )

    text = text_of(desk, f"/records/history/{found.id}?show={show}")

    assert ("still to come" in text) is (show != "known")
    assert ("This training stands in the records already" in text) is (show != "wrong")
    assert ("Free title" in text) is (show == "all")


def test_the_rows_left_out_come_as_a_file_with_their_reasons(desk, session, hr, person):
    rows = [row(person), row(person), row(person, day="2099-01-01", title="-x")]
    found = check(session, hr, sheet(*rows))

    text = desk.get(f"/records/history/{found.id}/left-out.csv").data.decode("utf-8-sig")

    lines = text.splitlines()
    assert [line.split(",")[0] for line in lines] == ["Row", "3", "4"]
    assert "The same training of the same person stands in row 2 already." in lines[1]
    assert "'-x" in lines[2]  # harmless where a spreadsheet program opens it


@pytest.mark.parametrize("name", ["zh.csv", "en.csv", "zh.xlsx", "en.xlsx"])
def test_templates_come_in_both_languages_and_formats(desk, name):
    response = desk.get(f"/records/history/template/{name}")

    assert response.status_code == 200
    assert name.replace(".", "-").split("-")[0] in response.headers["Content-Disposition"]


@pytest.mark.parametrize("name", ["fr.csv", "zh.exe", "zh"])
def test_other_templates_do_not_exist(desk, name):
    assert desk.get(f"/records/history/template/{name}").status_code == 404


def wide(columns):
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, [f"c{number}" for number in range(columns)])
        page.write_row(1, 0, ["x"] * columns)
    return data.getvalue()


@pytest.mark.parametrize(
    ("data", "name", "text"),
    [
        (b"", "a.csv", "The file is empty"),
        (b"  \n \n", "a.csv", "The file is empty"),
        ("工号,姓名\n".encode(), "a.csv", "no rows below them"),
        (b"\xd0\xcf\x11\xe0" + b"x" * 100, "a.xls", "old XLS format"),
        (b"%PDF-1.7 \x00\x01\xff\xfe", "a.csv", "neither an XLSX nor a CSV"),
        (b"PK\x03\x04 broken", "a.xlsx", "cannot be read"),
        ("工号\n1\n".encode(), "a.xlsx", "named XLSX but is none"),
        (wide(200), "a.xlsx", "more than 100 columns"),
        (",".join(["c"] * 200).encode() + b"\nx\n", "a.csv", "200 columns"),
        (b"", "", "Choose a file first"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_what_to_do(desk, session, data, name, text):
    response = upload(desk, data, name)

    assert response.status_code == 422
    assert text in response.get_data(as_text=True)
    assert session.query(HistoryImport).count() == 0


def test_a_file_of_fifty_megabytes_is_refused_on_its_page_with_the_limit(desk, session):
    response = desk.post(
        "/records/history/",
        data=b"only the beginning came",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(50 * 1024 * 1024)},
    )

    assert response.status_code == 413
    assert "at most 20 MB" in response.text.split('id="file-error"')[1].split("</p>")[0]
    assert session.query(HistoryImport).count() == 0


def test_a_renamed_spreadsheet_is_read_and_said_so(desk, person):
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        book.add_worksheet().write_row(0, 0, ["工号", "课程", "日期"])
        book.worksheets()[0].write_row(1, 0, [person.staff_number, "x", "2026-03-01"])

    sent = upload(desk, data.getvalue(), "list.csv")

    assert "it was read as XLSX" in text_of(desk, sent.location)


def test_a_hostile_name_is_shown_as_text_and_is_no_path(desk, person):
    sent = upload(desk, sheet(row(person)), "../../<script>alert(1)</script>.csv")

    page = desk.get(sent.location).get_data(as_text=True)

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;_script&gt;.csv" in page


def test_sent_twice_with_one_token_it_is_one_import(desk, session, person):
    data = sheet(row(person))

    first, second = (upload(desk, data, once="same") for _time in range(2))

    assert first.location == second.location
    assert session.query(HistoryImport).count() == 1


def test_a_button_pressed_twice_writes_once(desk, session, hr, person):
    address = f"/records/history/{check(session, hr, sheet(row(person))).id}"
    fields = fields_of(desk.page(address), "write")

    answers = [desk.post(f"{address}/write", data=fields).status_code for _time in range(2)]

    assert answers == [303, 303]
    assert count_records(session) == 1


def test_an_older_page_is_told_what_is_true_now(desk, session, hr, person):
    address = f"/records/history/{check(session, hr, sheet(row(person))).id}"
    fields = fields_of(desk.page(address), "write")
    desk.post(f"{address}/write", data=fields)

    response = desk.post(f"{address}/write", data=fields | {"once": "another page"})

    assert response.status_code == 409
    assert "list.csv" in response.get_data(as_text=True)


def test_columns_that_do_not_suffice_are_refused_and_kept_as_chosen(desk, session, hr, person):
    found = send(session, viewer_of(session, hr), sheet(row(person)))
    address = f"/records/history/{found.id}"

    response = press(desk, address, "mapping", **{"column-2": "", "column-8": "trainer"})

    assert response.status_code == 422
    text = response.get_data(as_text=True)
    assert "Title of the training" in text
    assert '<option value="trainer" selected>' in text


def test_the_undo_is_no_longer_offered_when_its_time_is_over(desk, session, hr, person):
    address = f"/records/history/{import_all(session, hr, sheet(row(person))).id}"
    found = session.get_one(HistoryImport, int(address.rsplit("/", 1)[1]))
    assert "Take the import back" in text_of(desk, address)
    found.finished_at -= timedelta(days=8)
    session.commit()

    text = text_of(desk, address)

    assert "Take the import back" not in text
    assert "two persons" in text


def test_an_undo_without_a_reason_is_refused_beside_its_field(desk, session, hr, person):
    address = f"/records/history/{import_all(session, hr, sheet(row(person))).id}"

    response = press(desk, address, "undo", reason=" ")

    assert response.status_code == 422
    assert "Give a reason. It stands beside each record." in response.get_data(as_text=True)


def test_a_long_list_is_left_to_the_job_and_shows_its_progress(
    desk, session, hr, person, monkeypatch
):
    monkeypatch.setattr(views, "AT_ONCE", 0)
    address = f"/records/history/{check(session, hr, sheet(row(person))).id}"

    press(desk, address, "write")
    page = desk.page(address)

    assert page.select("//progress")
    assert page.select("//*[@hx-trigger='every 1s']")
    assert count_records(session) == 0
    jobs.run_due()
    assert count_records(session) == 1
    assert "Import finished" in text_of(desk, address)


def test_an_import_that_stopped_goes_on_when_somebody_says_so(
    desk, session, hr, person, monkeypatch
):
    monkeypatch.setattr(views, "AT_ONCE", 0)
    found = check(session, hr, sheet(row(person)))
    address = f"/records/history/{found.id}"
    press(desk, address, "write")
    job = (
        session.query(Job)
        .filter(Job.key.startswith(f"{found.id}:"))
        .order_by(Job.id.desc())
        .first()
    )
    job.state, job.finished_at = JobState.FAILED, clock.now()
    session.commit()

    assert "Writing stopped after 0 of 1 rows." in text_of(desk, address)
    press(desk, address, "resume")
    jobs.run_due()

    assert count_records(session) == 1


def test_a_trial_run_that_stopped_leads_back_to_the_columns(desk, session, hr, person, monkeypatch):
    monkeypatch.setattr(views, "AT_ONCE", 0)
    found = send(session, viewer_of(session, hr), sheet(row(person)))
    address = f"/records/history/{found.id}"
    press(desk, address, "mapping")
    session.query(Job).filter(Job.key.startswith(f"{found.id}:")).delete()

    press(desk, address, "leave")

    session.expire_all()
    assert session.get_one(HistoryImport, found.id).state is ImportState.MAPPING


def test_it_stands_in_the_menu_of_human_resources_only(desk, app, session, person):
    assert "/records/history/" in desk.page("/").links()
    other = app.test_client()
    other.sign_in(person)
    assert "/records/history/" not in other.page("/").links()
    db.session.rollback()


def test_both_languages_are_whole(desk, session, hr, person):
    found = check(session, hr, sheet(row(person), row(None, number="X-404")))

    text = desk.page(f"/records/history/{found.id}?lang=zh").text

    assert "没有这个工号" in text
    assert "写入 1 条记录" in text
