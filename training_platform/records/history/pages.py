"""The pages of one import: which one its state asks for, and what stands on it."""

import secrets
from collections.abc import Sequence
from typing import Any

from flask import render_template, request
from sqlalchemy.orm import Session

from training_platform.core import list_files, sheets
from training_platform.core.i18n import translate
from training_platform.core.tables import Page, page_number, paginate
from training_platform.records.corrections.texts import STATES as CORRECTION_STATES
from training_platform.records.history import queries, services
from training_platform.records.history.checking import Checked, Checker, Fault, Row, mark_known
from training_platform.records.history.mapping import REQUIRED
from training_platform.records.history.models import HistoryImport
from training_platform.records.history.rules import BUSY, ImportState
from training_platform.records.history.standing import standing_of
from training_platform.records.history.texts import FIELDS, KNOWN, STATES, TONES
from training_platform.records.texts import OUTCOMES, title_of

PER_PAGE = 25
MOST_NAMED = 100
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 (BOM)",
    "gb18030": "GB18030 / GBK",
    "big5": "Big5",
    "utf-16": "UTF-16",
}


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def draw(
    session: Session, found: HistoryImport, *, refused: str | None = None, field: str | None = None
) -> str:
    """Return the page of an import: where it stands, and what to do next."""
    context: dict[str, Any] = {
        "found": found,
        "refused": refused,
        "refused_field": field,
        "states": STATES,
        "tones": TONES,
        "labels": {name: translate(label) for name, label in FIELDS.items()},
        "once": secrets.token_urlsafe(16),
    }
    if found.state in BUSY:
        standing = standing_of(session, found)
        page = "stopped" if standing.is_stopped else "busy"
        return _page(page, context, standing=standing)
    if found.state is ImportState.MAPPING or (
        found.state is ImportState.CHECKED and ("map" in request.args or _is_mapping_refused())
    ):
        return _page("mapping", context, **_mapping(session, found))
    if found.state is ImportState.CHECKED:
        return _page("check", context, **_check(session, found))
    return _page("result", context, **_result(session, found))


def _page(name: str, context: dict[str, Any], **more: Any) -> str:
    return render_template(f"records/history/{name}.html", **context, **more)


def _is_mapping_refused() -> bool:
    """Tell whether columns were sent: they are drawn again as they were chosen."""
    return any(name.startswith("column-") for name in request.form)


def _mapping(session: Session, found: HistoryImport) -> dict[str, Any]:
    upload = services.load_upload(session, found)
    samples = [
        next((cells[at] for _n, cells in upload.rows[:50] if at < len(cells) and cells[at]), "")
        for at in range(len(found.header))
    ]
    required = translate(_("required column"))
    options = [
        (name, f"{translate(label)} ({required})" if name in REQUIRED else translate(label))
        for name, label in FIELDS.items()
    ]
    return {
        "columns": list(zip(found.header, found.mapping, samples, strict=False)),
        "options": options,
        "notes": [translate(list_files.NOTES[note]) for note in upload.notes],
        "encodings": [(name, ENCODINGS[name]) for name in sheets.ENCODINGS],
        "typed": request.form,
    }


def _check(session: Session, found: HistoryImport) -> dict[str, Any]:
    """Return one page of wrong rows, of rows that are known, or of all."""
    known = {number for number, each in found.problems.items() if "known" in each}
    numbers = {"wrong": set(found.problems) - known, "known": known}
    kind = request.args.get("show", "")
    if kind not in {*numbers, "all"}:
        kind = "wrong" if found.wrong_count else "all"
    rows = services.load_upload(session, found).rows
    chosen = [row for row in rows if kind == "all" or str(row[0]) in numbers[kind]]
    page = page_number()
    part = chosen[(page - 1) * PER_PAGE : page * PER_PAGE]
    return {
        "kind": kind,
        "shown": {name: len(found_rows) for name, found_rows in numbers.items()},
        "page": Page(_lines(session, found, part), page, PER_PAGE, len(chosen)),
    }


def _lines(session: Session, found: HistoryImport, rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return some rows as the trial run saw them; those that it did not keep are looked at anew."""
    checked = Checker(session, found).read(1, rows)
    mark_known(session, checked)
    return [_line(found, row) for row in checked]


def _line(found: HistoryImport, row: Checked) -> dict[str, Any]:
    kept = found.problems.get(str(row.number), {})
    faults = (
        {name: Fault(each["text"], each["values"]) for name, each in kept.items()}
        if kept and "known" not in kept
        else row.faults
    )
    order = {name: at for at, name in enumerate(found.mapping)}  # the database keeps no order
    return {
        "number": row.number,
        "texts": row.texts,
        "person": row.person,
        "faults": sorted(faults.items(), key=lambda pair: order.get(pair[0], len(order))),
        "known": translate(KNOWN) if "known" in kept or row.is_known else "",
        "has_course": row.course is not None,
    }


def _result(session: Session, found: HistoryImport) -> dict[str, Any]:
    page = paginate(session, queries.records_of(found.id), per_page=PER_PAGE, convert=_written)
    kept: Any = ()
    if found.state is ImportState.REVERTED:
        kept = session.execute(queries.still_counting(found.id).limit(MOST_NAMED))
    return {
        "page": page,
        "kept": [_written(row) for row in kept],
        "built_on": session.execute(queries.built_on(found.id).limit(MOST_NAMED)).all(),
        "correction_states": CORRECTION_STATES,
        "has_file": found.file_id is not None,
        "undo_refusal": services.undo_refusal(session, found),
    }


def _written(row: Any) -> dict[str, Any]:
    data = row.data or {}
    outcome = OUTCOMES.get(str(data.get("outcome", "")))
    percent = "" if data.get("percent") is None else f"{data['percent']} %"
    return {
        "id": row.id,
        "employee_id": row.employee_id,
        "name": row.name,
        "staff_number": row.staff_number,
        "title": title_of(row.data, row.subject),
        "at": row.happened_at,
        "hours": f"{data['minutes'] / 60:g}" if data.get("minutes") else "",
        "result": " ".join(filter(None, [percent, translate(outcome) if outcome else ""])),
        "is_void": row.is_void,
    }
