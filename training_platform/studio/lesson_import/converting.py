"""From what somebody sent to a text that a lesson may have. Pure."""

import re
from collections.abc import Iterable

from training_platform.content import pictures as raster
from training_platform.core.errors import RuleError
from training_platform.studio.lesson_import import from_docx, from_markdown, leads, writing
from training_platform.studio.lesson_import.blocks import (
    Block,
    Converted,
    Figure,
    Found,
    Heading,
    Lost,
    plain,
)

MOST_PICTURES = 20
_FIGURE = re.compile(r"^:::figure (picture-\d+) ", re.MULTILINE)


def from_file(raw: bytes, filename: str, language: str) -> Converted:
    """Return an uploaded text as a lesson. Raises RuleError, field "file"."""
    is_text = filename.lower().endswith((".md", ".markdown", ".txt"))
    if is_text and not raw.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")):
        return from_text(from_markdown.decoded(raw), language)
    return _converted(from_docx.read(raw))


def from_text(text: str, language: str, field: str = "file") -> Converted:
    """Return a text in Markdown as a lesson; one that is ours already stays as it is."""
    found = from_markdown.read(text, field)
    body = from_markdown.own(text, language)
    return Converted(found.fields, body) if body is not None else _converted(found)


def with_names(converted: Converted, names: dict[str, str]) -> str:
    """Return the text with its pictures called otherwise."""
    return _FIGURE.sub(lambda match: f":::figure {names.get(match[1], match[1])} ", converted.body)


def _converted(found: Found) -> Converted:
    blocks, fields = _titled(found)
    pictures = _pictures(found)
    kept = [each for each in blocks if not _is_lost(each, pictures)]
    body = writing.to_markdown(leads.recognized(kept))
    return Converted(fields, body, found.lost, pictures)


def _titled(found: Found) -> tuple[list[Block], dict[str, str]]:
    """Return the blocks without the title, and the title among the fields.

    A title is the text's first block, where it is its only heading of the highest level.
    """
    first = found.blocks[0] if found.blocks else None
    levels = [each.level for each in found.blocks if isinstance(each, Heading)]
    is_title = isinstance(first, Heading) and first.level <= 1 and levels.count(first.level) == 1
    if not isinstance(first, Heading) or not is_title or leads.opening_of(first):
        return found.blocks, found.fields
    return found.blocks[1:], {"title": plain(first.pieces), **found.fields}


def _pictures(found: Found) -> dict[str, bytes]:
    """Return the pictures drawn anew; one that cannot be, or is one too many, is noted."""
    encoded: dict[str, bytes] = {}
    for number, raw in enumerate(found.pictures, start=1):
        try:
            if len(encoded) >= MOST_PICTURES:
                raise RuleError
            encoded[f"picture-{number}"] = raster.encode(raw)
        except RuleError:
            found.lose(Lost.PICTURE, _alternative(found.blocks, number))
    return encoded


def _alternative(blocks: Iterable[Block], number: int) -> str:
    figures = (each for each in blocks if isinstance(each, Figure) and each.number == number)
    return next((each.alternative for each in figures), "")


def _is_lost(block: Block, pictures: dict[str, bytes]) -> bool:
    return isinstance(block, Figure) and f"picture-{block.number}" not in pictures
