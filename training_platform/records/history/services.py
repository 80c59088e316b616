"""Imports of past trainings step by step: upload, columns, trial run, writing, undo.

What takes long is a job (running.py); here an import only moves from state to state.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import audit, clock, files, jobs
from training_platform.core.db import expect_version, lock
from training_platform.core.errors import (
    InvalidTransitionError,
    NotFoundError,
    NotPermittedError,
    RuleError,
)
from training_platform.core.list_files import Upload, read_upload
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.records.history import mapping as mappings
from training_platform.records.history import queries
from training_platform.records.history.models import HistoryImport
from training_platform.records.history.rules import BUSY, ImportState, is_undo_over
from training_platform.records.history.standing import JOB, standing_of
from training_platform.records.history.texts import FIELDS

#: How long an uploaded list is kept, so that its rows can be looked through again.
KEPT = timedelta(days=30)
LONGEST_REASON = 400


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def upload_list(
    session: Session, actor: Person, upload: Upload, data: bytes, file_name: str
) -> HistoryImport:
    """Keep a list and guess which column is which field; nothing is written yet."""
    authorize(actor, None, Permission.RECORD_IMPORT)
    if actor.id is None:
        raise NotPermittedError
    stored = files.store(
        session,
        data,
        name=file_name,
        media_type="application/octet-stream",
        purpose="history_import",
        owner_id=actor.id,
        expires_at=clock.now() + KEPT,
    )
    found = HistoryImport(
        file_id=stored.id,
        file_name=stored.name,
        encoding=upload.encoding,
        header=upload.header,
        mapping=_guess(session, upload.header),
        state=ImportState.MAPPING,
        row_count=len(upload.rows),
        problems={},
        created_by_id=actor.id,
        created_at=clock.now(),
    )
    session.add(found)
    session.flush()
    return found


def load_upload(session: Session, found: HistoryImport) -> Upload:
    """Read an import's list again; raise NotFoundError, which says so, where its time is over."""
    stored = session.get(files.StoredFile, found.file_id) if found.file_id else None
    if stored is None:
        raise NotFoundError(_("The file of this import is no longer kept. Send it again."))
    return read_upload(files.read(stored), found.file_name, found.encoding)


def choose_encoding(
    session: Session, found: HistoryImport, actor: Person, upload: Upload, *, expected_version: int
) -> None:
    """Take the list as it reads in another encoding, as the person chose."""
    _expect(found, actor, expected_version, ImportState.MAPPING, ImportState.CHECKED)
    found.encoding, found.header = upload.encoding, upload.header
    found.mapping = _guess(session, upload.header)
    found.row_count, found.state = len(upload.rows), ImportState.MAPPING
    session.flush()


def choose_mapping(
    session: Session,
    found: HistoryImport,
    actor: Person,
    chosen: Sequence[str | None],
    *,
    expected_version: int,
) -> None:
    """Say which column is which field; the trial run begins.

    Raises RuleError where a field that is needed has no column, or a field has two.
    """
    _expect(found, actor, expected_version, ImportState.MAPPING, ImportState.CHECKED)
    known = [field if field in FIELDS else None for field in chosen[: len(found.header)]]
    mappings.check_mapping(known)
    found.mapping = known
    _begin(session, found, actor, ImportState.CHECKING)


def start_writing(
    session: Session, found: HistoryImport, actor: Person, *, expected_version: int
) -> None:
    """Let the job write the rows that are right as records. Raises RuleError if there is none."""
    _expect(found, actor, expected_version, ImportState.CHECKED)
    if found.wrong_count + found.known_count >= found.row_count:
        raise RuleError(_("There is no row to write. Mend the list, then send it again."))
    found.wrong_count = found.known_count = found.written_count = 0
    _begin(session, found, actor, ImportState.RUNNING)
    audit.record(session, actor, "records.import_history", found, rows=found.row_count)


def undo_import(
    session: Session, found: HistoryImport, actor: Person, reason: str, *, expected_version: int
) -> None:
    """Let the job declare void what the import wrote: a correction is appended to each record.

    An import that stopped while it was written is taken back as far as it came. Records of the
    person herself stay. Raises RuleError without a reason, and where it would overrule two
    persons: its time is over, or a correction of one of its records stands.
    """
    _expect(found, actor, expected_version, ImportState.DONE, ImportState.RUNNING)
    if found.state is ImportState.RUNNING and not standing_of(session, found).is_stopped:
        raise InvalidTransitionError
    if refusal := undo_refusal(session, found):
        raise RuleError(refusal)
    text = reason.strip()[:LONGEST_REASON]
    if not text:
        raise RuleError(_("Give a reason. It stands beside each record."), field="reason")
    _begin(session, found, actor, ImportState.REVERTING, reason=text)
    audit.record(session, actor, "records.undo_history", found, reason=text)


def undo_refusal(session: Session, found: HistoryImport) -> str | None:
    """Return why an import can no longer be taken back as a whole, None while it can."""
    if is_undo_over(found.finished_at, clock.now()):
        return _(
            "The time in which one person may take this import back is over. Correct its records"
            " one by one: that takes two persons."
        )
    if session.execute(queries.set_right(found.id).limit(1)).first() is not None:
        return _(
            "Two persons set right what a record of this import says. Correct its other records"
            " one by one: that takes two persons."
        )
    return None


def resume_import(
    session: Session, found: HistoryImport, actor: Person, *, expected_version: int
) -> None:
    """Go on with an import that stopped, after the rows that are done."""
    _expect(found, actor, expected_version, *BUSY)
    standing = standing_of(session, found)
    if not standing.is_stopped:
        raise InvalidTransitionError
    reason = str(standing.payload.get("reason", ""))
    _put_job(session, found, actor, reason=reason)


def leave_check(
    session: Session, found: HistoryImport, actor: Person, *, expected_version: int
) -> None:
    """Go back to the columns from a trial run that stopped; nothing was written."""
    _expect(found, actor, expected_version, ImportState.CHECKING)
    if not standing_of(session, found).is_stopped:
        raise InvalidTransitionError
    found.state = ImportState.MAPPING
    session.flush()


def lock_import(session: Session, import_id: int) -> HistoryImport:
    """Return an import that nobody else moves on until the transaction ends."""
    return lock(session, HistoryImport, import_id)


def _expect(found: HistoryImport, actor: Person, version: int, *states: ImportState) -> None:
    authorize(actor, found, Permission.RECORD_IMPORT)
    expect_version(found, version)
    if found.state not in states:
        raise InvalidTransitionError


def _begin(
    session: Session, found: HistoryImport, actor: Person, state: ImportState, *, reason: str = ""
) -> None:
    found.state, found.done_count, found.finished_at = state, 0, None
    _put_job(session, found, actor, reason=reason)


def _put_job(session: Session, found: HistoryImport, actor: Person, *, reason: str) -> None:
    found.version += 1  # also where nothing else changed: each job has a key of its own
    session.flush()
    payload: Mapping[str, Any] = {
        "import_id": found.id,
        "step": found.state.value,
        "by": actor.id,
        "reason": reason,
    }
    jobs.put(session, JOB, payload, key=f"{found.id}:{found.version}", owner_id=actor.id)


def _guess(session: Session, header: Sequence[str]) -> list[Any]:
    """Guess the fields; headers that were matched by hand before are known."""
    last = session.scalars(
        select(HistoryImport)
        .where(HistoryImport.state != ImportState.MAPPING)
        .order_by(HistoryImport.id.desc())
        .limit(1)
    ).first()
    earlier = dict(zip(last.header, last.mapping, strict=False)) if last else {}
    return list(mappings.guess(header, earlier))
