"""Work of the notices for the queue: telling administrators about jobs that failed for good."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from training_platform.core import jobs
from training_platform.core.db import writing
from training_platform.core.jobs import Job, JobState
from training_platform.core.permissions import Right
from training_platform.notices import services

LAST = 50


@jobs.job("notices.report_failed_jobs", every_seconds=300)
def report_failed_jobs(_context: jobs.JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Tell every administrator once about each job that was given up."""
    with writing() as session:
        failed = session.scalars(
            select(Job).where(Job.state == JobState.FAILED).order_by(Job.id.desc()).limit(LAST)
        )
        told = 0
        for each in failed:
            told += services.notify_holders(
                session,
                Right.ADMIN,
                "job_failed",
                key=f"job:{each.id}",
                href="/admin/jobs",
                name=each.name,
                fault=(each.fault or "")[:200],
            )
    return {"told": told}
