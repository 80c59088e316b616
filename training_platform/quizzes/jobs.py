"""Jobs of quizzes: attempts whose time is over are submitted with what was saved."""

from collections.abc import Mapping
from typing import Any

from training_platform.core.db import writing
from training_platform.core.jobs import JobContext, job
from training_platform.quizzes.services.grading import (
    ANNOUNCE_MAKEUP,
    announce_makeup,
    overdue_ids,
    submit_overdue,
)


@job("quizzes.submit_overdue", every_seconds=30)
def submit_all_overdue(_context: JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Submit every overdue attempt, each in a transaction of its own; safe to run twice."""
    with writing() as session:
        waiting = list(overdue_ids(session))
    for attempt_id in waiting:
        with writing() as session:
            submit_overdue(session, attempt_id)
    return {"submitted": len(waiting)}


@job(ANNOUNCE_MAKEUP)
def tell_of_makeup(_context: JobContext, payload: Mapping[str, Any]) -> None:
    """Tell somebody that her make-up is open now; the notice has a key of its own."""
    with writing() as session:
        announce_makeup(session, int(payload["attempt"]))
