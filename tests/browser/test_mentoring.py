"""A practice on a phone: log, report with a draft that is kept, sign-off."""

from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.conftest import NewDevice
from tests.browser.serving import Served
from training_platform.mentoring.models import Practice, PracticeReport
from training_platform.mentoring.rules import State
from training_platform.people.models import Employee
from training_platform.records.models import TrainingRecord

PHONE = 390
PARTS = ("done", "results", "learned", "recommended")


def test_from_the_log_to_the_sign_off(new_device: NewDevice, served: Served) -> None:
    with served.tables() as session:
        running = select(Practice).join(Employee, Employee.id == Practice.trainee_id)
        found = session.scalars(running.where(Employee.username == "specialist")).one()
        place, title = f"/practice-work/{found.id}", found.title

    trainee = new_device("zh", PHONE)
    trainee.sign_in("specialist")
    trainee.open(place)
    trainee.follow("Write in the log")
    trainee.page.fill("#hours", "1.5")
    trainee.page.fill("#done", "回访 9 家，补全名单。")
    trainee.page.fill("#learned", "先看上次的记录再打电话。")
    trainee.press("Save the entry")
    trainee.reads("回访 9 家，补全名单。")

    trainee.open(f"{place}/report")
    for name in PARTS:
        trainee.page.fill(f"#{name}", f"写在手机上的一段：{name}")
    expect(trainee.page.locator("#saved")).to_contain_text("草稿已保存")
    trainee.page.reload()
    expect(trainee.page.locator("#learned")).to_have_value("写在手机上的一段：learned")
    trainee.press("Hand in the report")
    trainee.sees("Your report is handed in.")

    mentor = new_device("zh", PHONE)
    mentor.sign_in("mentor")
    mentor.open("/practice-work/desk")
    mentor.page.get_by_role("link", name=title).first.click()
    mentor.follow("Assess and sign off")
    for group in mentor.page.locator("fieldset").all():
        group.locator("input[type=radio]").first.check()
    for sentence in mentor.page.locator("input[name^=remark_]").all():
        sentence.fill("抽查了五家，名单可用。")
    mentor.press("Sign off")
    mentor.page.locator("[data-confirm-yes]").click()
    mentor.sees("Signed off. It stands in the training record.")

    with served.tables() as session:
        assert session.get_one(Practice, found.id).state is State.SIGNED_OFF
        assert session.get_one(PracticeReport, found.id).done == "写在手机上的一段：done"
        kinds = session.scalars(select(TrainingRecord.kind)).all()
        assert "practice_completed" in kinds
