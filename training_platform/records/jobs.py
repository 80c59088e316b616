"""Work of the records for the queue: the daily head, and the seals of the audit log."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from training_platform.core import audit, clock, jobs
from training_platform.core.db import writing
from training_platform.records import my_data, sealing
from training_platform.records.retention import services as retention


@jobs.job("records.seal_day", every_seconds=1800)
def seal_yesterday(_context: jobs.JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Sign the head of the company's last full day, once."""
    with writing() as session:
        head = sealing.seal_day(session, clock.today() - timedelta(days=1))
        return {"records": head.record_count} if head else {}


@jobs.job("audit.seal", every_seconds=5)
def seal_audit(_context: jobs.JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Seal the events of the audit log that are not yet sealed."""
    sealed = 0
    while True:
        with writing() as session:
            count = audit.seal(session)
        sealed += count
        if count < audit.SEAL_AT_MOST:
            return {"sealed": sealed}


@jobs.job(retention.PURGE_JOB)
def purge(context: jobs.JobContext, payload: Mapping[str, Any]) -> None:
    """Erase what is due, a batch a transaction; after a crash the next worker goes on."""
    while True:
        with writing() as session:
            done = retention.purge_batch(session, int(payload["run_id"]))
        if done is None:
            return
        context.progress(*done)


@jobs.job(my_data.JOB)
def pack_my_data(context: jobs.JobContext, payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Pack what is kept about a person for herself; one file, however often the job comes."""
    with writing() as session:
        if not jobs.is_first_effect(session, context.job_id):
            return {}
        return {"file_id": my_data.pack(session, int(payload["employee_id"]))}
