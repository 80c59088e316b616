"""The studio in a browser: what was typed is kept, whatever happens to the page."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewDevice


def open_lesson(page: Page, course: str) -> str:
    """Begin a draft of a course and open its first lesson; return the editor's address."""
    page.goto(f"/studio/content?kind=course&q={course}")
    page.locator(f"form[action*='{course}'] button").first.click()
    page.wait_for_url(re.compile(r"/studio/drafts/\d+$"))
    page.locator("#main a[href*='/edit?path=']").first.click()
    page.wait_for_url(re.compile(r"/edit\?"))
    return page.url


def write(page: Page, words: str) -> None:
    page.locator("#text-en").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def test_what_was_typed_survives_a_lost_connection_and_a_closed_page(
    new_device: NewDevice,
) -> None:
    author = new_device("en", 390)
    author.sign_in("trainer")
    page = author.page
    address = open_lesson(page, "lead-a-service-team")
    write(page, " Kept at once.")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")

    page.context.set_offline(True)
    write(page, " Typed without a net.")
    expect(page.locator("#saved")).to_contain_text("Not kept yet")
    page.close(run_before_unload=False)
    page.context.set_offline(False)

    author.page = page.context.new_page()
    author.page.goto(address)
    author.press("Take it")
    expect(author.page.locator("#saved")).to_have_attribute("data-state", "saved")
    author.page.reload()
    expect(author.page.locator("#text-en")).to_have_value(
        re.compile(r"Kept at once\. Typed without a net\.")
    )
    expect(author.page.locator("[data-preview]").last).to_contain_text("Typed without a net.")


def one_language_with_its_preview(page: Page) -> None:
    """Write in one language only: its preview stands beside it, follows it, and stays so."""
    page.locator("[data-side=en]").press("Enter")
    expect(page.locator("#text-zh")).to_be_hidden()
    page.reload()
    expect(page.locator("#text-zh")).to_be_hidden()
    text, preview = page.locator("#text-en"), page.locator("[data-preview]").last
    expect(preview.locator("article")).to_be_visible()
    beside, written = preview.bounding_box(), text.bounding_box()
    assert beside is not None
    assert written is not None
    assert beside["x"] > written["x"] + written["width"]
    text.evaluate("area => area.scrollTo(0, area.scrollHeight)")
    expect(preview.locator("article > :last-child")).to_be_in_viewport()
    page.locator("[data-side=both]").press("Enter")
    expect(page.locator("#text-zh")).to_be_visible()


def test_a_block_is_put_in_by_keyboard_and_a_second_look_is_asked_for(
    new_device: NewDevice,
) -> None:
    author = new_device("zh", 1280)
    author.sign_in("trainer")
    open_lesson(author.page, "crm-strategy")
    write(author.page, "\n")
    author.page.keyboard.press("Alt+F10")
    for _step in range(5):
        author.page.keyboard.press("ArrowRight")
    author.page.keyboard.press("Enter")
    expect(author.page.locator("#text-en")).to_have_value(re.compile(r":::example good …"))
    expect(author.page.locator("#saved")).to_have_attribute("data-state", "saved")
    one_language_with_its_preview(author.page)

    author.page.goto(author.page.url.split("/edit")[0])
    author.follow("Ask for a second look")
    author.press("Ask")
    author.sees("Waits for a second look")
