"""Bytes as text or as a spreadsheet: encodings, files that break off, archives that lie. Pure."""

import io
import struct
import zipfile
import zlib

from training_platform.core import sheets
from training_platform.studio.formats.results import RefusedError

MOST_BYTES = 20 * 1024 * 1024
MOST_LINE = 10_000
MOST_UNPACKED = 60 * 1024 * 1024
#: Real lists shrink to a tenth; what shrinks to less than a hundredth was made to do harm.
MOST_RATIO = 100
SMALL = 2 * 1024 * 1024
MOST_ENTRIES = 1_000
MOST_ROWS = 12_000
MOST_COLUMNS = 100
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
SAMPLE = 300_000
_BLOCK = 1024 * 1024


def text_of(raw: bytes) -> tuple[str, str]:
    """Return a text and its encoding; RefusedError for what is none or breaks off."""
    if raw[:4] == _OLD_EXCEL:
        raise RefusedError("old_excel")
    encoding = _encoding(raw)
    text = raw.decode(encoding).removeprefix("\ufeff")
    if "\0" in text:
        raise RefusedError("not_text")
    return text.replace("\r\n", "\n").replace("\r", "\n"), encoding


def _encoding(raw: bytes) -> str:
    """Return the encoding; a text cut in the middle of a sign is not taken for another."""
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end == len(raw) and "unexpected end" in error.reason and error.start > 0:
            head = raw[: error.start]
            if not head.isascii():  # else one odd byte behind plain letters proves nothing
                raise RefusedError("cut_off", head[-60:].decode("utf-8", "replace")) from None
    found = sheets.detect(_sample(raw))
    if found is not None and _fits(raw, found):
        return found
    for cut in range(1, 4):  # GB18030 has signs of two and of four bytes
        if sheets.detect(raw[:-cut]) == "gb18030":
            raise RefusedError("cut_off")
    raise RefusedError("not_text")


def _sample(raw: bytes) -> bytes:
    """Return the first lines: enough to tell encodings apart; UTF-8 is proved on the whole."""
    if len(raw) <= SAMPLE or _fits(raw, "utf-8"):
        return raw
    cuts = (raw[: SAMPLE - odd] for odd in range(4))  # a sign has up to four bytes
    return next((cut for cut in cuts if _fits(cut, "gb18030") or _fits(cut, "big5")), raw)


def _fits(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def expect_sane_workbook(raw: bytes) -> None:
    """Refuse an archive before a spreadsheet reader sees it: bombs, macros, endless sheets.

    A single cell far down and right lets readers reserve the whole area up to it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
            names = [entry.filename.lower() for entry in entries]
            _expect_size(entries, len(raw))
            if "xl/workbook.xml" not in names:
                raise RefusedError("wrong_format", ending="xlsx")
            if any("vbaproject" in name or "/macrosheets/" in name for name in names):
                raise RefusedError("macros")
            for entry in entries:
                _expect_honest(archive, entry)
    except RefusedError:
        raise
    except (zipfile.BadZipFile, zlib.error, struct.error, OSError, EOFError):
        raise RefusedError("not_xlsx") from None
    except (ValueError, NotImplementedError, RuntimeError):  # spoilt offsets, odd packing, secrets
        raise RefusedError("not_xlsx") from None


def _expect_size(entries: list[zipfile.ZipInfo], packed: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    is_bomb = unpacked > MOST_UNPACKED or (unpacked > SMALL and unpacked > packed * MOST_RATIO)
    if is_bomb or len(entries) > MOST_ENTRIES:
        raise RefusedError("bomb")


def _expect_honest(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Read an entry to its end: its size and checksum are true, its cells lie within limits."""
    if sheets.is_worksheet(entry):
        for row, column in sheets.places_of_cells(archive, entry):
            if row > MOST_ROWS or column > MOST_COLUMNS:
                raise RefusedError("bomb")
        return
    with archive.open(entry) as handle:
        while handle.read(_BLOCK):
            pass


def longest_line(lines: list[str]) -> int:
    """Return the length of the longest line."""
    return max(map(len, lines), default=0)


def expect_short_lines(lines: list[str], start: int) -> None:
    """Refuse a question with an endless line before anything looks into it."""
    if longest_line(lines) > MOST_LINE:
        at = next(n for n, line in enumerate(lines) if len(line) > MOST_LINE)
        raise RefusedError("too_long", lines[at], start + at, count=len(lines[at]), most=MOST_LINE)
