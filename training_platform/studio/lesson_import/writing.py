"""Blocks as our Markdown: no text becomes markup that its author did not mean. Pure."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from training_platform.content.markdown import LESSON_LINK
from training_platform.studio.lesson_import.blocks import (
    Block,
    Code,
    Directive,
    Figure,
    Heading,
    Item,
    Paragraph,
    Piece,
    Pieces,
    Table,
    plain,
)

#: What begins markup within a line; a lone underline or tilde in a word does not.
_INLINE = re.compile(r"[\\`*\[\]]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|<(?=[A-Za-z/!?])|~(?=~)")
_ENTITY = re.compile(r"&(?=#?[A-Za-z0-9]+;)")
_AT_START = re.compile(r"(#{1,6}(?=\s|$)|>|[-+](?=\s|$)|:::|[-=]{3,}\s*$)")
_NUMBER = re.compile(r"(\d{1,9})([.)])(?=\s|$)")
_LOWEST = 4
_UNSAFE = {" ": "%20", "(": "%28", ")": "%29", "<": "%3C", ">": "%3E", "\\": "%5C", '"': "%22"}


def to_markdown(blocks: Sequence[Block]) -> str:
    """Return blocks as Markdown, headings from the second level on."""
    levels = sorted({each.level for each in _headings(blocks)})
    ranks = {level: min(rank, _LOWEST) for rank, level in enumerate(levels, start=2)}
    written = "\n\n".join(_written(blocks, ranks))
    return f"{written}\n" if written else ""


def is_allowed(href: str) -> bool:
    """Tell whether a lesson may link there."""
    return href.startswith("https://") or bool(LESSON_LINK.fullmatch(href))


def _headings(blocks: Sequence[Block]) -> Iterator[Heading]:
    for each in blocks:
        if isinstance(each, Heading):
            yield each
        elif isinstance(each, Directive):
            yield from _headings(each.body)


def _written(blocks: Sequence[Block], ranks: dict[int, int]) -> Iterator[str]:
    for is_list, group in groupby(blocks, key=lambda each: isinstance(each, Item)):
        if is_list:
            yield _list([each for each in group if isinstance(each, Item)])
            continue
        for each in group:
            if text := _block(each, ranks):
                yield text


def _block(each: Block, ranks: dict[int, int]) -> str:  # noqa: PLR0911  # one line a block
    match each:
        case Heading(level, pieces):
            words = _line(pieces).replace("\\\n", " ")
            return f"{'#' * ranks[level]} {words}" if words else ""
        case Paragraph(pieces, is_quoted):
            mark = "> " if is_quoted else ""
            return "\n".join(f"{mark}{line}" for line in _line(pieces).split("\n")).strip()
        case Table(rows):
            return _table(rows)
        case Code(text):
            fence = "`" * max(3, 1 + _ticks(text))
            return f"{fence}\n{text.rstrip()}\n{fence}"
        case Figure(number, alternative):
            return f":::figure picture-{number} {_bare(alternative)}\n:::"
        case Directive(opening, body):
            inside = "\n\n".join(_written(body, ranks))
            return "\n".join(part for part in (f":::{_bare(opening)}", inside, ":::") if part)
    return ""


def _list(items: Sequence[Item]) -> str:
    """Return a list; an item is as far in as the words of the one that it belongs to."""
    lines, numbers, indents = [], [0] * 10, [0] * 11
    before = -1
    for each in items:
        depth = min(each.depth, before + 1, 8)
        if depth > before:
            numbers[depth] = 0
        numbers[depth] += 1
        mark = f"{numbers[depth]}." if each.is_ordered else "-"
        indent = indents[depth]
        indents[depth + 1] = indent + len(mark) + 1
        words = _line(each.pieces).replace("\n", "\n" + " " * indents[depth + 1])
        lines.append(f"{' ' * indent}{mark} {words}")
        before = depth
    return "\n".join(lines)


def _table(rows: Sequence[Sequence[Pieces]]) -> str:
    width = max(map(len, rows), default=0)
    if width < 2:  # a frame around a text, as word processors draw it
        return "\n\n".join(text for row in rows for cell in row if (text := _line(cell)))
    cells = [[_cell(cell) for cell in row] + [""] * (width - len(row)) for row in rows]
    head, *rest = (f"| {' | '.join(row)} |" for row in cells)
    return "\n".join([head, f"|{' --- |' * width}", *rest])


def _cell(pieces: Pieces) -> str:
    return _line(pieces).replace("\\\n", " ").replace("|", "\\|")


def _line(pieces: Pieces) -> str:
    """Return the words of a paragraph; its lines cannot begin as something else."""
    words = "".join(_piece(each) for each in _merged(pieces)).strip()
    lines = [line.strip() for line in words.split("\n")]
    return "\\\n".join(_started(line) for line in lines if line)


def _merged(pieces: Pieces) -> Iterator[Piece]:
    """Yield neighbors that look the same as one; word processors cut texts anywhere."""
    for _look, group in groupby(pieces, key=lambda each: replace(each, text="")):
        members = list(group)
        yield replace(members[0], text="".join(each.text for each in members))


def _piece(piece: Piece) -> str:
    inner = piece.text.strip()
    if not inner:
        return piece.text
    start = piece.text[: len(piece.text) - len(piece.text.lstrip())]
    end = piece.text[len(piece.text.rstrip()) :]
    if piece.is_code:
        ticks = "`" * (1 + _ticks(inner))
        edge = " " if inner.startswith("`") or inner.endswith("`") else ""
        return f"{start}{ticks}{edge}{' '.join(inner.split())}{edge}{ticks}{end}"
    lines = [_marked(line.strip(), piece) for line in inner.split("\n")]
    return f"{start}{chr(10).join(lines)}{end}"


def _marked(line: str, piece: Piece) -> str:
    if not line:
        return ""
    text = _ENTITY.sub(r"\\&", _INLINE.sub(lambda found: f"\\{found[0]}", line))
    for mark, is_on in (("~~", piece.is_struck), ("*", piece.is_italic), ("**", piece.is_bold)):
        text = f"{mark}{text}{mark}" if is_on else text
    return f"[{text}]({_address(piece.href)})" if piece.href else text


def _address(href: str) -> str:
    return "".join(_UNSAFE.get(sign, sign) for sign in href if sign.isprintable())


def _ticks(text: str) -> int:
    """Return how long the longest run of backticks is."""
    return max(map(len, re.findall(r"`+", text)), default=0)


def _started(line: str) -> str:
    if _AT_START.match(line):
        return f"\\{line}"
    return _NUMBER.sub(r"\1\\\2", line, count=1) if _NUMBER.match(line) else line


def _bare(text: str) -> str:
    """Return the words behind the colons of a block: one line, as they are."""
    return plain([Piece(text)])
