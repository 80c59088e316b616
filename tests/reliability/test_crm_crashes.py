"""What the sandbox has acknowledged is there, and an import ends exactly once, whatever happens."""

import http.client
import random
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.factories.crm import TYPED_CUSTOMER
from tests.reliability.sandbox import (
    MAPPED,
    House,
    Trainee,
    count,
    customer_file,
    expect_whole_log,
)
from tests.served import Server, served
from training_platform.core.jobs import Job, JobState
from training_platform.core.list_files import read_upload
from training_platform.crm.importing import running
from training_platform.crm.layering import ALL_LAYERS
from training_platform.crm.models import CrmEvent, CrmImport, CrmWorkspace, Customer, ImportState
from training_platform.crm.services import imports

pytestmark = pytest.mark.race
ROUNDS = [1, pytest.param(30, marks=pytest.mark.soak)]
#: More than a batch, so that a kill falls between two.
ROWS = 1100
LOST = (OSError, http.client.HTTPException)


def customer(number: int) -> dict[str, str]:
    own = {"name": f"断电第{number}号有限公司", "mobile": f"169{number:08d}"}
    return TYPED_CUSTOMER | own | {"once": f"typed-{number}"}


def own_names(house: House, who: Trainee) -> list[str]:
    with house.looking() as session:
        layer_id = session.get_one(CrmWorkspace, who.workspace_id).layer_id
        expect_whole_log(session, layer_id)
        statement = select(Customer.name).where(Customer.layer_id == layer_id)
        return list(session.scalars(statement, execution_options={ALL_LAYERS: True}))


def crash(server: Server, people: list[Callable[[threading.Event], None]], seconds: float) -> None:
    """Let people work until the power goes."""
    is_over = threading.Event()
    threads = [threading.Thread(target=each, args=(is_over,)) for each in people]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    server.kill()
    is_over.set()
    for thread in threads:
        thread.join()
    server.start_again()


@pytest.mark.parametrize("rounds", ROUNDS)
def test_kill_9_loses_no_acknowledged_customer(rounds: int, house: House):
    people, chance, numbers = house.trainees(3), random.Random(20261122), iter(range(1_000_000))
    acknowledged: dict[int, set[int]] = {each.workspace_id: set() for each in people}
    open_ends: dict[int, set[int]] = {each.workspace_id: set() for each in people}

    def worker(who: Trainee) -> Callable[[threading.Event], None]:
        def enter(is_over: threading.Event) -> None:
            while not is_over.is_set():
                number = next(numbers)
                try:
                    answer = house.post(
                        who.visitor, who.at("customer/new"), customer(number), timeout=20
                    )
                except LOST:
                    open_ends[who.workspace_id].add(number)
                    return
                assert answer.status == 303
                acknowledged[who.workspace_id].add(number)

        return enter

    with served(house.url, house.folder, workers=2, WARM_TEMPLATES="0") as house.server:
        for _round in range(rounds):
            crash(house.server, [worker(each) for each in people], chance.uniform(0.5, 2.0))
        for who in people:  # whoever got no answer sends the form again
            for number in open_ends[who.workspace_id]:
                answer = house.post(who.visitor, who.at("customer/new"), customer(number))
                assert answer.status == 303

    assert sum(map(len, acknowledged.values())) >= rounds
    for who in people:
        sent = acknowledged[who.workspace_id] | open_ends[who.workspace_id]
        expected = sorted(customer(number)["name"] for number in sent)
        assert sorted(own_names(house, who)) == expected


# ---- Imports -----------------------------------------------------------------------------------


def checked_import(house: House, who: Trainee, name: str) -> tuple[int, int]:
    data = customer_file(name, range(ROWS))
    with house.desk_of(who) as desk:
        upload = read_upload(data, "l.csv")
        found = imports.upload_file(desk, "customer", upload, data, "l.csv")
        imports.choose_mapping(desk, found, MAPPED, found.version)
        import_id = found.id
    with house.app.app_context():
        running.run(import_id, lambda _done, _total: None)
    return import_id, see(house, import_id).version


def see(house: House, import_id: int) -> CrmImport:
    with house.looking() as session:
        found = session.get_one(CrmImport, import_id)
        session.expunge(found)
        return found


def three_minutes_pass(house: House) -> None:
    """Let the lost worker's heartbeat be old: another one takes its job."""
    with house.writing() as session:
        session.execute(
            update(Job)
            .where(Job.state == JobState.RUNNING)
            .values(heartbeat_at=datetime(2026, 1, 1, tzinfo=UTC))
        )


def wait_for(is_so: Callable[[], bool], seconds: float = 240) -> None:
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, "nothing went on"
        time.sleep(0.02)


@pytest.mark.parametrize(("rounds", "kills"), [(1, 1), pytest.param(15, 2, marks=pytest.mark.soak)])
def test_kill_9_during_an_import_lets_it_end_exactly_once(rounds: int, kills: int, house: House):
    """Killed between two batches, and once more at some moment of the second beginning."""
    chance = random.Random(20261122)
    settings: dict[str, Any] = {"JOBS_EMBEDDED": "1", "WARM_TEMPLATES": "0"}
    with served(house.url, house.folder, workers=2, **settings) as house.server:
        for number in range(rounds):
            who = house.trainee()
            import_id, version = checked_import(house, who, f"断电{number}之")
            path = who.at(f"imports/{import_id}/commit")
            assert house.post(who.visitor, path, {"version": version}).status == 303
            wait_for(lambda ident=import_id: see(house, ident).done_count > 0)
            for kill in range(kills):
                time.sleep(kill * chance.uniform(0.0, 2.0))
                house.server.kill()
                three_minutes_pass(house)
                house.server.start_again()
            three_minutes_pass(house)
            wait_for(lambda ident=import_id: see(house, ident).state is ImportState.DONE)

            names = own_names(house, who)
            assert sorted(names) == sorted(f"断电{number}之{row}号有限公司" for row in range(ROWS))
            with house.looking() as session:
                layer_id = session.get_one(CrmWorkspace, who.workspace_id).layer_id
                for act, times in (("import", ROWS), ("import_commit", 1)):
                    assert count(session, CrmEvent, layer_id, CrmEvent.act == act) == times


@pytest.mark.soak
def test_kill_9_while_the_page_writes_leaves_the_rest_to_the_job(house: House):
    who = house.trainee()
    data = customer_file("页面", range(200))
    settings = {"JOBS_EMBEDDED": "0", "WARM_TEMPLATES": "0"}
    with served(house.url, house.folder, workers=1, **settings) as house.server:
        address = house.upload(who, data, "t").headers["Location"]
        form = {f"column-{at}": name for at, name in enumerate(MAPPED)} | {"version": "1"}
        assert house.post(who.visitor, f"{address}/mapping", form).status == 303
        import_id = int(address.rpartition("/")[2])
        version = see(house, import_id).version

        def commit() -> None:
            try:
                house.post(who.visitor, f"{address}/commit", {"version": version}, timeout=20)
            except LOST:
                return

        person = threading.Thread(target=commit)
        person.start()
        wait_for(lambda: see(house, import_id).state is not ImportState.CHECKED)
        house.server.kill()
        person.join()

    with house.app.app_context():
        running.run(import_id, lambda _done, _total: None)  # as its job does
    assert see(house, import_id).state is ImportState.DONE
    assert sorted(own_names(house, who)) == sorted(f"页面{row}号有限公司" for row in range(200))
