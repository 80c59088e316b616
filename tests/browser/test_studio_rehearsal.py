"""A solution is recorded in a browser by doing it, looked over, and kept in the draft."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.conftest import NewDevice
from tests.browser.sandbox import keeps_within_the_screen
from tests.browser.serving import Served
from training_platform.practicals.solving import put_in
from training_platform.studio.models import StudioFile
from training_platform.studio.rehearsal import services
from training_platform.studio.rehearsal.models import StudioRehearsal

pytestmark = pytest.mark.browser
TEMPLATE = "sandbox_template"
SLUG = "enter-customers"


def test_a_solution_is_recorded_by_clicking(new_device: NewDevice, served: Served) -> None:
    author = new_device("zh", 390)
    author.sign_in("trainer")
    page = author.page
    author.open(f"/studio/content?kind=practical&q={SLUG}")
    page.locator(f"form[action$='/{SLUG}'] button").first.click()
    page.wait_for_url(re.compile(r"/studio/drafts/\d+$"))
    author.press("Record a solution by doing it")
    page.wait_for_url(re.compile(r"/crm/\d+/"))
    expect(page.locator("#rehearsal")).to_contain_text(author.says("Your steps are being recorded"))
    home = re.sub(r"#.*", "", page.url)
    with served.tables() as session:
        drawn, _start = services.start_of(session.scalars(select(StudioRehearsal)).one())

    card = drawn.key["cards"][0]
    author.open(f"{home}customer/new")
    for name in ("name", "contact_name", "contact_title", "mobile", "city"):
        page.fill(f"#f-{name}", card[name])
    page.select_option("#f-industry", card["industry"])
    when = put_in("$key.cards.0.next_follow_up_at|local", {"key": drawn.key})
    page.fill("#f-next_follow_up_at", when)
    author.press("Save")
    page.wait_for_url(re.compile(r"/customer/\d+"))
    page.locator("a[data-inline-edit][href$='#f-remarks']").first.click()
    page.fill("[data-inline-form] [name=remarks]", "按名片录入")
    page.locator("[data-inline-form] button").first.click()
    expect(page.locator("#rehearsal")).to_contain_text(author.says("%(num)d step", num=2))
    assert keeps_within_the_screen(author) == []

    author.press("Stop recording")
    steps = page.locator(".rehearsal-steps > li")
    expect(steps).to_have_count(2)
    expect(steps.nth(0)).to_contain_text("$key.cards.0.mobile")
    expect(steps.nth(1)).to_contain_text("按名片录入")
    assert keeps_within_the_screen(author) == []
    steps.nth(1).get_by_label(author.says("Leave it out")).check()
    author.press("Save and try on another draw")
    expect(page.locator(".rehearsal-steps > [data-out]")).to_have_count(1)
    expect(page.locator("#again-state")).to_contain_text(
        author.says("The steps are being tried on other draws")
    )
    page.get_by_label(author.says("the solution"), exact=True).check()
    author.press("Keep")
    page.wait_for_url(re.compile(r"/studio/drafts/\d+#proof$"))

    with served.tables() as session:
        kept = session.scalars(select(StudioFile).where(StudioFile.path.endswith("/solution.yaml")))
        text = next(each.text for each in kept if SLUG in each.path)
    assert text is not None
    assert "mobile: $key.cards.0.mobile" in text
    assert "remarks" not in text
