"""A one-to-one on a phone: booked for a topic, called off with a reason, and told."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import NewDevice
from tests.browser.device import Device


def is_in_order(device: Device) -> None:
    """Assert that axe finds nothing, and that nothing runs over the edge."""
    found = Axe().run(device.page).response["violations"]
    assert not found, [(each["id"], each["nodes"][0]["html"]) for each in found]
    wide = device.page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0, device.page.url


def people_shown(device: Device) -> int:
    """Return how many people the figures of the team are about."""
    found = re.search(r"(\d+) people", device.page.locator("#main").inner_text())
    assert found is not None
    return int(found[1])


@pytest.mark.parametrize(("language", "width"), [("zh", 390)])
def test_a_trainee_books_and_her_coach_calls_off(
    new_device: NewDevice, language: str, width: int
) -> None:
    trainee = new_device(language, width)
    trainee.sign_in("specialist2")
    trainee.open("/coaching/")
    trainee.sees("Free slots")
    is_in_order(trainee)
    trainee.click(trainee.page.locator("a[href$='/book']").first)
    trainee.page.fill("#wish", "想练查重。")
    is_in_order(trainee)
    trainee.press("Book this slot")
    trainee.sees("The one-to-one is booked, and your coach knows.")
    address = trainee.page.url

    coach = new_device(language, width)
    coach.sign_in("mentor")
    for page in ("/coaching/trainees", "/coaching/slots", "/coaching/usage"):
        coach.open(page)
        is_in_order(coach)
    coach.open(address)
    coach.reads("想练查重。")
    coach.follow("Call off")
    coach.page.fill("#reason", "临时出差")
    coach.press("Call it off")
    coach.sees("The slot is called off.")

    trainee.open("/notices/")
    trainee.reads("临时出差")
    trainee.open(address)
    trainee.sees("Called off")


@pytest.mark.parametrize(("username", "language", "width"), [("head", "en", 1280)])
def test_who_leads_a_team_sees_where_it_stands(
    new_device: NewDevice, username: str, language: str, width: int
) -> None:
    head = new_device(language, width)
    head.sign_in(username)
    head.open("/team")
    for heading in ("Pass rate per quiz", "Required courses completed", "Stuck"):
        head.sees(heading)
    is_in_order(head)
    everybody = people_shown(head)
    departments = head.page.get_by_label("Department")
    departments.select_option(index=departments.locator("option").count() - 1)
    head.press("Show this department")
    assert 0 < people_shown(head) < everybody
    head.open("/coaching/usage")
    for figure in ("Leads entered in time", "Complete follow-ups", "Monthly update"):
        head.sees(figure)
    is_in_order(head)
