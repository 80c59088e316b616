"""Certificates and records before strangers, holders and two who correct: each by the pages."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import FilePayload, expect
from sqlalchemy import select

from tests.browser import quiz
from tests.browser.conftest import NewDevice
from tests.browser.device import Device
from tests.browser.serving import Served
from tests.browser.test_coaching import is_in_order
from training_platform.certificates.models import Certificate
from training_platform.core import clock, jobs
from training_platform.people.models import Employee
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import Kind

pytestmark = pytest.mark.browser

COURSE = "customer-data-basics"


def newest(served: Served, username: str) -> Certificate:
    """Return somebody's newest certificate of the course, as its row stands."""
    with served.tables() as session:
        found = session.scalars(
            select(Certificate)
            .join(Employee, Employee.id == Certificate.employee_id)
            .where(Employee.username == username, Certificate.subject == COURSE)
            .order_by(Certificate.cycle.desc())
        ).first()
        assert found is not None
        session.expunge(found)
        return found


def upload(stranger: Device, data: bytes) -> None:
    """Show a file to the public page."""
    stranger.open("/verify/")
    file = FilePayload(name="certificate.pdf", mimeType="application/pdf", buffer=data)
    stranger.page.set_input_files("#file", file)
    stranger.press("Check the file")


def test_a_stranger_learns_whether_a_certificates_file_is_genuine(
    new_device: NewDevice, served: Served
) -> None:
    code = newest(served, "specialist").code
    holder = new_device("en", 1280)
    holder.sign_in("specialist")
    holder.open(f"/certificates/{code}")
    with holder.page.expect_download(timeout=60_000) as download:
        holder.link("Download PDF").click()
    data = Path(download.value.path()).read_bytes()

    stranger = new_device("zh", 390)
    upload(stranger, data)
    expect(stranger.heading).to_have_text(stranger.says("The file is genuine"))
    stranger.sees("Signed by us and unchanged")
    stranger.reads(code)
    is_in_order(stranger)

    middle = len(data) // 2
    upload(stranger, data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :])
    expect(stranger.heading).to_have_text(stranger.says("The file was changed"))
    expect(stranger.page.locator("#main")).not_to_contain_text(code)
    is_in_order(stranger)


def let_it_end_soon(served: Served, username: str) -> Certificate:
    """Let somebody's certificate end in twenty days, and the daily reminder come round."""
    certificate = newest(served, username)
    with served.tables(to_change=True) as session:
        found = session.get_one(Certificate, certificate.id)
        found.valid_until = clock.today() + timedelta(days=20)
        jobs.put(session, "certificates.remind", {}, key="browser")
    return certificate


def test_a_certificate_that_ends_soon_is_renewed_by_its_quiz(
    new_device: NewDevice, served: Served
) -> None:
    old = let_it_end_soon(served, "specialist")
    device = new_device("zh", 390)
    device.sign_in("specialist")
    device.open("/certificates/")
    open_quiz = device.link("Open the quiz")
    for _look in range(30):
        if open_quiz.count():
            break
        device.page.wait_for_timeout(500)
        device.open("/certificates/")
    is_in_order(device)
    device.click(open_quiz.first)
    device.press("Start the quiz")
    quiz.answer_all(device, served, "specialist", rightly=True)
    quiz.submit(device)

    new = newest(served, "specialist")
    device.open("/certificates/")
    expect(open_quiz).to_have_count(0)
    device.open(f"/certificates/{new.code}")
    device.sees("Cycle %(number)s", number=new.cycle)
    device.sees("Cycle %(number)s", number=old.cycle)
    is_in_order(device)
    assert new.cycle == old.cycle + 1
    assert new.issued_on == clock.today()
    assert new.valid_until is not None
    assert new.valid_until > clock.today() + timedelta(days=20)
    device.page.fill("#f-on", old.issued_on.isoformat())
    device.press("Look it up")
    device.sees("Certified on %(day)s", day=old.issued_on.isoformat())


def passed_quiz(served: Served, username: str) -> tuple[int, int]:
    """Return the person, and her first record of a passed quiz."""
    with served.tables() as session:
        row = session.execute(
            select(TrainingRecord.employee_id, TrainingRecord.id)
            .join(Employee, Employee.id == TrainingRecord.employee_id)
            .where(Employee.username == username, TrainingRecord.kind == Kind.QUIZ_PASSED.value)
            .order_by(TrainingRecord.id)
        ).first()
        assert row is not None
        return row.employee_id, row.id


def test_a_result_is_corrected_by_two_persons_and_both_values_stand(
    new_device: NewDevice, served: Served
) -> None:
    person, record = passed_quiz(served, "specialist")
    hr = new_device("en", 1280)
    hr.sign_in("hr")
    hr.open(f"/records/people/{person}/{record}/correction")
    hr.page.check("input[name=effect][value=values]")
    hr.page.fill("#percent", "83")
    hr.page.fill("#changes", "83 percent, as the sheet says.")
    hr.page.fill("#reason", "One answer was typed in wrongly.")
    hr.page.fill("#evidence", "Answer sheet 17")
    sheet = FilePayload(name="sheet-17.txt", mimeType="text/plain", buffer=b"Answer sheet 17: 83")
    hr.page.set_input_files("#file", sheet)
    is_in_order(hr)
    hr.press("Add the correction")
    address = hr.path
    hr.open(f"{address}/decide")
    hr.sees("Another person decides")

    head = new_device("en", 1280)
    head.sign_in("head")
    head.open("/records/corrections/")
    is_in_order(head)
    head.open(f"{address}/decide")
    expect(head.page.locator("#main del")).to_contain_text("%")
    expect(head.page.locator("#main ins")).to_contain_text("83")
    with head.page.expect_download() as download:
        head.page.locator(f"a[href='{address}/evidence']").click()
    assert Path(download.value.path()).read_bytes() == b"Answer sheet 17: 83"
    head.page.check("input[name=verdict][value=approve]")
    is_in_order(head)
    head.press("Record the decision")
    head.sees("It is recorded, and those concerned are told.")

    owner = new_device("zh", 390)
    owner.sign_in("specialist")
    owner.open("/records/?kind=corrections")
    owner.reads("83")
    expect(owner.page.locator("#main del").first).to_be_visible()
    owner.reads("Answer sheet 17")
    is_in_order(owner)
    hr.open(f"{address}/decide")
    expect(hr.page.locator("input[name=verdict]")).to_have_count(0)
