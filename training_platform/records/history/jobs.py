"""The job of imports."""

from collections.abc import Mapping
from typing import Any

from training_platform.core import jobs
from training_platform.records.history import running
from training_platform.records.history.rules import ImportState
from training_platform.records.history.standing import JOB


@jobs.job(JOB)
def import_history(context: jobs.JobContext, payload: Mapping[str, Any]) -> None:
    """Check, write or undo an import: the step that the job was put for."""
    running.run(
        running.Order(
            int(payload["import_id"]),
            ImportState(payload["step"]),
            payload["by"],
            str(payload["reason"]),
        ),
        context.progress,
    )
