"""Reports of the practice company in a real browser: built, saved, followed to rows, printed."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import NewDevice
from tests.browser.sandbox import carries_the_mark, open_practice

pytestmark = pytest.mark.browser

TEMPLATE = "sandbox_template"


def amount(cell: Locator) -> Decimal:
    """Return the amount of money that stands in a cell."""
    return Decimal(re.sub(r"[^\d.-]", "", cell.inner_text()))


def sum_of_rows(page: Page, label: str) -> Decimal:
    """Return the sum of one column over all pages of a list."""
    total = Decimal(0)
    while True:
        total += sum(amount(each) for each in page.locator(f"tbody td[data-label='{label}']").all())
        following = page.locator(".pagination a[rel=next]")
        if not following.count():
            return total
        page.goto(str(following.evaluate("link => link.href")))


@pytest.mark.parametrize(("language", "width"), [("zh", 1280), ("en", 390)])
def test_a_saved_report_leads_to_the_rows_that_add_up_to_its_number(
    new_device: NewDevice, language: str, width: int
) -> None:
    device = new_device(language, width)
    page, home = device.page, open_practice(device, "specialist")
    device.open(f"{home}reports/build")
    page.select_option("#f-of", "order")
    page.select_option("#f-by", "paid_at")
    page.select_option("#f-period", "last_3")
    page.select_option("#f-rows", "month")
    page.select_option("#f-measure", "sum")
    device.press("Show the report")
    page.fill("[name=name]", f"各月实收 {language}")
    device.press("Save the report")
    expect(device.heading).to_have_text(f"各月实收 {language}")

    number = page.locator("tbody tr").first.locator("td a")
    wanted = amount(number)
    device.click(number)

    assert wanted > 0
    assert sum_of_rows(page, device.says("Amount")) == wanted
    device.open(f"{home}reports/")
    device.click(page.get_by_role("link", name=f"各月实收 {language}").first)
    assert amount(page.locator("tbody tr").first.locator("td a")) == wanted


def test_every_chart_has_its_numbers_in_a_table(new_device: NewDevice) -> None:
    device = new_device("en")
    page, home = device.page, open_practice(device, "specialist")
    for metric in ("monthly_sales", "funnel"):
        device.open(f"{home}reports/metrics/{metric}")
        chart = page.locator(".chart-figure").first
        drawn = chart.locator(".chart-dot, .chart-bar").count()
        chart.locator("summary").click()

        expect(chart.locator("tbody tr").first).to_be_visible()
        assert chart.locator("tbody tr").count() == drawn > 1


def test_a_printed_report_is_the_report_alone(new_device: NewDevice) -> None:
    device = new_device("zh", color_scheme="dark")
    page, home = device.page, open_practice(device, "specialist")
    device.open(f"{home}reports/metrics/monthly_sales?period=last_12")
    page.emulate_media(media="print")

    for gone in (".rail", ".topbar", ".crm-objects", ".filter-form", ".breadcrumb"):
        expect(page.locator(gone).first).to_be_hidden()
    carries_the_mark(device)
    expect(page.locator(".practice-band")).to_be_visible()
    expect(device.heading).to_be_visible()
    line = page.locator(".print-only")
    expect(line).to_contain_text(device.says("Last 12 months"))
    expect(line).to_contain_text(re.compile(r"20\d\d-\d\d-\d\d \d\d:\d\d"))
    expect(page.locator(".chart-figure tbody tr").first).to_be_visible()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
