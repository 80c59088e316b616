"""The question editor in a browser: written by keys, tried, another kind, nothing lost."""

import re
import secrets

from playwright.sync_api import FilePayload, expect

from tests.browser.conftest import NewDevice

WORDS = {
    "stem-zh": "客户说“再想想”，下一步做什么？",
    "stem-en": "The customer says “let me think”. What next?",
    "options-0-text-zh": "约定回访的日子",
    "options-0-text-en": "Agree on a day to call back",
    "options-1-text-zh": "每天打一次电话",
    "options-1-text-en": "Call every day",
    "options-1-why-zh": "太频繁，客户会反感。",
    "options-1-why-en": "Too often; it annoys.",
    "options-2-text-zh": "等他打来",
    "options-2-text-en": "Wait for the call",
    "options-2-why-zh": "多半等不到。",
    "options-2-why-en": "It hardly ever comes.",
    "explanation-zh": "说定了日子，双方都好安排。",
    "explanation-en": "With a day agreed, both can plan.",
}


def test_a_question_is_written_by_keys_and_tried(new_device: NewDevice) -> None:
    author = new_device("en", 1280)
    author.sign_in("trainer")
    page, slug = author.page, f"calls/think-{secrets.token_hex(4)}"
    page.goto(f"/studio/new?kind=question&slug={slug}")
    author.press("Begin")
    page.wait_for_url(re.compile(r"/studio/drafts/\d+$"))
    page.goto(f"{page.url}/question")

    for name, text in WORDS.items():
        page.locator(f"[name='{name}']").focus()
        page.keyboard.type(text)
    page.locator("[name=skills]").first.focus()
    page.keyboard.press("Space")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved", timeout=20_000)
    beside = page.locator("#beside")
    beside.get_by_label(WORDS["options-1-text-en"]).check()
    author.press("Mark it")
    expect(beside).to_contain_text(WORDS["options-1-why-en"])
    expect(beside).to_contain_text(WORDS["explanation-en"])

    page.get_by_role("link", name="Add a picture").press("Enter")
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9"/></svg>'
    file = FilePayload(name="a.svg", mimeType="image/svg+xml", buffer=drawing.encode())
    page.set_input_files("#picture", file)
    page.fill("#alt_zh", "一块黑板")
    page.fill("#alt_en", "A blackboard")
    author.press("Put it beside the question")
    expect(beside.get_by_role("img", name="A blackboard")).to_be_visible()

    page.get_by_role("button", name="Move answer 3 up").press("Enter")
    expect(page.locator("[name='options-1-text-en']")).to_have_value(WORDS["options-2-text-en"])
    page.get_by_role("button", name="Put in order", exact=True).press("Enter")
    expect(page.locator("[name='items-0-en']")).to_have_value(WORDS["options-0-text-en"])
    expect(page.locator("[name='explanation-zh']")).to_have_value(WORDS["explanation-zh"])
