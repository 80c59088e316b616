"""External training from wish to archive, by five people; a budget that clashes; a deputy."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.conftest import NewDevice
from tests.browser.device import Device
from tests.browser.serving import Served
from training_platform.external_training.models import (
    ExternalTrainingApplication,
    SharingSession,
    TrainingBudget,
)
from training_platform.external_training.rules import State
from training_platform.people.models import Department, Employee
from training_platform.records.models import TrainingRecord

PHONE = 390
HERE = ZoneInfo("Asia/Shanghai")
AREA = "/external-training"
TITLE = "客户访谈工作坊"
PROOF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
#: Where an approver reads what somebody else has changed since.
SHORT = "The budget has less left than this costs. Refuse it, return it, or ask HR for more."


def today() -> date:
    return datetime.now(HERE).date()


def decide(device: Device, ident: int, decision: str, note: str = "") -> None:
    """Take the waiting step as whoever has signed in."""
    device.open(f"{AREA}/{ident}/decision")
    choose(device, decision, note)


def choose(device: Device, decision: str, note: str = "") -> None:
    device.page.check(f"input[name=decision][value={decision}]")
    device.page.fill("#note", note)
    device.press("Submit the decision")


def called(served: Served, title: str) -> ExternalTrainingApplication:
    with served.tables() as session:
        named = select(ExternalTrainingApplication).where(
            ExternalTrainingApplication.title == title
        )
        return session.scalars(named.order_by(ExternalTrainingApplication.id.desc())).first()


def signed_in(new_device: NewDevice, username: str, language: str = "en") -> Device:
    device: Device = new_device(language, PHONE if language == "zh" else 1280)
    device.sign_in(username)
    return device


def apply(device: Device, first: date) -> None:
    """Fill in an application of 2,400 yuan, and send it."""
    device.open(f"{AREA}/new")
    device.page.fill("#title", TITLE)
    device.page.check("input[name=kind][value=seminar]")
    device.press("Go on")
    device.page.fill("#content", "访谈提纲、追问和记录。")
    device.page.select_option("#provider_id", index=1)
    device.page.fill("#starts_on", first.isoformat())
    device.page.fill("#ends_on", first.isoformat())
    device.page.fill("#hours", "6")
    device.page.fill("#place", "上海")
    device.press("Go on")
    device.page.fill("#fee_amount", "2000")
    device.page.fill("#travel_amount", "400")
    device.press("Go on")
    device.page.fill("#reason", "回访时问不出真实原因。")
    device.page.fill("#use_plan", "为小组写一份访谈提纲。")
    expect(device.page.locator("#saved")).to_contain_text(
        device.says("Draft saved %(time)s", time="")
    )
    device.press("Check and send")
    device.reads(TITLE)
    device.press("Send the application")
    device.sees("Your application is sent. You see here how far it is.")


def test_from_the_wish_to_the_archive(new_device: NewDevice, served: Served) -> None:
    owner, head = signed_in(new_device, "specialist", "zh"), signed_in(new_device, "head")
    apply(owner, today())
    ident = called(served, TITLE).id
    send_again(owner, head, ident)
    decide(head, ident, "approved")
    head.sees("Your decision is recorded.")
    leader = signed_in(new_device, "leader")
    decide(leader, ident, "approved_with_conditions", "回来后在组内分享一次。")
    leader.sees("Your decision is recorded.")

    attend(owner, ident)
    hr = signed_in(new_device, "hr")
    hr.open(f"{AREA}/{ident}")
    hr.follow("Check proof and costs")
    hr.reads("结业证书.pdf")
    hr.press("Confirm")
    hr.sees("Confirmed. The hours stand in the training record.")

    report(owner, ident)
    head.open(f"{AREA}/{ident}")
    head.follow("Read the report")
    head.press("Accept the report")
    head.sees("The report is accepted. Colleagues can read it in the library.")
    share(owner, served, ident)

    colleague = signed_in(new_device, "specialist2")
    colleague.open(f"{AREA}/library/{ident}")
    colleague.reads("写在手机上的一段：learned")
    owner.open("/archives/mine")
    owner.reads(TITLE)
    made = called(served, TITLE)
    assert (made.state, made.actual_total) == (State.CLOSED, Decimal("2300.00"))
    with served.tables() as session:
        of_owner = TrainingRecord.employee_id == made.applicant_id
        kinds = {*session.scalars(select(TrainingRecord.kind).where(of_owner))}
    assert {"external_training", "external_training_report", "sharing_session"} <= kinds


def send_again(owner: Device, head: Device, ident: int) -> None:
    """Return the application, first without the reason that it takes; change it and send it."""
    decide(head, ident, "returned")
    expect(head.page.locator("#note")).to_have_attribute("aria-invalid", "true")
    choose(head, "returned", "请写明怎样用到回访里。")
    head.sees("Your decision is recorded.")
    owner.open(f"{AREA}/{ident}")
    owner.reads("请写明怎样用到回访里。")
    owner.open(f"{AREA}/{ident}/edit/why")
    owner.page.fill("#use_plan", "为小组写一份访谈提纲，两周内用于十次回访。")
    owner.press("Check and send")
    owner.press("Send the application")


def attend(owner: Device, ident: int) -> None:
    """Say what it really cost, first without the proof."""
    owner.open(f"{AREA}/{ident}")
    owner.reads("回来后在组内分享一次。")
    owner.follow("I have attended")
    owner.page.fill("#fee_amount", "1900")
    owner.press("Report the attendance")
    owner.sees("Add a proof of attendance or the certificate.")
    expect(owner.page.locator("#fee_amount")).to_have_value("1900")
    proof = {"name": "结业证书.pdf", "mimeType": "application/pdf", "buffer": PROOF}
    owner.page.set_input_files("#file", files=[proof])
    owner.press("Report the attendance")
    owner.sees("Thank you. Your head or HR looks at the proof; you may begin the report.")


def report(owner: Device, ident: int) -> None:
    """Write the report on the phone; nothing of it is lost on the way."""
    owner.open(f"{AREA}/{ident}/report")
    for name in ("learned", "use_at_work", "recommendation"):
        owner.page.fill(f"#{name}", f"写在手机上的一段：{name}")
    expect(owner.page.locator("#saved")).to_contain_text(
        owner.says("Draft saved %(time)s", time="")
    )
    owner.page.reload()
    expect(owner.page.locator("#learned")).to_have_value("写在手机上的一段：learned")
    owner.page.check("input[name=course_rating][value='5']")
    owner.page.check("input[name=provider_rating][value='4']")
    owner.press("Hand in the report")
    owner.sees("Your report is handed in.")


def share(owner: Device, served: Served, ident: int) -> None:
    """Plan the session, let its hour come, and note who was there."""
    owner.open(f"{AREA}/{ident}/sharing")
    hour = (datetime.now(HERE) + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    owner.page.fill("#begins_at", hour)
    owner.page.fill("#place", "三号会议室")
    owner.press("Plan the session")
    owner.sees("The session is planned, and the team is invited.")
    with served.tables(to_change=True) as session:
        planned = select(SharingSession).where(SharingSession.application_id == ident)
        session.scalars(planned).one().begins_at = datetime.now(UTC) - timedelta(hours=1)

    owner.open(f"{AREA}/{ident}/sharing")
    owner.page.locator("input[name=listeners]").first.check()
    owner.press("Note it")
    owner.sees("Noted. It stands in the record of everybody who was there.")


def test_the_second_approval_beyond_the_budget_is_refused(
    new_device: NewDevice, served: Served
) -> None:
    first, second = called(served, "可视化图表入门"), called(served, "客户流失预警讲座")
    with served.tables() as session:
        budgets = select(TrainingBudget).join(Department).where(Department.code == "CR")
        budget = session.scalars(budgets.where(TrainingBudget.year == first.starts_on.year)).one()
    head = signed_in(new_device, "head")
    decide(head, second.id, "approved")

    hr = signed_in(new_device, "hr")
    hr.open(f"{AREA}/budgets/{budget.id}/transfer")
    (other_id,) = hr.page.select_option("#target_id", index=1)
    money = budget.state.free - first.total - 500
    transfer(hr, budget.id, other_id, money)

    leader = signed_in(new_device, "leader")
    leader.open(f"{AREA}/{second.id}/decision")
    decide(other := signed_in(new_device, "leader", "zh"), first.id, "approved")
    other.sees("Your decision is recorded.")
    choose(leader, "approved")  # on a page of which the budget has gone since
    leader.sees(SHORT)
    leader.sees("More than the budget has left")
    assert called(served, second.title).state is State.IN_APPROVAL

    transfer(hr, int(other_id), str(budget.id), money)
    decide(leader, second.id, "approved")
    leader.sees("Your decision is recorded.")


def transfer(hr: Device, source_id: int, target_id: str, money: Decimal) -> None:
    """Let HR move money from one budget to another."""
    hr.open(f"{AREA}/budgets/{source_id}/transfer")
    hr.page.select_option("#target_id", target_id)
    hr.page.fill("#amount", str(money))
    hr.page.fill("#reason", "年末调剂")
    hr.press("Transfer")


def test_a_deputy_decides_until_the_delegation_ends(new_device: NewDevice, served: Served) -> None:
    owner = signed_in(new_device, "specialist2", "zh")
    waiting = called(served, "商务写作课程")
    owner.open(f"{AREA}/{waiting.id}/check")
    owner.press("Send the application")
    with served.tables() as session:
        named = select(Employee).where(Employee.username == "mentor")
        number = session.scalars(named).one().staff_number

    head = signed_in(new_device, "head")
    delegate(head, number)
    deputy = signed_in(new_device, "mentor", "zh")
    deputy.open(f"{AREA}/inbox")
    deputy.reads(waiting.title)
    deputy.open(f"{AREA}/{waiting.id}/decision")
    head.page.get_by_role("button", name="End now").first.click()
    head.page.locator("[data-confirm-yes]").click()
    head.sees("The delegation has ended.")
    choose(deputy, "approved")
    expect(deputy.page.get_by_text(deputy.says("Your decision is recorded."))).to_have_count(0)
    assert steps_taken(served, waiting.id) == 0

    delegate(head, number)
    decide(deputy, waiting.id, "approved")
    deputy.sees("Your decision is recorded.")
    assert steps_taken(served, waiting.id) == 1


def steps_taken(served: Served, ident: int) -> int:
    """Count the decided steps of the newest round."""
    with served.tables() as session:
        application = session.get_one(ExternalTrainingApplication, ident)
        return sum(each.decision is not None for each in application.current_steps)


def delegate(head: Device, number: str) -> None:
    """Let somebody decide in one's place from today on."""
    first = today()
    head.open(f"{AREA}/delegations")
    head.page.fill("#delegate", number)
    head.page.fill("#starts_on", first.isoformat())
    head.page.fill("#ends_on", (first + timedelta(days=3)).isoformat())
    head.press("Set the delegation")
    head.sees("The delegation is set.")
