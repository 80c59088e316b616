"""Behavior assessment on a phone: a customer with a link, a colleague, the head, the person."""

from playwright.sync_api import Page, expect
from sqlalchemy import select

from tests.browser.conftest import NewDevice
from tests.browser.serving import Served
from training_platform.evaluation.behavior.models import (
    BehaviorAssessment,
    BehaviorRater,
    BehaviorRating,
)
from training_platform.evaluation.behavior.rules import Group
from training_platform.people.models import Employee
from training_platform.people.viewer import digest

KEY = "the-key-of-a-customer."
PHONE = 390


def prepare(served: Served) -> tuple[int, int, int]:
    """Give a customer of specialist2 a known key; return round, assessment, specialist's seat."""
    with served.tables(to_change=True) as session:
        found = session.scalars(
            select(BehaviorAssessment)
            .join(Employee, Employee.id == BehaviorAssessment.employee_id)
            .where(Employee.username == "specialist2")
        ).one()
        waiting = [each for each in found.raters if not each.is_answered]
        customer = next(each for each in waiting if each.group is Group.CUSTOMER)
        customer.key_digest = digest(KEY)
        seat = session.scalars(
            select(BehaviorRater.id)
            .join(Employee, Employee.id == BehaviorRater.employee_id)
            .where(
                BehaviorRater.assessment_id == found.id,
                Employee.username == "specialist",
            )
        ).one()
        return found.round_id, found.id, seat


def choose(page: Page, level: int) -> None:
    """Give every area the same level."""
    for group in page.locator("fieldset").all():
        group.locator("input[type=radio]").nth(level).check()


def test_a_customer_a_colleague_and_the_head_lead_to_a_result(
    new_device: NewDevice, served: Served
) -> None:
    round_id, assessment_id, seat = prepare(served)
    customer = new_device("zh", PHONE)
    requests: list[str] = []
    customer.page.on("request", lambda request: requests.append(request.url))
    customer.open(f"/evaluation/customer#{KEY}")
    customer.page.wait_for_url("**/evaluation/customer/questions")
    expect(customer.heading).to_contain_text("堃")
    expect(customer.heading).not_to_contain_text("马")
    choose(customer.page, 2)
    customer.press("Send the answers")
    expect(customer.heading).to_have_text(customer.says("Thank you!"))
    assert not any(KEY in url for url in requests if "#" not in url)
    customer.open(f"/evaluation/customer#{KEY}")
    expect(customer.heading).to_have_text(customer.says("This code does not work"))

    colleague = new_device("zh", PHONE)
    colleague.sign_in("specialist")
    colleague.open(f"/evaluation/rate/{seat}")
    colleague.sees("Nobody learns what you wrote")
    choose(colleague.page, 3)
    expect(colleague.page.locator("#saved")).to_contain_text("已保存")
    colleague.press("Hand in the rating")
    colleague.sees("Thank you. Your rating is handed in.")

    head = new_device("zh", PHONE)
    head.sign_in("head")
    head.open(f"/evaluation/rounds/{round_id}")
    head.press("Close the round")
    head.page.locator("[data-confirm-yes]").click()
    head.sees("The round is closed. People and superiors are told.")

    person = new_device("zh", PHONE)
    person.sign_in("specialist2")
    person.open(f"/evaluation/assessments/{assessment_id}")
    person.sees("Colleagues")
    person.sees("Lessons that help:")
    width = person.page.evaluate("document.documentElement.scrollWidth")
    assert width <= PHONE
    with served.tables() as session:
        rows = session.scalars(
            select(BehaviorRating).where(BehaviorRating.assessment_id == assessment_id)
        ).all()
        assert all(each.cell for each in rows)
