"""Every few seconds while a contest runs, a job counts it (jobs.py); here the next one is put."""

from datetime import datetime

from sqlalchemy.orm import Session

from training_platform.core import jobs
from training_platform.practicals.contests.models import Contest

TICK = "contests.tick"
EVERY_SECONDS = 5


def put_next(session: Session, contest: Contest, at: datetime) -> None:
    """Put the count that is due at a time, once; the key is one of routine work, soon forgotten."""
    place = int(at.timestamp()) // EVERY_SECONDS
    key = f"every:{contest.id}:{place}"
    jobs.put(session, TICK, {"contest": contest.id}, key=key, run_after=at)
