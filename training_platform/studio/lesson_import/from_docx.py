"""The text of a Word file in blocks; what a lesson has no place for is noted by name. Pure."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from training_platform.core.errors import RuleError
from training_platform.core.text import nfc
from training_platform.studio.lesson_import import docx_parts
from training_platform.studio.lesson_import.blocks import (
    Block,
    Figure,
    Found,
    Heading,
    Item,
    Lost,
    Paragraph,
    Piece,
    Table,
    plain,
    styled,
)
from training_platform.studio.lesson_import.docx_parts import Parts, W
from training_platform.studio.lesson_import.from_markdown import EMPTY, MOST_CHARACTERS, TOO_LONG
from training_platform.studio.lesson_import.writing import is_allowed

_OFF = frozenset({"0", "false", "off", "none"})
_DRAWN = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_SHAPE = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}docPr"
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
#: Boxes around pieces of a line that say nothing themselves.
_AROUND = frozenset(
    f"{W}{name}"
    for name in ("ins", "moveTo", "smartTag", "sdt", "sdtContent", "fldSimple", "customXml")
)
_GONE = frozenset(f"{W}{name}" for name in ("del", "moveFrom"))
_NOTES = {
    f"{W}footnoteReference": Lost.FOOTNOTE,
    f"{W}endnoteReference": Lost.FOOTNOTE,
    f"{W}commentReference": Lost.COMMENT,
    f"{W}object": Lost.OBJECT,
}
_PICTURES = frozenset({f"{W}drawing", f"{W}pict"})
_ALTERNATE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent"
_STYLES = {"b": "is_bold", "i": "is_italic", "strike": "is_struck"}


def read(raw: bytes) -> Found:
    """Return a Word file in blocks. Raises RuleError, field "file", saying what is wrong."""
    reading = _Reading(docx_parts.open_parts(raw))
    found = reading.found
    found.blocks = list(reading.blocks(reading.parts.body))
    if reading.length > MOST_CHARACTERS:
        raise RuleError(TOO_LONG, field="file", most=MOST_CHARACTERS)
    if not reading.length:
        raise RuleError(EMPTY, field="file")
    return found


class _Reading:
    """A Word file on its way to blocks."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.found = Found()
        self.length = 0
        self.figures: list[Figure] = []

    def blocks(self, parent: Any) -> Iterator[Block]:
        """Yield what stands in a body, a cell or a box around some of it."""
        for node in parent:
            if node.tag == f"{W}p":
                if block := self.paragraph(node):
                    yield block
                yield from self.figures
                self.figures = []
            elif node.tag == f"{W}tbl":
                yield self.table(node)
            elif node.tag in _AROUND:
                yield from self.blocks(node)

    def paragraph(self, node: Any) -> Block | None:
        """Return a heading, an item or a paragraph; None for an empty one."""
        properties = node.find(f"{W}pPr")
        style = properties.find(f"{W}pStyle") if properties is not None else None
        meant = self.parts.styles.get(str(style.get(f"{W}val"))) if style is not None else None
        pieces = list(self.pieces(node, Piece("")))
        if not plain(pieces):
            return None
        self.length += sum(len(each.text) for each in pieces)
        if meant is not None and meant.level is not None:
            bare = [replace(each, is_bold=False, is_italic=False) for each in pieces]
            return Heading(meant.level, bare)
        own = docx_parts.numbering_of(properties)
        numbering = own or (meant.numbering if meant else None)
        if numbering and numbering[0] != "0":
            return Item(numbering[1], self.parts.lists.is_numbered(*numbering), pieces)
        return Paragraph(pieces)

    def table(self, node: Any) -> Table:
        """Return a table; one within it becomes words of its cell."""
        rows = [
            [self.cell(cell) for cell in row.iterchildren(f"{W}tc")]
            for row in node.iterchildren(f"{W}tr")
        ]
        self.figures = []
        return Table(rows)

    def cell(self, node: Any) -> list[Piece]:
        """Return the words of a cell, its paragraphs one after the other."""
        found: list[Piece] = []
        if node.find(f"{W}tbl") is not None:
            self.found.lose(Lost.INNER_TABLE, "".join(node.itertext()))
        for paragraph in node.iter(f"{W}p"):
            pieces = list(self.pieces(paragraph, Piece("")))
            self.length += sum(len(each.text) for each in pieces)
            found += [*([Piece("\n")] if found and plain(pieces) else []), *pieces]
        if self.figures:
            self.found.lose(Lost.PICTURE, self.figures[0].alternative)
        return found

    def pieces(self, parent: Any, style: Piece) -> Iterator[Piece]:
        """Yield the words of a paragraph or of a part of it."""
        for node in parent:
            if node.tag == f"{W}r":
                yield from self.run(node, style)
            elif node.tag == f"{W}hyperlink":
                target = self.parts.links.get(str(node.get(f"{_RELATED}id")), "")
                yield from self.pieces(node, replace(style, href=self.link(target)))
            elif node.tag in _AROUND:
                yield from self.pieces(node, style)
            elif node.tag in _GONE:
                gone = "".join(each.text or "" for each in node.iter(f"{W}delText", f"{W}t"))
                self.found.lose(Lost.DELETED, gone)
            elif str(node.tag).startswith(_MATH):
                self.found.lose(Lost.FORMULA, "".join(node.itertext()))

    def run(self, node: Any, style: Piece) -> Iterator[Piece]:
        """Yield the words of a run, all of one look."""
        properties = node.find(f"{W}rPr")
        for name, attribute in _STYLES.items():
            mark = properties.find(f"{W}{name}") if properties is not None else None
            if mark is not None and mark.get(f"{W}val") not in _OFF:
                style = styled(style, attribute, is_on=True)
        for each in node:
            if each.tag == f"{W}t":
                yield replace(style, text=_clean(each.text or ""))
            elif each.tag == f"{W}tab":
                yield replace(style, text=" ")
            elif each.tag == f"{W}br" and each.get(f"{W}type") in {None, "textWrapping"}:
                yield replace(style, text="\n")
            elif each.tag == f"{W}noBreakHyphen":
                yield replace(style, text="-")
            elif each.tag in _NOTES:
                self.found.lose(_NOTES[each.tag])
            elif each.tag in _PICTURES or each.tag == _ALTERNATE:
                self.drawing(each)
            elif each.tag == f"{W}instrText" and "HYPERLINK" in (each.text or ""):
                self.found.lose(Lost.LINK, (each.text or "").replace("HYPERLINK", ""))

    def drawing(self, node: Any) -> None:
        """Keep a picture for behind the paragraph; note a box of text, a shape or a chart."""
        if (box := next(node.iter(f"{W}txbxContent"), None)) is not None:
            self.found.lose(Lost.TEXT_BOX, "".join(box.itertext()))
            return
        shape = next(node.iter(_SHAPE), None)
        words = (shape.get("descr") or shape.get("title") or "") if shape is not None else ""
        blip = next(node.iter(_DRAWN), None)
        ident = str(blip.get(f"{_RELATED}embed")) if blip is not None else ""
        if ident in self.parts.pictures:
            self.found.pictures.append(self.parts.pictures[ident])
            self.figures.append(Figure(len(self.found.pictures), _clean(words)))
        else:
            self.found.lose(Lost.PICTURE, words)

    def link(self, target: str) -> str:
        """Return an address that a lesson may link to; "" for any other."""
        if is_allowed(target):
            return target
        if target:
            self.found.lose(Lost.LINK, target)
        return ""


def _clean(text: str) -> str:
    return nfc(text).replace("\n", " ").replace("\u00a0", " ").replace("\u200b", "")
