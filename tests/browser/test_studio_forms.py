"""Quizzes and common questions in a browser: rows move, figures follow, nothing typed is lost."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import NewDevice


def begin(page: Page, kind: str, slug: str) -> None:
    """Begin a draft of something published and open its form."""
    page.goto(f"/studio/content?kind={kind}&q={slug}")
    page.locator(f"form[action$='/{slug}'] button").first.click()
    page.wait_for_url(re.compile(r"/studio/drafts/\d+$"))
    page.goto(f"{page.url}/edit")


def test_a_quiz_is_put_together_while_its_draws_are_counted(new_device: NewDevice) -> None:
    author = new_device("en", 390)
    author.sign_in("trainer")
    page = author.page
    begin(page, "paper", "lead-a-service-team")
    count = page.locator("#count-0")
    expect(count).to_contain_text("published questions fit.")

    page.locator("#f-s0-count").fill("90")
    expect(count).to_contain_text("90 are wanted: too few")
    page.locator("#f-s0-count").fill("4")
    expect(count).to_contain_text("published questions fit.")
    author.press("Add questions that you choose")
    page.wait_for_url(re.compile(r"#section-1$"))
    page.locator("#f-s1-find").press_sequentially("crm-strategy")
    page.locator("#found-1 button").first.click()
    expect(page.locator("#section-1 ol.rows > li")).to_have_count(1)
    expect(page.locator("#figures")).to_contain_text("5 questions")
    page.get_by_role("button", name="Move section 2 up").click()
    expect(page.locator("#section-0 ol.rows > li")).to_have_count(1)
    expect(page.locator("#f-s1-count")).to_have_value("4")

    author.follow("See it as a trainee")
    expect(page.locator(".question")).to_have_count(5)
    first = page.locator("main").inner_text()
    author.follow("Draw again")
    expect(page.locator(".question")).to_have_count(5)
    assert page.locator("main").inner_text() != first


def test_an_answer_is_written_found_and_read(new_device: NewDevice) -> None:
    author = new_device("zh", 1280)
    author.sign_in("trainer")
    page = author.page
    begin(page, "faq", "phone-number-changed")
    page.locator("#f-answer-zh").fill("先**核对**，再改。")
    expect(page.locator("[data-preview] .prose strong")).to_have_text("核对")
    expect(page.locator("#saved")).to_have_attribute("data-state", "saved")
    page.reload()
    expect(page.locator("#f-answer-zh")).to_have_value(re.compile(r"先\*\*核对\*\*，再改。"))

    reader = new_device("en", 390)
    reader.sign_in("specialist")
    reader.open("/search?q=new mobile number")
    reader.page.locator("a[href='/faq/phone-number-changed']").click()
    expect(reader.page.locator("main")).to_contain_text("Do not leave the old one in any field")


def test_a_rubric_gets_a_criterion_that_raters_read(new_device: NewDevice) -> None:
    author = new_device("en", 390)
    author.sign_in("trainer2")
    page = author.page
    begin(page, "rubric", "customer-reply")
    last = page.locator("[id^=criterion-]").count()

    author.press("Add a criterion")
    expect(page.locator(f"#criterion-{last}")).to_be_visible()
    page.locator(f"#f-c{last}-title-en").fill("Closing words")
    expect(page.locator("[data-preview]")).to_contain_text("Closing words")
    page.get_by_role("button", name=f"Move criterion {last + 1} up").click()
    expect(page.locator(f"#f-c{last - 1}-title-en")).to_have_value("Closing words")
    page.reload()
    expect(page.locator(f"#f-c{last - 1}-title-en")).to_have_value("Closing words")
