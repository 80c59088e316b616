"""What every feature offers to the search box, and how a query is matched."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_
from sqlalchemy.orm import InstrumentedAttribute

from training_platform.core.text import fold, like_pattern

MAX_QUERY = 80


@dataclass(frozen=True)
class Hit:
    """One answer of the search box."""

    kind: str
    title: str
    detail: str
    href: str
    icon: str


def words(text: str) -> list[str]:
    """Return the words of a query, folded; at most five, so that nobody builds a huge statement."""
    return fold(text[:MAX_QUERY]).split()[:5]


def contains_all(column: InstrumentedAttribute[str], query: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a folded column contains every word of a query.

    Substrings, because Chinese has no spaces; the tables searched here hold thousands of rows.
    """
    return and_(*(column.like(like_pattern(word), escape="\\") for word in query))
