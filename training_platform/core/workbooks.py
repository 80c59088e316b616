"""Spreadsheets as people open and print them: widths, print layout, the explaining sheet. Pure."""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

#: What a cell may hold; a day stays a day and a number a number.
Cell = str | int | float | date | None

#: Columns are as wide as what stands in them, between these.
LEAST_WIDTH, MOST_WIDTH = 10, 60
DAY_FORMAT = "yyyy-mm-dd"
_DAY_WIDTH = 12
_A4 = 9
#: Points: hanzi need more than the usual 15.
_ROW_HEIGHT, _HEAD_HEIGHT = 17, 21
_ABOUT_WIDTHS = (22, 56, 22, 56)
_HEAD = {"bold": True, "bottom": 1, "valign": "vcenter", "bg_color": "#EDF1F4"}


@dataclass(frozen=True)
class About:
    """What explains a file: facts on its making, then a head and a line for each column."""

    name: str
    facts: Sequence[tuple[str, str]]
    columns: Sequence[Sequence[str]] = ()


def text_width(text: str) -> int:
    """Return how wide a text is in digits; a hanzi takes two."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WFA" else 1 for sign in text)


def widths_of(rows: Iterable[Sequence[Cell]]) -> list[int]:
    """Return the width of each column, with room for the arrow of a filter."""
    widths: list[int] = []
    for number, row in enumerate(rows):
        widths += [LEAST_WIDTH] * (len(row) - len(widths))
        room = 2 if number else 4
        for column, cell in enumerate(row):
            wide = _DAY_WIDTH if isinstance(cell, date) else text_width(str(cell or "")) + room
            widths[column] = max(widths[column], min(wide, MOST_WIDTH))
    return widths


def head_format(book: Any, **more: Any) -> Any:
    """Return how the first line of a table looks."""
    return book.add_format({**_HEAD, **more})


def fix_head(sheet: Any) -> None:
    """Keep a table's first line in sight, on the screen and on each printed page.

    To be called before the first cell is written: rows get their height.
    """
    sheet.set_default_row(_ROW_HEIGHT)
    sheet.set_row(0, _HEAD_HEIGHT)
    sheet.freeze_panes(1, 0)
    sheet.repeat_rows(0)


def lay_out(sheet: Any, title: str) -> None:
    """Let a sheet print: A4 across, as wide as the page, its pages numbered."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
    sheet.set_footer(f"&L{title.replace('&', '&&')}&R&P / &N")


def write_cell(sheet: Any, number: int, column: int, cell: Cell, *formats: Any) -> None:
    """Write a cell as what it is; formats are those of a text and of a day. No text is run."""
    text, day = formats
    if cell is None or cell == "":
        sheet.write_blank(number, column, None, text)
    elif isinstance(cell, str):
        sheet.write_string(number, column, cell, text)
    elif isinstance(cell, date):
        moment = cell if isinstance(cell, datetime) else datetime.combine(cell, datetime.min.time())
        sheet.write_datetime(number, column, moment.replace(tzinfo=None), day)
    else:
        sheet.write_number(number, column, cell)


def write_about(book: Any, about: About) -> None:
    """Add the sheet that explains the file; long texts break within their cells."""
    sheet = book.add_worksheet(about.name[:31])
    lay_out(sheet, about.name)
    bold = book.add_format({"bold": True, "valign": "top", "text_wrap": True})
    head = head_format(book)
    text = book.add_format({"valign": "top", "text_wrap": True})
    for column, width in enumerate(_ABOUT_WIDTHS):
        sheet.set_column(column, column, width)
    number = -1
    for number, (name, value) in enumerate(about.facts):
        sheet.set_row(number, _height((name, value)))
        sheet.write_string(number, 0, name, bold)
        sheet.write_string(number, 1, value, text)
    for offset, line in enumerate(about.columns, number + 2):
        is_head = offset == number + 2
        sheet.set_row(offset, _HEAD_HEIGHT if is_head else _height(line))
        for column, value in enumerate(line):
            format = head if is_head else text if column % 2 else bold
            sheet.write_string(offset, column, value, format)


def _height(line: Sequence[str]) -> int:
    """Return how high a line is: not every program finds the breaks of a text by itself."""
    widths = zip(line, _ABOUT_WIDTHS, strict=False)
    return _ROW_HEIGHT * max(1 + text_width(text) // (width - 4) for text, width in widths)
