"""Two people wrote in one text: what both meant, or that nobody can know.

Three-way merging of lines after Khanna, Kunal and Pierce, "A Formal Investigation of Diff3" (2007).
Libraries for it are under licenses that do not go with ours.
"""

from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher
from typing import Any


def merge(base: str, mine: str, theirs: str) -> str | None:
    """Return the text with the changes of both, or None where they touch the same lines.

    base is what both began with. Equal changes count once.
    """
    if mine in (theirs, base):
        return theirs
    if theirs == base:
        return mine
    parts = list(_parts(_lines(base), _lines(mine), _lines(theirs)))
    return None if any(part is None for part in parts) else "".join(p for p in parts if p)


def _parts(base: list[str], mine: list[str], theirs: list[str]) -> Iterator[str | None]:
    """Yield each stretch of the result; None for a stretch that both changed differently."""
    at, my, their = 0, 0, 0
    for start, mine_start, theirs_start, size in _common(base, mine, theirs):
        was, one, two = base[at:start], mine[my:mine_start], theirs[their:theirs_start]
        yield _stretch(was, one, two)
        yield "".join(base[start : start + size])
        at, my, their = start + size, mine_start + size, theirs_start + size


def _stretch(was: Sequence[str], mine: Sequence[str], theirs: Sequence[str]) -> str | None:
    if mine in (theirs, was):
        return "".join(theirs)
    return "".join(mine) if theirs == was else None


def _common(
    base: list[str], mine: list[str], theirs: list[str]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield the stretches that stand in all three, and an empty one at the end."""
    one = {block.a: block for block in _blocks(base, mine)}
    in_mine = {a + k: block.b + k for a, block in one.items() for k in range(block.size)}
    two = _blocks(base, theirs)
    in_theirs = {block.a + k: block.b + k for block in two for k in range(block.size)}
    line = 0
    while line < len(base):
        size = 0
        if line in in_mine and line in in_theirs:
            first, second = in_mine[line], in_theirs[line]
            while (
                in_mine.get(line + size) == first + size
                and in_theirs.get(line + size) == second + size
            ):
                size += 1
            yield line, first, second, size
        line += size or 1
    yield len(base), len(mine), len(theirs), 0


def _blocks(one: list[str], two: list[str]) -> list[Match]:
    return [
        block
        for block in SequenceMatcher(None, one, two, autojunk=False).get_matching_blocks()
        if block.size
    ]


def _lines(text: str) -> list[str]:
    return text.splitlines(keepends=True)


def merge_values(base: Any, mine: Any, theirs: Any) -> Any:
    """Return plain values with what both sides changed since base; None where that is one part.

    Mappings go together key by key, lists of one length place by place. A list that somebody made
    longer, shorter or put in another order is one part.
    """
    try:
        return _merged(base, mine, theirs)
    except _BothError:
        return None


class _BothError(Exception):
    """Both sides changed the same part, each in her way."""


_NOTHING: Any = object()


def _merged(base: Any, mine: Any, theirs: Any) -> Any:
    if theirs in (mine, base):
        return mine
    if mine == base:
        return theirs
    if all(isinstance(each, dict) for each in (base, mine, theirs)):
        keys = [*theirs, *(key for key in mine if key not in theirs)]
        sides = (base, mine, theirs)
        found = {key: _merged(*(each.get(key, _NOTHING) for each in sides)) for key in keys}
        return {key: each for key, each in found.items() if each is not _NOTHING}
    are_lists = all(isinstance(each, list) for each in (base, mine, theirs))
    if are_lists and len(base) == len(mine) == len(theirs):
        return [_merged(*each) for each in zip(base, mine, theirs, strict=True)]
    raise _BothError
