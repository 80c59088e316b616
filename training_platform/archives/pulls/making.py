"""Making what a pull asked for: a file on disk, under the rights that its owner has now."""

import csv
import hashlib
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.archives import texts
from training_platform.archives.pulls import tables, transcripts
from training_platform.archives.queries import people, rows
from training_platform.archives.rules import MOST_TRANSCRIPTS, Format, Wanted
from training_platform.core import clock, files
from training_platform.core.db import reading
from training_platform.core.errors import RuleError
from training_platform.core.i18n import pick, translate
from training_platform.core.permissions import Person
from training_platform.core.sheets import safe_text
from training_platform.people.models import Department, Employee, JobRole


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


Progress = Callable[[int, int], None]
CSV_TYPE, ZIP_TYPE, PDF_TYPE = "text/csv", "application/zip", "application/pdf"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CHECKSUMS = "SHA256SUMS.txt"


@dataclass(frozen=True)
class Order:
    """What is made, for whom, and what for; progress is told how far it is."""

    viewer: Person
    owner_name: str
    wanted: Wanted
    format: Format
    purpose: str
    progress: Progress


@dataclass(frozen=True)
class Made:
    """A finished file on disk, and how much is in it."""

    path: Path
    name: str
    media_type: str
    count: int


def make(order: Order) -> Made:
    """Write the file; the caller keeps it or removes it. Nothing is locked meanwhile.

    Raises RuleError where there is nothing, or too much for one file.
    """
    path = files.new_path()
    try:
        return _MAKERS[order.format](order, path)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _make_xlsx(order: Order, path: Path) -> Made:
    return Made(path, _name(".xlsx"), XLSX_TYPE, _xlsx(order, path))


def _xlsx(order: Order, path: Path) -> int:
    with reading() as session:
        found = rows.stream(session, order.viewer, order.wanted)
        return tables.write_xlsx(path, found, _about(session, order))


def _make_csv(order: Order, path: Path) -> Made:
    with reading() as session:
        total = tables.write_csv(path, rows.records(session, order.viewer, order.wanted))
    return Made(path, _name(".csv"), CSV_TYPE, total)


def _make_transcripts(order: Order, path: Path) -> Made:
    wanted = _people(order)
    with _workplace() as folder:
        names = list(_transcripts(order, wanted, folder))
        if len(names) == 1:
            shutil.move(folder / names[0][1], path)
            return Made(path, names[0][1], PDF_TYPE, 1)
        _write_index(folder, names)
        _pack(folder, path)
    return Made(path, _name(".zip"), ZIP_TYPE, len(names))


def _make_folder(order: Order, path: Path) -> Made:
    """Make the ZIP of a department: index, records, transcripts, checksums of each file."""
    wanted = _people(order)
    with _workplace() as folder:
        (folder / "transcripts").mkdir()
        total = _xlsx(order, folder / "records.xlsx")
        names = [
            (number, f"transcripts/{name}", person, department)
            for number, name, person, department in _transcripts(
                order, wanted, folder / "transcripts"
            )
        ]
        _write_index(folder, names)
        _pack(folder, path)
    return Made(path, _name(".zip"), ZIP_TYPE, total)


_MAKERS: dict[Format, Callable[[Order, Path], Made]] = {
    Format.XLSX: _make_xlsx,
    Format.CSV: _make_csv,
    Format.TRANSCRIPTS: _make_transcripts,
    Format.FOLDER: _make_folder,
}


def _people(order: Order) -> list[tuple[int, str, str, str]]:
    """Return id, staff number, name and department of everybody whom the search asks for."""
    with reading() as session:
        ids = people.people_of(session, order.viewer, order.wanted)
        statement = (
            people.select_ids(order.viewer)
            .add_columns(Employee.staff_number, Employee.name, Department.name.label("place"))
            .order_by(Employee.staff_number)
        )
        found = [
            (row.id, row.staff_number, row.name, pick(row.place))
            for row in session.execute(statement)
            if ids is None or row.id in ids
        ]
    if not found:
        raise RuleError(_("Nobody is found by these filters."))
    if len(found) > MOST_TRANSCRIPTS:
        raise RuleError(_("More than 500 people: choose a department."))
    return found


def _transcripts(
    order: Order, wanted: list[tuple[int, str, str, str]], folder: Path
) -> Iterator[tuple[str, str, str, str]]:
    for done, (employee_id, number, name, department) in enumerate(wanted):
        order.progress(done, len(wanted))
        with reading() as session:
            yield number, transcripts.write(session, employee_id, folder), name, department
    order.progress(len(wanted), len(wanted))


def _write_index(folder: Path, names: list[tuple[str, str, str, str]]) -> None:
    heads = (_("Staff number"), _("Name"), _("Department"), _("File"))
    with (folder / "index.csv").open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow([translate(head) for head in heads])
        for number, file, name, department in names:
            writer.writerow([safe_text(text) for text in (number, name, department, file)])


def _pack(folder: Path, path: Path) -> None:
    """Pack a folder with the checksum of each file, as `sha256sum -c` reads them."""
    found = sorted(each for each in folder.rglob("*") if each.is_file())
    lines = [
        f"{hashlib.sha256(each.read_bytes()).hexdigest()}  {each.relative_to(folder).as_posix()}\n"
        for each in found
    ]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for each in found:
            archive.write(each, each.relative_to(folder).as_posix())
        archive.writestr(CHECKSUMS, "".join(lines))


@contextmanager
def _workplace() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pull-", dir=files.folder().parent) as name:
        yield Path(name)


def _about(session: Session, order: Order) -> list[tuple[str, str]]:
    departments = session.execute(select(Department.id, Department.name))
    roles = session.execute(select(JobRole.id, JobRole.name))
    asked = texts.summary_of(
        order.wanted,
        {row.id: pick(row.name) for row in departments},
        {row.id: pick(row.name) for row in roles},
    )
    made = clock.now().astimezone(clock.company_zone())
    return [
        (translate(_("What was asked for")), asked),
        (translate(_("Purpose")), order.purpose),
        (translate(_("Pulled by")), order.owner_name),
        (translate(_("Made at")), f"{made:%Y-%m-%d %H:%M}"),
    ]


def _name(ending: str) -> str:
    return f"{translate(_('Training archive'))} {clock.today().isoformat()}{ending}"
