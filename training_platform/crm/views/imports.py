"""The import wizard: upload, mapping, trial run, duplicates, result, revert."""

import random
from collections.abc import Callable

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs

from training_platform.core import files, sheets
from training_platform.core import list_files as uploads
from training_platform.core.db import db
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.forms import OnceForm, already_led_to, remember
from training_platform.core.i18n import LANGUAGES, translate
from training_platform.core.permissions import Permission
from training_platform.core.text import whole_number
from training_platform.core.uploads import takes_file
from training_platform.core.web import requires
from training_platform.crm.desk import Desk
from training_platform.crm.importing import jobs, mapping, running, template
from training_platform.crm.importing.checking import check_rows
from training_platform.crm.importing.standing import standings
from training_platform.crm.models import CrmImport
from training_platform.crm.models.imports import BUSY
from training_platform.crm.registry import ENTITIES
from training_platform.crm.services import imports as services
from training_platform.crm.views import import_pages
from training_platform.crm.views.blueprint import bp, reading_desk, render, writing_desk

__all__ = ["jobs"]  # its handler registers itself

SAMPLE = 100
#: Files of so many rows are checked while the person waits; larger ones by the job.
AT_ONCE = 1000
_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UploadForm(OnceForm):
    """A file and what its rows are."""

    entity = SelectField(_l("What the rows are"))
    file = FileField(
        _l("File"),
        description=_l("CSV or XLSX, at most 20 MB, 50,000 rows and 100 columns."),
        validators=[FileRequired(_l("Choose a file first."))],
    )


@bp.route("/<int:workspace_id>/imports", methods=["GET", "POST"])
@requires(Permission.WORKSPACE_WRITE)
@takes_file
def imports(workspace_id: int) -> ResponseReturnValue:
    """List the imports of the workspace, and take a new file."""
    form = UploadForm(entity=request.args.get("entity", "customer"))
    form.entity.choices = [
        SelectChoice(name, translate(ENTITIES[name].plural)) for name in mapping.IMPORTABLE
    ]
    if form.validate_on_submit():
        try:
            return redirect(_take(workspace_id, form), 303)
        except RuleError as error:
            form.refuse(error)
    desk = reading_desk(workspace_id)
    found = services.imports_of(desk)
    page = render(
        "crm/imports.html",
        desk,
        form=form,
        found=found,
        standings=standings(desk.session, found),
        states=import_pages.STATES,
        importable=[ENTITIES[name] for name in mapping.IMPORTABLE],
    )
    return page, 422 if form.errors else 200


@bp.get("/<int:workspace_id>/imports/template/<template_of>/<template_name>")
@requires(Permission.WORKSPACE_READ)
def import_template(workspace_id: int, template_of: str, template_name: str) -> ResponseReturnValue:
    """Hand out an empty file; its name is <language>.<csv or xlsx>."""
    reading_desk(workspace_id)
    language, _dot, extension = template_name.partition(".")
    if (
        template_of not in mapping.IMPORTABLE
        or language not in LANGUAGES
        or extension not in _TYPES
    ):
        raise NotFoundError
    data = template.template_file(template_of, language, extension)
    return _download(data, f"{template_of}-template-{language}.{extension}", extension)


@bp.get("/<int:workspace_id>/imports/<int:crm_import_id>")
@requires(Permission.WORKSPACE_READ)
def crm_import(workspace_id: int, crm_import_id: int) -> ResponseReturnValue:
    """Show where an import stands, and what to do next."""
    desk = reading_desk(workspace_id)
    return import_pages.draw(desk, services.find_import(desk, crm_import_id))


@bp.get("/<int:workspace_id>/imports/<int:crm_import_id>/sample")
@requires(Permission.WORKSPACE_READ)
def import_sample(workspace_id: int, crm_import_id: int) -> ResponseReturnValue:
    """Show a random sample of a hundred rows, and how many of them are right."""
    desk = reading_desk(workspace_id)
    found = services.find_import(desk, crm_import_id)
    rows = running.load_upload(desk.session, found).rows
    dice = random.Random(f"{found.id}:{found.file_id}")  # noqa: S311  # the same sample each time
    chosen = sorted(dice.sample(rows, min(SAMPLE, len(rows))), key=lambda row: row[0])
    sample = list(check_rows(desk, found, chosen))
    return render(
        "crm/import_sample.html",
        desk,
        found=found,
        sample=sample,
        labels=import_pages.labels_of(desk, found),
        right=sum(not row.faults for row in sample),
    )


