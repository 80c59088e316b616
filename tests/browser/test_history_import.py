"""Past trainings in a real browser: a GB18030 list, tried, written, found, and taken back."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewDevice
from tests.browser.test_axe import faults

LIST = (
    "工号,姓名,课程名称,培训日期,学时,是否合格\n"
    "{number},{name},浏览器里的历史课,{day},6,合格\n"
    "X-404,查无此人,浏览器里的历史课,{day},6,合格\n"
)


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [("zh", 390), ("en", 1280)])
def test_a_list_is_tried_written_found_in_the_records_and_taken_back(
    new_device: NewDevice, language: str, width: int
) -> None:
    device = new_device(language, width)
    page = device.page
    device.sign_in("hr")
    device.open("/admin/employees?q=HC")
    person = page.locator("tbody tr").first
    link = person.locator("th a")
    number = re.search(r"\bHC\d+\b", person.inner_text())
    ident = re.search(r"\d+", link.get_attribute("href") or "")
    assert number is not None
    assert ident is not None
    records = f"/records/people/{ident.group()}"
    day = datetime.now(UTC).date() - timedelta(days=2)  # on the first page of everybody's records
    content = LIST.format(number=number.group(), name=link.inner_text(), day=day).encode("gb18030")

    device.open("/records/history/")
    assert list(faults(page)) == []
    page.set_input_files(
        "input[type=file]", {"name": "old.csv", "mimeType": "text/csv", "buffer": content}
    )
    device.press("Read the file")
    expect(page.locator("[name=encoding]")).to_have_value("gb18030")
    expect(page.locator("[name=column-2]")).to_have_value("title")
    assert list(faults(page)) == []

    device.press("Try it: check all rows")
    device.sees("Nobody has this staff number.")
    assert list(faults(page)) == []
    address = device.path
    page.locator("form[action$='/write'] button").click()
    expect(page.locator("form[action$='/undo']")).to_be_visible()
    assert list(faults(page)) == []

    device.open(records)
    device.reads("浏览器里的历史课")
    device.reads("old.csv")

    device.open(address)
    page.fill("[name=reason]", "选错了文件")
    page.locator("form[action$='/undo'] button").click()
    page.locator("[data-confirm-yes]").click()
    device.sees("None of its records counts any more.")
    assert list(faults(page)) == []
    device.open(records)
    device.reads("选错了文件")
