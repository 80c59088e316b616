"""Selling in the practice company, in a real browser: by mouse, by keyboard, on a phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.browser.conftest import NewDevice
from tests.browser.device import Device
from tests.browser.sandbox import open_practice

pytestmark = pytest.mark.browser

TEMPLATE = "sandbox_template"


def open_workspace(device: Device, username: str = "newcomer") -> str:
    """Sign in, open the own workspace, and return its address; it is put back if it was used."""
    address = open_practice(device, username)
    device.open(f"{address}reset")
    device.page.locator("form[data-submit-once] button[type=submit]").last.click()
    device.page.wait_for_url(re.compile(r"/crm/\d+/$"))
    return address


def move_on(device: Device, evidence: str) -> None:
    """Move the opportunity of the deal's page to its next stage."""
    device.follow("Move to another stage")
    device.page.fill("#evidence", evidence)
    device.press("Move")


def test_a_lead_becomes_a_sale_with_contract_and_payment(new_device: NewDevice) -> None:
    device = new_device("zh")
    page, home = device.page, open_workspace(device)
    device.open(f"{home}lead/new")
    page.fill("[name=company]", "丽水棠溪压缩机有限公司")
    page.fill("[name=person]", "尹知秋")
    page.fill("[name=mobile]", "16400007311")
    page.select_option("[name=source]", "website")
    device.press("Save")
    device.follow("Convert")
    page.fill("#amount", "160000")
    page.fill("#expected_close_on", "2025-08-31")
    device.press("Convert")
    device.sees("The lead is converted.")
    device.follow("Quotes, contract, money")

    for evidence in ("同意接收资料", "确认了核心需求", "接受报价区间"):
        move_on(device, evidence)
        device.sees("Deal")
    device.follow("New quote")
    page.select_option("[name=product_0]", index=1)
    page.fill("[name=quantity_0]", "2")
    page.fill("#discount_percent", "5")
    device.press("Save the quote")
    for text in (
        "Finish the quote",
        "Send to the customer",
        "Customer accepts",
        "Make the contract",
    ):
        page.get_by_role("button", name=device.says(text)).click()
    page.get_by_role("link", name=device.says("Sign")).click()
    device.press("Sign")
    device.sees("The contract is signed.")
    page.get_by_role("link", name=device.says("Payment")).first.click()
    device.press("Note the money")
    device.sees("The payment is noted.")
    move_on(device, "合同已签，首付款到账")

    expect(page.locator(".stepper [data-state=done]")).to_have_count(5)


def test_won_without_contract_and_payment_is_refused_with_the_rule(new_device: NewDevice) -> None:
    device = new_device()
    home = open_workspace(device)
    device.open(f"{home}kanban")
    device.page.locator("[data-stage=contract] .kanban-title").first.click()
    device.follow("Move to another stage")
    device.page.fill("#evidence", "The boss said so")
    device.press("Move")

    expect(device.page.locator(".error-summary")).to_contain_text("V08")
    expect(device.page.locator("#evidence")).to_have_value("The boss said so")


def test_a_merge_is_made_and_taken_back(new_device: NewDevice) -> None:
    device = new_device()
    page, home = device.page, open_workspace(device)
    device.open(f"{home}duplicates")
    merge = page.get_by_role("link", name=re.compile("Compare and merge")).first
    name = (merge.get_attribute("aria-label") or "").split(": ")[1]
    merge.click()
    expect(page.locator("h1")).to_contain_text("Merge")
    device.press("Merge into one")
    expect(page.locator("h1")).to_contain_text(name)

    device.open(f"{home}duplicates")
    groups = page.locator("section[aria-labelledby^=cluster]").count()
    page.get_by_role("button", name=re.compile("Undo the merge")).click()
    device.sees("The merge is undone: all records are as before.")
    device.open(f"{home}duplicates")
    expect(page.locator("section[aria-labelledby^=cluster]")).to_have_count(groups + 1)


def tab_to(device: Device, selector: str, most: int = 200) -> None:
    for _stop in range(most):
        device.page.keyboard.press("Tab")
        focused = device.page.locator(":focus")
        if focused.count() and focused.evaluate("(e, s) => e.matches(s)", selector):
            return
    raise AssertionError(f"Tab does not reach {selector}")


def test_the_board_needs_no_mouse(new_device: NewDevice) -> None:
    device = new_device()
    page, home = device.page, open_workspace(device)
    device.open(f"{home}kanban")
    name = page.locator("[data-stage=initial_contact] .kanban-title").first.inner_text()
    page.locator(".kanban").focus()
    tab_to(device, "[data-stage=initial_contact] summary")
    page.keyboard.press("Enter")
    tab_to(device, ".menu-body a")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Move to another stage")
    tab_to(device, "#evidence")
    page.keyboard.type("Agreed to a demonstration")
    tab_to(device, "form button[type=submit]")
    page.keyboard.press("Enter")

    expect(page.locator("h1")).to_have_text("Board")
    expect(page.locator("[data-stage=needs_analysis]")).to_contain_text(name)


def test_a_dragged_card_asks_for_evidence(new_device: NewDevice) -> None:
    device = new_device()
    page, home = device.page, open_workspace(device)
    device.open(f"{home}kanban")
    page.locator("[data-stage=initial_contact] [data-move]").first.drag_to(
        page.locator("[data-stage=needs_analysis] header")
    )

    expect(page.locator("h1")).to_have_text("Move to another stage")
    expect(page.locator("#to")).to_have_value("needs_analysis")


def test_a_duplicate_shows_while_typing_and_is_used(new_device: NewDevice) -> None:
    device = new_device()
    page, home = device.page, open_workspace(device)
    device.open(f"{home}customer/")
    first = page.locator("tbody th a").first
    name = first.inner_text()
    device.open(f"{home}customer/new")
    page.locator("[name=name]").press_sequentially(name)
    hints = page.locator("#duplicate-hints")
    expect(hints).to_contain_text("Same name")
    hints.get_by_role("link", name=name).first.click()

    expect(page.locator("h1")).to_contain_text(name)


PAGES = ("kanban", "pool", "duplicates", "assignment", "assignment/trial")


@pytest.mark.parametrize(
    ("language", "width"), [pytest.param("zh", 1280, marks=pytest.mark.soak), ("en", 320)]
)
def test_pages_of_selling_are_accessible_and_fit(
    new_device: NewDevice, language: str, width: int
) -> None:
    device = new_device(language, width)
    page, home = device.page, open_workspace(device)
    device.open(f"{home}kanban")
    href = page.locator(".kanban-title").first.get_attribute("href") or ""
    opportunity = href.removeprefix(home)
    device.open(f"{home}lead/?view=mine")
    lead = (page.locator("tbody th a").first.get_attribute("href") or "").removeprefix(home)
    more = (f"{opportunity}/stage", f"{opportunity}/deal", f"{opportunity}/quotes/new", opportunity)
    for path in (*PAGES, *more, lead, f"{lead}/reassign", "duplicates"):
        device.open(f"{home}{path}")
        results = Axe().run(page, options={"resultTypes": ["violations"]}).response
        found = [(each["id"], each["nodes"][0]["html"][:200]) for each in results["violations"]]
        assert not found, (path, found)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, path
