"""HR pulls a department as a ZIP: search, purpose, wait, download."""

import hashlib
import zipfile

from playwright.sync_api import expect

from tests.browser.conftest import NewDevice
from tests.browser.test_coaching import is_in_order
from training_platform.archives.pulls.making import CHECKSUMS


def test_hr_pulls_a_department_as_a_zip(new_device: NewDevice) -> None:
    hr = new_device("en", 1280)
    hr.sign_in("hr")
    hr.open("/archives/")
    is_in_order(hr)
    hr.page.select_option(
        "#f-department", index=hr.page.locator("#f-department option").count() - 1
    )
    hr.press("Search")
    is_in_order(hr)
    hr.follow("Pull these records")
    is_in_order(hr)
    hr.page.check("input[value=folder]")
    hr.press("Make the file")
    hr.sees("Write what the records are needed for.")
    hr.page.fill("#purpose", "Hand-over to the audit")
    hr.press("Make the file")
    link = hr.page.get_by_role("link", name="Download the file")
    expect(link).to_be_visible(timeout=60_000)
    is_in_order(hr)
    with hr.page.expect_download() as download:
        link.click()

    with zipfile.ZipFile(download.value.path()) as folder:
        sums = [line.split("  ") for line in folder.read(CHECKSUMS).decode().splitlines()]
        assert {"index.csv", "records.xlsx"} <= {name for _digest, name in sums}
        for digest, name in sums:
            assert hashlib.sha256(folder.read(name)).hexdigest() == digest
    hr.open("/archives/pulls/all")
    hr.sees("Hand-over to the audit")
    is_in_order(hr)
