"""Lessons within the text of course.yaml: read, put in another order, added, taken out. Pure.

Only the lines of the lessons change; comments, quotes and keys that nobody knows stay as they are.
Whatever comes out is read again: it says exactly what was meant, or nothing changes.
"""

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from training_platform.core.errors import RuleError
from training_platform.core.yaml_files import Document, UnreadableError

_BARE = re.compile(r"[a-z0-9][a-z0-9/-]*")
_DASH = re.compile(r"[ ]*- +")


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


UNREADABLE = _("The course's file has a mistake on line %(line)s. Mend it as text first.")
UNUSUAL = _("The course's file lists its lessons in an unusual way. Change it as text.")


@dataclass(frozen=True)
class Entry:
    """A lesson as course.yaml lists it."""

    slug: str
    minutes: int | None
    check: str


@dataclass(frozen=True)
class _Piece:
    """Where an entry stands in the text, and the nodes of its values."""

    start: int
    end: int
    node: MappingNode


def entries(text: str) -> list[Entry]:
    """Return the lessons in their order. Raises RuleError for a text that cannot be read."""
    found = []
    for each in _lessons(_read(text)):
        minutes, slug = each.get("minutes"), each.get("slug")
        if isinstance(slug, str) and slug:
            number = minutes if isinstance(minutes, int) else None
            found.append(Entry(slug, number, f"{each.get('check') or ''}"))
    return found


def reordered(text: str, slugs: Sequence[str]) -> str:
    """Return the text with its lessons in another order; slugs names each of them once."""
    pieces = {_slug(piece): text[piece.start : piece.end] for piece in _pieces(text)}
    whole = _spliced(text, [pieces[slug] for slug in slugs])

    def meant(lessons: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return sorted(lessons, key=lambda each: slugs.index(each["slug"]))

    return _proven(text, whole, meant)


def with_lesson(text: str, slug: str, minutes: int) -> str:
    """Return the text with one more lesson at its end."""
    pieces = _pieces(text)
    indent = text[pieces[-1].start : pieces[-1].end].lstrip("\n")
    dash = _last_dash(indent)
    beside = " " * len(dash)
    chunk = f'{dash}slug: {slug}\n{beside}minutes: {minutes}\n{beside}check: ""\n'
    whole = _spliced(text, [*(text[each.start : each.end] for each in pieces), chunk])
    added = {"slug": slug, "minutes": minutes, "check": ""}
    return _proven(text, whole, lambda lessons: [*lessons, added])


def without_lesson(text: str, slug: str) -> str:
    """Return the text without a lesson; there are others."""
    kept = [text[each.start : each.end] for each in _pieces(text) if _slug(each) != slug]
    whole = _spliced(text, kept)
    return _proven(text, whole, lambda lessons: [each for each in lessons if each["slug"] != slug])


def with_value(text: str, slug: str, key: str, value: str | int) -> str:
    """Return the text with another value of one key of a lesson."""
    node = next(each.node for each in _pieces(text) if _slug(each) == slug)
    written = _scalar(value)
    if (old := _value_of(node, key)) is not None:
        start, end = old.start_mark.index, old.end_mark.index
        whole = f"{text[:start]}{written}{text[end:]}"
    else:
        at = _value_of(node, "slug")
        assert at is not None  # noqa: S101  # it was found by its slug
        between = ", " if node.flow_style else "\n" + " " * node.start_mark.column
        whole = f"{text[: at.end_mark.index]}{between}{key}: {written}{text[at.end_mark.index :]}"

    def meant(lessons: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**each, key: value} if each["slug"] == slug else each for each in lessons]

    return _proven(text, whole, meant)


def _read(text: str) -> Any:
    try:
        return Document(text).value
    except UnreadableError as error:
        raise RuleError(UNREADABLE, line=error.line) from None


def _lessons(value: Any) -> list[dict[str, Any]]:
    listed = value.get("lessons") if isinstance(value, dict) else None
    return [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []


def _pieces(text: str) -> list[_Piece]:
    """Return the lines of each lesson; what stands above an entry belongs to it."""
    _read(text)  # refuses what is too deep or too large
    root = YAML(typ="safe", pure=True).compose(text)
    listed = _value_of(root, "lessons") if isinstance(root, MappingNode) else None
    if not isinstance(listed, SequenceNode) or listed.flow_style or not listed.value:
        raise RuleError(UNUSUAL)
    pieces: list[_Piece] = []
    for node in listed.value:
        line = text.rfind("\n", 0, node.start_mark.index) + 1
        is_plain = isinstance(node, MappingNode) and _value_of(node, "slug") is not None
        if not is_plain or not _DASH.fullmatch(text[line : node.start_mark.index]):
            raise RuleError(UNUSUAL)
        start = pieces[-1].end if pieces else _line_end(text, _key_end(root, "lessons"))
        pieces.append(_Piece(start, _line_end(text, _end(node)), node))
    if len({_slug(piece) for piece in pieces}) < len(pieces):
        raise RuleError(UNUSUAL)
    return pieces


def _spliced(text: str, chunks: Sequence[str]) -> str:
    pieces = _pieces(text)
    whole = "".join(each if each.endswith("\n") else f"{each}\n" for each in chunks)
    return text[: pieces[0].start] + whole + text[pieces[-1].end :]


def _proven(
    before: str, after: str, meant: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]
) -> str:
    """Return the new text if it says what was meant. Raises RuleError if it does not."""
    old = _read(before)
    wanted = {**old, "lessons": meant(old["lessons"])}
    try:
        is_right = Document(after).value == wanted
    except UnreadableError:
        is_right = False
    if not is_right:
        raise RuleError(UNUSUAL)
    return after


def _last_dash(chunk: str) -> str:
    match = next(found for line in chunk.splitlines() if (found := _DASH.match(line)))
    return match[0]


def _slug(piece: _Piece) -> str:
    node = _value_of(piece.node, "slug")
    return str(node.value) if isinstance(node, ScalarNode) else ""


def _value_of(node: Node, key: str) -> Node | None:
    return next((value for name, value in node.value if name.value == key), None)


def _key_end(root: Node, key: str) -> int:
    return int(next(name.end_mark.index for name, _value in root.value if name.value == key))


def _end(node: Node) -> int:
    """Return where the last word of a node ends; a block's own mark lies at what follows it."""
    if not isinstance(node, MappingNode | SequenceNode) or node.flow_style or not node.value:
        return int(node.end_mark.index)
    last = node.value[-1]
    return _end(last[1] if isinstance(node, MappingNode) else last)


def _line_end(text: str, index: int) -> int:
    if index and text[index - 1] == "\n":  # a text of several lines ends behind its last
        return index
    end = text.find("\n", index)
    return len(text) if end < 0 else end + 1


def _scalar(value: str | int) -> str:
    if isinstance(value, int) or (_BARE.fullmatch(value) and _reads_as_itself(value)):
        return f"{value}"
    return json.dumps(value, ensure_ascii=False)


def _reads_as_itself(value: str) -> bool:
    return bool(Document(f"x: {value}\n").value == {"x": value})
