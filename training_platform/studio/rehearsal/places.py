"""Values that were drawn, turned back into the places that they came from. Pure.

"15400000001" becomes $key.cards.0.mobile: on another draw the step then types another number.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from typing import Any
from urllib.parse import parse_qsl

from training_platform.practicals.drawing import SHAPES, Drawn
from training_platform.practicals.solving import put_in
from training_platform.studio.rehearsal.meant import Meant, plain_name

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

    def __init__(self, drawn: Drawn, meant: Meant | None = None) -> None:
        """Take what was drawn; the key tells more than what the brief shows.

        meant are the places that the task's checks compare each field with.
        """
        self._meant_by: Meant = meant or {}
        self._chosen: Mapping[str, str] = {}
        #: What was put in for what, since choosing().
        self.used: dict[str, str] = {}
        #: What could have been put in, too, with nothing that tells which is meant.
        self.unsure: set[str] = set()
        self._found: dict[str, list[str]] = defaultdict(list)
        self._lists: dict[tuple[str, ...], str] = {}
        #: List of the key → what stands in each of its items, as texts.
        self.lists: dict[str, list[set[str]]] = {}
        self._maps: list[tuple[str, Mapping[str, Any]]] = []
        #: Whole queries of an address that were drawn, with what they set.
        self._queries: list[tuple[str, frozenset[tuple[str, str]]]] = []
        self._walk("$key", drawn.key)
        known = {*self._found}
        for name, value in drawn.params.items():
            if not (isinstance(value, Mapping) and value.keys() & SHAPES):
                self._walk(f"$params.{name}", value, but=known)

    def of(self, text: str, name: str = "", anchor: str | None = None) -> str | None:
        """Return the place of a whole value, if one is meant; name is the field's.

        anchor is the item of a list that the other values of the step came from.
        """
        if text in self._chosen:
            return self._put(text, self._chosen[text])
        paths = self._found.get(text, [])
        near = [each for each in paths if anchor and f"{each}.".startswith(f"{anchor}.")]
        if meant := self.meant(text, name, near):
            return self._put(text, meant)
        place = self._guess(text, name, (paths, near))
        if place is None and is_telling(text) and paths:
            self.unsure.add(text)
        return self._put(text, place)

    def _guess(self, text: str, name: str, found: tuple[list[str], list[str]]) -> str | None:
        paths, near = found
        fitting = near or paths
        alike = [each for each in paths if _is_like(name, each)]
        same = [each for each in alike if each in near] or alike
        if len(same) == 1 or (same and same[0] in near):
            return same[0]
        is_sure = near or len({*map(_list_of, fitting)}) == len(fitting)
        if is_telling(text) and fitting and is_sure:
            if len(paths) > 1 and not near:
                self.unsure.add(text)
            return min(fitting, key=_rank)
        return None

    def meant(self, text: str, name: str, near: Sequence[str] = ()) -> str | None:
        """Return the place of a value that a check compares this field with; None without one."""
        wanted = self._meant_by.get(plain_name(name), ()) if name else ()
        found = [
            each
            for each in self._found.get(text, [])
            if any(f"{each}.".startswith(f"{place}.") for place in wanted)
        ]
        # what items of a list have in common tells of no item
        lists = Counter(map(_list_of, found))
        telling = [each for each in found if lists[_list_of(each)] == 1]
        both = [each for each in telling if each in near]
        is_near = near and (is_telling(text) or any(_is_like(name, each) for each in near))
        fitting = both or ([] if is_near else telling)
        return min(fitting, key=lambda each: (not _is_like(name, each), _rank(each)), default=None)

    def of_query(self, query: str) -> tuple[str, set[str]] | None:
        """Return the place of a whole query that was drawn, and the names of what it sets."""
        for text, names in self.queries_in(query):
            if place := self.of(text):
                return place, names
        return None

    def queries_in(self, query: str) -> list[tuple[str, set[str]]]:
        """Return the queries that were drawn and stand in this one, with what they set."""
        given = {*parse_qsl(query)}
        found = {text: sets for text, sets in self._queries if sets <= given}
        return [
            (text, {name for name, _value in parse_qsl(text, keep_blank_values=True)})
            for text in sorted(found, key=lambda each: -len(found[each]))
        ]

    def meant_item(self, fill: Mapping[str, Any]) -> str | None:
        """Return the item of a list that what was filled in is meant as, by the checks."""
        for name, value in fill.items():
            place = self.meant(value.removeprefix("#"), name) if isinstance(value, str) else None
            if place and (item := _item_of(place)):
                return item if item != place else None
        return None

    def choosing(self, chosen: Mapping[str, str]) -> "Places":
        """Return the same, where an author said what is meant: value → place, "" for none."""
        other = copy(self)
        other._chosen, other.used, other.unsure = chosen, {}, set()
        return other

    def offers(self, text: str) -> dict[str, list[str]]:
        """Return the drawn values in a text, each with the places where it stands, the best first.

        The text itself comes first, where it was drawn as a whole.
        """
        found = {text: self._found[text]} if text in self._found else {}
        left = "" if text in found else text
        for value in sorted(self._found, key=len, reverse=True):
            if value not in left or not (is_telling(value) or _is_number(value)):
                continue
            pattern = _standing_alone(value)
            if pattern.search(left):
                found[value] = self._found[value]
                left = pattern.sub(" ", left)
        return {value: sorted({*places}, key=_rank) for value, places in found.items()}

    def all(self) -> dict[str, str]:
        """Return everything that was drawn, by its place."""
        return {place: text for text, places in self._found.items() for place in places}

    def of_list(self, values: Iterable[str]) -> str | None:
        """Return the place of a list of just these values."""
        return self._lists.get(tuple(sorted(values)))

    def _put(self, text: str, place: str | None) -> str | None:
        if place:
            self.used[text] = place
        return place or None

    def _beside(self, value: str, anchor: str | None) -> str | None:
        """Return the place of a short number that stands in the item that the step is about."""
        if anchor is None or len(value) < _SHORT or not value.isdigit():
            return None
        near = [each for each in self._found[value] if each.startswith(f"{anchor}.")]
        return min(near, key=_rank, default=None)

    def of_fill(
        self, fill: Mapping[str, Any], kept: Mapping[str, str], anchor: str | None = None
    ) -> str | None:
        """Return the place of a whole form: what was drawn says all fields that were filled.

        kept are the values that the page held already; they may be among them. Of equal ones the
        one in the item that the step is about is meant.
        """
        sent = {**kept, **fill}
        ranked = sorted(
            self._maps, key=lambda each: (-len(each[1]), not f"{each[0]}.".startswith(f"{anchor}."))
        )
        for path, drawn in ranked:
            if fill.keys() <= drawn.keys() and all(
                _same(sent.get(name, ""), value) for name, value in drawn.items()
            ):
                return path
        return None

    def of_number(self, number: str, before: str, anchor: str | None) -> str | None:
        """Return the place of a record's number in an address; before is the part in front."""
        if number in self._chosen:
            return self._put(number, self._chosen[number])
        paths = [each for each in self._found.get(number, []) if not each.endswith("|local")]
        near = [each for each in paths if anchor and f"{each}.".startswith(f"{anchor}.")]
        if meant := self.meant(number, before, near):
            return self._put(number, meant)
        lists = Counter(map(_list_of, paths))
        alone = [each for each in paths if lists[_list_of(each)] == 1 and _is_like(before, each)]
        if alone and any(lists[_list_of(each)] > 1 for each in near):
            near = alone  # items of a list have it in common: it is no item's own
        like = [each for each in near or paths if _is_like(before, each)]
        if len(paths) > 1 and not like and not near:
            self.unsure.add(number)
        return self._put(number, min(like or near or paths, key=_rank, default=None))

    def among(self, wanted: Iterable[str], text: str) -> str | None:
        """Return a text with one of these places put in for what it says; None without any.

        A text that was drawn as a whole, at one place, is that.
        """
        if text in self._chosen or (is_telling(text) and len(self._found.get(text, ())) == 1):
            return self.of(text)
        known = {
            place: value
            for value, paths in self._found.items()
            for place in paths
            if value and any(f"{place}.".startswith(f"{each}.") for each in wanted)
        }
        for place, value in sorted(known.items(), key=lambda each: -len(each[1])):
            pattern = _standing_alone(value)
            if pattern.search(text) and value not in self._chosen:
                self._put(value, place)
                return pattern.sub(lambda _match, place=place: place, text)  # type: ignore[misc]
        return None

    def within(self, text: str, anchor: str | None = None, name: str = "") -> str:
        """Return a text with the telling values in it turned into places, the longest first."""
        for value in sorted(self._found, key=len, reverse=True):
            if value not in text or not (pattern := _standing_alone(value)).search(text):
                continue
            place = self._inside(value, anchor, name)
            if place is not None:
                text = pattern.sub(lambda _match, place=place: place, text)  # type: ignore[misc]
        return text

    def _inside(self, value: str, anchor: str | None, name: str) -> str | None:
        """Return the place of a value that stands within a longer text."""
        if value in self._chosen:
            return self.of(value)
        if is_telling(value) and (meant := self.meant(value, name)):
            return self._put(value, meant)
        place = self.of(value, anchor=anchor) if len(value) >= _LEAST else None
        return place or self._put(value, self._beside(value, anchor))

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
            if isinstance(value, str) and len(sets := parse_qsl(value)) > 1:
                self._queries.append((value, frozenset(sets)))
            for text, place in _forms_of(path, value):
                if text and text not in but:
                    self._found[text].append(place)


def _standing_alone(value: str) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w$.]){re.escape(value)}(?![\w|]|\.\w)")


def _is_number(value: str) -> bool:
    return len(value) >= _SHORT and value.isdigit()


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
