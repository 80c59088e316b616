"""What the queue promises on both databases."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from training_platform.core import clock, files, jobs
from training_platform.core.db import db, writing
from training_platform.core.forms import FormToken, remember
from training_platform.core.jobs import Job, JobState
from training_platform.core.upkeep import tidy

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.fixture
def ran():
    """The payloads that the handler "test.note" got."""
    return []


@pytest.fixture(autouse=True)
def handlers(ran, monkeypatch):
    monkeypatch.setattr(jobs, "_handlers", dict(jobs._handlers))
    monkeypatch.setattr(jobs, "_periodic", {})

    @jobs.job("test.note")
    def note(context, payload):
        ran.append(payload)
        context.progress(3, 7)
        return {"noted": len(ran)}

    @jobs.job("test.break")
    def fail(_context, _payload):
        raise RuntimeError("no paper in the printer")


def only(session):
    session.rollback()
    session.expire_all()
    return session.scalars(select(Job)).one()


def test_a_job_exists_only_with_its_cause(session, ran):
    jobs.put(session, "test.note", {}, key="a")
    session.rollback()
    jobs.run_due()

    assert ran == []


def test_a_key_runs_once(session, ran):
    for _ in range(3):
        jobs.put(session, "test.note", {"of": "王"}, key="a")
        session.commit()
    jobs.run_due()
    jobs.run_due()

    assert ran == [{"of": "王"}]
    job = only(session)
    assert (job.state, job.result, job.done_count, job.total_count) == (
        JobState.DONE,
        {"noted": 1},
        3,
        7,
    )


def test_a_job_waits_for_its_time(session, ran):
    jobs.put(session, "test.note", {}, key="a", run_after=clock.now() + timedelta(hours=1))
    session.commit()

    assert jobs.run_due() == 0
    with clock.stopped(clock.now() + timedelta(hours=2)):
        assert jobs.run_due() == 1


def test_a_job_that_fails_is_tried_again_after_growing_pauses(session):
    now = NOON
    with clock.stopped(now):
        jobs.put(session, "test.break", {}, key="a")
        session.commit()
    pauses = []
    for _ in range(jobs.MAX_TRIES - 1):
        with clock.stopped(now):
            jobs.run_due()
        job = only(session)
        pauses.append((job.run_after - now).total_seconds())
        now = job.run_after
    with clock.stopped(now):
        jobs.run_due()

    assert pauses == sorted(set(pauses))
    job = only(session)
    assert (job.state, job.tries) == (JobState.FAILED, jobs.MAX_TRIES)
    assert "no paper" in job.fault


def test_the_job_of_a_lost_worker_runs_again(session, ran):
    with clock.stopped(NOON):
        jobs.put(session, "test.note", {}, key="a")
        session.commit()
        assert jobs._claim() is not None  # and the worker dies
        assert jobs.run_due() == 0
    with clock.stopped(NOON + timedelta(minutes=4)):
        assert jobs.run_due() == 1
    assert len(ran) == 1


def test_a_job_that_kills_its_workers_is_given_up(session, ran):
    now = NOON
    with clock.stopped(now):
        jobs.put(session, "test.note", {}, key="a")
        session.commit()
    for _ in range(jobs.MAX_TRIES):
        with clock.stopped(now):
            jobs._claim()
        now += timedelta(minutes=4)
    with clock.stopped(now):
        jobs.run_due()
        assert jobs.run_due() == 0

    assert ran == []
    assert only(session).state is JobState.FAILED


def test_progress_is_a_sign_of_life(session):
    with clock.stopped(NOON):
        jobs.put(session, "test.note", {}, key="a")
        session.commit()
        job_id, _name, _payload = jobs._claim()
    with clock.stopped(NOON + timedelta(minutes=2)):
        jobs.JobContext(job_id).progress(1, 2)
    with clock.stopped(NOON + timedelta(minutes=4)):
        assert jobs.run_due() == 0


def test_two_workers_share_the_work_and_repeat_nothing(app, session, ran):
    for number in range(40):
        jobs.put(session, "test.note", {"number": number}, key=str(number))
    session.commit()
    faults = []

    def work():
        try:
            with app.app_context():
                jobs.run_due()
                db.session.remove()
        except Exception as fault:
            faults.append(fault)

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert faults == []
    assert sorted(payload["number"] for payload in ran) == list(range(40))


def test_periodic_work_is_put_once_a_slot_by_any_number_of_workers(session):
    jobs._periodic["test.note"] = jobs.Periodic("test.note", 60)
    with clock.stopped(NOON):
        for _ in range(3):
            jobs.schedule_periodic()
    with clock.stopped(NOON + timedelta(seconds=61)):
        jobs.schedule_periodic()

    assert session.scalar(select(func.count()).select_from(Job)) == 2


def test_a_look_at_the_clock_does_not_wait_for_a_writer(app, session):
    """Each second of each worker; with the write lock it would stand in everybody's way."""
    jobs._periodic["test.note"] = jobs.Periodic("test.note", 60)
    with clock.stopped(NOON):
        jobs.schedule_periodic()
        with writing() as holder:  # somebody holds the write lock
            holder.add(FormToken(token="a", address="/", used_at=NOON))
            holder.flush()
            done = threading.Event()

            def look():
                with clock.stopped(NOON), app.app_context():
                    jobs.schedule_periodic()
                    db.session.remove()
                    done.set()

            thread = threading.Thread(target=look)
            thread.start()
            assert done.wait(5)
        thread.join()


def test_tidying_puts_away_what_is_over(app, session):
    with clock.stopped(NOON):
        for name in ("kept", "over"):
            files.store(
                session,
                b"x",
                name=name,
                media_type="text/plain",
                purpose="test",
                owner_id=None,
                expires_at=NOON + timedelta(days=1 if name == "over" else 90),
            )
        remember(session, None, "token", "/")
        jobs.put(session, "test.note", {}, key="every:1")
        session.commit()
        jobs.run_due()
    with clock.stopped(NOON + timedelta(days=8)):
        assert tidy(jobs.JobContext(0), {}) == {"files": 1}

    assert session.scalars(select(files.StoredFile.name)).all() == ["kept"]
    assert len(list(files.folder().iterdir())) == 1
    assert session.scalars(select(FormToken)).all() == []
    assert session.scalars(select(Job)).all() == []
