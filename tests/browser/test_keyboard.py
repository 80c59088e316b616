"""The keyboard alone does the core task."""

from playwright.sync_api import expect

from tests.browser.conftest import NewDevice
from tests.browser.device import Device
from training_platform.people.demo_accounts import DEMO_PASSWORD

MOST_STOPS = 80


def tab_to(device: Device, selector: str) -> None:
    """Press Tab until the focus is on what the selector names, and can be seen there."""
    for _stop in range(MOST_STOPS):
        device.page.keyboard.press("Tab")
        focused = device.page.locator(":focus")
        if focused.count() and focused.evaluate(
            "(element, selector) => element.matches(selector)", selector
        ):
            expect(focused).to_be_in_viewport()
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_signing_in_and_finishing_a_lesson_needs_no_mouse(new_device: NewDevice) -> None:
    device = new_device()
    keyboard = device.page.keyboard
    device.open("/login")
    expect(device.page.locator("#username")).to_be_focused()
    keyboard.type("newcomer")
    tab_to(device, "#password")
    keyboard.type(DEMO_PASSWORD)
    keyboard.press("Enter")
    device.sees("Your first five minutes")

    tab_to(device, "#main a.button")
    keyboard.press("Enter")
    device.sees("Lesson %(number)s of %(total)s", number=1, total=9)

    tab_to(device, "[data-question] input")
    keyboard.press("Space")
    tab_to(device, "#check button")
    keyboard.press("Enter")
    expect(device.page.locator("#check .note")).to_be_visible()

    tab_to(device, "#next form button")
    keyboard.press("Enter")
    device.sees("Lesson %(number)s of %(total)s", number=2, total=9)
    expect(device.page.locator(".outline-list .is-done")).to_have_count(1)
