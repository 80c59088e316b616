"""How far the job of an import is, and whether nobody works on it any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.jobs import HEARTBEAT_LOST_AFTER, Job, JobState
from training_platform.crm.models import CrmImport, ImportState
from training_platform.crm.models.imports import BUSY

JOB = "crm.import"


@dataclass(frozen=True)
class Standing:
    """How many rows are done, of how many; again_at is when a stopped job tries by itself."""

    done: int
    total: int
    is_stopped: bool = False
    again_at: datetime | None = None


def job_key(found: CrmImport) -> str:
    """Return the key of the job that an import waits for from now on."""
    return f"{found.id}:{found.version}"


def standings(session: Session, imports: Sequence[CrmImport]) -> dict[int, Standing]:
    """Return how the imports at work stand, by id; the others have nothing to wait for."""
    busy = [found for found in imports if found.state in BUSY]
    if not busy:
        return {}
    is_theirs = or_(*(Job.key.startswith(f"{found.id}:") for found in busy))
    latest: dict[str, Job] = {}
    for job in session.scalars(select(Job).where(Job.name == JOB, is_theirs).order_by(Job.id)):
        latest[job.key.partition(":")[0]] = job
    return {found.id: _standing(found, latest.get(str(found.id))) for found in busy}


def _standing(found: CrmImport, job: Job | None) -> Standing:
    done, total = found.done_count, found.total_count
    if job is None:  # finished work is forgotten after a month
        return Standing(done, total, is_stopped=True)
    if found.state is not ImportState.RUNNING and job.total_count:
        done, total = job.done_count, job.total_count  # the rows themselves are not written down
    waits = job.state is JobState.WAITING and job.tries > 0
    return Standing(done, total, waits or _is_over(job), job.run_after if waits else None)


def _is_over(job: Job) -> bool:
    """Tell whether a job ended without the work: given up, or left to a page that was lost.

    A page that works itself needs seconds; it is given as long as a silent worker.
    """
    if job.state is JobState.DONE and job.finished_at is not None:
        return job.finished_at < clock.now() - HEARTBEAT_LOST_AFTER
    return job.state is JobState.FAILED
