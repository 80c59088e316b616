"""Two languages side by side: which paragraph is missing, which may say something older."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Any

_BLANK = re.compile(r"\n[ \t]*\n")
_FENCE = re.compile(r"^:::", re.MULTILINE)
_SHOWN = 60


class Lag(StrEnum):
    """How a paragraph lags behind its twin in the other language."""

    #: The other language has a paragraph here that this one has not.
    MISSING = "missing"
    #: Its twin changed since the last revision, it did not.
    OUTDATED = "outdated"


@dataclass(frozen=True)
class Note:
    """A paragraph that lags behind: in which language, which one, and how its twin begins."""

    language: str
    number: int
    lag: Lag
    twin: str


def paragraphs(text: str) -> list[str]:
    """Return a text's paragraphs; a block between colons is one, with its blank lines."""
    found: list[str] = []
    is_inside = False
    for piece in _BLANK.split(text.strip("\n")):
        if is_inside:
            found[-1] += "\n\n" + piece
        elif piece.strip():
            found.append(piece)
        is_inside ^= len(_FENCE.findall(piece)) % 2 == 1
    return found


def compare(
    now: dict[str, str], before: dict[str, str], languages: tuple[str, str] = ("zh", "en")
) -> list[Note]:
    """Return what lags behind, paragraph by paragraph, both texts in the same order.

    now and before hold the text in each language; before is the published one, or empty.
    """
    parts = {code: paragraphs(now.get(code, "")) for code in languages}
    changed = {code: _changed(before.get(code, ""), parts[code]) for code in languages}
    found = []
    for code, other in (languages, languages[::-1]):
        for index, twin in enumerate(parts[other]):
            if index >= len(parts[code]):
                found.append(Note(code, index + 1, Lag.MISSING, _begin(twin)))
            elif before and index in changed[other] and index not in changed[code]:
                found.append(Note(code, index + 1, Lag.OUTDATED, _begin(twin)))
    return sorted(found, key=lambda note: (note.number, note.language))


def untranslated(value: Any, languages: tuple[str, str] = ("zh", "en")) -> Iterator[str]:
    """Yield a language for each text within plain values that stands in the other only."""
    if isinstance(value, Mapping):
        if set(value) <= set(languages):
            written = [code for code in languages if value.get(code)]
            yield from (code for code in languages if written and code not in written)
            return
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from untranslated(each, languages)


def _changed(before: str, now: Sequence[str]) -> set[int]:
    matcher = SequenceMatcher(None, paragraphs(before), list(now), autojunk=False)
    return {
        index
        for tag, _i1, _i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
        for index in range(j1, j2)
    }


def _begin(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"
