"""An uploaded file as a table with its header, or a clear refusal. Pure."""

from dataclasses import dataclass

from training_platform.core import sheets
from training_platform.core.errors import RuleError
from training_platform.core.text import nfc

MAX_BYTES = 20 * 1024 * 1024
MAX_COLUMNS = 100
MAX_ROWS = 50_000


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


_REFUSALS = {
    sheets.NOT_TEXT: _(
        "This file is neither an XLSX nor a CSV in UTF-8, GB18030, Big5 or UTF-16. Save your list"
        " as XLSX, or as CSV in UTF-8."
    ),
    sheets.OLD_EXCEL: _("This is the old XLS format. Save the list as XLSX or as CSV."),
    sheets.NOT_XLSX: _("This spreadsheet cannot be read. Save it as XLSX again, or as CSV."),
    sheets.TOO_WIDE: _("The file has more than 100 columns. Keep those that you need."),
    sheets.WRONG_ENCODING: _("The text is not in this encoding. Choose another."),
}
_EMPTY = _("The file is empty.")
_EMPTY_SHEET = _("The first sheet is empty. Only the first one is read: put the list there.")
_ZEROS = _("The text holds zero bytes, which cannot be kept. Save it as CSV in UTF-8 again.")
#: What the reader noticed, told on the page of the mapping.
NOTES = {
    "renamed": _("The file is not named as XLSX but is one; it was read as XLSX."),
    "formulas": _("The sheet holds formulas; the values that they showed were read."),
    "macros": _("The file holds macros. They were not run; only its values were read."),
    "doubled": _("Two columns have the same header. Check which one you want."),
}


@dataclass(frozen=True)
class Upload:
    """A file as a table: its header, its rows (number in the file, cells), what was noticed."""

    header: list[str]
    rows: list[tuple[int, list[str]]]
    encoding: str | None
    notes: list[str]


def read_upload(data: bytes, file_name: str, encoding: str | None = None) -> Upload:
    """Return the table of an upload; the encoding of a CSV is detected unless it is given.

    Raises RuleError, which names the field `file`, for what cannot be read or is too large.
    """
    if len(data) > MAX_BYTES:
        raise RuleError(_("The file is larger than 20 MB. Send it in parts."), field="file")
    if not data.strip():
        raise RuleError(_EMPTY, field="file")
    sheet = open_table(data, file_name, encoding)
    found = {"formulas": sheet.has_formulas, "macros": sheet.has_macros}
    notes = [note for note, is_there in found.items() if is_there]
    if sheet.encoding is None and not file_name.lower().endswith((".xlsx", ".xlsm")):
        notes.append("renamed")
    return _table(sheet, notes)


def open_table(data: bytes, file_name: str, encoding: str | None = None) -> sheets.Sheet:
    """Return the cells of an XLSX or a CSV, whatever its encoding.

    Raises RuleError, which names the field `file`, for what cannot be read.
    """
    try:
        if sheets.is_xlsx(data):
            return sheets.read_xlsx(data, most_rows=MAX_ROWS + 2, most_columns=MAX_COLUMNS)
        if file_name.lower().endswith((".xlsx", ".xlsm")):
            raise RuleError(
                _("The file is named XLSX but is none. Save it as XLSX again, or as CSV."),
                field="file",
            )
        return sheets.read_csv(data, encoding)
    except sheets.SheetError as error:
        is_spoilt = error.reason == sheets.NOT_TEXT and _is_text_with_zeros(data)
        raise RuleError(_ZEROS if is_spoilt else _REFUSALS[error.reason], field="file") from None


def _is_text_with_zeros(data: bytes) -> bool:
    """Tell whether only zero bytes keep a file from being a text: a program left them there."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return b"\0" in data


def _table(sheet: sheets.Sheet, notes: list[str]) -> Upload:
    start = next((at for at, row in enumerate(sheet.rows) if _has_text(row)), None)
    if start is None:
        text = _EMPTY_SHEET if sheet.encoding is None else _EMPTY
        raise RuleError(text, field="file")
    header = [nfc(cell).strip() for cell in sheet.rows[start]]
    while header and not header[-1]:
        header.pop()
    rows = [
        (number, [_typed(cell) for cell in row])
        for number, row in enumerate(sheet.rows[start + 1 :], start + 2)
        if _has_text(row)
    ]
    _expect_size(header, rows)
    named = [name for name in header if name]
    if len(set(named)) < len(named):
        notes = [*notes, "doubled"]
    return Upload(header, rows, sheet.encoding, notes)


def _typed(cell: str) -> str:
    """Return a cell as it was typed: without the mark that our own files put before signs."""
    text = cell.strip()
    return text[1:] if text[:1] == "'" and sheets.safe_text(text[1:]) == text else text


def _expect_size(header: list[str], rows: list[tuple[int, list[str]]]) -> None:
    if len(header) > MAX_COLUMNS:
        raise RuleError(
            _("The file has %(count)s columns; 100 are the most. Keep those that you need."),
            field="file",
            count=len(header),
        )
    if not rows:
        raise RuleError(_("There are headers but no rows below them."), field="file")
    if len(rows) > MAX_ROWS:
        raise RuleError(_("The file has more than 50,000 rows. Send it in parts."), field="file")


def _has_text(row: list[str]) -> bool:
    return any(cell and not cell.isspace() for cell in row)
