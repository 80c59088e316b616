"""What is kept about a person, packed for herself: JSON and her files in a ZIP, for 24 hours."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock, files, jobs, slots
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.notices.models import Notice
from training_platform.people import queries as people
from training_platform.records.corrections.models import RecordCorrection
from training_platform.records.models import CompetencyLevel, RecordValue, TrainingRecord

JOB = "records.my_data"
PURPOSE = "my_data"
KEPT_FOR = timedelta(hours=24)
#: Higher packages fill it with functions (session, employee_id) → {file name: plain values}.
SLOT = "my_data"


def ask_for_data(session: Session, actor: Person, token: str) -> None:
    """Let a job pack what is kept about the actor; one token asks once."""
    authorize(actor, None, Permission.SIGNED_IN)
    jobs.put(
        session, JOB, {"employee_id": actor.id}, key=f"{actor.id}:{token[:40]}", owner_id=actor.id
    )
    audit.record(session, actor, "records.ask_my_data")


def latest(session: Session, employee_id: int) -> tuple[jobs.Job | None, files.StoredFile | None]:
    """Return somebody's last request, and the file where it is ready and not over."""
    asked = select(jobs.Job).where(jobs.Job.name == JOB, jobs.Job.owner_id == employee_id)
    made = select(files.StoredFile).where(
        files.StoredFile.owner_id == employee_id,
        files.StoredFile.purpose == PURPOSE,
        files.StoredFile.expires_at > clock.now(),
    )
    return (
        session.scalars(asked.order_by(jobs.Job.id.desc()).limit(1)).first(),
        session.scalars(made.order_by(files.StoredFile.id.desc()).limit(1)).first(),
    )


def pack(session: Session, employee_id: int) -> int:
    """Write the ZIP and return the id of its file. Doing it again makes another, equal one."""
    content: dict[str, Any] = {
        "account.json": people.my_data(session, employee_id),
        "records.json": _records(session, employee_id),
        "corrections.json": _corrections(session, employee_id),
        "competencies.json": _competencies(session, employee_id),
        "notices.json": _notices(session, employee_id),
    }
    for each in slots.ask(SLOT, session=session, employee_id=employee_id):
        content |= each
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, values in content.items():
            text = json.dumps(values, ensure_ascii=False, indent=1, default=str)
            archive.writestr(name, text)
        for stored in _own_files(session, employee_id):
            archive.writestr(f"files/{stored.id}-{stored.name}", files.read(stored))
    made = files.store(
        session,
        out.getvalue(),
        name=f"my-data-{clock.today()}.zip",
        media_type="application/zip",
        purpose=PURPOSE,
        owner_id=employee_id,
        expires_at=clock.now() + KEPT_FOR,
    )
    return made.id


def _own_files(session: Session, employee_id: int) -> list[files.StoredFile]:
    """Return what the person herself uploaded: what jobs made for her has an end, and is left."""
    found = select(files.StoredFile).where(
        files.StoredFile.owner_id == employee_id, files.StoredFile.expires_at.is_(None)
    )
    return [
        each
        for each in session.scalars(found.order_by(files.StoredFile.id))
        if (files.folder() / each.token).exists()
    ]


def _records(session: Session, employee_id: int) -> list[dict[str, Any]]:
    found = (
        select(
            TrainingRecord.position,
            TrainingRecord.kind,
            TrainingRecord.subject,
            TrainingRecord.happened_at,
            TrainingRecord.recorded_at,
            TrainingRecord.hash,
            RecordValue.data,
        )
        .outerjoin(RecordValue, RecordValue.record_id == TrainingRecord.id)
        .where(TrainingRecord.employee_id == employee_id)
        .order_by(TrainingRecord.position)
    )
    return [dict(row._mapping) for row in session.execute(found)]


def _corrections(session: Session, employee_id: int) -> list[dict[str, Any]]:
    columns = (
        RecordCorrection.record_id,
        RecordCorrection.state,
        RecordCorrection.changes,
        RecordCorrection.reason,
        RecordCorrection.evidence,
        RecordCorrection.note,
        RecordCorrection.opened_at,
    )
    found = select(*columns).where(RecordCorrection.employee_id == employee_id)
    return [dict(row._mapping) for row in session.execute(found.order_by(RecordCorrection.id))]


def _competencies(session: Session, employee_id: int) -> list[dict[str, Any]]:
    found = select(
        CompetencyLevel.competency_id,
        CompetencyLevel.level,
        CompetencyLevel.evidence,
        CompetencyLevel.shown_at,
    ).where(CompetencyLevel.employee_id == employee_id)
    return [dict(row._mapping) for row in session.execute(found)]


def _notices(session: Session, employee_id: int) -> list[dict[str, Any]]:
    found = select(Notice.created_at, Notice.kind, Notice.values, Notice.read_at).where(
        Notice.employee_id == employee_id
    )
    return [dict(row._mapping) for row in session.execute(found.order_by(Notice.id))]
