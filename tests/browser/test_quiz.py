"""Taking a quiz where things go wrong: power, network, tabs, sessions, fingers.

Each test has a person of its own, who has not begun the quiz before.
"""

from datetime import UTC, datetime

from playwright.sync_api import expect
from sqlalchemy import func, select

from tests.browser import quiz
from tests.browser.conftest import NewDevice
from tests.browser.device import Device
from tests.browser.serving import Served
from training_platform.people.models import Employee, UserSession
from training_platform.quizzes.models import Attempt
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import Kind


def begin(device: Device, username: str) -> None:
    device.sign_in(username)
    quiz.start(device)


def answer_rightly(device: Device, served: Served, username: str) -> None:
    """Give the right answer to the question that the page shows."""
    attempt = quiz.latest_attempt(served, username)
    number = int(device.page.locator("[name=position]").input_value())
    definition, order = quiz.questions_of(served, attempt)[number]
    quiz.give(device.page, definition, order, quiz.right(definition))


def test_what_was_acknowledged_survives_a_power_cut(new_device: NewDevice, served: Served) -> None:
    device = new_device()
    begin(device, "newcomer")
    before = quiz.latest_attempt(served, "newcomer")
    answer_rightly(device, served, "newcomer")
    expect(quiz.saved(device)).to_have_attribute("data-state", "saved")
    device.press("Next")
    answer_rightly(device, served, "newcomer")
    expect(quiz.saved(device)).to_contain_text("2 answered")

    served.kill()
    served.start()

    device.open(f"/quizzes/attempts/{before.token}")
    expect(device.page.locator("#palette-counts")).to_contain_text("2 answered")
    assert quiz.latest_attempt(served, "newcomer").deadline_at == before.deadline_at


def test_what_was_typed_while_the_server_was_away_is_sent_when_it_is_back(
    new_device: NewDevice, served: Served
) -> None:
    device = new_device()
    begin(device, "leader")
    served.kill()
    answer_rightly(device, served, "leader")
    expect(quiz.saved(device)).to_have_text("Not saved, trying again")

    served.start()

    expect(quiz.saved(device)).to_contain_text("1 answered", timeout=20_000)


def test_a_second_tab_is_told_and_may_take_over(new_device: NewDevice, served: Served) -> None:
    first = new_device()
    begin(first, "leader2")
    answer_rightly(first, served, "leader2")
    expect(quiz.saved(first)).to_have_attribute("data-state", "saved")

    second = Device(first.page.context.new_page())
    second.open(first.page.url)
    second.press("Next")  # moving saves the question at hand, and that is writing
    second.sees("This quiz is being written in another window")
    second.press("Go on here")
    expect(second.page.locator("[data-question]")).to_be_visible()

    answer_rightly(first, served, "leader2")
    field = first.page.locator("[data-question] input, [data-question] select").first
    field.dispatch_event("input")
    first.sees("Not saved: this quiz is being written in another window")
    first.press("Go on here")
    expect(quiz.saved(first)).to_have_attribute("data-state", "saved")


def test_a_lost_connection_is_said_and_made_good(new_device: NewDevice, served: Served) -> None:
    device = new_device()
    begin(device, "admin")
    device.page.context.set_offline(True)
    answer_rightly(device, served, "admin")
    expect(quiz.saved(device)).to_have_text("Not saved, trying again")
    expect(quiz.saved(device)).to_have_attribute("data-state", "waiting")

    device.page.context.set_offline(False)

    expect(quiz.saved(device)).to_contain_text("1 answered", timeout=20_000)


def test_submitting_twice_gives_one_result_and_back_shows_it(
    new_device: NewDevice, served: Served
) -> None:
    device = new_device()
    begin(device, "head2")
    device.press("Check and submit")
    device.button("Submit the quiz").dblclick()
    device.page.wait_for_url("**/result")
    expect(device.page.locator("#outcome")).to_be_visible()
    with served.tables() as session:
        employee = select(Employee.id).where(Employee.username == "head2").scalar_subquery()
        fails = select(func.count()).where(
            TrainingRecord.employee_id == employee, TrainingRecord.kind == Kind.QUIZ_FAILED
        )
        attempts = select(func.count()).where(Attempt.employee_id == employee)
        assert session.scalar(fails) == 1
        assert session.scalar(attempts) == 1

    device.page.go_back()
    device.page.reload()
    device.page.wait_for_url("**/result")


def test_an_ended_session_keeps_what_was_typed(new_device: NewDevice, served: Served) -> None:
    device = new_device()
    begin(device, "hr")
    with served.tables(to_change=True) as session:
        for row in session.scalars(
            select(UserSession)
            .join(Employee, Employee.id == UserSession.employee_id)
            .where(Employee.username == "hr", UserSession.ended_at.is_(None))
        ):
            row.ended_at, row.end_reason = datetime.now(UTC), "ended"
    answer_rightly(device, served, "hr")
    expect(quiz.saved(device)).to_have_text(
        "Not saved: sign in again in another window, then go on here"
    )

    other = Device(device.page.context.new_page())
    other.sign_in("hr")

    expect(quiz.saved(device)).to_contain_text("1 answered", timeout=20_000)


def test_a_browser_without_scripts_can_answer_and_submit(
    new_device: NewDevice, served: Served
) -> None:
    device = new_device(java_script_enabled=False)
    begin(device, "manager")
    for number in range(1, 11):
        expect(device.page.locator("[name=position]")).to_have_value(str(number - 1))
        answer_rightly(device, served, "manager")
        device.press("Next" if number < 10 else "Check and submit")
    quiz.submit(device)
    device.sees("Passed with distinction")
