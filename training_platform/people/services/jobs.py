"""What administrators do with background jobs."""

from sqlalchemy.orm import Session

from training_platform.core import audit, clock
from training_platform.core.errors import InvalidTransitionError, NotFoundError
from training_platform.core.jobs import Job, JobState
from training_platform.core.permissions import Permission, Person, authorize


def retry_job(session: Session, job_id: int, actor: Person) -> None:
    """Let a failed job run again, with all its tries.

    Raises NotFoundError for an unknown job, InvalidTransitionError unless it has failed.
    """
    authorize(actor, None, Permission.JOB_READ)
    found = session.get(Job, job_id)
    if found is None:
        raise NotFoundError
    if found.state is not JobState.FAILED:
        raise InvalidTransitionError
    found.state, found.tries, found.finished_at = JobState.WAITING, 0, None
    found.run_after = clock.now()
    audit.record(session, actor, "jobs.retry", found, name=found.name)
