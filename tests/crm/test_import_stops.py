"""Imports whose worker was lost: the page says so, and nobody has to wait for ever."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.crm.lists import check, row, see, sheet
from training_platform.core import clock
from training_platform.core.db import writing
from training_platform.core.errors import InvalidTransitionError
from training_platform.core.jobs import HEARTBEAT_LOST_AFTER, MAX_TRIES, Job, JobState, run_due
from training_platform.crm.importing import running
from training_platform.crm.models import CrmEvent, CrmImport, Customer, ImportState
from training_platform.crm.services import imports

NAMES = ["name", "contact_name", "contact_title", "mobile", "industry", "needs"]


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running.batches, "BATCH", 2)


def lose_the_worker(desk, import_id: int, act, *values) -> CrmImport:
    """Take a step whose job ends with its process after the first batch, each of five times."""
    desk.session.commit()
    run_due()  # what earlier steps left
    found = see(desk, import_id)
    act(desk, found, *values, found.version)
    desk.session.commit()

    class ProcessEndedError(BaseException):
        """Nothing catches it: the job keeps its state, as after a loss of power."""

    def end(done: int, _total: int) -> None:
        if done:
            raise ProcessEndedError

    with pytest.raises(ProcessEndedError):
        running.run(import_id, end)
    now = clock.now()
    with writing() as session:
        job = session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()
        job.state, job.tries = JobState.RUNNING, MAX_TRIES
        job.heartbeat_at = now - 2 * HEARTBEAT_LOST_AFTER
    run_due()
    return see(desk, import_id)


def written(desk) -> int:
    statement = select(func.count()).where(Customer.name.like("云岫第%"))
    return desk.session.scalar(statement)


def stopped_writing(desk) -> CrmImport:
    found = check(desk, sheet(*(row(number) for number in range(5))))
    return lose_the_worker(desk, found.id, imports.commit_import)


def test_import_without_a_worker_is_known_to_have_stopped(desk, small_batches):
    found = stopped_writing(desk)

    standing = imports.standing_of(desk, found)
    assert (standing.is_stopped, standing.done, standing.total) == (True, 2, 5)
    assert standing.again_at is None


def test_import_at_work_has_not_stopped(desk):
    found = check(desk, sheet(row(1)))
    imports.commit_import(desk, found, found.version)

    assert not imports.standing_of(desk, found).is_stopped
    with pytest.raises(InvalidTransitionError):
        imports.resume_import(desk, found, found.version)
    with pytest.raises(InvalidTransitionError):
        imports.revert_import(desk, found, found.version)


def test_stopped_import_goes_on_after_the_rows_that_are_written(desk, small_batches):
    found = stopped_writing(desk)
    assert written(desk) == 2

    imports.resume_import(desk, found, found.version)
    desk.session.commit()
    run_due()

    found = see(desk, found.id)
    assert (found.state, written(desk)) == (ImportState.DONE, 5)
    acts = select(CrmEvent.act).where(CrmEvent.act.like("import\\__%", escape="\\"))
    assert desk.session.scalars(acts.order_by(CrmEvent.seq)).all() == [
        "import_preview",
        "import_resume",
        "import_commit",
    ]


def test_what_a_stopped_import_wrote_is_taken_back(desk, small_batches):
    found = stopped_writing(desk)

    imports.revert_import(desk, found, found.version)
    desk.session.commit()
    run_due()

    found = see(desk, found.id)
    assert (found.state, written(desk)) == (ImportState.REVERTED, 0)
    assert found.result["kept"] == []
    event = desk.session.scalars(select(CrmEvent).where(CrmEvent.act == "import_revert")).all()[-1]
    assert event.context["import_id"] == found.id


def test_stopped_revert_goes_on(desk, small_batches):
    found = stopped_writing(desk)
    imports.resume_import(desk, found, found.version)
    desk.session.commit()
    run_due()

    found = lose_the_worker(desk, found.id, imports.revert_import)
    assert imports.standing_of(desk, found).is_stopped
    imports.resume_import(desk, found, found.version)
    desk.session.commit()
    run_due()

    assert (see(desk, found.id).state, written(desk)) == (ImportState.REVERTED, 0)


def test_stopped_trial_run_leads_back_to_the_columns(desk, small_batches):
    found = check(desk, sheet(row(1), row(2), row(3)))
    found = lose_the_worker(desk, found.id, imports.choose_mapping, NAMES)
    assert (found.state, imports.standing_of(desk, found).is_stopped) == ("checking", True)

    imports.leave_check(desk, found, found.version)

    assert found.state is ImportState.UPLOADED


def test_job_that_failed_waits_and_says_when_it_tries_again(desk, monkeypatch):
    found = check(desk, sheet(row(1)))
    imports.commit_import(desk, found, found.version)
    desk.session.commit()

    def fail(*_arguments: object) -> None:
        raise OSError("the power went")

    monkeypatch.setattr(running.batches, "write_batch", fail)
    run_due()

    standing = imports.standing_of(desk, see(desk, found.id))
    assert standing.is_stopped
    assert standing.again_at == clock.now() + timedelta(seconds=40)


def test_job_that_left_the_work_to_a_lost_page_is_a_stop_too(desk):
    found = check(desk, sheet(row(1)))
    imports.commit_import(desk, found, found.version)
    job = desk.session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()
    job.state, job.finished_at = JobState.DONE, clock.now()
    assert not imports.standing_of(desk, found).is_stopped

    job.finished_at = clock.now() - 2 * HEARTBEAT_LOST_AFTER
    assert imports.standing_of(desk, found).is_stopped


# ---- How far it is ---------------------------------------------------------------------


def test_trial_run_says_how_far_it_is(desk, small_batches):
    found = check(desk, sheet(*(row(number) for number in range(5))))
    imports.choose_mapping(desk, found, NAMES, found.version)
    desk.session.commit()
    told: list[tuple[int, int]] = []

    running.run(found.id, lambda done, total: told.append((done, total)))

    assert told == [(2, 5), (4, 5), (5, 5)]


def test_page_of_a_trial_run_shows_how_many_rows_are_checked(desk, crm_client):
    found = check(desk, sheet(row(1), row(2), row(3)))
    imports.choose_mapping(desk, found, NAMES, found.version)
    job = desk.session.scalars(select(Job).order_by(Job.id.desc()).limit(1)).one()
    job.state, job.tries, job.heartbeat_at = JobState.RUNNING, 1, clock.now()
    job.done_count, job.total_count = 2, 3

    page = crm_client.get(f"/crm/{desk.workspace.id}/imports/{found.id}").get_data(as_text=True)

    assert "2 / 3" in page


# ---- Pages ---------------------------------------------------------------------------


def test_page_of_a_stopped_import_says_how_far_it_came_and_goes_on(desk, crm_client, small_batches):
    found = stopped_writing(desk)
    address = f"/crm/{desk.workspace.id}/imports/{found.id}"

    page = crm_client.get(f"{address}?lang=en").get_data(as_text=True)
    assert "stopped after 2 of 5 rows" in page
    assert "import-progress" not in page
    assert f'action="{address}/revert"' in page
    version = page.split('name="version" value="')[1].split('"')[0]
    assert crm_client.post(f"{address}/resume", data={"version": version}).status_code == 303

    assert see(desk, found.id).state is ImportState.DONE
    assert crm_client.post(f"{address}/resume", data={"version": version}).status_code == 409


def test_list_of_imports_tells_a_stopped_one(desk, crm_client, small_batches):
    stopped_writing(desk)

    page = crm_client.get(f"/crm/{desk.workspace.id}/imports?lang=en").get_data(as_text=True)

    assert "Import stopped" in page
    assert "Being written" not in page
