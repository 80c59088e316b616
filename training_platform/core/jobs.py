"""Work that happens after the answer: a table in the application's own database is the truth.

A job is put in the same transaction as its cause, so neither exists without the other. A worker
claims it by a conditional update, keeps a heartbeat, and retries with growing pauses. A worker
that died is noticed by its heartbeat. So a job runs at least once and every handler is idempotent.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from flask import Flask, current_app
from sqlalchemy import Index, UniqueConstraint, delete, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Mapped, Session, mapped_column

from training_platform.core import clock
from training_platform.core.db import Base, db, fetch, reading, writing

log = logging.getLogger(__name__)

MAX_TRIES = 5
HEARTBEAT_LOST_AFTER = timedelta(minutes=3)
KEEP_DONE_FOR = timedelta(days=30)


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class Job(Base):
    """One piece of work for a worker."""

    __tablename__ = "job"
    __table_args__ = (
        UniqueConstraint("name", "key"),
        Index("ix_job_state_run_after", "state", "run_after"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    key: Mapped[str]
    payload: Mapped[dict[str, Any]]
    state: Mapped[JobState] = mapped_column(default=JobState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    run_after: Mapped[datetime]
    created_at: Mapped[datetime]
    heartbeat_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    owner_id: Mapped[int | None]
    done_count: Mapped[int] = mapped_column(default=0)
    total_count: Mapped[int] = mapped_column(default=0)
    fault: Mapped[str | None]
    result: Mapped[dict[str, Any] | None]


#: Two who put the same key at once must not lose their own work to the constraint.
_INSERT = {
    name: insert(Job).on_conflict_do_nothing(index_elements=["name", "key"])
    for name, insert in (("sqlite", sqlite.insert), ("postgresql", postgresql.insert))
}


@dataclass(frozen=True)
class JobContext:
    """What a handler gets beside its payload."""

    job_id: int

    def progress(self, done: int, total: int) -> None:
        """Say how far the work is; also the heartbeat. Call it outside a transaction."""
        with writing() as session:
            session.execute(
                update(Job)
                .where(Job.id == self.job_id)
                .values(done_count=done, total_count=total, heartbeat_at=clock.now())
            )


Handler = Callable[[JobContext, Mapping[str, Any]], Mapping[str, Any] | None]


@dataclass(frozen=True)
class Periodic:
    """A handler that runs every so many seconds, once among all workers."""

    name: str
    every_seconds: int


_handlers: dict[str, Handler] = {}
_periodic: dict[str, Periodic] = {}


def job(name: str, *, every_seconds: int | None = None) -> Callable[[Handler], Handler]:
    """Register a handler under its name; with every_seconds it also runs by itself."""

    def register(handler: Handler) -> Handler:
        _handlers[name] = handler
        if every_seconds is not None:
            _periodic[name] = Periodic(name, every_seconds)
        return handler

    return register


def put(
    session: Session,
    name: str,
    payload: Mapping[str, Any],
    *,
    key: str,
    owner_id: int | None = None,
    run_after: datetime | None = None,
) -> None:
    """Put a job, once per name and key, in the caller's transaction."""
    fetch(
        session,
        _INSERT[session.get_bind().dialect.name],
        {
            "name": name,
            "key": key,
            "payload": dict(payload),
            "owner_id": owner_id,
            "run_after": run_after or clock.now(),
            "created_at": clock.now(),
        },
    )


def is_first_effect(session: Session, job_id: int) -> bool:
    """Tell whether a job has its effect now, and note that it had: in the effect's transaction.

    For what has no key of its own. A worker may be lost after the effect and before the job counts
    as done; delivered again, the job then finds this note.
    """
    noted = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.result.is_(None))
        .values(result={"had_effect": True})
    )
    is_unknown = session.scalar(select(Job.id).where(Job.id == job_id)) is None
    return is_unknown or bool(noted.rowcount)  # type: ignore[attr-defined]


def run_due(limit: int = 100) -> int:
    """Run what is due in this process, one after the other; return how many jobs ran."""
    done = 0
    while done < limit and (claimed := _claim()) is not None:
        _run(*claimed)
        done += 1
    return done


