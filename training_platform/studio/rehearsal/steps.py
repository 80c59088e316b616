"""Notes of a recording made into the steps of a solution. Pure."""

import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, quote

from training_platform.crm.models import FIRST_OWN_ID
from training_platform.practicals.drawing import Drawn
from training_platform.practicals.hand import BACK
from training_platform.studio.rehearsal.folding import folded
from training_platform.studio.rehearsal.meant import Meant
from training_platform.studio.rehearsal.pieces import Piece, pieces_in, pieces_of
from training_platform.studio.rehearsal.places import Places
from training_platform.studio.rehearsal.runs import items_of

#: The part of a step that is its page, beside its fields.
PAGE = "page"
#: All fields of a step at once.
WHOLE = "*"
_NUMBER = re.compile(r"\d+")
_PARENT = re.compile(r"(\$key\.\w+)\.[a-z]\w*")
#: A longer text is no single answer.
_WORDS = 40
_UNSAFE = re.compile(r"[&#+%\s\"<>]")


def field_key(name: str) -> str:
    """Return what a form calls the value of this name, whatever is written in it."""
    return f"{zlib.crc32(name.encode()):08x}"


@dataclass(frozen=True)
class Value:
    """One value of a step: as it was typed, and the place where it came from."""

    name: str
    label: str
    typed: Any
    place: Any = None
    is_typed: bool = False
    #: What in it was drawn, with the places to choose from.
    pieces: Sequence[Piece] = ()
    #: What the author wrote instead of all that.
    own: str = ""

    @property
    def key(self) -> str:
        """Return what a form calls the value."""
        return field_key(self.name)

    @property
    def said(self) -> Any:
        """Return what the step says."""
        if self.own:
            return self.own
        return self.typed if self.place is None or self.is_typed else self.place


@dataclass(frozen=True)
class Built:
    """One note as a step: in the file's words, and in parts for whoever looks it over."""

    number: int
    title: str
    step: Mapping[str, Any]
    values: Sequence[Value] = ()
    trouble: str | None = None
    #: Fields that were sent as the page held them.
    kept: Mapping[str, str] = field(default_factory=dict)
    is_out: bool = False


@dataclass
class _Hand:
    """Where the hand is that will take the steps: it must get to each page."""

    back: str | None = None
    came_back: str | None = None
    seen: list[str] = field(default_factory=list)


def built(
    notes: Sequence[Mapping[str, Any]],
    drawn: Drawn,
    choices: Mapping[str, Any],
    meant: Meant | None = None,
) -> list[Built]:
    """Return a step for each note; what the author left out is marked, and led nowhere.

    meant are the places that the task's checks compare each field with.
    """
    places, hand = Places(drawn, meant), _Hand()
    items = items_of(notes, places)
    found = []
    for number, note in enumerate(notes):
        choice = choices.get(str(number), {})
        one = _built((number, items.get(number)), note, places, hand, choice)
        if choice.get("out"):
            one = replace(one, trouble=None, is_out=True)
        elif not note.get("look"):
            hand.back = note["led"] if "led" in note and not note["refused"] else None
            hand.came_back = note.get("to") if note.get("refused") else None
        found.append(one)
    return found


def file_of(steps: Sequence[Built], answers: Sequence[Value], drawn: Drawn) -> dict[str, Any]:
    """Return the solution's file."""
    kept = [each for each in steps if not each.is_out]
    needed = [
        (each.step, each.kept)
        for number, each in enumerate(kept)
        if not _is_needless(each, kept[number + 1 : number + 2])
    ]
    scope = {"key": drawn.key, "params": drawn.params}
    said = [{"check": each.name, "text": str(each.said)} for each in answers]
    return {"steps": folded(needed, scope)} | ({"answers": said} if said else {})


def answers_of(
    answers: Mapping[str, str],
    drawn: Drawn,
    choice: Mapping[str, Any] | None = None,
    wanted: Mapping[str, Sequence[str]] | None = None,
) -> list[Value]:
    """Return what was typed into the task's own fields, with the places that it came from.

    wanted are the places that the check of each field compares with: those are meant first.
    """
    choice, all_places = choice or {}, Places(drawn)
    found = []
    for name, text in answers.items():
        if text:
            places = all_places.choosing(choice.get("places", {}).get(name, {}))
            checked = (wanted or {}).get(name, ()) if len(text) <= _WORDS else ()
            meant = places.among(checked, text)
            place = meant or places.of(text, name) or places.within(text)
            found.append(
                _value((name, name), text, place if place != text else None, choice, places)
            )
    return found


def _is_needless(step: Built, following: Sequence[Built]) -> bool:
    """Tell that a page is only looked at on the way to sending its form."""
    return bool(step.step.get("look")) and any(
        step.values[0].typed == each.values[0].typed for each in following
    )


