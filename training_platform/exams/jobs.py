"""Jobs of exams: sittings whose time is over are closed, those whose parts are scored finished."""

from collections.abc import Mapping
from typing import Any

from training_platform.core.db import writing
from training_platform.core.jobs import JobContext, job
from training_platform.exams import services


@job("exams.close_overdue", every_seconds=30)
def close_all_overdue(_context: JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Close every sitting that is due, each in a transaction of its own; safe to run twice."""
    with writing() as session:
        waiting = list(services.overdue_ids(session))
    for sitting_id in waiting:
        with writing() as session:
            services.close_overdue(session, sitting_id)
    return {"closed": len(waiting)}
