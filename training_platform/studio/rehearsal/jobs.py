"""Rehearsals that nobody comes back to end by themselves; recorded steps are tried elsewhere."""

from collections.abc import Mapping
from typing import Any

from training_platform.core.db import writing
from training_platform.core.jobs import JobContext, job
from training_platform.studio.rehearsal import services, trying

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


@job(trying.TRY)
def try_recording(_context: JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Try recorded steps on other draws; what was tried already stays as it was told."""
    return {"state": trying.try_now(int(payload["rehearsal"]), int(payload["number"]))}
