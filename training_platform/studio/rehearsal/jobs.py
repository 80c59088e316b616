"""Rehearsals that nobody comes back to end by themselves."""

from collections.abc import Mapping
from typing import Any

from training_platform.core.db import writing
from training_platform.core.jobs import JobContext, job
from training_platform.studio.rehearsal import services

AT_ONCE = 20


@job("studio.end_rehearsals", every_seconds=3600)
def end_abandoned(_context: JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """End abandoned rehearsals, a few a transaction; safe to run twice."""
    ended = 0
    while True:
        with writing() as session:
            found = services.end_abandoned(session, AT_ONCE)
        ended += found
        if found < AT_ONCE:
            return {"ended": ended}
