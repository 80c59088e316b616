"""Imports step by step: upload, mapping, trial run, mending, duplicates, writing, revert.

What takes long is a job (importing/jobs.py); here an import only moves from state to state.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from training_platform.core import clock, files, jobs
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotFoundError,
    RuleError,
)
from training_platform.core.list_files import Upload
from training_platform.core.permissions import Permission, authorize
from training_platform.core.text import nfc
from training_platform.crm.desk import Desk
from training_platform.crm.fields import CUSTOM_PREFIX
from training_platform.crm.importing import mapping as mappings
from training_platform.crm.importing.standing import JOB, Standing, job_key, standings
from training_platform.crm.importing.writing import CREATE, SKIP, UPDATE
from training_platform.crm.models import CrmEvent, CrmImport, ImportState
from training_platform.crm.models.imports import BUSY
from training_platform.crm.rules.duplicates import STRONG
from training_platform.crm.services.checking import custom_fields

#: How long an uploaded file is kept, so that an import can be looked through again.
KEPT = timedelta(days=14)
MOST_CELL = 4000


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def upload_file(desk: Desk, entity: str, upload: Upload, data: bytes, file_name: str) -> CrmImport:
    """Keep an uploaded file and guess which column is which field; nothing is written yet."""
    authorize(desk.actor, desk.workspace, Permission.WORKSPACE_WRITE)
    if entity not in mappings.IMPORTABLE:
        raise NotFoundError
    stored = files.store(
        desk.session,
        data,
        name=file_name,
        media_type="application/octet-stream",
        purpose="crm_import",
        owner_id=desk.actor.id,
        expires_at=clock.now() + KEPT,
    )
    found = CrmImport(
        layer_id=desk.layer.id,
        workspace_id=desk.workspace.id,
        entity=entity,
        file_id=stored.id,
        file_name=stored.name,
        encoding=upload.encoding,
        header=upload.header,
        mapping=_guess(desk, entity, upload.header),
        notes=upload.notes,
        total_count=len(upload.rows),
        created_at=clock.now(),
        **{name: {} for name in ("mends", "problems", "duplicates", "choices", "result")},
    )
    desk.session.add(found)
    desk.session.flush()
    return found


def forget_rows(desk: Desk, gone: Collection[tuple[str, int]]) -> None:
    """Keep no file, and no values of before, of imports that wrote about these records.

    gone holds (entity, id). Reverting what was created stays possible.
    """
    events = select(CrmEvent.context).where(
        CrmEvent.layer_id == desk.layer.id,
        CrmEvent.entity.in_({entity for entity, _id in gone}),
        CrmEvent.record_id.in_({ident for _entity, ident in gone}),
    )
    ids = {context.get("import_id") for context in desk.session.scalars(events)} - {None}
    of_layer = select(CrmImport).where(CrmImport.layer_id == desk.layer.id, CrmImport.id.in_(ids))
    for found in desk.session.scalars(of_layer).all():
        if stored := desk.session.get(files.StoredFile, found.file_id):
            stored.expires_at = stored.created_at  # nobody reads it until the sweep takes it
        updated = found.result.get("updated", [])
        kept = [each for each in updated if (found.entity, each[0]) not in gone]
        found.result = {**found.result, "updated": kept}
        found.mends, found.problems = {}, {}


def find_import(desk: Desk, import_id: int) -> CrmImport:
    """Return an import of this workspace as it is now; raise NotFoundError for any other id."""
    found = desk.session.get(CrmImport, import_id)
    if found is None or found.layer_id != desk.layer.id:
        raise NotFoundError
    return found


def choose_encoding(desk: Desk, found: CrmImport, upload: Upload, expected_version: int) -> None:
    """Read the file anew in another encoding, as the person chose."""
    _expect(desk, found, expected_version, ImportState.UPLOADED, ImportState.CHECKED)
    found.encoding, found.header, found.notes = upload.encoding, upload.header, upload.notes
    found.mapping = _guess(desk, found.entity, upload.header)
    found.total_count, found.state = len(upload.rows), ImportState.UPLOADED
    found.mends = {}


def choose_mapping(
    desk: Desk, found: CrmImport, mapping: Sequence[str | None], expected_version: int
) -> None:
    """Say which column is which field; the trial run begins.

    Raises RuleError where a required field has no column, or a field has two.
    """
    _expect(desk, found, expected_version, ImportState.UPLOADED, ImportState.CHECKED)
    known = {
        *mappings.fields_of(found.entity),
        *(CUSTOM_PREFIX + key for key in custom_fields(desk, found.entity)),
    }
    chosen = [field if field in known else None for field in mapping[: len(found.header)]]
    mappings.check_mapping(found.entity, chosen)
    found.mapping = chosen
    _begin(desk, found, ImportState.CHECKING)


def mend_cells(
    desk: Desk, found: CrmImport, cells: Mapping[tuple[str, str], str], expected_version: int
) -> None:
    """Put typed texts in place of cells of the file, by (row, field), and check all again."""
    _expect(desk, found, expected_version, ImportState.CHECKED)
    mends = {row: dict(fields) for row, fields in found.mends.items()}
    for (row, name), text in cells.items():
        if row in found.problems and name in found.mapping:
            mends.setdefault(row, {})[name] = nfc(text).strip()[:MOST_CELL]
    found.mends = mends
    _begin(desk, found, ImportState.CHECKING)


def choose_duplicates(
    desk: Desk,
    found: CrmImport,
    choices: Mapping[str, str],
    reason: str,
    expected_version: int,
) -> None:
    """Say per row, or for "all", whether a duplicate is skipped, updated or created anyway.

    V11: creating anyway needs a reason.
    """
    _expect(desk, found, expected_version, ImportState.CHECKED)
    kept = {**found.choices}
    for row, choice in choices.items():
        if choice in {SKIP, UPDATE, CREATE} and (row == "all" or row in found.duplicates):
            kept[row] = choice
        elif not choice:
            kept.pop(row, None)
    found.reason = reason.strip()[:400] or None
    found.choices = kept
    if not found.reason and any(
        choice == CREATE and _obliges(found, row) for row, choice in kept.items()
    ):
        raise RuleError(
            _("V11 Say why these rows are created although they look like existing records."),
            field="reason",
        )
    found.version += 1


def _obliges(found: CrmImport, row: str) -> bool:
    """Tell whether a choice is about duplicates, not about a name that only looks alike."""
    return row == "all" or found.duplicates.get(row, {}).get("reason") in STRONG


def commit_import(desk: Desk, found: CrmImport, expected_version: int) -> None:
    """Write the rows that are right; the job does it, a thousand rows per transaction."""
    _expect(desk, found, expected_version, ImportState.CHECKED)
    if found.wrong_count >= found.total_count:
        raise RuleError(_("No row is right. Mend the cells that are marked, or the file."))
    found.result = {}
    _begin(desk, found, ImportState.RUNNING)


def revert_import(desk: Desk, found: CrmImport, expected_version: int) -> None:
    """Take an import back: created records go, changed ones get their values back.

    What was changed or is used since stays; the result names it. An import that stopped while it
    was written is taken back as far as it came.
    """
    _expect(desk, found, expected_version, ImportState.DONE, ImportState.RUNNING)
    if found.state is ImportState.RUNNING:
        _expect_stopped(desk, found)
    found.result = {**found.result, "kept": []}
    _begin(desk, found, ImportState.REVERTING)


def resume_import(desk: Desk, found: CrmImport, expected_version: int) -> None:
    """Go on with an import that stopped, after the rows that are done."""
    _expect(desk, found, expected_version, *BUSY)
    _expect_stopped(desk, found)
    desk.log(
        "import_resume",
        found.entity,
        import_id=found.id,
        title=found.file_name,
        state=found.state.value,
        rows=found.done_count,
    )
    _put_job(desk, found)


def leave_check(desk: Desk, found: CrmImport, expected_version: int) -> None:
    """Go back to the columns from a trial run that stopped; nothing was written."""
    _expect(desk, found, expected_version, ImportState.CHECKING)
    _expect_stopped(desk, found)
    found.state = ImportState.UPLOADED
    found.version += 1


def standing_of(desk: Desk, found: CrmImport) -> Standing:
    """Return how far an import is, and whether its work has stopped."""
    whole = Standing(found.done_count, found.total_count)
    return standings(desk.session, [found]).get(found.id, whole)


def imports_of(desk: Desk, most: int = 20) -> Sequence[CrmImport]:
    """Return the last imports of the workspace."""
    return desk.session.scalars(
        select(CrmImport)
        .where(CrmImport.layer_id == desk.layer.id)
        .order_by(CrmImport.id.desc())
        .limit(most)
    ).all()


def _begin(desk: Desk, found: CrmImport, state: ImportState) -> None:
    found.state, found.done_count, found.finished_at = state, 0, None
    _put_job(desk, found)


def _put_job(desk: Desk, found: CrmImport) -> None:
    found.version += 1
    desk.session.flush()
    jobs.put(
        desk.session,
        JOB,
        {"import_id": found.id, "workspace_id": desk.workspace.id},
        key=job_key(found),
        owner_id=desk.actor.id,
    )


def _expect(desk: Desk, found: CrmImport, version: int, *states: ImportState) -> None:
    authorize(desk.actor, desk.workspace, Permission.WORKSPACE_WRITE)
    if found.version != version:
        raise ConflictError  # the page shows what is true now; there is nothing to compare
    if found.state not in states:
        raise InvalidTransitionError


def _expect_stopped(desk: Desk, found: CrmImport) -> None:
    if not standing_of(desk, found).is_stopped:
        raise InvalidTransitionError


def _guess(desk: Desk, entity: str, header: Sequence[str]) -> list[Any]:
    """Guess the fields; headers that this workspace has mapped before are known."""
    last = desk.session.scalars(
        select(CrmImport)
        .where(
            CrmImport.workspace_id == desk.workspace.id,
            CrmImport.entity == entity,
            CrmImport.state != ImportState.UPLOADED,
        )
        .order_by(CrmImport.id.desc())
        .limit(1)
    ).first()
    earlier = dict(zip(last.header, last.mapping, strict=False)) if last else {}
    custom = {key: (key, own.label) for key, own in custom_fields(desk, entity).items()}
    return list(mappings.guess(entity, header, custom, earlier))
