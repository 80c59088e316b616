"""Batches that were left unpublished are removed after a while, each in one transaction."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import delete, select

from training_platform.core import audit, clock, files
from training_platform.core.db import lock, reading, writing
from training_platform.core.jobs import JobContext, job
from training_platform.core.permissions import SYSTEM
from training_platform.studio.batches import rules
from training_platform.studio.batches.models import QuestionBatch, QuestionBatchRow


@job("studio.forget_batches", every_seconds=86_400)
def forget_batches(_context: JobContext, _payload: Mapping[str, Any]) -> Mapping[str, Any]:
    """Remove what nobody published in time; what was published keeps its rows, not its file."""
    left = select(QuestionBatch.id).where(
        QuestionBatch.state.in_(rules.MAY_FORGET),
        QuestionBatch.changed_at < clock.now() - rules.KEPT,
    )
    with reading() as session:
        found = session.scalars(left.order_by(QuestionBatch.id)).all()
    return {"forgotten": sum(_forget(batch_id) for batch_id in found)}


def _forget(batch_id: int) -> bool:
    with writing() as session:
        batch = session.get(QuestionBatch, batch_id)
        if batch is None:
            return False  # it was done before
        batch = lock(session, QuestionBatch, batch_id)
        if not rules.is_over(batch.state, batch.changed_at, clock.now()):
            return False  # somebody went on with it meanwhile
        if batch.file_id and (stored := session.get(files.StoredFile, batch.file_id)):
            stored.expires_at = clock.now()  # the daily tidying takes it from the disk
        audit.record(session, SYSTEM, "studio.forget_batch", batch)
        session.execute(delete(QuestionBatchRow).where(QuestionBatchRow.batch_id == batch_id))
        session.delete(batch)
    return True
