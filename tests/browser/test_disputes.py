"""A dispute that changes results: raised on a phone, decided at a desk, then all is regraded."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.browser.conftest import NewDevice
from tests.browser.device import Device
from tests.browser.serving import Served
from tests.browser.test_practicals import faults_of
from tests.conftest import app_on
from tests.factories.disputes import LONG, SHORT, asks
from tests.factories.practicals import SLUG, hand_in, make_attempt
from tests.factories.quizzes import make_paper, take
from tests.practicals.sitting import publish
from training_platform.core.db import db, writing
from training_platform.people.models import Employee
from training_platform.practicals import work
from training_platform.practicals.rules import Mode

pytestmark = pytest.mark.browser
TEMPLATE = "sandbox_template"
WHY = "简称也是对的，标准答案只写了全称。"


@contextmanager
def beside(served: Served, folder: Path) -> Iterator[None]:
    """Work on the database that is served, from here."""
    app = app_on(served.database_url, folder)
    with app.app_context():
        yield
        db.session.remove()
        db.engine.dispose()


def named(session: Session, username: str) -> Employee:
    return session.scalars(select(Employee).where(Employee.username == username)).one()


def publish_task(served: Served, folder: Path, firm: str, *sits: str) -> list[str]:
    """Publish the task with the name that it wants; let people sit it, and return their tokens."""
    tokens, waiting = [], []
    with beside(served, folder):
        with writing() as session:
            publish(session, SLUG, asks(firm))
            for username in sits:
                person = named(session, username)
                attempt = make_attempt(session, person.id, mode=Mode.EXAM)
                attempt.number = 1
                hand_in(session, attempt, {"firm": SHORT, "boxes": "12", "city": "苏州"})
                tokens.append(attempt.token)
                waiting.append(attempt.id)
        for attempt_id in waiting:
            work.grade_handed_in(attempt_id)
    return tokens


def sit_quiz(served: Served, folder: Path, username: str) -> tuple[str, str]:
    """Let somebody fail a quiz by its second question; return the attempt's token, and that one."""
    with beside(served, folder), writing() as session:
        paper = make_paper(session, questions=2, id="corrected")
        attempt = take(session, paper, named(session, username), right=1)
        return attempt.token, attempt.layout[1]["question"]


def change_results(trainer: Device, button: str) -> None:
    """Apply a plan once every attempt was compared, and wait until that is done."""
    change = trainer.page.get_by_role("button", name=button)
    expect(change).to_be_visible(timeout=30_000)
    assert faults_of(trainer) == []
    change.click()
    trainer.page.locator("dialog[open] .button[data-kind=primary]").click()
    expect(trainer.page.get_by_text("In effect", exact=True)).to_be_visible(timeout=30_000)


def test_a_dispute_corrects_the_check_and_everybodys_results(
    new_device: NewDevice, served: Served, tmp_path: Path
) -> None:
    mine, other = publish_task(served, tmp_path, LONG, "specialist", "specialist2")
    trainee = new_device("zh", 360)
    trainee.sign_in("specialist")
    trainee.open(f"/practicals/attempts/{mine}/result")
    trainee.reads("70 %")
    assert faults_of(trainee) == []
    trainee.page.locator("a", has_text=trainee.says("Dispute this check")).first.click()
    trainee.press("Send the dispute")
    expect(trainee.page.locator(".error-summary")).to_be_visible()
    trainee.page.locator("input[value=another_way]").check()
    trainee.page.fill("#text", "客户自己也用简称。")
    assert faults_of(trainee) == []
    trainee.press("Send the dispute")
    trainee.page.wait_for_url(re.compile("/result"))
    trainee.reads(trainee.says("Waits for a decision"))

    trainer = new_device("en", 1280)
    trainer.sign_in("trainer")
    trainer.open("/disputes/")
    assert faults_of(trainer) == []
    with served.tables() as session:
        name = named(session, "specialist").name
    trainer.page.locator("table").get_by_role("link", name=name).first.click()
    trainer.reads("客户自己也用简称。")
    trainer.follow("Decide")
    trainer.page.locator("input[value=check]").check()
    trainer.page.fill("#reason", WHY)
    assert faults_of(trainer) == []
    trainer.press("Record the decision")
    trainer.reads(WHY)

    publish_task(served, tmp_path, SHORT)
    trainer.follow("Regrade the task")
    trainer.page.fill("#reason", WHY)
    trainer.press("Compare all attempts")
    change_results(trainer, "Change 2 results")

    trainee.open(f"/practicals/attempts/{mine}/result")
    trainee.reads("100 %")
    trainee.reads(WHY)
    trainee.sees("How this result changed")
    assert faults_of(trainee) == []
    trainer.open(f"/practicals/attempts/{other}/result")
    trainer.reads("100 %")


def test_a_trainer_corrects_a_wrong_question_and_the_trainee_sees_it(
    new_device: NewDevice, served: Served, tmp_path: Path
) -> None:
    token, question = sit_quiz(served, tmp_path, "specialist")
    trainer = new_device("en", 1280)
    trainer.sign_in("trainer")
    trainer.open(f"/assessment/questions/{question}")
    trainer.reads("1 of 1 answers")
    trainer.follow("Correct the question")
    trainer.page.locator("input[name=fix][value=accept]").check()
    trainer.page.fill("#reason", WHY)
    assert faults_of(trainer) == []
    trainer.press("Compare all attempts")
    expect(trainer.page.locator(".error-summary")).to_contain_text("whole answer")
    trainer.page.locator("[data-question] input[value='1']").check()
    trainer.press("Compare all attempts")
    trainee = new_device("zh", 360)
    trainee.sign_in("specialist")
    trainee.open(f"/quizzes/attempts/{token}/result")
    trainee.reads("50 %")

    change_results(trainer, "Change 1 result")

    trainee.page.reload()
    trainee.reads("100 %")
    # what is right by now is folded
    trainee.page.locator("[aria-labelledby=review] summary").nth(1).click()
    trainee.reads(WHY)
    trainee.sees("A further answer counts as right")
    trainee.sees("How this result changed")
    assert faults_of(trainee) == []
    trainer.open(f"/assessment/questions/{question}")
    trainer.reads("0 of 1 answers")
    trainer.reads(WHY)
    assert faults_of(trainer) == []
