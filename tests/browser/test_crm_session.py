"""The session ends over an open form, or one goes back to it: nothing typed is lost or doubled."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewDevice
from tests.browser.device import Device
from tests.browser.sandbox import keeps_within_the_screen, open_practice
from tests.browser.test_axe import faults

TEMPLATE = "sandbox_template"


def fill_lead(device: Device, name: str, mobile: str) -> None:
    page = device.page
    page.fill("#f-company", name)
    page.fill("#f-person", "吴演练")
    page.fill("#f-mobile", mobile)
    page.select_option("#f-source", "website")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "width", "theme"), [("zh", 390, "light"), ("en", 1280, "dark")]
)
def test_a_form_goes_on_after_signing_in_again(
    new_device: NewDevice, language: str, width: int, theme: str
) -> None:
    device = new_device(language, width, color_scheme=theme)
    home = open_practice(device, "specialist")
    page = device.page
    name = "塞北演练包装有限公司" if language == "zh" else "漠南试练机电有限公司"
    device.open(f"{home}lead/new")
    fill_lead(device, name, "15499110001" if language == "zh" else "16899220002")

    page.context.clear_cookies(name="session")
    device.press("Save")

    expect(device.heading).to_have_text(
        device.says("You are no longer signed in. Nothing was saved yet.")
    )
    device.reads(name)
    device.reads(device.says("Customer name"))
    assert list(faults(page)) == []
    assert keeps_within_the_screen(device) == []
    with page.context.expect_page() as opened:
        page.locator("a[target=_blank]").click()
    Device(opened.value, language).fill_sign_in("specialist")
    device.press("I am signed in: continue")
    device.reads(name)
    assert list(faults(page)) == []
    device.press("Send it")

    expect(device.heading).to_have_text(name)


@pytest.mark.browser
def test_a_pencil_leads_to_the_sign_in_where_the_session_is_over(new_device: NewDevice) -> None:
    device = new_device("en")
    home = open_practice(device, "specialist2")
    page = device.page
    device.open(f"{home}customer/")
    device.click(page.locator("tbody th a").first)

    page.context.clear_cookies(name="session")
    page.locator("#d-city [data-inline-edit]").click()

    page.wait_for_url(re.compile("/login"))
    device.fill_sign_in("specialist2")
    page.wait_for_url(re.compile(r"/customer/\d+/edit"))


@pytest.mark.browser
def test_back_after_a_save_offers_a_fresh_form_for_another_record(new_device: NewDevice) -> None:
    device = new_device("en")
    home = open_practice(device, "newcomer")
    page = device.page
    device.open(f"{home}lead/new")
    fill_lead(device, "河西演练电子有限公司", "15499330003")
    device.press("Save")
    expect(device.heading).to_have_text("河西演练电子有限公司")

    page.go_back()
    expect(page.locator("#f-company")).to_have_value("")
    fill_lead(device, "岭南试印纸品有限公司", "16899440004")
    device.press("Save")

    expect(device.heading).to_have_text("岭南试印纸品有限公司")
