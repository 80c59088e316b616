"""Imports from two tabs and several processes at once: every row is written once."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from tests.reliability.sandbox import (
    CROWD,
    MAPPED,
    House,
    Trainee,
    all_at_once,
    counted,
    customer_file,
    statuses,
)
from training_platform.core.list_files import read_upload
from training_platform.crm import models
from training_platform.crm.importing import running
from training_platform.crm.models import CrmEvent, CrmImport, ImportState
from training_platform.crm.services import imports
from training_platform.crm.services.records import create_record

pytestmark = pytest.mark.race


def test_the_same_file_is_taken_once(busy_house: House, trainee: Trainee):
    data = customer_file("同文件", range(3))

    answers = all_at_once(*[partial(busy_house.upload, trainee, data, "the same token")] * CROWD)

    assert statuses(answers) == {303: CROWD}
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert counted(busy_house, trainee, CrmImport) == 1


def checked_import(house: House, who: Trainee, name: str, rows: int = 20) -> tuple[int, int]:
    """Bring an import to the point before it is written; return its id and version."""
    data = customer_file(name, range(rows))
    with house.desk_of(who) as desk:
        upload = read_upload(data, "l.csv")
        found = imports.upload_file(desk, "customer", upload, data, "l.csv")
        imports.choose_mapping(desk, found, MAPPED, found.version)
        import_id = found.id
    run_import(house, import_id)
    with house.desk_of(who, is_writing=False) as desk:
        found = imports.find_import(desk, import_id)
        assert (found.state, found.wrong_count) == (ImportState.CHECKED, 0)
        return import_id, found.version


def run_import(house: House, import_id: int, pause: float = 0) -> None:
    with house.app.app_context():
        running.run(import_id, lambda _done, _total: time.sleep(pause))


def test_an_import_is_written_once(busy_house: House, trainee: Trainee):
    import_id, version = checked_import(busy_house, trainee, "只写一次")
    path = trainee.at(f"imports/{import_id}/commit")
    commit = partial(busy_house.post, trainee.visitor, path, {"version": version})
    with ThreadPoolExecutor(1) as worker:  # the worker of the jobs does not wait for the page
        job = worker.submit(lambda: [run_import(busy_house, import_id) for _look in range(20)])
        answers = all_at_once(*[commit] * CROWD)
        job.result()

    assert statuses(answers) == {303: 1, 409: CROWD - 1}
    assert counted(busy_house, trainee, models.Customer) == 20
    assert counted(busy_house, trainee, CrmEvent, CrmEvent.act == "import_commit") == 1


@pytest.mark.parametrize("is_back", [False, True], ids=["written", "taken back"])
def test_two_runs_of_an_import_do_the_work_of_one(
    is_back: bool, busy_house: House, trainee: Trainee, monkeypatch: pytest.MonkeyPatch
):
    """The page and the job begin together: both have read where the import stands."""
    import_id, _version = checked_import(busy_house, trainee, "两个进程")
    steps = [imports.commit_import, imports.revert_import] if is_back else [imports.commit_import]
    for step in steps:
        with busy_house.desk_of(trainee) as desk:
            found = imports.find_import(desk, import_id)
            step(desk, found, found.version)
            kept_id = desk.layer.next_id - 1
        if step is not steps[-1]:
            run_import(busy_house, import_id)
    if is_back:
        with busy_house.desk_of(trainee) as desk:
            create_record(desk, models.Contact, {"customer_id": kept_id, "name": "王五"})
    gate = threading.Barrier(2, timeout=30)
    reader = (running, "find_duplicates") if not is_back else (running.batches, "created_ids")
    read = getattr(*reader)

    def read_together(*arguments: Any) -> Any:
        found = read(*arguments)
        gate.wait()
        return found

    monkeypatch.setattr(*reader, read_together)
    monkeypatch.setattr(running.batches, "BATCH", 5)
    with ThreadPoolExecutor(2) as both:  # a pause between batches, so that the other one gets in
        list(both.map(lambda _one: run_import(busy_house, import_id, pause=0.3), range(2)))

    with busy_house.desk_of(trainee, is_writing=False) as desk:
        found = imports.find_import(desk, import_id)
        assert found.state is (ImportState.REVERTED if is_back else ImportState.DONE)
        assert found.done_count == 20
        assert len(found.result.get("kept", [])) == is_back
        names = desk.session.scalars(
            select(models.Customer.name).where(models.Customer.name.startswith("两个进程"))
        ).all()
    assert len(names) == len(set(names)) == (1 if is_back else 20)
