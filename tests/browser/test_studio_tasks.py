"""A task in a browser: taken over, checks moved, the brief filled, text completed by key."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import NewDevice

TEMPLATE = "sandbox_template"


def test_a_task_is_made_from_another_one_and_shown_as_a_trainee_sees_it(
    new_device: NewDevice,
) -> None:
    author = new_device("en", 1280)
    author.sign_in("trainer")
    page = author.page
    page.goto("/studio/new?kind=practical&slug=own-race")
    author.press("Begin")
    page.wait_for_url(re.compile(r"/studio/drafts/\d+$"))
    draft = page.url
    page.goto(f"{draft}/task")
    page.locator("#f-source").select_option("card-race")
    author.press("Take it over")

    title = page.locator("#f-title-en")
    expect(title).to_have_value("Card Race")
    expect(page.locator("#f-c1-rest")).to_have_attribute("aria-autocomplete", "list")
    title.fill("My Race")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    brief = page.locator("#f-brief-en")
    brief.evaluate("area => area.setSelectionRange(0, 0)")
    page.locator("#brief-en [data-put='{count}']").click()
    expect(brief).to_have_value(re.compile(r"^\{count\}Hello"))
    page.get_by_role("button", name="Move check 2 up").click()
    expect(page.locator("#f-c0-title-en")).to_have_value("Nothing else was touched")
    area = page.locator("#f-c1-rest")
    expect(area).to_have_attribute("aria-autocomplete", "list")  # the scripts are there
    area.fill("entity: customer\nkey [")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    page.reload()
    page.locator("#check-1 [data-line]").first.click()
    expect(area).to_be_focused()

    page.goto(f"{draft}/edit?path=question_bank/practicals/own-race.yaml")
    text = page.locator("#text")
    expect(text).to_have_attribute("aria-autocomplete", "list")
    text.evaluate("area => area.setSelectionRange(0, 0)")
    text.press_sequentially("sel")
    expect(page.get_by_role("option", name="seller")).to_have_attribute("aria-selected", "true")
    page.keyboard.press("Enter")
    page.keyboard.type("x")
    page.keyboard.press("Enter")
    expect(text).to_have_value(re.compile(r"^seller: x\nid: own-race"))
    expect(page.locator("#text-mistakes")).to_contain_text("Line 1")

    page.goto(f"{draft}/task/sample")
    expect(page.locator("main")).to_contain_text("My Race")
