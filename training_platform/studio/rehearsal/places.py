"""Values that were drawn, turned back into the places that they came from. Pure.

"15400000001" becomes $key.cards.0.mobile: on another draw the step then types another number.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from training_platform.practicals.drawing import SHAPES, Drawn
from training_platform.practicals.solving import put_in

#: Shorter texts and plain codes stand in many places by chance.
_LEAST = 4
#: Shorter numbers are taken for places only in the item that a step is about.
_SHORT = 2
_CODE = re.compile(r"[a-z_]+|\d{1,3}")
_HANZI = re.compile(r"[\u3400-\u9fff]")
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z")
_ITEM = re.compile(r"\.\d+(?=\.|$)")


class Places:
    """What was drawn, by how a form or an address holds it."""

    def __init__(self, drawn: Drawn) -> None:
        """Take what was drawn; the key tells more than what the brief shows."""
        self._found: dict[str, list[str]] = defaultdict(list)
        self._lists: dict[tuple[str, ...], str] = {}
        #: List of the key → what stands in each of its items, as texts.
        self.lists: dict[str, list[set[str]]] = {}
        self._maps: list[tuple[str, Mapping[str, Any]]] = []
        self._walk("$key", drawn.key)
        known = {*self._found}
        for name, value in drawn.params.items():
            if not (isinstance(value, Mapping) and value.keys() & SHAPES):
                self._walk(f"$params.{name}", value, but=known)

    def of(self, text: str, name: str = "", anchor: str | None = None) -> str | None:
        """Return the place of a whole value, if one is meant; name is the field's.

        anchor is the item of a list that the other values of the step came from.
        """
        paths = self._found.get(text, [])
        near = [each for each in paths if anchor and f"{each}.".startswith(f"{anchor}.")]
        fitting = near or paths
        alike = [each for each in paths if _is_like(name, each)]
        same = [each for each in alike if each in near] or alike
        if len(same) == 1 or (same and same[0] in near):
            return same[0]
        is_sure = near or len({*map(_list_of, fitting)}) == len(fitting)
        if is_telling(text) and fitting and is_sure:
            return min(fitting, key=_rank)
        return None

    def of_list(self, values: Iterable[str]) -> str | None:
        """Return the place of a list of just these values."""
        return self._lists.get(tuple(sorted(values)))

    def _beside(self, value: str, anchor: str | None) -> str | None:
        """Return the place of a short number that stands in the item that the step is about."""
        if anchor is None or len(value) < _SHORT or not value.isdigit():
            return None
        near = [each for each in self._found[value] if each.startswith(f"{anchor}.")]
        return min(near, key=_rank, default=None)

    def of_fill(self, fill: Mapping[str, Any], kept: Mapping[str, str]) -> str | None:
        """Return the place of a whole form: what was drawn says all fields that were filled.

        kept are the values that the page held already; they may be among them.
        """
        sent = {**kept, **fill}
        for path, drawn in sorted(self._maps, key=lambda each: -len(each[1])):
            if fill.keys() <= drawn.keys() and all(
                _same(sent.get(name, ""), value) for name, value in drawn.items()
            ):
                return path
        return None

    def of_number(self, number: str, before: str, anchor: str | None) -> str | None:
        """Return the place of a record's number in an address; before is the part in front."""
        paths = [each for each in self._found.get(number, []) if not each.endswith("|local")]
        near = [each for each in paths if anchor and f"{each}.".startswith(f"{anchor}.")]
        like = [each for each in near or paths if _is_like(before, each)]
        return min(like or near or paths, key=_rank, default=None)

    def among(self, wanted: Iterable[str], text: str) -> str | None:
        """Return a text with one of these places put in for what it says; None without any."""
        known = {
            place: value
            for value, paths in self._found.items()
            for place in paths
            if value and any(f"{place}.".startswith(f"{each}.") for each in wanted)
        }
        for place, value in sorted(known.items(), key=lambda each: -len(each[1])):
            pattern = re.compile(rf"(?<![\w$.]){re.escape(value)}(?![\w|]|\.\w)")
            if pattern.search(text):
                return pattern.sub(lambda _match, place=place: place, text)  # type: ignore[misc]
        return None

    def within(self, text: str, anchor: str | None = None) -> str:
        """Return a text with the telling values in it turned into places, the longest first."""
        for value in sorted(self._found, key=len, reverse=True):
            if value not in text:
                continue
            place = self.of(value, anchor=anchor) if len(value) >= _LEAST else None
            place = place or self._beside(value, anchor)
            pattern = re.compile(rf"(?<![\w$.]){re.escape(value)}(?![\w|]|\.\w)")
            if place is not None:
                text = pattern.sub(lambda _match, place=place: place, text)  # type: ignore[misc]
        return text

    def anchor(self, values: Iterable[str]) -> str | None:
        """Return the item of a list that most of these values came from."""
        votes: Counter[str] = Counter()
        for value in values:
            paths = self._found.get(value, [])
            items = {_item_of(each) for each in paths if _item_of(each) != each} - {None}
            for each in items if is_telling(value) or value.isdigit() else ():
                votes[str(each)] += 2 if len(items) == 1 else 1
        return max(votes, key=lambda each: (votes[each], -_rank(each)[0]), default=None)

    def _walk(self, path: str, value: Any, but: Iterable[str] = ()) -> None:
        if isinstance(value, Mapping):
            if value and not any(isinstance(each, Mapping) for each in value.values()):
                self._maps.append((path, value))
            for name, each in value.items():
                self._walk(f"{path}.{name}", each, but)
        elif isinstance(value, list | tuple):
            if value and all(isinstance(each, str | int) for each in value):
                self._lists.setdefault(tuple(sorted(map(str, value))), path)
            self.lists[path] = [set(_leaves(each)) for each in value]
            for number, each in enumerate(value):
                self._walk(f"{path}.{number}", each, but)
        elif isinstance(value, str | int | float) and not isinstance(value, bool):
            for text, place in _forms_of(path, value):
                if text and text not in but:
                    self._found[text].append(place)


