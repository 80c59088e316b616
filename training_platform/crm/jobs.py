"""What the sandbox does by itself: it sweeps the layers that resets put away."""

from collections.abc import Mapping
from typing import Any

from training_platform.core import jobs
from training_platform.core.db import reading, writing
from training_platform.crm.services import workspaces


@jobs.job("crm.sweep", every_seconds=3600)
def sweep(_context: jobs.JobContext, _payload: Mapping[str, Any]) -> dict[str, Any]:
    """Delete old layers, a few per transaction: nobody waits long for the lock."""
    swept = 0
    while True:
        with reading() as session:
            if not workspaces.has_old_layers(session):
                return {"layers": swept}
        with writing() as session:
            swept += workspaces.sweep_layers(session, most=5)
