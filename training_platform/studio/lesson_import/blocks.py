"""A text between its file and our Markdown: blocks, and what was left out. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum


class Lost(StrEnum):
    """What of a text has no place in a lesson; the preview names each."""

    HTML = "html"
    PICTURE = "picture"
    LINK = "link"
    FOOTNOTE = "footnote"
    COMMENT = "comment"
    DELETED = "deleted"
    TEXT_BOX = "text_box"
    FORMULA = "formula"
    OBJECT = "object"
    INNER_TABLE = "inner_table"


@dataclass(frozen=True)
class Piece:
    """A run of text that looks the same; a line feed in it is a line break."""

    text: str
    is_bold: bool = False
    is_italic: bool = False
    is_struck: bool = False
    is_code: bool = False
    href: str = ""


Pieces = Sequence[Piece]


@dataclass(frozen=True)
class Heading:
    """A heading; 0 is the text's own title."""

    level: int
    pieces: Pieces


@dataclass(frozen=True)
class Paragraph:
    """A paragraph."""

    pieces: Pieces
    is_quoted: bool = False


@dataclass(frozen=True)
class Item:
    """An item of a list, so many levels in."""

    depth: int
    is_ordered: bool
    pieces: Pieces


@dataclass(frozen=True)
class Table:
    """A table; its first row is the head."""

    rows: Sequence[Sequence[Pieces]]


@dataclass(frozen=True)
class Code:
    """Lines as they are."""

    text: str


@dataclass(frozen=True)
class Figure:
    """A picture of the text, by its number among them."""

    number: int
    alternative: str


@dataclass(frozen=True)
class Directive:
    """One of our own blocks: what stands behind the colons, and its body."""

    opening: str
    body: Sequence["Block"]


Block = Heading | Paragraph | Item | Table | Code | Figure | Directive


@dataclass
class Found:
    """What a file was read as."""

    blocks: list[Block] = field(default_factory=list)
    #: Title, objective and summary, where the text gives them.
    fields: dict[str, str] = field(default_factory=dict)
    lost: list[tuple[Lost, str]] = field(default_factory=list)
    #: As they came; they are drawn anew before anybody sees them.
    pictures: list[bytes] = field(default_factory=list)

    def lose(self, what: Lost, detail: str = "") -> None:
        """Note what is left out."""
        self.lost.append((what, " ".join(detail.split())[:80]))


@dataclass(frozen=True)
class Converted:
    """A text as a lesson would have it."""

    fields: Mapping[str, str]
    body: str
    lost: Sequence[tuple[Lost, str]] = ()
    #: name.webp → bytes, as the text's figures call them.
    pictures: Mapping[str, bytes] = field(default_factory=dict)


def styled(piece: Piece, attribute: str, *, is_on: bool) -> Piece:
    """Return a piece with one of its looks on or off."""
    looks: dict[str, bool] = {attribute: is_on}
    return replace(piece, **looks)  # type: ignore[arg-type]  # all of them are flags


def plain(pieces: Pieces) -> str:
    """Return the words alone, in one line."""
    return " ".join("".join(each.text for each in pieces).split())