def _forms_of(path: str, value: Any) -> Iterator[tuple[str, str]]:
    yield str(value), path
    if isinstance(value, str) and _INSTANT.fullmatch(value):
        yield put_in("$key.at|local", {"key": {"at": value}}), f"{path}|local"


def _leaves(value: Any) -> Iterator[str]:
    """Yield the texts of an item, not of lists within."""
    if isinstance(value, Mapping):
        for each in value.values():
            if isinstance(each, str | int | float | Mapping):
                yield from _leaves(each)
    elif isinstance(value, str | int | float):
        yield str(value)


def _same(sent: Any, drawn: Any) -> bool:
    if isinstance(sent, list) or isinstance(drawn, list | tuple):
        given = sent if isinstance(sent, list) else [sent] if sent else []
        return isinstance(drawn, list | tuple) and [*map(str, drawn)] == given
    return str(sent) == ("" if drawn is None else str(drawn))


def is_telling(text: str) -> bool:
    """Tell whether a value says by itself where it came from: a name, a number, no code."""
    if _CODE.fullmatch(text):
        return False
    return len(text) >= _LEAST or len(_HANZI.findall(text)) > 1


def _is_like(name: str, path: str) -> bool:
    leaf = path.removesuffix("|local").rsplit(".", 1)[-1]
    words = {*re.split(r"[_\d]+", leaf)} - {""}
    return bool(name) and (leaf == name or bool(words & {*name.split("_")} - {"id", "at", "on"}))


def _item_of(path: str) -> str | None:
    found = [*_ITEM.finditer(path)]
    return path[: found[0].end()] if found else None


def _list_of(path: str) -> str:
    found = _ITEM.search(path)
    return path[: found.start()] if found else path


def _rank(path: str) -> tuple[int, int, str]:
    """Order places: those with a name before bare items of a list, then the shorter ones."""
    return (int(path.rsplit(".", 1)[-1].isdigit()), path.count("."), path)
