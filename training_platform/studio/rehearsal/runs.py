"""Which item of which list each step of a recording is about: the lists that were gone through.

The same record often stands in several lists that were drawn. Steps of one kind that follow one
another are about the list whose items they go through, all of them, each once. Pure.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any
from urllib.parse import parse_qsl

from training_platform.studio.rehearsal.places import Places, is_telling

_NUMBER = re.compile(r"\d+")


def items_of(notes: Sequence[Mapping[str, Any]], places: Places) -> dict[int, str]:
    """Return the item that a note is about, by the note's number; for those in a run alone."""
    sent = [(number, note) for number, note in enumerate(notes) if not note.get("look")]
    found: dict[int, str] = {}
    for _kind, run in groupby(sent, key=lambda each: _shape(each[1])):
        found |= _of_run([(number, set(texts_of(note))) for number, note in run], places)
    return found


def texts_of(note: Mapping[str, Any]) -> Iterator[str]:
    """Yield what in a note tells which record it is about: numbers of its page, else its values."""
    path, _mark, query = str(note["page"]).partition("?")
    told = [*_NUMBER.findall(path), *(value for _name, value in parse_qsl(query))]
    yield from told
    if not _NUMBER.search(path):
        for value in note.get("fill", {}).values():
            for text in value if isinstance(value, list) else [value]:
                if text.startswith("#"):
                    yield text[1:]
                elif is_telling(text):
                    yield text


def _shape(note: Mapping[str, Any]) -> tuple[str, ...]:
    path = str(note["page"]).partition("?")[0]
    return tuple(_NUMBER.sub("0", str(each)) for each in (path, note.get("to"), note.get("press")))


def _of_run(run: Sequence[tuple[int, set[str]]], places: Places) -> dict[int, str]:
    """Part a run into stretches that each go through a whole list, the longest first."""
    found: dict[int, str] = {}
    at = 0
    while at < len(run):
        for end in range(len(run), at + 1, -1):
            items = _whole_list([texts for _number, texts in run[at:end]], places)
            if items:
                found |= dict(zip([number for number, _texts in run[at:end]], items, strict=True))
                at = end
                break
        else:
            at += 1
    return found


def _whole_list(told: Sequence[set[str]], places: Places) -> list[str] | None:
    """Return the items of the list that these steps go through; the one that tells most of them."""
    best: tuple[tuple[int, int], list[str]] | None = None
    for path, items in places.lists.items():
        if len(items) != len(told):
            continue
        hits = [[n for n, item in enumerate(items) if texts & item] for texts in told]
        if any(not each for each in hits):
            continue
        chosen = [_nearest(each, texts, items) for each, texts in zip(hits, told, strict=True)]
        if len({*chosen}) != len(chosen):
            continue
        shared = sum(len(texts & items[n]) for n, texts in zip(chosen, told, strict=True))
        rank = (shared, sum(map(len, items)))
        if best is None or rank > best[0]:
            best = rank, [f"{path}.{n}" for n in chosen]
    return best[1] if best else None


def _nearest(numbers: Sequence[int], texts: set[str], items: Sequence[set[str]]) -> int:
    return max(numbers, key=lambda number: len(texts & items[number]))
