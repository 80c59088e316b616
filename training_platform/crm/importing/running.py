"""The long parts of an import: its trial run, its writing, its revert."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy.orm import Session

from training_platform.core import clock, files
from training_platform.core.db import reading, writing
from training_platform.core.errors import NotFoundError
from training_platform.core.list_files import Upload, read_upload
from training_platform.crm.desk import Desk, open_desk
from training_platform.crm.importing import writing as batches
from training_platform.crm.importing.checking import Checked, check_rows
from training_platform.crm.importing.duplicates import Duplicate, find_duplicates
from training_platform.crm.importing.elsewhere import find_elsewhere
from training_platform.crm.importing.likeness import find_alike, recall_alike
from training_platform.crm.models import CrmImport, CrmWorkspace, ImportState
from training_platform.crm.scope import enter
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of

#: The most wrong rows that are kept to be mended in the page; the others are counted.
MOST_PROBLEMS = 1000
Progress = Callable[[int, int], None]


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


class GoneError(Exception):
    """The import, its workspace or its layer is gone: a reset came between."""


def run(import_id: int, progress: Progress) -> None:
    """Do what an import waits for. Doing it again after a crash goes on where it stopped."""
    try:
        with _opened(import_id, is_writing=False) as (_desk, found):
            state = found.state
        step = _STEPS.get(state)
        if step is not None:
            step(import_id, progress)
    except GoneError:
        return
    finally:
        enter(None)


def load_upload(session: Session, found: CrmImport) -> Upload:
    """Read an import's file again; raise NotFoundError, which says so, where its time is over."""
    stored = session.get(files.StoredFile, found.file_id)
    if stored is None or stored.expires_at == stored.created_at:  # swept, or forgotten before
        raise NotFoundError(_("The file of this import is no longer kept. Send it again."))
    return read_upload(files.read(stored), found.file_name, found.encoding)


@dataclass(frozen=True)
class _Look:
    """The rows of a file that are still to be done, checked; the import as they were read."""

    rows: list[Checked]
    duplicates: Mapping[int, Duplicate]
    version: int
    done: int
    total: int


def check(import_id: int, progress: Progress) -> None:
    """Look at every row as if it were typed, and write down what is wrong or double."""
    look = _look(import_id, progress)
    with _opened(import_id, is_writing=True) as (desk, found):
        if found.version == look.version and found.state is ImportState.CHECKING:
            _note_check(desk, found, look.rows, look.duplicates)


def write(import_id: int, progress: Progress) -> None:
    """Write the rows that are right, a thousand per transaction."""
    look = _look(import_id, progress)
    done, left = look.done, iter(look.rows)
    while batch := list(islice(left, batches.BATCH)):
        with _opened(import_id, is_writing=True) as (desk, found):
            if found.state is not ImportState.RUNNING or found.done_count != done:
                return
            pairs = [(row, look.duplicates.get(row.number)) for row in batch]
            batches.write_batch(desk, found, pairs)
            done = found.done_count
            if done >= look.total:
                _finish(desk, found, ImportState.DONE, "import_commit")
        progress(done, look.total)


def revert(import_id: int, progress: Progress) -> None:
    """Take an import back, a thousand records per transaction."""
    with _opened(import_id, is_writing=False) as (_desk, found):
        done = found.done_count
        ids = list(batches.created_ids(found))[done:]
        total = done + len(ids)
    for start in range(0, len(ids), batches.BATCH):
        part = ids[start : start + batches.BATCH]
        with _opened(import_id, is_writing=True) as (desk, found):
            if found.state is not ImportState.REVERTING or found.done_count != done:
                return
            _keep(found, batches.revert_batch(desk, found, part))
            found.done_count += len(part)
            done = found.done_count
        progress(done, total)
    with _opened(import_id, is_writing=True) as (desk, found):
        if found.state is ImportState.REVERTING:
            _keep(found, batches.restore_updated(desk, found))
            _finish(desk, found, ImportState.REVERTED, "import_revert")


