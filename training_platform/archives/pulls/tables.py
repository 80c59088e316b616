"""Records as tables: XLSX with typed cells, CSV for other programs. Row by row, never at once."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from training_platform.archives.queries.rows import Records, TableRow, Words, clock_time
from training_platform.archives.rules import first_place
from training_platform.archives.texts import COLUMNS, legend
from training_platform.core import clock, workbooks
from training_platform.core.i18n import translate
from training_platform.core.sheets import safe_text


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: The columns of figures: score and hours.
_NUMBERS = (9, 10)
#: So many lines of a CSV are written at once.
_AT_ONCE = 5_000


def write_xlsx(path: Path, rows: Iterable[TableRow], about: Sequence[tuple[str, str]]) -> int:
    """Write a spreadsheet in the page's language; return how many records stand in it.

    Days are days and numbers are numbers. about fills the sheet that explains the file, before
    the meaning of each column in both languages. What people typed is never run as a formula.
    """
    import xlsxwriter  # noqa: PLC0415  # only pulls need it

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        name = translate(_("Records"))
        sheet = book.add_worksheet(name[:31])
        workbooks.fix_head(sheet)
        workbooks.lay_out(sheet, name)
        heads = [workbooks.head_format(book, align=align) for align in ("left", "right")]
        for column, (title, _meaning, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, translate(title), heads[column in _NUMBERS])
        total = _write_rows(book, sheet, rows)
        sheet.autofilter(0, 0, max(total, 1), len(COLUMNS) - 1)
        columns = legend((title, meaning) for title, meaning, _width in COLUMNS)
        facts = [*about, (translate(_("Records")), str(total))]
        title = translate(_("About this file"))
        workbooks.write_about(book, workbooks.About(title, facts, columns))
    return total


def _write_rows(book: Any, sheet: Any, rows: Iterable[TableRow]) -> int:
    day = book.add_format({"num_format": workbooks.DAY_FORMAT, "align": "left"})
    hours = book.add_format({"num_format": "0.0"})
    counts = book.add_format({"indent": 1})
    yes, no = translate(_("Yes")), translate(_("No"))
    number, text, put = 0, sheet.write_string, sheet.write_number
    for number, row in enumerate(rows, 1):
        sheet.write_datetime(number, 0, row.at, day)
        for column, value in enumerate(_words(row), 1):
            if value:
                text(number, column, value)
        if row.percent is not None:
            put(number, 9, row.percent)
        if row.minutes is not None:
            put(number, 10, row.minutes / 60, hours)
        text(number, 11, yes if row.counts else no, counts)
    return number


def _words(row: TableRow) -> tuple[str, ...]:
    return (
        row.staff_number,
        row.name,
        row.department,
        row.job_role,
        row.kind,
        row.title,
        row.provider,
        row.result,
    )


def write_csv(path: Path, records: Records) -> int:
    """Write a CSV as spreadsheet programs open it: UTF-8 with its mark, formulas made harmless.

    Return how many records stand in it. What belongs to a person or a topic is quoted once, not
    once a record: of a hundred thousand rows only the numbers are new.
    """
    people = _Fragments(records.people)
    topics = _Fragments(records.topics)
    days, hours = _Days(), _Hours()
    yes, no = _line([translate(_("Yes"))]), _line([translate(_("No"))])
    void, total, lines = records.void, 0, []
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        handle.write(_line([translate(title) for title, _meaning, _width in COLUMNS]) + "\r\n")
        for place, record_id, employee_id, topic_id, percent, minutes in records.numbers:
            score = "" if percent is None else percent
            counts = no if record_id in void else yes
            lines.append(
                f"{days[place]},{people[employee_id]},{topics[topic_id]},{score},{hours[minutes]},"
                f"{counts}\r\n"
            )
            if len(lines) == _AT_ONCE:
                total += len(lines)
                handle.write("".join(lines))
                lines.clear()
        handle.write("".join(lines))
    return total + len(lines)


def _line(words: Iterable[str]) -> str:
    """Return words as they stand in a CSV, without the end of the line."""
    target = io.StringIO()
    csv.writer(target, lineterminator="").writerow([safe_text(word) for word in words])
    return target.getvalue()


class _Fragments(dict[int, str]):
    """The words of people or topics as they stand in a CSV, each made when first asked for."""

    def __init__(self, words: Mapping[int, Words]) -> None:
        super().__init__()
        self._words = words

    def __missing__(self, ident: int) -> str:
        self[ident] = made = _line(self._words[ident])
        return made


class _Hours(dict[int | None, str]):
    """Minutes as hours, as they stand in a CSV."""

    def __missing__(self, minutes: int | None) -> str:
        self[minutes] = made = "" if minutes is None else f"{minutes / 60:g}"
        return made


class _Days:
    """The company's days of places; records lie by time, so the next is mostly the same day's."""

    def __init__(self) -> None:
        self._first, self._last, self._text = 0, 0, ""

    def __getitem__(self, place: int) -> str:
        if not self._first <= place < self._last:
            day = clock_time(place).date()
            start = datetime.combine(day, time(), clock.company_zone())
            next_day = datetime.combine(day + timedelta(days=1), time(), clock.company_zone())
            self._first, self._last = first_place(start), first_place(next_day)
            self._text = day.isoformat()
        return self._text
