"""Handing in: a crowd at once, and a power cut in the middle. Each is graded exactly once."""

import http.client
import random
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import select

from tests.crm.conftest import (  # noqa: F401  # the databases with the dataset
    crm_database_url,
    crm_postgres_template,
    crm_sqlite_template,
)
from tests.factories.people import make_employee
from tests.practicals.sitting import publish
from tests.reliability.sandbox import House
from tests.served import Visitor, served, visit
from training_platform.people.viewer import viewer_of
from training_platform.practicals import services
from training_platform.practicals.jobs import submit_all_overdue
from training_platform.practicals.models import (
    PracticalAttempt,
    PracticalEvidence,
    PracticalGrading,
)
from training_platform.practicals.rules import AttemptState, Mode
from training_platform.records.models import TrainingRecord

pytestmark = pytest.mark.race
SLUG = "mend-customer-data"
LOST = (OSError, http.client.HTTPException)
CROWDS = [6, pytest.param(100, marks=pytest.mark.soak)]
#: How many hand in, and how often the server dies meanwhile.
CRASHED = [(6, 1), pytest.param(50, 5, marks=pytest.mark.soak)]


@pytest.fixture
def house(crm_database_url: str, tmp_path: Path):  # noqa: F811  # the fixture of that name
    made = House(crm_database_url, tmp_path)
    yield made
    made.close()


def sit_down(house: House, crowd: int) -> list[tuple[Visitor, str]]:
    """Let people begin an exam each; return who may send what."""
    with house.writing() as session:
        practical = publish(session, SLUG)
        people = [make_employee(session) for _number in range(crowd)]
        sitting = services.Sitting(Mode.EXAM)
        return [
            (
                visit(session, each.id),
                services.start_attempt(session, practical, viewer_of(session, each), sitting).token,
            )
            for each in people
        ]


def hand_in_at_once(house: House, sittings: list[tuple[Visitor, str]]) -> list[threading.Thread]:
    """Send every hand-in at the same moment; the threads end when they were answered, or cut."""
    gate = threading.Barrier(len(sittings))

    def send(who: Visitor, token: str) -> None:
        gate.wait()
        try:
            house.post(who, f"/practicals/attempts/{token}/submit", {}, timeout=60)
        except LOST:
            return

    threads = [threading.Thread(target=send, args=each) for each in sittings]
    for thread in threads:
        thread.start()
    return threads


def expect_each_graded_once(house: House, count: int) -> None:
    with house.looking() as session:
        attempts = session.scalars(select(PracticalAttempt)).all()
        assert Counter(each.state for each in attempts) == {AttemptState.FINAL: count}
        assert len(session.scalars(select(PracticalEvidence)).all()) == count
        graded = Counter(session.scalars(select(PracticalGrading.attempt_id)))
        assert graded == {each.id: 1 for each in attempts}
        failed = select(TrainingRecord.employee_id).where(TrainingRecord.kind == "practical_failed")
        assert Counter(session.scalars(failed)) == {each.employee_id: 1 for each in attempts}


@pytest.mark.parametrize("crowd", CROWDS)
def test_a_crowd_that_hands_in_at_once_is_graded_once_each(crowd: int, house: House):
    sittings = sit_down(house, crowd)
    with served(house.url, house.folder, workers=2, WARM_TEMPLATES="0") as house.server:
        for thread in hand_in_at_once(house, [*sittings, *sittings[:3]]):
            thread.join()

    expect_each_graded_once(house, crowd)
    say(f"{crowd} at once, three of them twice: graded once each, none lost")


@pytest.mark.parametrize(("crowd", "kills"), CRASHED)
def test_kill_9_leaves_each_attempt_open_or_handed_in(crowd: int, kills: int, house: House):
    sittings, chance = sit_down(house, crowd), random.Random(20261123)
    with served(house.url, house.folder, workers=2, WARM_TEMPLATES="0") as house.server:
        for number in range(1, kills + 1):
            threads = hand_in_at_once(house, sittings)  # whoever got no answer sends it again
            time.sleep(chance.uniform(0.1, 0.15 * crowd / kills))
            house.server.kill()
            for thread in threads:
                thread.join()
            say(f"kill {number} of {kills}: {expect_open_or_sealed(house)} of {crowd} handed in")
            house.server.start_again()
        for thread in hand_in_at_once(house, sittings):
            thread.join()

    with house.app.app_context():
        submit_all_overdue(None, {})  # type: ignore[arg-type]  # it looks at neither
    expect_each_graded_once(house, crowd)
    say(f"{crowd} of {crowd} graded once, none lost")


def expect_open_or_sealed(house: House) -> int:
    """Whatever is closed has its evidence, whatever is not has none; return how many are closed."""
    with house.looking() as session:
        attempts = session.scalars(select(PracticalAttempt)).all()
        closed = {each.id for each in attempts if each.state is not AttemptState.IN_PROGRESS}
        assert closed == set(session.scalars(select(PracticalEvidence.attempt_id)))
    return len(closed)


def say(line: str) -> None:
    """Print for the log of the long proofs (make soak ARGS=-s)."""
    print(f"  {line}")  # noqa: T201  # a log is what it is for
