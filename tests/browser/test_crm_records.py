"""The sandbox's lists and records in a real browser: typed things stay, places change in place."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewDevice
from tests.browser.sandbox import open_practice
from tests.browser.test_axe import faults

TEMPLATE = "sandbox_template"


def fill_customer(page: Page, name: str, mobile: str) -> None:
    page.fill("#f-name", name)
    page.fill("#f-contact_name", "周试练")
    page.fill("#f-contact_title", "采购经理")
    page.fill("#f-mobile", mobile)
    page.select_option("#f-industry", "machinery")
    page.fill("#f-next_follow_up_at", "2035-01-05T10:00")


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 1280)])
def test_a_customer_is_entered_and_nothing_typed_is_lost(
    new_device: NewDevice, language: str, width: int
) -> None:
    device = new_device(language, width)
    home = open_practice(device, "specialist")
    page = device.page
    device.open(f"{home}customer/new")

    fill_customer(page, f"浏览器试练{language}机械有限公司", "1540999")
    page.fill("#f-remarks", "别忘了发票")
    device.press("Save")

    expect(page.locator(".error-summary")).to_contain_text("V02")
    expect(page.locator("#f-mobile")).to_have_value("1540999")
    expect(page.locator("#f-remarks")).to_have_value("别忘了发票")
    page.locator(".error-summary a").first.click()
    expect(page.locator("#f-mobile")).to_be_focused()
    page.fill("#f-mobile", "15409990001" if language == "zh" else "15409990002")
    device.press("Save")

    expect(device.heading).to_have_text(f"浏览器试练{language}机械有限公司")
    device.reads("别忘了发票")


@pytest.mark.browser
def test_a_field_changes_in_place_and_escape_leaves_it(new_device: NewDevice) -> None:
    device = new_device("en")
    home = open_practice(device, "specialist")
    page = device.page
    device.open(f"{home}customer/")
    page.locator("tbody th a").first.click()
    city = page.locator("#d-city")

    city.locator("[data-inline-edit]").click()
    expect(page.locator("#f-city")).to_be_focused()
    page.fill("#f-city", "哪也不去")
    page.keyboard.press("Escape")
    expect(page.locator("#f-city")).to_have_count(0)
    expect(city).not_to_contain_text("哪也不去")
    expect(city.locator("[data-inline-edit]")).to_be_focused()
    page.keyboard.press("Enter")
    page.fill("#f-city", "试练城")
    page.keyboard.press("Enter")

    expect(page.locator("#d-city")).to_contain_text("试练城")


@pytest.mark.browser
@pytest.mark.parametrize("language", ["zh", "en"])
def test_of_two_tabs_the_second_sees_both_versions(new_device: NewDevice, language: str) -> None:
    device = new_device(language)
    home = open_practice(device, "specialist2")
    page = device.page
    device.open(f"{home}customer/")
    page.locator("tbody th a").nth(1).click()
    device.follow("Edit")
    other = page.context.new_page()
    other.goto(page.url)
    other.fill("#f-city", f"先到{language}城")
    other.locator("main button[type=submit]").last.click()
    expect(other.locator("#d-city")).to_contain_text(f"先到{language}城")

    page.fill("#f-city", "后到城")
    device.press("Save")

    device.sees("What is true now")
    device.reads(f"先到{language}城")
    device.reads("后到城")
    device.follow("Open the record")
    expect(page.locator("#d-city")).to_contain_text(f"先到{language}城")


@pytest.mark.browser
def test_a_follow_up_is_logged_with_one_thumb(new_device: NewDevice) -> None:
    device = new_device("zh", 320)
    home = open_practice(device, "specialist")
    page = device.page
    device.open(f"{home}customer/")
    page.locator("tbody th a").nth(2).click()

    device.follow("Log a follow-up")
    page.fill("#f-summary", "电话里确认了交期")
    page.fill("#f-next_step", "周五前寄样品")
    page.fill("#f-next_follow_up_at", "2030-01-08T10:00")
    device.press("Save the follow-up")

    device.reads("电话里确认了交期")
    device.reads("2030-01-08 10:00")


@pytest.mark.browser
@pytest.mark.parametrize(
    ("language", "width"), [("zh", 320), pytest.param("en", 1280, marks=pytest.mark.soak)]
)
def test_pages_fit_and_can_be_read_by_everybody(
    new_device: NewDevice, language: str, width: int
) -> None:
    device = new_device(language, width, bypass_csp=True)  # axe comes as a script of its own
    home = open_practice(device, "specialist")
    page = device.page
    device.open(f"{home}customer/")
    record = page.locator("tbody th a").first.get_attribute("href")
    problems = []
    for address in (
        home,
        f"{home}customer/",
        f"{home}customer/new",
        f"{home}opportunity/",
        f"{home}tasks",
        f"{home}search?q=机械",
        record,
        f"{record}?tab=changes",
        f"{record}/edit",
        f"{record}/delete",
    ):
        device.open(str(address))
        problems += [f"{address}: {problem}" for problem in faults(page)]

    assert not problems, "\n".join(problems)
