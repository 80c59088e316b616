"""Search over everything: each feature answers for itself, its scope in SQL."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from training_platform.assessment.queries import QuestionFilter, questions_by_wrong_rate
from training_platform.core.i18n import pick
from training_platform.core.navigation import Item
from training_platform.core.permissions import Permission, may
from training_platform.core.search import Hit, words
from training_platform.core.text import fold
from training_platform.curricula.queries import search as search_courses
from training_platform.library.queries import search as search_library
from training_platform.mentoring.queries import search_reports
from training_platform.people.queries import search as search_people

MAX_QUESTIONS = 8


@dataclass(frozen=True)
class Group:
    """Answers of one sort."""

    key: str
    title: str
    hits: Sequence[Hit]


def search(session: Session, person: Any, text: str, places: Iterable[Item]) -> list[Group]:
    """Return what contains every word of the text, grouped; only what the person may read."""
    found = words(text)
    if not found:
        return []
    content = search_courses(session, person, text)
    library = search_library(session, person, text)
    groups = [
        Group("actions", _("Places"), _places(places, found)),
        Group("courses", _("Courses"), _of(content, "course")),
        Group("lessons", _("Lessons"), _of(content, "lesson")),
        Group("cases", _("Case library"), _of(library, "case")),
        Group("faq", _("Common questions"), _of(library, "faq")),
        Group("people", _("People"), search_people(session, person, found)),
        Group(
            "reports", _("Shared reports"), search_reports(session, person.department_path, text)
        ),
    ]
    if may(person, None, Permission.QUESTION_STATISTICS):
        groups.append(Group("questions", _("Questions"), _questions(session, text)))
    return [group for group in groups if group.hits]


def _reports(session: Session, person: Any, text: str) -> list[Hit]:
    return search_reports(session, person.department_path, text)


def _of(hits: Sequence[Hit], kind: str) -> list[Hit]:
    return [hit for hit in hits if hit.kind == kind]


def _places(places: Iterable[Item], found: Sequence[str]) -> list[Hit]:
    return [
        Hit("action", str(place.text), "", place.href, place.icon)
        for place in places
        if _contains(fold(f"{place.text} {place.key}"), found)
    ]


def _contains(text: str, found: Sequence[str]) -> bool:
    return all(word in text for word in found)


def _questions(session: Session, text: str) -> list[Hit]:
    statement = questions_by_wrong_rate(QuestionFilter(text=text)).limit(MAX_QUESTIONS)
    return [
        Hit(
            "question",
            pick(row.stem),
            row.id,
            f"/assessment/questions/{quote(row.id)}",
            "help-circle",
        )
        for row in session.execute(statement)
    ]
