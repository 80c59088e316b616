"""Doing in the practice company what several tests begin with."""

import re

from playwright.sync_api import expect

from tests.browser.device import Device


def open_practice(device: Device, username: str) -> str:
    """Sign in, open the own practice company, and return its address."""
    device.sign_in(username)
    device.open("/crm/")
    if device.path == "/crm/":
        device.press("Open my practice company")
    device.page.wait_for_url(re.compile(r"/crm/\d+/$"))
    return device.path


def carries_the_mark(device: Device) -> None:
    """Assert that the page says that its data are for practice."""
    expect(device.page.locator(".practice-band")).to_contain_text(device.says("Practice data"))


def keeps_within_the_screen(device: Device) -> list[str]:
    """Return by how much the page runs over the edge, as a list of faults."""
    over = device.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return [f"{over} px over the edge"] if over > 0 else []
