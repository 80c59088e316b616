"""Cases and common questions, published as files are."""

import json
from typing import Any

from sqlalchemy.orm import Session

from tests.factories.content import both, publish
from training_platform.library.models import LibraryEntry
from training_platform.library.rules import PARTS, Sort, id_of, path_of


def entry_data(sort: Sort, slug: str, **changes: Any) -> dict[str, Any]:
    """What an entry's file says; changes replace keys."""
    data: dict[str, Any] = {
        "id": slug,
        "title": both(f"Title {slug}"),
        "competencies": ["data-quality"],
        "lessons": [],
        "review_by": "2027-06-30",
    }
    data |= {part: both(f"The {part} of {slug}.") for part in PARTS[sort]}
    if sort is Sort.CASE:
        data |= {"summary": both(f"Summary {slug}"), "questions": [both("Why?")]}
    return data | changes


def publish_entry(
    session: Session, sort: Sort, slug: str = "refund", **changes: Any
) -> LibraryEntry:
    text = json.dumps(entry_data(sort, slug, **changes), ensure_ascii=False)
    publish(session, sort.value, slug, {path_of(sort, slug): text})
    return session.get_one(LibraryEntry, id_of(sort, slug))


def make_names(session: Session) -> dict[str, str]:
    """Return what the addresses of the library name."""
    return {
        "case_slug": publish_entry(session, Sort.CASE, "some-case").slug,
        "faq_slug": publish_entry(session, Sort.FAQ, "some-question").slug,
    }
