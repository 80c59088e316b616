"""Work of the notices for the queue: digests, reminders, and faults that administrators see."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from training_platform.core import clock, jobs
from training_platform.core.db import reading, writing
from training_platform.core.jobs import Job, JobState
from training_platform.core.permissions import Right
from training_platform.notices import mailing, reminding, services
from training_platform.notices.models import WaitingMail

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


@jobs.job(mailing.DIGEST_JOB)
def send_digest(_context: jobs.JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write the mail of everything that waits for one person."""
    with writing() as session:
        return {"sent": int(mailing.send_digest(session, payload["employee_id"]))}


@jobs.job("notices.sweep", every_seconds=3600)
def sweep(_context: jobs.JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Write the digests that nobody called for: a job was lost, or there were too many notices."""
    with reading() as session:
        late = session.scalars(
            select(WaitingMail.employee_id)
            .where(WaitingMail.leaves_at <= clock.now())
            .distinct()
            .order_by(WaitingMail.employee_id)
        ).all()
    for employee_id in late:
        with writing() as session:
            mailing.send_digest(session, employee_id)
    return {"people": len(late)}


@jobs.job("notices.remind", every_seconds=6 * 3600)
def remind(context: jobs.JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remind of due days, each reminder once; tell superiors what is long overdue."""
    return reminding.remind_everybody(context.progress)
