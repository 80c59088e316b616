"""What differs between two texts, and between two states of an item's files. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import NamedTuple

from training_platform.studio.lesson_files import counterpart, path_parts, split

#: Marks of a line that is gone, one that is new, one that stayed, and of lines left out.
GONE, NEW, SAME, LEFT_OUT = "−", "+", " ", "…"
#: Words and numbers go as a whole; hanzi one by one.
_TOKEN = re.compile(r"[A-Za-z0-9]+|\s+|.", re.DOTALL)
#: Lines with fewer words in common are two different lines, not one that was changed.
_ALIKE = 0.6
#: Comparing takes the square of the length: what is longer, or more, is shown as it is.
_MOST_TOKENS, _MOST_LINES, _MOST_PAIRS = 400, 20, 40
_PICTURES = (".svg", ".webp", ".png")


class Part(NamedTuple):
    """A piece of a changed line: its text, and whether just this was changed."""

    text: str
    is_changed: bool


@dataclass(frozen=True)
class Line:
    """A line of a comparison: how it changed, and its text, in parts where it was changed."""

    mark: str
    text: str
    parts: tuple[Part, ...] = ()


@dataclass(frozen=True)
class FileChange:
    """What changed in one file of an item."""

    path: str
    lines: Sequence[Line]
    #: The title and the language of a lesson; "" for other files.
    title: str = ""
    language: str = ""
    is_picture: bool = False
    is_text: bool = True
    is_gone: bool = False


def compared(before: str, now: str, context: int = 3) -> list[Line]:
    """Return two texts line by line; far from every change, lines are left out (mark "…")."""
    old, new = before.splitlines(), now.splitlines()
    found: list[Line] = []
    pairs = 0
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for group in matcher.get_grouped_opcodes(context):
        if found or group[0][1] or group[0][3]:
            found.append(Line(LEFT_OUT, ""))
        for tag, i1, i2, j1, j2 in group:
            if tag == "equal":
                found += [Line(SAME, text) for text in old[i1:i2]]
            else:
                lines = _changed(old[i1:i2], new[j1:j2], _MOST_PAIRS - pairs)
                pairs += sum(bool(line.parts) for line in lines) // 2
                found += lines
    return found


def changes(was: Mapping[str, bytes], now: Mapping[str, bytes]) -> list[FileChange]:
    """Return what differs between two states of an item's files, by path.

    A lesson that only got another number is not listed: course.yaml tells the order.
    """
    before = {path: counterpart(path, was) for path in now}
    gone = was.keys() - set(before.values())
    pairs: dict[str, tuple[bytes | None, bytes | None]]
    pairs = {path: (was.get(old or ""), now[path]) for path, old in before.items()}
    pairs |= {path: (was[path], None) for path in gone}
    return [_file(path, *pair) for path, pair in sorted(pairs.items()) if pair[0] != pair[1]]


def _file(path: str, was: bytes | None, now: bytes | None) -> FileChange:
    old, new = text_of(was or b""), text_of(now or b"")
    change = FileChange(path, (), is_picture=path.endswith(_PICTURES), is_gone=now is None)
    if old is None or new is None:
        return replace(change, is_text=False)
    change = replace(change, lines=compared(old, new))
    if parts := path_parts(path):
        lesson = split(new) or split(old)
        title = lesson.title if lesson and lesson.title else parts.slug
        return replace(change, title=title, language=parts.language)
    return change


def text_of(raw: bytes) -> str | None:
    """Return a file's text; None for what is no text."""
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _changed(old: Sequence[str], new: Sequence[str], most: int) -> list[Line]:
    """Return lines that took the place of others; those that are alike show what is new in them.

    most: so many pairs at the most.
    """
    gone, come = [Line(GONE, text) for text in old], [Line(NEW, text) for text in new]
    if max(len(old), len(new)) > _MOST_LINES:
        return gone + come
    before, now = [_TOKEN.findall(text) for text in old], [_TOKEN.findall(text) for text in new]
    start = 0
    for i, one in enumerate(before):
        j = next((j for j in range(start, len(now)) if _is_alike(one, now[j])), None)
        if j is None or not most:
            continue
        gone[i], come[j] = _in_parts(one, now[j])
        start, most = j + 1, most - 1
    return gone + come


def _is_alike(one: Sequence[str], other: Sequence[str]) -> bool:
    """Tell whether a line can be read as another one that was changed."""
    if not one or not other or max(len(one), len(other)) > _MOST_TOKENS:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).quick_ratio() >= _ALIKE


def _in_parts(old: Sequence[str], new: Sequence[str]) -> tuple[Line, Line]:
    gone: list[Part] = []
    come: list[Part] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        _append(gone, "".join(old[i1:i2]), is_changed=tag != "equal")
        _append(come, "".join(new[j1:j2]), is_changed=tag != "equal")
    return Line(GONE, "".join(old), tuple(gone)), Line(NEW, "".join(new), tuple(come))


def _append(parts: list[Part], text: str, *, is_changed: bool) -> None:
    """Add a piece; changed words that only a space parts become one piece."""
    if not text:
        return
    if is_changed and len(parts) > 1 and parts[-1].text.isspace() and parts[-2].is_changed:
        text = parts[-2].text + parts[-1].text + text
        del parts[-2:]
    parts.append(Part(text, is_changed))
