"""An import in a real browser: a GB18030 file, mended in the page, written, and reverted."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewDevice
from tests.browser.sandbox import open_practice
from tests.browser.test_axe import faults

TEMPLATE = "sandbox_template"

LIST = (
    "客户名称,联系人,职位,联系电话,所属行业,需求描述\n"
    "浏览器导入甲机械有限公司,王小满,采购经理,16455550001,机械制造,备件报价\n"
    "浏览器导入乙机械有限公司,李新,厂长,1645555,机械制造,保养\n"
)


@pytest.mark.browser
@pytest.mark.parametrize(("language", "width"), [("zh", 1280), ("en", 390)])
def test_file_in_gb18030_is_mended_written_and_reverted(
    new_device: NewDevice, language: str, width: int
) -> None:
    device = new_device(language, width)
    home = open_practice(device, "specialist")
    page = device.page
    device.open(f"{home}imports")
    content = LIST.encode("gb18030")
    page.set_input_files(
        "input[type=file]", {"name": "list.csv", "mimeType": "text/csv", "buffer": content}
    )
    device.press("Read the file")

    expect(page.locator("[name=encoding]")).to_have_value("gb18030")
    expect(page.locator("[name=column-3]")).to_have_value("mobile")
    assert list(faults(page)) == []
    device.press("Try it: check all rows")

    wrong = page.locator("[name='cell:3:mobile']")
    expect(wrong).to_have_attribute("aria-invalid", "true")
    expect(page.locator("main")).to_contain_text("V02")
    assert list(faults(page)) == []
    wrong.fill("16455550002")
    device.press("Keep and check again")

    expect(page.locator("[name='cell:3:mobile']")).to_have_count(0)
    page.locator("form[action$='/commit'] button").click()
    page.wait_for_url(re.compile(r"/imports/\d+$"))
    expect(page.locator("form[action$='/revert']")).to_be_visible()
    assert list(faults(page)) == []
    address = device.path

    device.open(f"{home}customer/?view=all&q=浏览器导入")
    expect(page.locator("main")).to_contain_text("浏览器导入乙机械有限公司")
    device.open(address)
    page.locator("form[action$='/revert'] button").click()
    page.locator("[data-confirm-yes]").click()
    expect(page.locator("main")).to_contain_text(
        "一切已恢复原状" if language == "zh" else "Everything is as it was before"
    )
    device.open(f"{home}customer/?view=all&q=浏览器导入")
    expect(page.locator("main")).not_to_contain_text("浏览器导入乙机械有限公司")
