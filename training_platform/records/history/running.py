"""What the job of an import does: the trial run, the writing, the undo; a part a transaction.

Doing it again, after a crash or because the job was delivered twice, goes on where it stopped.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.core.db import reading, writing
from training_platform.core.i18n import LANGUAGES, translate
from training_platform.core.list_files import Upload
from training_platform.people.models import Employee
from training_platform.records import services as records
from training_platform.records.history import services, texts
from training_platform.records.history.checking import Checked, Checker, Row, mark_known
from training_platform.records.history.models import HistoryImport
from training_platform.records.history.rules import ImportState
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import Effect, Kind
from training_platform.records.services import NewRecord

BATCH = 500
#: So many wrong rows are kept to be shown, and so many that are known; the others are counted.
MOST_PROBLEMS = 1000
Progress = Callable[[int, int], None]


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Order:
    """What a job was told: on which import, which step, and for an undo by whom and why."""

    import_id: int
    step: ImportState
    by: int | None = None
    reason: str = ""


def source_of(import_id: int, index: int) -> str:
    """Return the unique cause of the record that a row makes."""
    return f"history:{import_id}:{index}"


def run(order: Order, progress: Progress) -> None:
    """Do a step that an import waits for; nothing where it waits for none or another."""
    _STEPS[order.step](order, progress)


@dataclass(frozen=True)
class _Look:
    """An import as it was read, with its list and what its rows are compared with."""

    found_version: int
    done: int
    upload: Upload
    checker: Checker
    file_name: str


def _look(order: Order) -> _Look | None:
    """Read the list without holding a lock; None where the import is past this step."""
    with reading() as session:
        found = session.get(HistoryImport, order.import_id)
        if found is None or found.state is not order.step:
            return None
        upload = services.load_upload(session, found)
        checker = Checker(session, found)
        return _Look(found.version, found.done_count, upload, checker, found.file_name)


def check(order: Order, progress: Progress) -> None:
    """Look at every row, and write down what is wrong or known already."""
    look = _look(order)
    if look is None:
        return
    rows: list[Checked] = []
    for first, part in _parts(look.upload.rows):
        checked = look.checker.read(first, part)
        with reading() as session:
            mark_known(session, checked)
        rows += [row for row in checked if not row.is_right]
        progress(first + len(part) - 1, len(look.upload.rows))
    with writing() as session:
        found = services.lock_import(session, order.import_id)
        if found.state is order.step and found.version == look.found_version:
            _note(found, rows)


def _note(found: HistoryImport, rows: list[Checked]) -> None:
    wrong, known = [row for row in rows if row.faults], [row for row in rows if row.is_known]
    found.problems = {
        **{str(row.number): _plain(row) for row in wrong[:MOST_PROBLEMS]},
        **{str(row.number): {"known": {"text": texts.KNOWN}} for row in known[:MOST_PROBLEMS]},
    }
    found.wrong_count, found.known_count = len(wrong), len(known)
    found.state, found.done_count = ImportState.CHECKED, found.row_count


def _plain(row: Checked) -> dict[str, Any]:
    return {
        name: {"text": fault.text, "values": dict(fault.values)}
        for name, fault in row.faults.items()
    }


def write(order: Order, progress: Progress) -> None:
    """Append a record for each row that is right and not known, and announce nothing.

    Whether a row is known is looked at under the locks of the chains: two lists at once write
    the same training once.
    """
    look = _look(order)
    if look is None:
        return
    making = _Making(order.import_id, look.file_name)
    total, done = len(look.upload.rows), look.done
    for first, part in _parts(look.upload.rows):
        checked = look.checker.read(first, part)  # those before count as seen, written or not
        fresh = [row for row in checked if row.index > done]
        if not fresh:
            continue
        with writing() as session:
            found = services.lock_import(session, order.import_id)
            if found.state is not order.step or found.done_count != done:
                return
            _write_part(session, found, fresh, making)
            done = found.done_count = fresh[-1].index
            if done >= total:
                found.state, found.finished_at = ImportState.DONE, clock.now()
        progress(done, total)


def _write_part(
    session: Session, found: HistoryImport, rows: list[Checked], making: "_Making"
) -> None:
    for person_id in sorted({row.person.id for row in rows if not row.faults}):
        records.lock_chain(session, person_id)
    mark_known(session, rows)
    made = [making.record(row) for row in rows if row.is_right]
    found.written_count += records.append_many(session, made, recorded_at=clock.now())
    found.wrong_count += sum(bool(row.faults) for row in rows)
    found.known_count += sum(row.is_known for row in rows)


class _Making:
    """Makes records of rows; the words of their notes are looked up once."""

    def __init__(self, import_id: int, file_name: str) -> None:
        self._import_id, self._file_name = import_id, file_name
        self._words: dict[str, tuple[str, str, str]] = {}
        for language in LANGUAGES:
            with force_locale(language):
                self._words[language] = (
                    translate(_("%(hours)s hours")),
                    translate(_("Imported from %(file)s, row %(row)s")),
                    translate(_("Trainer: %(name)s")),
                )

    def record(self, row: Checked) -> NewRecord:
        title = row.texts["title"]
        data: dict[str, Any] = {
            "title": dict(row.course.title) if row.course else {"zh": title, "en": title},
            "minutes": row.minutes,
            "percent": row.percent,
            "outcome": row.outcome,
            "provider": row.texts.get("provider"),
            "trainer": row.texts.get("trainer"),
            "place": row.texts.get("place"),
            "note": {language: self._note(row, language) for language in LANGUAGES},
            "file": self._file_name,
            "row": row.number,
        }
        return NewRecord(
            employee_id=row.person.id,
            kind=Kind.TRAINING_IMPORTED,
            subject=row.course.id if row.course else "",
            source=source_of(self._import_id, row.index),
            happened_at=row.happened_at(),
            data={name: value for name, value in data.items() if value not in (None, "")},
        )

    def _note(self, row: Checked, language: str) -> str:
        """Return what the timeline shows below the title: the hours, who gave it, the source."""
        hours, source, trainer = self._words[language]
        name = row.texts.get("trainer")
        parts = [
            hours % {"hours": f"{row.minutes / 60:g}"} if row.minutes else "",
            row.texts.get("provider", ""),
            trainer % {"name": name} if name else "",
            row.texts.get("place", ""),
            row.texts.get("note", ""),
            source % {"file": self._file_name, "row": row.number},
        ]
        return " · ".join(filter(None, parts))


def undo(order: Order, progress: Progress) -> None:
    """Append to each record of the import that still counts a correction that declares it void.

    What is about the person who takes it back stays: nobody corrects the own record.
    """
    with reading() as session:
        found = session.get(HistoryImport, order.import_id)
        if found is None or found.state is not order.step:
            return
        done, total = found.done_count, found.row_count
    while done < total:
        with writing() as session:
            found = services.lock_import(session, order.import_id)
            if found.state is not order.step or found.done_count != done:
                return
            last = min(done + BATCH, total)
            _undo_part(session, found, range(done + 1, last + 1), order)
            done = found.done_count = last
            if done >= total:
                found.state, found.finished_at = ImportState.REVERTED, clock.now()
        progress(done, total)


def _undo_part(session: Session, found: HistoryImport, indexes: range, order: Order) -> None:
    sources = [source_of(found.id, index) for index in indexes]
    rows = session.execute(
        select(TrainingRecord.id, TrainingRecord.employee_id).where(
            TrainingRecord.source.in_(sources), TrainingRecord.employee_id != order.by
        )
    ).all()
    void = _void_among(session, [row.id for row in rows])
    person = session.get(Employee, order.by) if order.by else None
    data = {
        "reason": order.reason,
        "evidence": found.file_name,
        "by": person.name if person else "",
    }
    made = [
        NewRecord(
            employee_id=row.employee_id,
            kind=Kind.CORRECTION,
            subject=Effect.VOID,
            source=f"history-undo:{found.id}:{row.id}",
            happened_at=clock.now(),
            data={name: value for name, value in data.items() if value},
            corrects_id=row.id,
        )
        for row in rows
        if row.id not in void
    ]
    records.append_many(session, made, recorded_at=clock.now())


def _void_among(session: Session, ids: Sequence[int]) -> set[int | None]:
    """Return which records a correction declared void: looked up by them, however many there are.

    Beside thousands of corrections a subquery per record would go through all of them.
    """
    return set(
        session.scalars(
            select(TrainingRecord.corrects_id).where(
                TrainingRecord.corrects_id.in_(ids), TrainingRecord.subject == Effect.VOID.value
            )
        )
    )


def _parts(rows: Sequence[Row]) -> Iterator[tuple[int, Sequence[Row]]]:
    for start in range(0, len(rows), BATCH):
        yield start + 1, rows[start : start + BATCH]


_STEPS: Mapping[ImportState, Callable[[Order, Progress], None]] = {
    ImportState.CHECKING: check,
    ImportState.RUNNING: write,
    ImportState.REVERTING: undo,
}
