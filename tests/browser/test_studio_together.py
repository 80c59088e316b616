"""Two authors in one lesson, a server that dies, a session that ends: nothing typed is lost."""

import re
from datetime import UTC, datetime

from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.conftest import NewDevice
from tests.browser.device import Device
from tests.browser.serving import Served
from tests.browser.test_studio import open_lesson
from training_platform.people.models import Employee, UserSession


def type_at(device: Device, key: str, words: str) -> None:
    """Type at the beginning (Control+Home) or the end (Control+End) of the Chinese text."""
    device.page.locator("#text-zh").focus()
    device.page.keyboard.press(key)
    device.page.keyboard.type(words)


def expect_kept(device: Device) -> None:
    expect(device.page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=20_000)


def end_sessions(served: Served, username: str) -> None:
    """End all sessions of somebody, as if their time had come."""
    with served.tables(to_change=True) as session:
        named = select(UserSession).join(Employee, Employee.id == UserSession.employee_id)
        for each in session.scalars(named.where(Employee.username == username)):
            each.ended_at, each.end_reason = datetime.now(UTC), "expired"


def test_nothing_typed_is_lost(new_device: NewDevice, served: Served) -> None:
    first, second = new_device("zh", 1280), new_device("en", 1280)
    first.sign_in("trainer")
    address = open_lesson(first.page, "crm-strategy")
    second.sign_in("trainer2")
    second.open(address)

    type_at(first, "Control+End", "\n第一位写在末尾。")
    expect_kept(first)
    type_at(second, "Control+Home", "第二位写在开头。\n\n")
    expect_kept(second)
    second.sees("Somebody else wrote here too; both texts went together.")

    served.kill()
    type_at(first, "Control+End", "停机时写的。")
    first.sees("Not kept yet: no connection. It is tried again; the text also lies on this device.")
    served.start()
    expect_kept(first)

    end_sessions(served, "trainer")
    type_at(first, "Control+End", "退出后写的。")
    first.sees(
        "You are signed out. Sign in in another tab; the text lies on this device and is kept then."
    )
    tab = Device(first.page.context.new_page(), "zh")
    tab.sign_in("trainer")
    expect_kept(first)

    second.page.reload()
    text = second.page.locator("#text-zh")
    expect(text).to_have_value(re.compile("^第二位写在开头。"))
    expect(text).to_have_value(
        re.compile("第一位写在末尾。.*停机时写的。.*退出后写的。", re.DOTALL)
    )
