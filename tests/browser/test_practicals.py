"""A practical task in a real browser: practice that fails, is mended and passes; an exam's end."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.conftest import NewDevice
from tests.browser.device import Device
from tests.browser.sandbox import carries_the_mark, keeps_within_the_screen
from tests.browser.serving import Served, serve
from tests.browser.test_axe import AXE, OPTIONS
from tests.browser.wire import Wire
from tests.practicals.sitting import draft_of, work
from training_platform.core import clock
from training_platform.crm.models import CrmWorkspace
from training_platform.practicals.models import PracticalAttempt
from training_platform.practicals.schemas import SolutionFile
from training_platform.practicals.services import start_of
from training_platform.practicals.solving import put_in

pytestmark = pytest.mark.browser

SLUG = "enter-customers"
SOLUTION = SolutionFile.model_validate(draft_of(SLUG).data["solution"])
BUT_ONE = SolutionFile(
    steps=[SOLUTION.steps[0].model_copy(update={"but": [0]}), *SOLUTION.steps[1:]]
)
BOTH = pytest.mark.parametrize(("language", "width"), [("zh", 360), ("en", 1280)])


@pytest.fixture(scope="module")
def served(sandbox_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The platform with the dataset of the sandbox, and its tasks."""
    with serve(sandbox_template, tmp_path_factory.mktemp("served_tasks")) as server:
        yield server


def begin(device: Device, served: Served, username: str, button: str) -> tuple[Any, Any]:
    """Sign in, start the task by a button, and return the attempt with what it drew."""
    device.sign_in(username)
    device.open(f"/practicals/{SLUG}")
    device.press(button)
    if button == "Start the exam":
        device.page.locator("dialog[open] .button[data-kind=primary]").click()
    device.page.wait_for_url(re.compile(r"/practicals/attempts/[\w-]+$"))
    with served.tables() as session:
        attempt = session.scalars(
            select(PracticalAttempt).where(PracticalAttempt.token == device.path.rpartition("/")[2])
        ).one()
        drawn, _start = start_of(session, attempt.id)
        session.expunge(attempt)
    return attempt, drawn


def faults_of(device: Device) -> list[str]:
    """Return what the checker of accessibility finds on the page, and whether it runs over."""
    found = AXE.run(device.page, options=OPTIONS).response["violations"]
    return [each["id"] for each in found] + keeps_within_the_screen(device)


@BOTH
def test_practice_fails_says_what_is_missing_and_passes_when_it_is_there(
    new_device: NewDevice, served: Served, language: str, width: int
) -> None:
    device = new_device(language, width)
    username = {"zh": "specialist", "en": "specialist2"}[language]
    attempt, drawn = begin(device, served, username, "Start practising")
    missing = drawn.key["cards"][0]
    device.reads(missing["name"])
    assert faults_of(device) == []
    work(Wire(device), attempt, drawn, BUT_ONE)
    device.follow("Go to work in the practice company")
    carries_the_mark(device)
    expect(device.page.locator("#task")).to_contain_text(device.says("Check my work"))

    device.press("Check my work")
    device.page.wait_for_url(re.compile(r"#task$"))
    expect(device.page.locator("#task .gaps").first).to_contain_text(missing["name"])
    assert faults_of(device) == []

    enter(device, attempt.workspace_id, missing)
    device.press("Check my work")
    expect(device.page.locator("#task .checks > li[data-passed]")).to_have_count(4)
    device.follow("Hand in")
    device.press("Hand in")
    device.page.wait_for_url(re.compile(r"/result$"))
    device.sees("Passed")
    device.reads("100 %")
    assert faults_of(device) == []
    device.follow("What was done, step by step")
    expect(device.page.locator(".timeline > li").first).to_be_visible()
    expect(device.page.locator(".worked > li").first).to_be_visible()
    assert faults_of(device) == []


def enter(device: Device, workspace_id: int, card: dict[str, Any]) -> None:
    """Enter one customer by the form, as she stands on her card."""
    device.open(f"/crm/{workspace_id}/customer/new")
    for name in ("name", "contact_name", "contact_title", "mobile", "city"):
        device.page.fill(f"#f-{name}", card[name])
    device.page.select_option("#f-industry", card["industry"])
    at = put_in("$each.next_follow_up_at|local", {"each": card})
    device.page.fill("#f-next_follow_up_at", at)
    device.press("Save")
    expect(device.heading).to_contain_text(card["name"])


@BOTH
def test_an_exam_ends_by_itself_and_tells_only_then(
    new_device: NewDevice, served: Served, language: str, width: int
) -> None:
    device = new_device(language, width)
    username = {"zh": "specialist", "en": "specialist2"}[language]
    attempt, drawn = begin(device, served, username, "Start the exam")
    work(Wire(device), attempt, drawn, BUT_ONE)
    place = f"/crm/{attempt.workspace_id}/"
    device.open(place)
    expect(device.button("Check my work")).to_have_count(0)

    with served.tables(to_change=True) as session:
        over = clock.now() + timedelta(seconds=4)
        session.get_one(PracticalAttempt, attempt.id).deadline_at = over
        session.get_one(CrmWorkspace, attempt.workspace_id).closes_at = over
    device.open(place)
    device.page.wait_for_url(re.compile(r"/practicals/attempts/"), timeout=15_000)
    if "/result" not in device.path:
        device.sees("The time is over")
        device.follow("Hand in")
        device.press("Hand in")
    device.page.wait_for_url(re.compile(r"/result$"))
    device.sees("Not passed yet")
    device.reads(drawn.key["cards"][0]["name"])
    device.open(f"{place}customer/new")
    with served.tables() as session:
        done = session.get_one(PracticalAttempt, attempt.id)
        assert done.submitted_at == over
