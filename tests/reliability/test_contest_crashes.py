"""A power cut in a contest: everybody goes on, nothing acknowledged is lost, and it ends once."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import select

from tests.crm.conftest import (  # noqa: F401  # the databases with the dataset
    crm_database_url,
    crm_postgres_template,
    crm_sqlite_template,
)
from tests.factories.contests import make_contest
from tests.factories.people import make_employee
from tests.reliability.sandbox import House
from tests.reliability.test_crm_crashes import LOST, crash, customer
from tests.served import Visitor, served, visit
from training_platform.core import clock
from training_platform.core.permissions import Right
from training_platform.crm.layering import ALL_LAYERS
from training_platform.crm.models import CrmWorkspace, Customer
from training_platform.notices.models import Notice
from training_platform.practicals.contests.models import Contest, ContestBoard, ContestEntrant
from training_platform.practicals.models import PracticalAttempt, PracticalEvidence
from training_platform.practicals.rules import AttemptState
from training_platform.records.models import TrainingRecord

pytestmark = pytest.mark.race
RUNNERS = 4
ROUNDS = [1, pytest.param(10, marks=pytest.mark.soak)]
#: The job that looks after contests comes each half minute.
PATIENCE_SECONDS = 100


@pytest.fixture
def house(crm_database_url: str, tmp_path: Path) -> Iterator[House]:  # noqa: F811  # that fixture
    made = House(crm_database_url, tmp_path)
    yield made
    made.close()


def begin(house: House) -> tuple[int, list[Visitor]]:
    """Let a recorded contest of two teams run; return it and who takes part."""
    with house.writing() as session:
        trainer = make_employee(session, rights=(Right.TRAINER,))
        people = [make_employee(session) for _number in range(RUNNERS)]
        contest = make_contest(session, trainer, people[::2], people[1::2], minutes=60)
        contest.is_recorded = True
        return contest.id, [visit(session, each.id) for each in people]


def enter(house: House, contest_id: int, who: Visitor) -> tuple[str, int]:
    """Begin or go on; return the address of the attempt and its workspace."""
    answer = house.post(who, f"/practicals/contests/{contest_id}/enter", {})
    assert answer.status == 303
    token = answer.headers["Location"].rpartition("/")[2]
    with house.looking() as session:
        attempt = session.scalars(
            select(PracticalAttempt).where(PracticalAttempt.token == token)
        ).one()
        assert attempt.workspace_id is not None
        return token, attempt.workspace_id


def typing(
    house: House, who: Visitor, workspace_id: int, first: int, kept: list[str], pause: float
) -> Callable[[Event], None]:
    """Enter customers until the power goes; keep the names of those that were acknowledged.

    Nobody owns more than 120 customers, so there is a pause in seconds between two.
    """

    def work(is_over: Event) -> None:
        number = first
        while not is_over.is_set():
            number += 1
            form = customer(number)
            try:
                answer = house.post(who, f"/crm/{workspace_id}/customer/new", form)
            except LOST:
                return
            assert answer.status == 303
            kept.append(form["name"])
            is_over.wait(pause)

    return work


def names_in(house: House, workspace_id: int) -> list[str]:
    with house.looking() as session:
        layer_id = session.get_one(CrmWorkspace, workspace_id).layer_id
        found = select(Customer.name).where(Customer.layer_id == layer_id)
        return list(session.scalars(found, execution_options={ALL_LAYERS: True}))


def let_it_end(house: House, contest_id: int) -> None:
    """Put its times back so far that it is over now."""
    with house.writing() as session:
        over = clock.now() - timedelta(seconds=1)
        contest = session.get_one(Contest, contest_id)
        contest.starts_at = over - timedelta(minutes=contest.minutes)
        for attempt in session.scalars(select(PracticalAttempt)):
            attempt.deadline_at = over


def wait_for_the_end(house: House, contest_id: int) -> None:
    ends = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends:
        with house.looking() as session:
            if session.get_one(Contest, contest_id).finished_at is not None:
                return
        time.sleep(0.5)
    raise AssertionError("the contest did not end by itself")


@pytest.mark.parametrize("rounds", ROUNDS)
def test_contest_goes_on_after_kill_9_with_nothing_lost_and_ends_once(rounds: int, house: House):
    contest_id, people = begin(house)
    kept: list[list[str]] = [[] for _each in people]
    settings = {"workers": 2, "WARM_TEMPLATES": "0", "JOBS_EMBEDDED": "1"}
    with served(house.url, house.folder, **settings) as house.server:  # type: ignore[arg-type]
        places = [enter(house, contest_id, each) for each in people]
        for turn in range(rounds):
            crash(
                house.server,
                [
                    typing(
                        house,
                        who,
                        place,
                        10_000 * (number + 1) + 500 * turn,
                        kept[number],
                        0.15 * rounds,
                    )
                    for number, (who, (_token, place)) in enumerate(
                        zip(people, places, strict=True)
                    )
                ],
                seconds=4,
            )
            assert [enter(house, contest_id, each) for each in people] == places
            for (_token, place), names in zip(places, kept, strict=True):
                there = Counter(names_in(house, place))
                assert not [name for name in names if there[name] != 1]
        assert all(kept)
        let_it_end(house, contest_id)
        house.server.kill()  # and once more, in the middle of the count
        house.server.start_again()
        wait_for_the_end(house, contest_id)

    expect_ended_once(
        house, contest_id, {w.employee_id: p for w, (_t, p) in zip(people, places, strict=True)}
    )


def expect_ended_once(house: House, contest_id: int, places: dict[int, int]) -> None:
    """Each attempt is sealed and final once; each is told, recorded and counted with all work."""
    entered = {who: len(names_in(house, place)) for who, place in places.items()}
    with house.looking() as session:
        attempts = session.scalars(select(PracticalAttempt)).all()
        assert Counter(each.state for each in attempts) == {AttemptState.FINAL: RUNNERS}
        begun = session.scalars(select(ContestEntrant.attempt_id)).all()
        assert sorted(begun) == sorted(each.id for each in attempts)
        sealed = Counter(session.scalars(select(PracticalEvidence.attempt_id)))
        assert sealed == {each.id: 1 for each in attempts}
        told = select(Notice.employee_id).where(Notice.kind == "contest_finished")
        assert Counter(session.scalars(told)) == dict.fromkeys(places, 1)
        kept = select(TrainingRecord.employee_id).where(TrainingRecord.kind == "contest_finished")
        assert Counter(session.scalars(kept)) == dict.fromkeys(places, 1)
        board = session.scalars(
            select(ContestBoard).where(ContestBoard.contest_id == contest_id)
        ).one()
        assert {r["employee_id"]: r["entered"] for r in board.standings["people"]} == entered
