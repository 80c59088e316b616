"""The pages of one import: which one its state asks for, and what stands on it."""

from typing import Any

from flask import request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from training_platform.core import list_files as uploads
from training_platform.core import sheets
from training_platform.core.i18n import translate
from training_platform.core.tables import Page, page_number
from training_platform.crm.desk import Desk
from training_platform.crm.fields import CUSTOM_PREFIX
from training_platform.crm.importing import mapping, running
from training_platform.crm.importing.checking import texts_of
from training_platform.crm.importing.likeness import MOST_HINTS
from training_platform.crm.models import CrmImport, ImportState
from training_platform.crm.models.imports import BUSY
from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules.duplicates import REASONS, REASONS_ELSEWHERE, STRONG
from training_platform.crm.rules.validation import Fault
from training_platform.crm.services import imports as services
from training_platform.crm.services.checking import custom_fields
from training_platform.crm.services.duplicates import Candidate, reachable
from training_platform.crm.views.blueprint import render

PER_PAGE = 25
#: State → what it is called, and its tone.
STATES = {
    ImportState.UPLOADED: (_l("Columns to be matched"), "info"),
    ImportState.CHECKING: (_l("Being checked"), "info"),
    ImportState.CHECKED: (_l("Checked, nothing written yet"), "info"),
    ImportState.RUNNING: (_l("Being written"), "info"),
    ImportState.DONE: (_l("Imported"), "ok"),
    ImportState.REVERTING: (_l("Being reverted"), "info"),
    ImportState.REVERTED: (_l("Reverted"), "warn"),
}


def draw(desk: Desk, found: CrmImport, refused: str | None = None) -> str:
    """Return the page of an import: where it stands, and what to do next."""
    entity = ENTITIES[found.entity]
    context: dict[str, Any] = {
        "found": found,
        "entity": entity,
        "refused": refused,
        "states": STATES,
        "labels": labels_of(desk, found),
    }
    if found.state in BUSY:
        standing = services.standing_of(desk, found)
        page = "crm/import_stopped.html" if standing.is_stopped else "crm/import_busy.html"
        return render(page, desk, **context, standing=standing)
    if found.state is ImportState.UPLOADED or "map" in request.args:
        return render("crm/import_mapping.html", desk, **context, **_mapping_context(desk, found))
    if found.state is ImportState.CHECKED:
        return render("crm/import_check.html", desk, **context, **_check_context(desk, found))
    return render("crm/import_result.html", desk, **context)


def _mapping_context(desk: Desk, found: CrmImport) -> dict[str, Any]:
    rows = running.load_upload(desk.session, found).rows
    samples = [
        next((cells[at] for _n, cells in rows[:50] if at < len(cells) and cells[at]), "")
        for at in range(len(found.header))
    ]
    return {
        "columns": list(zip(found.header, found.mapping, samples, strict=False)),
        "options": list(labels_of(desk, found, with_marks=True).items()),
        "notes": [translate(uploads.NOTES[note]) for note in found.notes],
        "encodings": [(name, ENCODING_TEXTS[name]) for name in sheets.ENCODINGS],
        "typed": request.form,
    }


ENCODING_TEXTS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 (BOM)",
    "gb18030": "GB18030 / GBK",
    "big5": "Big5",
    "utf-16": "UTF-16",
}


def _check_context(desk: Desk, found: CrmImport) -> dict[str, Any]:
    """Return one page of wrong rows, of duplicates, or of names that only look alike."""
    groups: dict[str, dict[str, Any]] = {"wrong": found.problems}
    groups |= {name: {} for name in ("duplicates", "elsewhere", "alike")}
    for number, each in found.duplicates.items():
        groups[_group_of(each["reason"])][number] = each
    kind = request.args.get("show", "")
    if kind not in groups:
        kind = next((name for name, rows in groups.items() if rows), "wrong")
    numbers = sorted(groups[kind], key=int)
    page = page_number()
    part = numbers[(page - 1) * PER_PAGE : page * PER_PAGE]
    texts = _texts_of(desk, found, part)
    return {
        "kind": kind,
        "counts": {name: len(rows) for name, rows in groups.items()},
        "page": Page(
            [_line(found, number, texts) for number in part], page, PER_PAGE, len(numbers)
        ),
        "reachable": _reachable(desk, found, part),
        "most_hints": MOST_HINTS,
        "reasons": {**REASONS, **REASONS_ELSEWHERE},
        "lists": _lists(found),
        "title_name": ENTITIES[found.entity].model.title_field,
    }


def _group_of(reason: str) -> str:
    if reason in STRONG:
        return "duplicates"
    return "elsewhere" if reason in REASONS_ELSEWHERE else "alike"


def _reachable(desk: Desk, found: CrmImport, numbers: list[str]) -> set[tuple[str, int]]:
    """Return the duplicates that the seller may open, as (entity, id)."""
    shown = (found.duplicates[number] for number in numbers if number in found.duplicates)
    return set(
        reachable(
            desk,
            [
                Candidate(each.get("entity") or found.entity, each["id"], "", ())
                for each in shown
                if "id" in each
            ],
        )
    )


def _lists(found: CrmImport) -> dict[str, list[tuple[str, str]]]:
    """Return the texts that a field with a list takes, as they may stand in the file."""
    known = ENTITIES[found.entity].fields
    return {
        name: [(text, text) for text in map(translate, choices.values())]
        for name in found.mapping
        if name in known and (choices := known[name].choices)
    }


def _line(found: CrmImport, number: str, texts: dict[str, dict[str, str]]) -> dict[str, Any]:
    problems = found.problems.get(number, {})
    order = {name: at for at, name in enumerate(found.mapping)}  # the database keeps no order
    faults = {
        name: str(Fault(each["code"], each["text"], each["values"]))
        for name, each in sorted(problems.items(), key=lambda pair: order.get(pair[0], len(order)))
    }
    return {
        "number": number,
        "texts": texts.get(number, {}),
        "faults": faults,
        "duplicate": found.duplicates.get(number),
        "choice": found.choices.get(number, ""),
    }


def _texts_of(desk: Desk, found: CrmImport, numbers: list[str]) -> dict[str, dict[str, str]]:
    wanted = {int(number) for number in numbers}
    if not wanted:
        return {}
    rows = running.load_upload(desk.session, found).rows
    return {str(row[0]): texts_of(found, row) for row in rows if row[0] in wanted}


def labels_of(desk: Desk, found: CrmImport, *, with_marks: bool = False) -> dict[str, str]:
    """Return the fields that a file can fill, with their texts."""
    required = _("required column")
    labels = {
        name: f"{translate(known.label)} ({required})"
        if with_marks and mapping.is_required(found.entity, name)
        else translate(known.label)
        for name, known in mapping.fields_of(found.entity).items()
    }
    own = custom_fields(desk, found.entity)
    return labels | {CUSTOM_PREFIX + key: each.label for key, each in own.items()}
