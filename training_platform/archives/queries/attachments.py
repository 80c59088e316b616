"""The files that belong to one person's archive: proofs, certificates, evidence, log entries."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from training_platform.core.files import StoredFile
from training_platform.core.permissions import Person, Right
from training_platform.external_training.models.application import (
    ExternalTrainingApplication,
    ExternalTrainingFile,
)
from training_platform.external_training.rules import State
from training_platform.mentoring.models import Practice, PracticeEntry
from training_platform.people.models import Employee
from training_platform.people.permissions import heads_department
from training_platform.records.corrections.models import RecordCorrection

#: So many of each kind are listed, the newest.
MOST = 50
_FILE = (StoredFile.name.label("file_name"), StoredFile.size_bytes)


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Attached:
    """A file with what it belongs to; kind is a text to translate."""

    name: str
    size_bytes: int
    at: datetime
    kind: str
    about: str
    href: str


def attachments_of(session: Session, viewer: Person, employee: Employee) -> list[Attached]:
    """Return the files that the viewer may read of somebody, newest first.

    The person, who heads the department, and HR read all of them; a line manager, who reads the
    records, is shown none: evidence and proofs are not the manager's.
    """
    is_own = viewer.id == employee.id
    is_head = Right.DEPARTMENT_HEAD in viewer.rights and heads_department(viewer, employee)
    if not (is_own or is_head or Right.HR in viewer.rights):
        return []
    found = [
        *_of_trainings(session, employee.id, is_own=is_own),
        *_of_practices(session, employee.id),
        *_of_corrections(session, employee.id),
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)


def _of_trainings(session: Session, employee_id: int, *, is_own: bool) -> Iterator[Attached]:
    application = ExternalTrainingApplication
    statement = (
        select(
            ExternalTrainingFile.id,
            ExternalTrainingFile.application_id,
            ExternalTrainingFile.added_at,
            application.title.label("about"),
            *_FILE,
        )
        .join(application, application.id == ExternalTrainingFile.application_id)
        .join(StoredFile, StoredFile.id == ExternalTrainingFile.file_id)
        .where(application.applicant_id == employee_id)
        .order_by(ExternalTrainingFile.id.desc())
        .limit(MOST)
    )
    if not is_own:  # what was never sent is the applicant's alone
        unsent = (State.NOMINATED, State.DECLINED, State.DRAFT)
        statement = statement.where(or_(application.round > 0, application.state.not_in(unsent)))
    for row in session.execute(statement):
        address = url_for(
            "external_training.paper_file",
            application_id=row.application_id,
            document_id=row.id,
        )
        yield _attached(row, row.added_at, _("External training"), address)


def _of_practices(session: Session, employee_id: int) -> Iterator[Attached]:
    later = aliased(PracticeEntry)
    is_corrected = (
        select(later.id)
        .where(
            later.practice_id == PracticeEntry.practice_id,
            later.number == PracticeEntry.number,
            later.revision > PracticeEntry.revision,
        )
        .exists()
    )
    statement = (
        select(
            PracticeEntry.practice_id,
            PracticeEntry.number,
            PracticeEntry.revision,
            PracticeEntry.written_at,
            Practice.title.label("about"),
            *_FILE,
        )
        .join(Practice, Practice.id == PracticeEntry.practice_id)
        .join(StoredFile, StoredFile.id == PracticeEntry.file_id)
        .where(Practice.trainee_id == employee_id, ~is_corrected)
        .order_by(PracticeEntry.id.desc())
        .limit(MOST)
    )
    for row in session.execute(statement):
        address = url_for(
            "mentoring.entry_file",
            practice_id=row.practice_id,
            number=row.number,
            revision=row.revision,
        )
        yield _attached(row, row.written_at, _("Mentored practice"), address)


def _of_corrections(session: Session, employee_id: int) -> Iterator[Attached]:
    statement = (
        select(
            RecordCorrection.id,
            RecordCorrection.opened_at,
            RecordCorrection.evidence.label("about"),
            *_FILE,
        )
        .join(StoredFile, StoredFile.id == RecordCorrection.evidence_file_id)
        .where(RecordCorrection.employee_id == employee_id)
        .order_by(RecordCorrection.id.desc())
        .limit(MOST)
    )
    for row in session.execute(statement):
        address = url_for("corrections.evidence", correction_id=row.id)
        yield _attached(row, row.opened_at, _("Evidence of a correction"), address)


def _attached(row: Any, at: datetime, kind: str, href: str) -> Attached:
    return Attached(row.file_name, row.size_bytes, at, kind, str(row.about or ""), href)
