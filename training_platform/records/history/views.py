"""The import of past trainings: upload, columns, trial run, result, undo."""

from collections.abc import Callable

from flask import Blueprint, Response, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from flask_wtf.file import FileField, FileRequired
from sqlalchemy.orm import Session

from training_platform.core import files, list_files, sheets
from training_platform.core.db import db, transaction
from training_platform.core.errors import NotFoundError, RuleError
from training_platform.core.forms import OnceForm, already_led_to, remember
from training_platform.core.i18n import LANGUAGES, translate
from training_platform.core.navigation import Place
from training_platform.core.permissions import Permission
from training_platform.core.tables import paginate
from training_platform.core.text import whole_number
from training_platform.core.uploads import takes_file
from training_platform.core.web import load, render_form, requires
from training_platform.records.history import jobs, pages, queries, running, services, template  # noqa: F401  # jobs registers its handler
from training_platform.records.history.checking import Checked, Checker, mark_known
from training_platform.records.history.models import HistoryImport
from training_platform.records.history.rules import BUSY
from training_platform.records.history.texts import STATES, TONES

bp = Blueprint("history", __name__, url_prefix="/records/history")

#: Places of the shell.
PLACES: tuple[Place, ...] = (
    Place(
        key="history",
        text=_l("Past trainings"),
        icon="file-import",
        endpoint="history.imports",
        permission=Permission.RECORD_IMPORT,
        position=79,
        blueprints=("history",),
    ),
)
#: Lists of so many rows are worked on while the person waits; larger ones by the job.
AT_ONCE = 500
_TYPES = {
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class UploadForm(OnceForm):
    """A list of past trainings."""

    file = FileField(
        _l("File"),
        description=_l("CSV or XLSX, at most 20 MB, 50,000 rows and 100 columns."),
        validators=[FileRequired(_l("Choose a file first."))],
    )


@bp.route("/", methods=["GET", "POST"])
@requires(Permission.RECORD_IMPORT)
@takes_file
def imports() -> ResponseReturnValue:
    """List the imports, and take a new list: nothing is written before a trial run."""
    form = UploadForm()
    if form.validate_on_submit():
        if led_to := already_led_to(db.session(), current_user.id, form.once.data):
            return redirect(led_to, code=303)
        try:
            return redirect(_take(form), code=303)
        except RuleError as error:
            form.refuse(error)
    return render_form(
        "records/history/imports.html",
        form,
        page=paginate(db.session(), queries.imports()),
        states=STATES,
        tones=TONES,
    )


def _take(form: UploadForm) -> str:
    """Read a list outside of any transaction, then keep it; return where to go on."""
    sent = form.file.data
    data = sent.read(list_files.MAX_BYTES + 1)
    db.session.rollback()  # reading holds no lock
    name = sent.filename or "list"
    upload = list_files.read_upload(data, name)
    with transaction() as session:
        found = services.upload_list(session, current_user, upload, data, name)
        address = url_for("history.show", history_id=found.id)
        remember(session, current_user.id, form.once.data, address)
    return address


@bp.get("/template/<template_name>")
@requires(Permission.RECORD_IMPORT)
def template_file(template_name: str) -> ResponseReturnValue:
    """Hand out a template; its name is <language>.<csv or xlsx>."""
    language, _dot, extension = template_name.partition(".")
    if language not in LANGUAGES or extension not in _TYPES:
        raise NotFoundError
    data = template.template_file(language, extension)
    return _download(data, f"past-trainings-{language}.{extension}", extension)


@bp.get("/<int:history_id>")
@requires(Permission.RECORD_IMPORT)
def show(history_id: int) -> ResponseReturnValue:
    """Show where an import stands, and what to do next."""
    return pages.draw(db.session(), load(HistoryImport, history_id))


@bp.get("/<int:history_id>/left-out.csv")
@requires(Permission.RECORD_IMPORT)
def left_out(history_id: int) -> ResponseReturnValue:
    """Hand out the rows that are wrong or stand in the records already, with the reasons."""
    found = load(HistoryImport, history_id)
    rows = [row for row in _all_rows(db.session(), found) if not row.is_right]
    data = template.left_out_file(found, rows)
    return _download(data, f"past-trainings-{found.id}-left-out.csv", "csv")


def _all_rows(session: Session, found: HistoryImport) -> list[Checked]:
    upload = services.load_upload(session, found)
    checked = Checker(session, found).read(1, upload.rows)
    for start in range(0, len(checked), running.BATCH):
        mark_known(session, checked[start : start + running.BATCH])
    return checked


@bp.post("/<int:history_id>/<history_step>")
@requires(Permission.RECORD_IMPORT)
def step(history_id: int, history_step: str) -> ResponseReturnValue:
    """Take the next step of an import. A second press of the same button changes nothing."""
    found = load(HistoryImport, history_id)
    if history_step not in _STEPS:
        raise NotFoundError
    once, address = request.form.get("once"), url_for("history.show", history_id=history_id)
    if already_led_to(db.session(), current_user.id, once):
        return redirect(address, code=303)
    try:
        with transaction() as session:
            _STEPS[history_step](session, found, whole_number(request.form.get("version", "")) or 0)
            remember(session, current_user.id, once, address)
            order = _order(found)
    except RuleError as error:
        refused = translate(error.text, **error.values)
        return pages.draw(
            db.session(), load(HistoryImport, history_id), refused=refused, field=error.field
        ), 422
    if order is not None:
        running.run(order, lambda _done, _total: None)
    return redirect(address, code=303)


def _order(found: HistoryImport) -> running.Order | None:
    """Return the work that is done at once; None where there is none, or the job must do it."""
    if found.state not in BUSY or found.row_count > AT_ONCE:
        return None
    reason = request.form.get("reason", "").strip()[: services.LONGEST_REASON]
    return running.Order(found.id, found.state, current_user.id, reason)


def _reread(session: Session, found: HistoryImport, version: int) -> None:
    chosen = request.form.get("encoding", "")
    stored = session.get(files.StoredFile, found.file_id) if found.file_id else None
    if chosen not in sheets.ENCODINGS or found.encoding is None or stored is None:
        raise NotFoundError
    upload = list_files.read_upload(files.read(stored), found.file_name, chosen)
    services.choose_encoding(session, found, current_user, upload, expected_version=version)


def _map(session: Session, found: HistoryImport, version: int) -> None:
    chosen = [request.form.get(f"column-{at}") or None for at in range(len(found.header))]
    services.choose_mapping(session, found, current_user, chosen, expected_version=version)


def _write(session: Session, found: HistoryImport, version: int) -> None:
    services.start_writing(session, found, current_user, expected_version=version)


def _undo(session: Session, found: HistoryImport, version: int) -> None:
    reason = request.form.get("reason", "")
    services.undo_import(session, found, current_user, reason, expected_version=version)


def _resume(session: Session, found: HistoryImport, version: int) -> None:
    services.resume_import(session, found, current_user, expected_version=version)


def _leave(session: Session, found: HistoryImport, version: int) -> None:
    services.leave_check(session, found, current_user, expected_version=version)


_STEPS: dict[str, Callable[[Session, HistoryImport, int], None]] = {
    "encoding": _reread,
    "mapping": _map,
    "write": _write,
    "undo": _undo,
    "resume": _resume,
    "leave": _leave,
}


def _download(data: bytes, name: str, extension: str) -> Response:
    response = Response(data, mimetype=_TYPES[extension])
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
