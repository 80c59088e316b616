"""A file of questions in a browser: chosen, approved by somebody else, published at once."""

import re
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.conftest import NewDevice
from tests.studio.test_batches import table


def test_a_file_of_questions_becomes_part_of_the_bank_in_one_step(
    new_device: NewDevice, tmp_path: Path
) -> None:
    sent = tmp_path / "questions.csv"
    sent.write_bytes(table(3, bad=1))
    author = new_device("zh", 390)
    author.sign_in("trainer2")
    page = author.page
    page.goto("/studio/batches/")
    page.locator("#file").set_input_files(sent)
    page.locator("#topic").fill("first-calls")
    page.locator("input[name=language][value=zh]").check()
    author.press("Read the file")
    boxes = page.locator("input[name=row]")
    expect(boxes).to_have_count(3, timeout=20_000)  # the page looks again by itself
    author.sees("Refused")
    boxes.nth(2).uncheck()
    author.press("Keep the choice on this page")
    expect(page.locator("input[name=row]:checked")).to_have_count(2)
    author.press("Ask for a second look")
    author.sees("Waits for a second look")
    address = re.sub(r"[?#].*", "", page.url)

    colleague = new_device("en", 1280)
    colleague.sign_in("trainer")
    colleague.open(address)
    colleague.press("Approve all of it")
    colleague.page.locator("#note").fill("From the list of the call team.")
    colleague.press("Publish all of it")
    expect(colleague.page.locator("main")).to_contain_text("Published by", timeout=20_000)
    colleague.open("/studio/content?kind=question&q=first-calls")
    expect(colleague.page.locator("main")).to_contain_text("2 in all")