@bp.get("/<int:workspace_id>/imports/<int:crm_import_id>/errors.csv")
@requires(Permission.WORKSPACE_READ)
def import_errors(workspace_id: int, crm_import_id: int) -> ResponseReturnValue:
    """Hand out the rows that are wrong, with their reasons."""
    desk = reading_desk(workspace_id)
    found = services.find_import(desk, crm_import_id)
    checked = check_rows(desk, found, running.load_upload(desk.session, found).rows)
    wrong = [row for row in checked if row.faults]
    return _download(template.error_file(found, wrong), f"import-{found.id}-errors.csv", "csv")


@bp.post("/<int:workspace_id>/imports/<int:crm_import_id>/<step>")
@requires(Permission.WORKSPACE_WRITE)
def import_step(workspace_id: int, crm_import_id: int, step: str) -> ResponseReturnValue:
    """Take the next step of an import."""
    if step not in _STEPS:
        raise NotFoundError
    try:
        with writing_desk(workspace_id) as desk:
            found = services.find_import(desk, crm_import_id)
            text = request.form.get("version", "")
            _STEPS[step](desk, found, whole_number(text) or 0)
            is_short = found.state in BUSY and found.total_count <= AT_ONCE
    except RuleError as error:
        desk = reading_desk(workspace_id)
        refused = translate(error.text, **error.values)
        return import_pages.draw(desk, services.find_import(desk, crm_import_id), refused), 422
    if is_short:
        running.run(crm_import_id, lambda _done, _total: None)
    return redirect(
        url_for(".crm_import", workspace_id=workspace_id, crm_import_id=crm_import_id), 303
    )


def _take(workspace_id: int, form: UploadForm) -> str:
    """Read an upload outside of any transaction, then keep it; return where to go on."""
    sent = form.file.data
    data = sent.read(uploads.MAX_BYTES + 1)
    db.session.rollback()  # reading holds no lock
    upload = uploads.read_upload(data, sent.filename or "")
    with writing_desk(workspace_id) as desk:
        if led := already_led_to(desk.session, desk.actor.id, form.once.data):
            return led
        found = services.upload_file(desk, form.entity.data, upload, data, sent.filename or "list")
        address = url_for(".crm_import", workspace_id=workspace_id, crm_import_id=found.id)
        remember(desk.session, desk.actor.id, form.once.data, address)
    return address


def _reread(desk: Desk, found: CrmImport, version: int) -> None:
    chosen = request.form.get("encoding", "")
    stored = desk.session.get(files.StoredFile, found.file_id)
    if chosen not in sheets.ENCODINGS or found.encoding is None or stored is None:
        raise NotFoundError
    upload = uploads.read_upload(files.read(stored), found.file_name, chosen)
    services.choose_encoding(desk, found, upload, version)


def _map(desk: Desk, found: CrmImport, version: int) -> None:
    chosen = [request.form.get(f"column-{at}") or None for at in range(len(found.header))]
    services.choose_mapping(desk, found, chosen, version)


def _mend(desk: Desk, found: CrmImport, version: int) -> None:
    cells = {}
    for name, text in request.form.items():
        kind, _dash, rest = name.partition(":")
        row, _dash, field = rest.partition(":")
        if kind == "cell" and field:
            cells[row, field] = text
    services.mend_cells(desk, found, cells, version)


def _decide(desk: Desk, found: CrmImport, version: int) -> None:
    choices = {
        name.removeprefix("row:"): text
        for name, text in request.form.items()
        if name.startswith("row:")
    }
    services.choose_duplicates(desk, found, choices, request.form.get("reason", ""), version)
    flash(_("Your choice for the duplicates is kept."))


_STEPS: dict[str, Callable[[Desk, CrmImport, int], None]] = {
    "encoding": _reread,
    "mapping": _map,
    "mend": _mend,
    "duplicates": _decide,
    "commit": services.commit_import,
    "resume": services.resume_import,
    "leave": services.leave_check,
    "revert": services.revert_import,
}


def _download(data: bytes, name: str, extension: str) -> Response:
    response = Response(data, mimetype=_TYPES[extension])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
