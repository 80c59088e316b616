"""Selects for the pages of the library and for the search; no writes."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, String, cast, select
from sqlalchemy.orm import Session

from training_platform.core.i18n import pick
from training_platform.core.permissions import Person
from training_platform.core.search import Hit, contains_all, words
from training_platform.core.text import like_pattern
from training_platform.library.models import LibraryEntry, LibraryLink
from training_platform.library.rules import Sort
from training_platform.people.models import Competency

MAX_HITS = 6
ICONS = {Sort.CASE: "notebook", Sort.FAQ: "message-question"}
ADDRESSES = {Sort.CASE: "/cases/", Sort.FAQ: "/faq/"}


def entries(sort: Sort, text: str = "", competency: str = "") -> Select[Any]:
    """Return the select of entries in use that hold all words, perhaps of one competency."""
    statement = select(LibraryEntry).where(
        LibraryEntry.sort == sort, LibraryEntry.is_withdrawn.is_(False)
    )
    if asked := words(text):
        statement = statement.where(contains_all(LibraryEntry.search_text, asked))
    if competency:
        quoted = like_pattern(f'"{competency}"')
        column = cast(LibraryEntry.competencies, String)
        statement = statement.where(column.like(quoted, escape="\\"))
    return statement.order_by(LibraryEntry.slug)


def search(session: Session, _person: Person, text: str) -> list[Hit]:
    """Return the cases and common questions that contain every word, cases first."""
    if not words(text):
        return []
    return [
        Hit(sort.value, pick(row.title), pick(row.summary), address_of(row), ICONS[sort])
        for sort in Sort
        for row in session.scalars(entries(sort, text).limit(MAX_HITS))
    ]


def address_of(entry: LibraryEntry) -> str:
    """Return where an entry is read."""
    return f"{ADDRESSES[entry.sort]}{entry.slug}"


def of_lesson(session: Session, lesson_id: str) -> Sequence[LibraryEntry]:
    """Return what belongs to a lesson, cases first."""
    return session.scalars(
        select(LibraryEntry)
        .join(LibraryLink, LibraryLink.entry_id == LibraryEntry.id)
        .where(LibraryLink.lesson_id == lesson_id, LibraryEntry.is_withdrawn.is_(False))
        .order_by(LibraryEntry.sort, LibraryEntry.slug)
    ).all()


def lessons_of(session: Session, entry: LibraryEntry) -> Sequence[str]:
    """Return the ids of the lessons that an entry belongs to."""
    return session.scalars(
        select(LibraryLink.lesson_id)
        .where(LibraryLink.entry_id == entry.id)
        .order_by(LibraryLink.lesson_id)
    ).all()


def competency_names(session: Session) -> dict[str, str]:
    """Return what competencies are called, in their order."""
    rows = session.execute(select(Competency.id, Competency.name).order_by(Competency.position))
    return {row.id: pick(row.name) for row in rows}
