"""A contest in two browsers: planned, started for everybody at once, counted live, and over."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from tests.browser.conftest import NewDevice
from tests.browser.serving import Served, serve
from tests.browser.test_practicals import enter, faults_of
from training_platform.core import clock
from training_platform.crm.models import CrmWorkspace
from training_platform.practicals.contests.models import Contest
from training_platform.practicals.models import PracticalAttempt
from training_platform.practicals.services import start_of

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(sandbox_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The platform with the dataset of the sandbox, and its tasks."""
    with serve(sandbox_template, tmp_path_factory.mktemp("served_contest")) as server:
        yield server


def test_everybody_starts_at_once_and_the_board_tells_who_leads(
    new_device: NewDevice, served: Served
) -> None:
    trainer, runner = new_device("en", 1280), new_device("zh", 360)
    trainer.sign_in("trainer")
    trainer.open("/practicals/contests/new")
    assert faults_of(trainer) == []
    trainer.page.fill("#name", "春季录入赛")
    for team in ("Service Team 1", "Service Team 2"):
        trainer.page.get_by_label(team, exact=True).check()
    trainer.press("Plan the contest and invite")
    trainer.page.wait_for_url(re.compile(r"/contests/\d+$"))
    address = trainer.path
    runner.sign_in("specialist")
    runner.open(address)
    assert faults_of(runner) == []

    trainer.press("Start now")
    trainer.page.locator("dialog[open] .button[data-kind=primary]").click()
    expect(runner.button("Begin now")).to_be_visible(timeout=30_000)
    runner.press("Begin now")
    runner.page.wait_for_url(re.compile(r"/practicals/attempts/"))
    with served.tables() as session:
        attempt = session.scalars(
            select(PracticalAttempt).order_by(PracticalAttempt.id.desc())
        ).first()
        assert attempt is not None
        drawn, _start = start_of(session, attempt.id)
        session.expunge(attempt)
    enter(runner, attempt.workspace_id, drawn.key["cards"][0])

    expect(trainer.page.locator(".standings-score").first).to_contain_text("0.10", timeout=30_000)
    assert faults_of(trainer) == []
    _let_it_end(served, attempt)
    trainer.open(address)
    expect(trainer.page.locator(".podium > li")).to_have_count(1, timeout=40_000)
    assert faults_of(trainer) == []
    runner.open(address)
    runner.follow("What I got right and wrong")
    runner.page.wait_for_url(re.compile(r"/result$"))


def _let_it_end(served: Served, attempt: PracticalAttempt) -> None:
    """Put the times of the contest back so far that it is over now."""
    with served.tables(to_change=True) as session:
        over = clock.now() - timedelta(seconds=1)
        contest = session.scalars(select(Contest).order_by(Contest.id.desc())).first()
        assert contest is not None
        contest.starts_at = over - timedelta(minutes=contest.minutes)
        session.get_one(PracticalAttempt, attempt.id).deadline_at = over
        session.get_one(CrmWorkspace, attempt.workspace_id).closes_at = over
