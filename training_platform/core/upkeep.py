"""What the platform does for itself now and then: second tries, and putting away what is over."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from training_platform.core import clock, events, files, jobs, throttle
from training_platform.core.db import reading, writing
from training_platform.core.forms import FormToken

KEEP_FORM_TOKENS_FOR = timedelta(days=7)
FILES_AT_ONCE = 500


@jobs.job("events.retry", every_seconds=60)
def retry_reactions(_context: jobs.JobContext, _payload: Mapping[str, Any]) -> None:
    """Run the reactions that failed again; without any, nothing is locked."""
    with reading() as session:
        waits = session.scalar(select(events.FailedReaction.id).limit(1)) is not None
    if waits:
        with writing() as session:
            events.retry_failed(session)


@jobs.job("core.tidy", every_seconds=3600)
def tidy(_context: jobs.JobContext, _payload: Mapping[str, Any]) -> dict[str, Any]:
    """Forget finished jobs, old tries and form tokens, and files whose time is over."""
    with writing() as session:
        jobs.forget_finished(session)
        throttle.purge(session)
        over = clock.now() - KEEP_FORM_TOKENS_FOR
        session.execute(delete(FormToken).where(FormToken.used_at < over))
        expired = session.scalars(
            select(files.StoredFile)
            .where(files.StoredFile.expires_at < clock.now())
            .limit(FILES_AT_ONCE)
        ).all()
        tokens = [stored.token for stored in expired]
        for stored in expired:
            session.delete(stored)
    for (
        token
    ) in tokens:  # after the commit: a file without a row hurts nobody, a row without one does
        (files.folder() / token).unlink(missing_ok=True)
    return {"files": len(tokens)}
