"""Tables as files: CSV in the encodings of Chinese offices, and XLSX, read and written. Pure."""

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from training_platform.core import workbooks
from training_platform.core.workbooks import About, Cell

#: Encodings that a CSV may have, in the order in which people are offered them.
ENCODINGS = ("utf-8", "utf-8-sig", "gb18030", "big5", "utf-16")
MAX_UNPACKED = 100 * 1024 * 1024
#: Cells up to the last one of a sheet, empty ones counted.
MOST_AREA = 4_000_000
_ZIP = b"PK\x03\x04"
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_BLOCK = 1024 * 1024
_KEPT = 512
_CELL = re.compile(
    rb"""<(?:\w+:)?(?:row|c)\b[^<>]{0,200}?\br\s*=\s*["']([A-Za-z]{0,8})([0-9]{1,12})["']"""
)
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)


class SheetError(ValueError):
    """The bytes are no table; reason is one of the constants below."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


NOT_TEXT, NOT_XLSX, OLD_EXCEL, TOO_WIDE, WRONG_ENCODING = (
    "not_text",
    "not_xlsx",
    "old_excel",
    "too_wide",
    "wrong_encoding",
)


@dataclass(frozen=True)
class Sheet:
    """A table of texts. encoding is None for a spreadsheet."""

    rows: list[list[str]]
    encoding: str | None
    has_formulas: bool = False
    #: Programs in it, whatever its name says: never run, but said.
    has_macros: bool = False


def is_xlsx(data: bytes) -> bool:
    """Tell whether the bytes are a ZIP archive, as every XLSX is, whatever its name says."""
    return data[:4] == _ZIP


def read_csv(data: bytes, encoding: str | None = None) -> Sheet:
    """Return a CSV's cells; the encoding is detected unless it is given."""
    if data[:4] == _OLD_EXCEL:
        raise SheetError(OLD_EXCEL)
    used = encoding or detect(data)
    if used is None or (b"\0" in data and used != "utf-16"):
        raise SheetError(NOT_TEXT)
    try:
        text = data.decode(used)
    except UnicodeDecodeError:
        raise SheetError(WRONG_ENCODING) from None
    if "\0" in text:
        raise SheetError(NOT_TEXT)  # no database keeps it
    text = text.removeprefix("\ufeff")
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t，", key=first.count)
    try:
        return Sheet(list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)), used)
    except csv.Error:
        raise SheetError(NOT_TEXT) from None


def read_xlsx(data: bytes, *, most_rows: int, most_columns: int | None = None) -> Sheet:
    """Return the cells of a spreadsheet's first sheet; formulas give the values they had."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415  # only here

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise SheetError(NOT_XLSX)
            has_formulas, has_macros = _has_formulas(archive), _has_macros(archive)
            _expect_small_area(archive)
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0)
        if most_columns is not None and sheet.width > most_columns:
            raise SheetError(TOO_WIDE)
        rows = sheet.to_python(skip_empty_area=False, nrows=most_rows)
    except SheetError:
        raise
    except (CalamineError, zipfile.BadZipFile, zlib.error, ValueError, IndexError, OSError):
        raise SheetError(NOT_XLSX) from None
    except (EOFError, NotImplementedError, RuntimeError):  # cut off, odd packing, a password
        raise SheetError(NOT_XLSX) from None
    return Sheet(
        [[cell_text(value) for value in row] for row in rows], None, has_formulas, has_macros
    )


def places_of_cells(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[tuple[int, int]]:
    """Yield where the rows and cells of a worksheet say that they are: row, column; 0 for none."""
    with archive.open(entry) as handle:
        kept = b""
        while block := handle.read(_BLOCK):
            for letters, number in _CELL.findall(kept + block):
                yield int(number), _column(letters)
            kept = block[-_KEPT:]


def is_worksheet(entry: zipfile.ZipInfo) -> bool:
    """Tell whether an entry of a workbook holds cells."""
    return _SHEET.fullmatch(entry.filename) is not None


def _expect_small_area(archive: zipfile.ZipFile) -> None:
    """Refuse a sheet with a cell far down and right: readers reserve the whole area up to it."""
    for entry in filter(is_worksheet, archive.infolist()):
        last_row = last_column = 0
        for row, column in places_of_cells(archive, entry):
            last_row, last_column = max(last_row, row), max(last_column, column)
        if last_row * last_column > MOST_AREA:
            raise SheetError(TOO_WIDE)


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number


def cell_text(value: object) -> str:
    """Return a spreadsheet's value as a person would have typed it."""
    if isinstance(value, datetime):
        is_day = value.time() == time()
        return value.date().isoformat() if is_day else value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # a number or phone that the program took for a measure
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return str(value)