def _built(
    which: tuple[int, str | None],
    note: Mapping[str, Any],
    places: Places,
    hand: _Hand,
    choice: Mapping[str, Any],
) -> Built:
    (number, anchor), fill = which, note.get("fill", {})
    typed, chosen = {*choice.get("typed", ())}, choice.get("places", {})
    if anchor is None:
        told = [*_texts(fill.values()), *_NUMBER.findall(note["page"])]
        anchor = places.meant_item(fill) or places.anchor(told)
    there = places.choosing(chosen.get(PAGE, {}))
    page, link, trouble = _way(note, there, hand, anchor)
    if anchor is None and (found := _PARENT.search(page)):
        anchor = found[1]  # what stands beside the record that the page is about
    is_said = link is None and not page.startswith(BACK)
    values = [
        Value(
            *(PAGE, "", note["page"], page if page != note["page"] else None, PAGE in typed),
            pieces=pieces_in(there, PAGE, note["page"]) if is_said else (),
            own=choice.get("own", {}).get(PAGE, ""),
        )
    ]
    step: dict[str, Any] = {"page": values[0].said}
    if link and PAGE not in typed and not values[0].own:
        step["link"] = link
    if note.get("look"):
        return Built(number, note["title"], step | {"look": True}, values, trouble)
    if note.get("form"):
        step["form"] = _address(note["form"], places, anchor)[0]
    whole = places.of_fill(fill, note.get("kept", {}), anchor) if fill else None
    if whole is not None:
        is_whole = chosen.get(WHOLE, {}).get(WHOLE, whole) == whole
        piece = Piece(WHOLE, WHOLE, whole if is_whole else "", (whole,))
        values.append(Value(WHOLE, "", dict(fill), whole, WHOLE in typed, (piece,)))
        whole = whole if is_whole else None
    if whole is not None:
        step["fill"] = values[1].said
        fill = {}
    for name, value in fill.items():
        here = places.choosing(chosen.get(name, {}))
        place = _placed(here, name, value, anchor)
        values.append(_value((name, note["labels"].get(name, name)), value, place, choice, here))
    if fill:
        step["fill"] = {each.name: each.said for each in values if each.name in fill}
    step |= {key: note[key] for key in ("upload", "press") if note.get(key)}
    if note.get("refused"):
        step["refused"] = True
    said, kept = note.get("trouble") or trouble, note.get("kept", {})
    return Built(number, note["title"], step, values, said, kept)


def _value(
    named: tuple[str, str], typed: Any, place: Any, choice: Mapping[str, Any], places: Places
) -> Value:
    name = named[0]
    is_list_place = isinstance(typed, list) and isinstance(place, str)
    return Value(
        *(*named, typed, place, name in choice.get("typed", ())),
        pieces=() if is_list_place else pieces_of(places, name, typed),
        own=choice.get("own", {}).get(name, ""),
    )


def _texts(values: Any) -> Iterator[str]:
    for value in values:
        yield from value if isinstance(value, list) else [value]


def _placed(places: Places, name: str, value: Any, anchor: str | None) -> Any:
    """Return the place of a field's value, or the value with places in it; None without any."""
    if isinstance(value, list):
        whole = places.of_list(value) if value else None
        each = [places.of(text, name, anchor) or text for text in value]
        return whole or (each if each != value else None)
    head = "#" if value.startswith("#") else ""
    if head and (number := places.of_number(value[1:], name.removesuffix("_id"), anchor)):
        return f"#{number}"
    found = places.of(value, name, anchor) or places.within(value, anchor, name)
    return found if found != value else None


def _way(
    note: Mapping[str, Any], places: Places, hand: _Hand, anchor: str | None
) -> tuple[str, str | None, str | None]:
    """Return how the hand gets to a page: its name, the link to follow from it, what is in the way.

    A page that is named by numbers of this workspace alone is reached as the author reached it:
    where the last form led, or by a link.
    """
    address = note["page"]
    if note.get("is_back"):
        return BACK, None, None if hand.came_back == address else "lost_page"
    said, unknown = _address(address, places, anchor)
    if not unknown:
        return said, None, None
    if hand.back is not None and address.partition("?")[0] == hand.back.partition("?")[0]:
        rest = said.partition("?")[2]
        return (f"{BACK}?{rest}" if address != hand.back and rest else BACK), None, None
    via = note.get("via")
    if via is not None:
        if via["is_back"] or via["page"] == hand.back:
            return BACK, via["link"], None
        there, unknown_there = _address(via["page"], places, anchor)
        if not unknown_there:
            return there, via["link"], None
    is_own = all(int(each) >= FIRST_OWN_ID for each in unknown)
    return said, None, "own_record" if is_own else "fixed_record"


def _address(address: str, places: Places, anchor: str | None) -> tuple[str, list[str]]:
    """Return an address with its numbers and values turned into places, and the numbers left."""
    path, mark, query = address.partition("?")
    parts, unknown = path.split("/"), []
    for at, part in enumerate(parts):
        if _NUMBER.fullmatch(part):
            before = parts[at - 1] if at else ""
            place = places.of_number(part, before, anchor)
            parts[at] = place or part
            if place is None:
                unknown.append(part)
    given = parse_qsl(query, keep_blank_values=True)
    whole, told = places.of_query(query) or ("", set())
    said = [
        f"{name}={_in_query(places, name, value, anchor)}"
        for name, value in given
        if name not in told
    ]
    said += [whole] if whole else []
    return "/".join(parts) + mark + "&".join(said), unknown


def _in_query(places: Places, name: str, value: str, anchor: str | None) -> str:
    place = places.of(value, name, anchor)
    if place is None and _NUMBER.fullmatch(value) and len(value) > 1:
        place = places.of_number(value, name, anchor)
    if place is not None:
        return place
    return quote(value) if _UNSAFE.search(value) else places.within(value, anchor)
