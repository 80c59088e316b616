"""A file's text as its blocks: the keys of its top, and the entries of their lists. Pure.

Reading and writing a long file takes a while, and a save of a form changes one line of it. What
stands in the other blocks is neither read nor written anew. A text whose blocks do not stand for
themselves (quotes over lines, references, several documents) has none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_KEY = re.compile(r"([A-Za-z_][\w-]*):(?=[ \n])")
_ENTRY = re.compile(r"( +)- (?=[A-Za-z_][\w-]*:[ \n])")
#: Lines that speak of the whole text, and signs that end a line for some readers alone.
_WHOLE = re.compile(
    r"^(?:---|\.\.\.|%)|[\t\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029\ufeff]", re.MULTILINE
)


@dataclass(frozen=True)
class Block:
    """A key of the top with all lines that belong to it."""

    key: str
    text: str

    def entries(self) -> tuple[str, list[str]] | None:
        """Return the line of the key and the entries of its list; None where it has no such."""
        head, _end, rest = self.text.partition("\n")
        first = _ENTRY.match(rest)
        if head != f"{self.key}:" or first is None:
            return None
        found: list[str] = []
        for line in rest.splitlines(keepends=True):
            if line.startswith(f"{first[1]}- "):
                found.append(line)
            elif not line.strip() or line.startswith(f"{first[1]}  "):
                found[-1] += line
            else:
                return None
        return f"{head}\n", found


def blocks_of(text: str) -> list[Block] | None:
    """Return a text's blocks, in order, which together are the text; None where it has none."""
    if _WHOLE.search(text) or not text.endswith("\n"):
        return None
    found = [Block(*each) for each in _blocks(text)]
    keys = [each.key for each in found]
    if not found or "" in keys or len({*keys}) != len(keys):
        return None
    return found


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    key, lines = "", ""
    for line in text.splitlines(keepends=True):
        if match := _KEY.match(line):
            if lines:
                yield key, lines
            key, lines = match[1], ""
        lines += line
    yield key, lines


def mapping_of(entry: str) -> tuple[str, str] | None:
    """Return an entry of a list as a text of its own, and what stands before its lines."""
    match = _ENTRY.match(entry)
    if match is None:
        return None
    before = match[1] + "  "
    lines = [before + entry[len(before) :].split("\n", 1)[0], *entry.split("\n")[1:]]
    if not all(each.startswith(before) or not each.strip() for each in lines):
        return None
    return "\n".join(each[len(before) :] for each in lines), before


def entry_of(text: str, before: str) -> str:
    """Return a text as an entry of a list again."""
    lines = [f"{before}{each}" if each.strip() else each for each in text.split("\n")]
    return f"{before[:-2]}- {lines[0][len(before) :]}" + "".join(f"\n{each}" for each in lines[1:])
