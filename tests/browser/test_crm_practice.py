"""Practising without worry, in a real browser: try, take back, keep, reset, and the way home."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import NewDevice
from tests.browser.device import Device
from tests.browser.sandbox import carries_the_mark, keeps_within_the_screen, open_practice
from tests.browser.test_axe import AXE, OPTIONS

pytestmark = pytest.mark.browser

TEMPLATE = "sandbox_template"

LESSON = "/courses/customer-data-basics/duplicates"


def change_the_city(device: Device, record: str, city: str) -> None:
    device.open(f"{record}/edit")
    device.page.fill("#f-city", city)
    device.press("Save")
    expect(device.page.locator("#d-city")).to_contain_text(city)


def city_of(device: Device, record: str) -> str:
    device.open(record)
    return device.page.locator("#d-city .record-value, #d-city dd > span").first.inner_text()


def press_the_reset(device: Device, home: str) -> None:
    """Reset: nothing happens before the second page is agreed to."""
    device.open(home)
    device.page.locator("main").get_by_role("link", name=device.says("Reset")).last.click()
    carries_the_mark(device)
    device.press("Reset")
    device.sees("The practice company is as on its first day. You can bring back what you had.")


def test_everything_that_is_tried_can_be_taken_back(new_device: NewDevice) -> None:
    device = new_device("en")
    page = device.page
    device.sign_in("specialist")
    device.open(LESSON)
    device.follow("Try it in the practice CRM")
    if device.path == "/crm/":
        device.press("Open my practice company")
    page.wait_for_url(re.compile(r"/crm/\d+/"))
    home = device.path
    device.open(f"{home}customer/?view=mine")
    record = str(page.locator("tbody th a").first.get_attribute("href"))
    before = city_of(device, record)

    change_the_city(device, record, "试练一城")
    device.open(home)
    device.press("Take it back")
    assert city_of(device, record) == before

    change_the_city(device, record, "试练二城")
    device.open(f"{home}states")
    page.fill("[name=name]", "二城之时")
    device.press("Keep this state")
    page.get_by_text("二城之时").first.wait_for()
    press_the_reset(device, home)
    assert city_of(device, record) == before
    device.open(home)
    device.press("Bring back what I had")
    device.sees("What you had before the reset is back.")
    assert city_of(device, record) == "试练二城"

    device.follow("Back to the lesson")
    assert device.path == LESSON


def test_the_first_page_leads_into_the_practice_company(new_device: NewDevice) -> None:
    device = new_device("zh", 390)
    device.sign_in("specialist2")
    device.page.locator("main a[href='/crm/'], main a[href='/crm/open']").first.click()
    if device.path == "/crm/":
        device.press("Open my practice company")
    device.page.wait_for_url(re.compile(r"/crm/\d+/"))
    carries_the_mark(device)


def test_a_trainer_looks_and_finds_nothing_to_press(new_device: NewDevice) -> None:
    trainee = new_device("en")
    home = open_practice(trainee, "specialist")
    trainee.open(f"{home}customer/?view=mine")
    record = trainee.page.locator("tbody th a").first.get_attribute("href")
    device = new_device("en")
    page = device.page
    device.sign_in("trainer")
    device.open("/crm/workspaces")
    page.locator(f"a[href='{home}']").click()

    places = ("", "customer/", "kanban", "tasks", "reports/", "reports/build", "states", "alerts")
    for address in (*(home + place for place in places), f"{home}duplicates", str(record)):
        device.open(address)
        carries_the_mark(device)
        expect(page.locator(".practice-band")).to_contain_text("read only")
        forms = page.locator("main form[method=post]:not([action$='/search'])")
        assert forms.count() == 0, (address, forms.first.evaluate("form => form.outerHTML"))
        written = page.locator("main").get_by_role(
            "link", name=re.compile(r"^(Edit|New|Add|Log|Reset|Delete|Import)\b")
        )
        assert written.count() == 0, (address, written.all_inner_texts())


def pages(page: Page, home: str) -> list[str]:
    """Return every kind of page, each with a record that the own seller may see."""
    found = []
    for entity in ("campaign", "referral", "customer", "lead", "ticket", "opportunity"):
        page.goto(f"{home}{entity}/?view=all")
        found.append(str(page.locator("tbody th a").first.get_attribute("href")))
    page.goto(f"{home}duplicates")
    merge = page.locator("a[href*='/merge?']").first
    fixed = (
        "",
        "dashboard",
        "reports/",
        "reports/build",
        "reports/metrics/monthly_sales",
        "reports/metrics/funnel",
        "words",
        "states",
        "reset",
        "clock?step=day",
        "alerts",
        "imports",
        "exports",
        "tasks",
        "campaign/",
        "referral/",
        "segments/new",
        "customer/export",
    )
    more = [f"{found[0]}/audience", f"{found[4]}/work"]
    merging = [str(merge.get_attribute("href"))] if merge.count() else []
    return [*(home + each for each in fixed), *found, *more, *merging]


@pytest.mark.parametrize(
    ("third", "language", "width", "theme"),
    [
        (0, "zh", 1280, "light"),
        (1, "en", 320, "dark"),
        (2, "zh", 1280, "light"),
        pytest.param(0, "en", 320, "dark", marks=pytest.mark.soak),
        pytest.param(1, "zh", 1280, "light", marks=pytest.mark.soak),
        pytest.param(2, "en", 320, "dark", marks=pytest.mark.soak),
    ],
)
def test_every_page_fits_carries_the_mark_and_can_be_read_by_everybody(
    new_device: NewDevice, third: int, language: str, width: int, theme: str
) -> None:
    device = new_device(language, width, color_scheme=theme, bypass_csp=True)
    page, home = device.page, open_practice(device, "specialist")
    problems = []
    for address in pages(page, home)[third::3]:
        device.open(address)
        carries_the_mark(device)
        found = AXE.run(page, options=OPTIONS).response["violations"]
        problems += [f"{address}: {each['id']} {each['nodes'][0]['html'][:160]}" for each in found]
        problems += [f"{address}: {fault}" for fault in keeps_within_the_screen(device)]

    assert not problems, "\n".join(problems)
