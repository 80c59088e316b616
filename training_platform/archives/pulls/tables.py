"""Records as tables: XLSX with typed cells, CSV for other programs. Row by row, never at once."""

import csv
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from training_platform.archives.queries.rows import TableRow
from training_platform.archives.texts import COLUMNS
from training_platform.core.i18n import translate
from training_platform.core.sheets import safe_text


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def write_xlsx(path: Path, rows: Iterable[TableRow], about: Iterable[tuple[str, str]]) -> int:
    """Write a spreadsheet in the page's language; return how many records stand in it.

    Days are days and numbers are numbers. about fills the sheet that explains the file, before
    the meaning of each column. What people typed is never run as a formula.
    """
    import xlsxwriter  # noqa: PLC0415  # only pulls need it

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(str(path), options) as book:
        sheet = book.add_worksheet(translate(_("Records"))[:31])
        bold = book.add_format({"bold": True, "bottom": 1})
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for column, (title, _meaning, width) in enumerate(COLUMNS):
            sheet.set_column(column, column, width)
            sheet.write_string(0, column, translate(title), bold)
        sheet.freeze_panes(1, 0)
        total = _write_rows(sheet, rows, day)
        sheet.autofilter(0, 0, max(total, 1), len(COLUMNS) - 1)
        _write_legend(book, about, bold)
    return total


def _write_rows(sheet: Any, rows: Iterable[TableRow], day: Any) -> int:
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
            put(number, 10, row.minutes / 60)
        text(number, 11, yes if row.counts else no)
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


def _write_legend(book: Any, about: Iterable[tuple[str, str]], bold: Any) -> None:
    sheet = book.add_worksheet(translate(_("About this file"))[:31])
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 1, 90)
    number = 0
    for number, (name, text) in enumerate(about, 1):
        sheet.write_string(number - 1, 0, name, bold)
        sheet.write_string(number - 1, 1, text)
    for offset, (title, meaning, _width) in enumerate(COLUMNS, number + 1):
        sheet.write_string(offset, 0, translate(title), bold)
        sheet.write_string(offset, 1, translate(meaning))


def write_csv(path: Path, rows: Iterable[TableRow]) -> int:
    """Write a CSV as spreadsheet programs open it: UTF-8 with its mark, formulas made harmless."""
    yes, no = translate(_("Yes")), translate(_("No"))
    total = 0
    safe: dict[str, str] = {}
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        writer = csv.writer(handle)
        writer.writerow([translate(title) for title, _meaning, _width in COLUMNS])
        for row in rows:
            total += 1
            words = []
            for word in _words(row):
                if (plain := safe.get(word)) is None:
                    plain = safe[word] = safe_text(word)
                words.append(plain)
            percent = "" if row.percent is None else row.percent
            hours = "" if row.minutes is None else f"{row.minutes / 60:g}"
            day = row.at.isoformat()[:10]
            writer.writerow([day, *words, percent, hours, yes if row.counts else no])
    return total