_STEPS: Mapping[ImportState, Callable[[int, Progress], None]] = {
    ImportState.CHECKING: check,
    ImportState.RUNNING: write,
    ImportState.REVERTING: revert,
}


@contextmanager
def _opened(import_id: int, *, is_writing: bool) -> Iterator[tuple[Desk, CrmImport]]:
    """Sit down at the workspace of an import, as its owner, in a transaction of its own."""
    with writing() if is_writing else reading() as session:
        found = session.get(CrmImport, import_id)
        workspace = session.get(CrmWorkspace, found.workspace_id) if found else None
        if found is None or workspace is None or workspace.layer_id != found.layer_id:
            raise GoneError
        owner = viewer_of(session, session.get_one(Employee, workspace.employee_id))
        desk = open_desk(session, workspace, owner, is_writing=is_writing)
        if is_writing:
            session.refresh(found)
            if workspace.layer_id != found.layer_id:
                raise GoneError
        yield desk, found


def _look(import_id: int, progress: Progress) -> _Look:
    """Read and check the rows, a batch at a time: between them it is told how far it is.

    Nothing is locked. Whoever writes then looks whether the import is still as it was.
    """
    with _opened(import_id, is_writing=False) as (desk, found):
        upload = load_upload(desk.session, found)
        version, done, total = found.version, found.done_count, found.total_count
        is_trial = found.state is ImportState.CHECKING
    rows: list[Checked] = []
    for start in range(done, len(upload.rows), batches.BATCH):
        with _opened(import_id, is_writing=False) as (desk, found):
            rows += check_rows(desk, found, upload.rows[start : start + batches.BATCH])
        progress(done + len(rows) if is_trial else done, total)
    with _opened(import_id, is_writing=False) as (desk, found):
        right = [row for row in rows if not row.faults]
        duplicates = find_duplicates(desk, found.entity, right)
        look_closer = _find_hints if is_trial else recall_alike
        duplicates |= look_closer(desk, found, _without(duplicates, right))
    return _Look(rows, duplicates, version, done, total)


def _find_hints(desk: Desk, found: CrmImport, rows: list[Checked]) -> dict[int, Duplicate]:
    """Return what rows that repeat nothing may have to do with, by row number."""
    hints = find_elsewhere(desk, found.entity, rows)
    return hints | find_alike(desk, found.entity, _without(hints, rows))


def _without(known: Mapping[int, Duplicate], rows: list[Checked]) -> list[Checked]:
    return [row for row in rows if row.number not in known]


def _note_check(
    desk: Desk, found: CrmImport, rows: list[Checked], doubles: Mapping[int, Duplicate]
) -> None:
    wrong = [row for row in rows if row.faults]
    found.problems = {
        str(row.number): {name: _plain(fault) for name, fault in row.faults.items()}
        for row in wrong[:MOST_PROBLEMS]
    }
    found.wrong_count = len(wrong)
    found.duplicates = {str(number): each.as_json() for number, each in doubles.items()}
    found.state, found.done_count = ImportState.CHECKED, len(rows)
    desk.log(
        "import_preview",
        found.entity,
        import_id=found.id,
        title=found.file_name,
        rows=len(rows),
        wrong=len(wrong),
        duplicates=sum(each.is_strong for each in doubles.values()),
        alike=sum(not each.is_strong for each in doubles.values()),
    )


def _plain(fault: Any) -> dict[str, Any]:
    values = {name: str(value) for name, value in fault.values.items()}
    return {"code": fault.code, "text": fault.text, "values": values}


def _keep(found: CrmImport, kept: list[dict[str, Any]]) -> None:
    found.result = {**found.result, "kept": [*found.result.get("kept", []), *kept]}


def _finish(desk: Desk, found: CrmImport, state: ImportState, act: str) -> None:
    found.state, found.finished_at = state, clock.now()
    result = found.result
    desk.log(
        act,
        found.entity,
        import_id=found.id,
        title=found.file_name,
        created=result.get("created", []),
        updated=[row[0] for row in result.get("updated", [])],
        skipped=result.get("skipped", 0),
        refused=result.get("refused", 0),
        kept=[row["id"] for row in result.get("kept", [])],
    )