def detect(data: bytes) -> str | None:
    """Return the encoding of a text; None where it is none that we know.

    UTF-8 proves itself. GB18030 and Big5 fit almost any bytes: the one that yields more of the
    characters in daily use is it.
    """
    if data.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        data.decode("utf-8")
        return "utf-8"
    except UnicodeDecodeError:
        pass
    scores = {name: _commonness(data, name) for name in ("gb18030", "big5")}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] > 0 else None


def _commonness(data: bytes, encoding: str) -> float:
    """Return the share of characters beyond ASCII that are in daily use; 0 where it does not fit.

    Both standards sort their characters by frequency: the first level is the daily one.
    """
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return 0.0
    signs = [sign for sign in text if ord(sign) > 127]
    if not signs:
        return 0.0
    plain, last_lead = ("gb2312", 0xD7) if encoding == "gb18030" else ("big5", 0xC6)
    return sum(_is_daily(sign, plain, last_lead) for sign in signs) / len(signs)


def _is_daily(sign: str, encoding: str, last_lead: int) -> bool:
    try:
        return sign.encode(encoding)[0] <= last_lead
    except UnicodeEncodeError:
        return False


def _has_macros(archive: zipfile.ZipFile) -> bool:
    names = [name.lower() for name in archive.namelist()]
    return any("vbaproject" in name or "/macrosheets/" in name for name in names)


def _has_formulas(archive: zipfile.ZipFile) -> bool:
    names = [name for name in archive.namelist() if name.startswith("xl/worksheets/sheet")]
    return any(
        b"<f>" in block or b"<f " in block for name in names[:1] for block in _blocks(archive, name)
    )


def _blocks(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """Yield a file in blocks that overlap, so that no mark is cut in two."""
    with archive.open(name) as handle:
        kept = b""
        while block := handle.read(_BLOCK):
            yield kept + block
            kept = block[-4:]


def safe_text(text: str) -> str:
    """Return a text that a spreadsheet program shows as it is, never runs as a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def write_csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV as spreadsheet programs open it: UTF-8 with its mark, formulas made harmless."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([[_csv_text(cell) for cell in row] for row in rows])
    return text.getvalue().encode("utf-8-sig")


def _csv_text(cell: Cell) -> str:
    if isinstance(cell, str):
        return safe_text(cell)
    return "" if cell is None else cell_text(cell)


def write_xlsx(
    rows: Sequence[Sequence[Cell]],
    *,
    name: str,
    choices: Mapping[int, Sequence[str]] | None = None,
    about: About | None = None,
) -> bytes:
    """Return a spreadsheet: a head that stays, typed cells, ready to print.

    choices offers lists by column to whoever fills it in; about adds the sheet that explains it,
    and marks a finished table, which gets filters.
    """
    import xlsxwriter  # noqa: PLC0415  # only downloads need it

    data = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(data, options) as book:
        sheet = book.add_worksheet(name[:31])
        head, plain = workbooks.head_format(book), book.add_format({"num_format": "@"})
        day = book.add_format({"num_format": workbooks.DAY_FORMAT, "align": "left"})
        workbooks.fix_head(sheet)
        workbooks.lay_out(sheet, name)
        for column, width in enumerate(workbooks.widths_of(rows)):
            sheet.set_column(column, column, width, plain)
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                workbooks.write_cell(sheet, number, column, cell, plain if number else head, day)
        for column, texts in (choices or {}).items():
            sheet.data_validation(1, column, 5000, column, {"validate": "list", "source": texts})
        if about is not None:
            sheet.autofilter(0, 0, max(len(rows) - 1, 1), len(rows[0]) - 1)
            workbooks.write_about(book, about)
    return data.getvalue()
