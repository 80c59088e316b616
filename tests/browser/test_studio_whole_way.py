"""A lesson all the way: written by keys alone, looked at, published, read, mended on a phone."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewDevice
from tests.browser.device import Device

LESSON = "three-kinds-of-data"
COURSE = "customer-data-basics"
NEW = {"zh": "给最近三通电话各归一次类。", "en": "Sort your last three calls, one by one."}


def enter(page: Page, selector: str) -> None:
    """Go to something that can be focused, and press it by its key."""
    place = page.locator(selector).first
    place.focus()
    page.keyboard.press("Enter")


def kept(page: Page) -> None:
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=20_000)


def write(page: Page, language: str) -> None:
    """Add a paragraph, and a poor example from the toolbar, without a mouse."""
    page.locator(f"#text-{language}").focus()
    page.keyboard.press("Control+End")
    page.keyboard.type(f"\n{NEW[language]}\n\n")
    page.keyboard.press("Alt+F10")
    for _step in range(6):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.keyboard.type("…")
    kept(page)


def open_draft(device: Device) -> str:
    device.open("/studio/drafts?kind=course")
    device.page.locator(
        "#main a[href*='/studio/drafts/']", has_text=re.compile("资料|Data")
    ).first.click()
    device.page.wait_for_url(re.compile(r"/studio/drafts/\d+$"))
    return device.page.url


def decide(device: Device, draft: str) -> None:
    """Read what changes, and find it good, by mouse."""
    device.open(f"{draft}/decide")
    device.reads(NEW["zh"])
    device.reads(NEW["en"])
    device.page.check("input[name=decision][value=approved]")
    device.press("Say so")


def test_a_lesson_goes_all_the_way(new_device: NewDevice) -> None:
    author, colleague = new_device("en", 1366), new_device("zh", 1280)
    author.sign_in("trainer2")
    draft, page = open_draft(author), author.page
    enter(page, "form[action$='/take-back'] button")  # it waited for a look already
    author.sees("Still being written")
    enter(page, "form[action$='/take'] button")  # a colleague's better words
    enter(page, f"#main a[href*='{LESSON}']")
    page.wait_for_url(re.compile("/edit"))
    write(page, "zh")
    write(page, "en")
    enter(page, "#around-practice summary")
    enter(page, "#around-practice [data-insert-form] button")
    kept(page)
    expect(page.locator("[data-preview]").last).to_contain_text(NEW["en"])

    author.open(f"{draft}/review")
    page.locator("#main form button[type=submit]").last.press("Enter")
    author.sees("Waits for a second look")
    colleague.sign_in("trainer")
    decide(colleague, draft)
    author.open(f"{draft}/publish")
    page.locator("#note").focus()
    page.keyboard.type("An exercise for the reader's own calls.")
    page.locator("#main form button[type=submit]").last.press("Enter")
    author.sees("Published. People see it from now on.")

    for language in ("zh", "en"):
        reader = new_device(language, 390)
        reader.sign_in("newcomer")
        reader.open(f"/courses/{COURSE}/{LESSON}")
        reader.reads(NEW[language])
    mend_on_a_phone(new_device)


def mend_on_a_phone(new_device: NewDevice) -> None:
    """Find the lesson, mend a word of it, and ask for a look, all on a phone."""
    phone = new_device("zh", 390)
    phone.sign_in("trainer2")
    phone.open(f"/studio/content?kind=course&q={COURSE}")
    phone.page.locator(f"form[action$='{COURSE}'] button").click()
    phone.page.wait_for_url(re.compile(r"/studio/drafts/\d+$"))
    draft = phone.page.url
    phone.page.locator(f"#main a[href*='{LESSON}']").first.click()
    text = phone.page.locator("#text-zh")
    text.fill(text.input_value().replace(NEW["zh"], "给今天的三通电话各归一次类。"))
    kept(phone.page)
    phone.open(f"{draft}/review")
    phone.press("Ask")
    phone.sees("Waits for a second look")