def schedule_periodic() -> None:
    """Put the jobs that are due by the clock; the unique key lets only one worker win."""
    now = int(clock.now().timestamp())
    due = {(each.name, f"every:{now // each.every_seconds}") for each in _periodic.values()}
    with reading() as session:  # most looks find nothing to do and must not take the write lock
        due.difference_update(
            (row.name, row.key)
            for row in session.execute(
                select(Job.name, Job.key).where(Job.key.in_([key for _name, key in due]))
            )
        )
    if due:
        with writing() as session:
            for name, key in sorted(due):
                put(session, name, {}, key=key)


def forget_finished(session: Session) -> None:
    """Delete what is done: periodic work after an hour, everything else after a month."""
    now = clock.now()
    is_old = Job.finished_at < now - KEEP_DONE_FOR
    is_routine = Job.key.like("every:%") & (Job.finished_at < now - timedelta(hours=1))
    session.execute(delete(Job).where(Job.state == JobState.DONE, is_old | is_routine))


class Worker:
    """A loop that runs jobs until it is told to stop."""

    def __init__(self, app: Flask, *, pause_seconds: float = 1.0) -> None:
        self.app = app
        self.pause_seconds = pause_seconds
        self._stop = threading.Event()

    def stop(self) -> None:
        """End the loop after the job at hand."""
        self._stop.set()

    def start_thread(self) -> threading.Thread:
        """Run the loop in a daemon thread of this process: the embedded default."""
        thread = threading.Thread(target=self.run, name="job-worker", daemon=True)
        thread.start()
        return thread

    def run(self) -> None:
        """Run jobs until stopped; a lost database is waited for."""
        scheduled_at = 0.0
        while not self._stop.is_set():
            ran = 0
            with self.app.app_context():
                try:
                    if time.monotonic() - scheduled_at > self.pause_seconds:
                        schedule_periodic()
                        scheduled_at = time.monotonic()
                    ran = run_due()
                except SQLAlchemyError:
                    log.warning("the job worker cannot reach the database", exc_info=True)
                    self._stop.wait(5)
                finally:
                    db.session.remove()
            if not ran:
                self._stop.wait(self.pause_seconds)


def _claim() -> tuple[int, str, dict[str, Any]] | None:
    now = clock.now()
    lost = now - HEARTBEAT_LOST_AFTER
    due = or_(
        (Job.state == JobState.WAITING) & (Job.run_after <= now),
        (Job.state == JobState.RUNNING) & (Job.heartbeat_at < lost),
    )
    with reading() as session:  # most looks find nothing
        if session.scalar(select(Job.id).where(due).limit(1)) is None:
            return None
    with writing() as session:
        found = session.scalars(
            select(Job)
            .where(due)
            .order_by(Job.run_after, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        ).first()
        if found is None:
            return None
        if found.tries >= MAX_TRIES:  # its workers died, one after the other: it may be the cause
            found.state, found.finished_at = JobState.FAILED, now
            found.fault = found.fault or "the worker was lost each time"
            return found.id, "", {}
        found.state = JobState.RUNNING
        found.tries += 1
        found.heartbeat_at = now
        return found.id, found.name, dict(found.payload)


def _run(job_id: int, name: str, payload: dict[str, Any]) -> None:
    if not name:  # given up while it was claimed
        return
    handler = _handlers.get(name)
    try:
        if handler is None:
            raise LookupError(f"no handler for job {name}")
        result = handler(JobContext(job_id), payload)
    except Exception as fault:
        log.exception("job %s %s failed", name, job_id)
        db.session.rollback()
        _note_failure(job_id, repr(fault))
        return
    with writing() as session:
        done = session.get_one(Job, job_id)
        done.state, done.finished_at = JobState.DONE, clock.now()
        done.result, done.fault = dict(result or {}), None


def _note_failure(job_id: int, fault: str) -> None:
    with writing() as session:
        failed = session.get_one(Job, job_id)
        failed.fault = fault[:2000]
        if failed.tries >= MAX_TRIES:
            failed.state, failed.finished_at = JobState.FAILED, clock.now()
        else:
            failed.state = JobState.WAITING
            failed.run_after = clock.now() + timedelta(seconds=10 * 4**failed.tries)


def is_embedded() -> bool:
    """Tell whether this application runs its jobs in its own process."""
    return bool(current_app.config["JOBS_EMBEDDED"])
