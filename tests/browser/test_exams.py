"""An exam of theory and practice on a phone: part after part, and one result at the end."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import NewDevice
from tests.browser.device import Device
from tests.browser.sandbox import keeps_within_the_screen
from tests.browser.serving import Served, serve
from tests.browser.test_axe import AXE, OPTIONS

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(sandbox_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The platform with the dataset of the sandbox, and its exams."""
    with serve(sandbox_template, tmp_path_factory.mktemp("served_exams")) as server:
        yield server


def faults_of(device: Device) -> list[str]:
    """Return what the checker of accessibility finds on the page, and whether it runs over."""
    found = AXE.run(device.page, options=OPTIONS).response["violations"]
    return [each["id"] for each in found] + keeps_within_the_screen(device)


def test_an_exam_is_sat_on_a_phone_part_by_part_and_ends_with_one_result(
    new_device: NewDevice, served: Served
) -> None:
    device = new_device("zh", 360)
    device.sign_in("newcomer")
    device.open("/exams/specialist-exam")
    assert faults_of(device) == []
    device.press("Start the exam")
    device.page.locator("dialog[open] .button[data-kind=primary]").click()
    device.page.wait_for_url(re.compile(r"/exams/sittings/[\w-]+$"))
    sitting = device.path
    assert faults_of(device) == []

    device.press("Open this part")
    device.page.wait_for_url(re.compile(r"/quizzes/attempts/[\w-]+$"))
    device.open(f"{device.path}/check")
    device.press("Submit the quiz")
    device.page.wait_for_url(re.compile(sitting))
    device.sees("Handed in")
    expect(device.page.locator("main")).not_to_contain_text("计 0 分")

    device.press("Open this part")
    device.page.wait_for_url(re.compile(r"/practicals/attempts/[\w-]+$"))
    device.follow("Hand in")
    device.press("Hand in")
    device.page.wait_for_url(re.compile(sitting))
    device.sees("Not passed yet")
    device.reads("计 0 分")
    assert faults_of(device) == []
