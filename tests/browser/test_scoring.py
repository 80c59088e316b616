"""Work scored by two raters who differ: on a phone, by keys, and with a decision by name."""

from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.conftest import NewDevice
from tests.browser.serving import Served
from training_platform.assessment.rubrics.models import Rating, Scoring
from training_platform.assessment.rubrics.services import Subject, open_scoring
from training_platform.people.models import Employee, UserSession

REPLY = "王总，您好：\n新发票今天下午寄出。"
PHONE = 360


@pytest.fixture
def scoring_id(served: Served, request: pytest.FixtureRequest) -> int:
    """A reply of a specialist that two people score."""
    with served.tables(to_change=True) as session:
        trainee = session.scalars(
            select(Employee.id).where(Employee.username == "specialist")
        ).one()
        made = session.query(Scoring).count() + 1
        subject = Subject("test_work", made, "reply")
        return open_scoring(session, subject, trainee, "customer-reply", REPLY, 20, 2).id


def fill_in(device, level: int) -> None:
    """Give every criterion the level, or its highest where it has fewer."""
    for group in device.page.locator("fieldset").all():
        options = group.locator("input[type=radio]")
        options.nth(min(level, options.count() - 1)).check()


def test_two_who_differ_and_a_third_who_decides_on_a_phone(
    new_device: NewDevice, served: Served, scoring_id: int
) -> None:
    for username, level in (("trainer", 0), ("mentor", 3)):
        rater = new_device("zh", PHONE)
        rater.sign_in(username)
        rater.open(f"/scoring/{scoring_id}")
        rater.press("Take and score")
        rater.reads("新发票今天下午寄出。")
        fill_in(rater, level)
        rater.press("Hand in the rating")
        rater.sees("Your rating is handed in.")
    rater.sees("more than one level apart")
    rater.sees("The raters lie too far apart. Somebody who has not rated decides.")

    decider = new_device("zh", PHONE)
    decider.sign_in("hr")
    decider.open(f"/scoring/{scoring_id}")
    decider.follow("Decide")
    fill_in(decider, 2)
    decider.page.locator("#reason").fill("每个问题都答对了，但没有写预防措施。")
    decider.press("Record the decision")

    decider.sees("Your decision is recorded. The result is final.")
    decider.reads("每个问题都答对了，但没有写预防措施。")
    with served.tables() as session:
        assert session.get_one(Scoring, scoring_id).final_share == "43/60"


def test_keys_fill_in_the_sheet_and_the_page_says_what_was_kept(
    new_device: NewDevice, served: Served, scoring_id: int
) -> None:
    device = new_device()
    device.sign_in("trainer")
    device.open(f"/scoring/{scoring_id}")
    device.press("Take and score")
    saved = device.page.locator("#saved")
    expect(saved).to_have_text("Nothing to save yet")

    for key in ("j", "2", "j", "1"):
        device.page.keyboard.press(key)

    expect(saved).to_contain_text("Draft saved")
    with served.tables() as session:
        rating = session.scalars(select(Rating).where(Rating.scoring_id == scoring_id)).one()
        assert rating.levels == {"answer": 2, "tone": 1}
    device.page.reload()
    expect(device.page.locator("input[name=level_tone][value='1']")).to_be_checked()


def test_a_draft_that_the_server_refused_is_not_called_saved(
    new_device: NewDevice, served: Served, scoring_id: int
) -> None:
    device = new_device()
    device.sign_in("trainer")
    device.open(f"/scoring/{scoring_id}")
    device.press("Take and score")
    with served.tables(to_change=True) as session:
        for each in session.scalars(select(UserSession).where(UserSession.ended_at.is_(None))):
            each.ended_at = datetime.now(UTC)

    device.page.keyboard.press("j")
    device.page.keyboard.press("2")

    saved = device.page.locator("#saved")
    expect(saved).to_contain_text("Not saved: sign in again in another window")
    expect(saved).to_have_attribute("data-state", "waiting")
    device.page.on("dialog", lambda dialog: dialog.accept())
