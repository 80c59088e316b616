"""How far the job of an import is, and whether nobody works on it any more."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.jobs import HEARTBEAT_LOST_AFTER, Job, JobState
from training_platform.records.history.models import HistoryImport
from training_platform.records.history.rules import BUSY, ImportState

JOB = "records.import_history"


@dataclass(frozen=True)
class Standing:
    """How many rows are done, of how many; again_at is when a stopped job tries by itself."""

    done: int
    total: int
    is_stopped: bool = False
    again_at: datetime | None = None
    #: What the job was told: its step, and for an undo who asked for it and why.
    payload: Mapping[str, Any] = field(default_factory=dict)


def standing_of(session: Session, found: HistoryImport) -> Standing:
    """Return how far an import is; one that waits for nothing has not stopped."""
    done, total = found.done_count, found.row_count
    if found.state not in BUSY:
        return Standing(done, total)
    job = session.scalars(
        select(Job)
        .where(Job.name == JOB, Job.key.startswith(f"{found.id}:", autoescape=True))
        .order_by(Job.id.desc())
        .limit(1)
    ).first()
    if job is None:  # finished work is forgotten after a month
        return Standing(done, total, is_stopped=True)
    if found.state is ImportState.CHECKING and job.total_count:
        done = job.done_count  # a trial run writes nothing down before its end
    waits = job.state is JobState.WAITING and job.tries > 0
    again_at = job.run_after if waits else None
    return Standing(done, total, waits or _is_over(job), again_at, job.payload)


def _is_over(job: Job) -> bool:
    """Tell whether a job ended without the work: given up, or left to a page that was lost.

    A page that works itself needs seconds; it is given as long as a silent worker.
    """
    if job.state is JobState.DONE and job.finished_at is not None:
        return job.finished_at < clock.now() - HEARTBEAT_LOST_AFTER
    return job.state is JobState.FAILED
