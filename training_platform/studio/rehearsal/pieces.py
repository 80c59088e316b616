"""What in a recorded value was drawn, and the places that each piece of it may mean. Pure."""

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from training_platform.studio.rehearsal.places import Places

#: So many places are offered; a name of a team stands in hundreds.
_MOST = 12
_NUMBER = re.compile(r"\d+")


@dataclass(frozen=True)
class Piece:
    """Something in a value that was drawn: where it may have come from, and what is taken."""

    #: The value's name.
    name: str
    text: str
    #: The place that is put in; empty: it stays as it was typed.
    place: str
    offers: Sequence[str]
    #: Nothing tells which place is meant, or whether any is.
    is_unsure: bool = False

    @property
    def is_many(self) -> bool:
        """Tell whether there are several places to choose from."""
        return len(self.offers) > 1

    @property
    def key(self) -> str:
        """Return what a form calls the piece, whatever is written in it."""
        return f"{zlib.crc32(f'{self.name} {self.text}'.encode()):08x}"


def pieces_of(places: Places, name: str, value: Any) -> list[Piece]:
    """Return the pieces of a field's value; places have just been put in there."""
    if isinstance(value, list):
        return [each for text in value for each in _pieces(places, name, [text])]
    if value.startswith("#"):
        return _pieces(places, name, [value[1:]])
    offers = places.offers(value)
    return [_piece(places, name, text, found) for text, found in offers.items()]


def pieces_in(places: Places, name: str, address: str) -> list[Piece]:
    """Return the pieces of an address: the numbers of its path, what its query sets."""
    return _pieces(places, name, dict.fromkeys(_told(places, address)))


def _told(places: Places, address: str) -> Iterator[str]:
    path, _mark, query = address.partition("?")
    yield from (part for part in path.split("/") if _NUMBER.fullmatch(part))
    told: set[str] = set()
    for text, names in places.queries_in(query):
        yield text
        told |= names if text in places.used else set()
    yield from (value for name, value in parse_qsl(query) if name not in told)


def _pieces(places: Places, name: str, texts: Any) -> list[Piece]:
    found = {text: places.offers(text).get(text) for text in texts}
    return [_piece(places, name, text, offers) for text, offers in found.items() if offers]


def _piece(places: Places, name: str, text: str, offers: list[str]) -> Piece:
    place = places.used.get(text, "")
    kept = [each for each in offers[:_MOST] if each != place]
    return Piece(name, text, place, [*([place] if place else []), *kept], text in places.unsure)
