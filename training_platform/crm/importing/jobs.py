"""The job of imports."""

from collections.abc import Mapping
from typing import Any

from training_platform.core import jobs
from training_platform.crm.importing import running
from training_platform.crm.importing.standing import JOB


@jobs.job(JOB)
def run_import(context: jobs.JobContext, payload: Mapping[str, Any]) -> None:
    """Check, write or revert an import, whichever it waits for."""
    running.run(int(payload["import_id"]), context.progress)
