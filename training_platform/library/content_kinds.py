"""Kinds of content files that the library owns: cases and common questions."""

from datetime import date
from pathlib import Path
from typing import Any

from flask import Flask
from pydantic import BaseModel
from sqlalchemy import delete
from sqlalchemy.orm import Session

from training_platform.content import markdown
from training_platform.core.kinds import (
    LANGUAGES,
    ContentKind,
    Draft,
    Library,
    Revision,
    expect_id,
)
from training_platform.core.kinds import register as register_kind
from training_platform.core.text import fold
from training_platform.library.models import LibraryEntry, LibraryLink
from training_platform.library.rules import FOLDERS, PARTS, Sort, id_of, path_of
from training_platform.library.schemas import CaseFile, FaqFile

#: So much of an answer stands in lists.
MOST_SUMMARY = 120


class EntryKind(ContentKind):
    """One file an entry, both languages in it."""

    sort: Sort
    schema: type[BaseModel]

    def find(self, root: Path) -> dict[str, list[Path]]:
        """Return every file of the folder."""
        return {path.stem: [path] for path in sorted((root / FOLDERS[self.sort]).glob("*.yaml"))}

    def parse(self, draft: Draft) -> dict[str, Any] | None:
        """Return the entry as its schema has it; its Markdown is drawn once, to find mistakes."""
        path = path_of(self.sort, draft.slug)
        value = draft.yaml(path)
        data = None if value is None else draft.validate(path, value, self.schema)
        if data is not None:
            expect_id(draft, path, data, draft.slug)
            for part in PARTS[self.sort]:
                for language in LANGUAGES:
                    _look_at(draft, path, part, language, data[part][language])
        return data

    def check(self, draft: Draft, library: Library) -> None:
        """Refuse unknown competencies and lessons."""
        assert draft.data is not None  # noqa: S101  # the caller's promise
        path = path_of(self.sort, draft.slug)
        for index, name in enumerate(draft.data["competencies"]):
            if not library.knows("competency", name):
                expected = "one of competencies.yaml"
                draft.wrong(path, ("competencies", index), f"{name} is no competency", expected)
        for index, lesson in enumerate(draft.data["lessons"]):
            if not library.knows("lesson", lesson):
                place = ("lessons", index)
                draft.wrong(path, place, f"{lesson} is no lesson", "<course>/<lesson>")
        for place, target in draft.notes.get("links", ()):
            if not library.knows("lesson", target):
                problem = f"leads to lesson:{target}, which does not exist"
                draft.wrong(path, place, problem, "<course>/<lesson>")

    def project(self, session: Session, revision: Revision) -> None:
        """Fill library_entry and library_link."""
        data, entry_id = revision.data, id_of(self.sort, revision.slug)
        drawn = {language: drawn_parts(self.sort, data, language) for language in LANGUAGES}
        words = [text for each in drawn.values() for text in each.pop("words")]
        summary = data.get("summary") or {
            language: beginning(drawn[language].pop("plain")) for language in LANGUAGES
        }
        titles = [data["title"][language] for language in LANGUAGES]
        session.merge(
            LibraryEntry(
                id=entry_id,
                sort=self.sort,
                slug=revision.slug,
                title=data["title"],
                summary=summary,
                parts={language: _kept(each) for language, each in drawn.items()},
                competencies=data["competencies"],
                review_by=date.fromisoformat(data["review_by"]),
                revision_id=revision.id,
                is_withdrawn=False,
                search_text=fold(" ".join([*titles, *summary.values(), *words])),
            )
        )
        session.flush()
        session.execute(delete(LibraryLink).where(LibraryLink.entry_id == entry_id))
        for lesson in dict.fromkeys(data["lessons"]):
            session.add(LibraryLink(entry_id=entry_id, lesson_id=lesson))
        session.flush()

    def withdraw(self, session: Session, slug: str) -> None:
        """Show it no more."""
        if entry := session.get(LibraryEntry, id_of(self.sort, slug)):
            entry.is_withdrawn = True


class CaseKind(EntryKind):
    """courses/cases/<slug>.yaml."""

    name = "case"
    position = 60
    sort = Sort.CASE
    schema = CaseFile
    schemas = {"case": CaseFile}


class FaqKind(EntryKind):
    """courses/faq/<slug>.yaml."""

    name = "faq"
    position = 61
    sort = Sort.FAQ
    schema = FaqFile
    schemas = {"faq": FaqFile}


def drawn_parts(sort: Sort, data: dict[str, Any], language: str) -> dict[str, Any]:
    """Return an entry's parts in a language as safe markup; words are what they say, plain."""
    found: dict[str, Any] = {}
    words: list[str] = []
    for part in PARTS[sort]:
        rendered = markdown.render(markdown.Lesson(data[part][language], language, ""))
        found[part] = rendered.before_check + rendered.after_check
        words.append(rendered.words)
    found["questions"] = [each[language] for each in data.get("questions", ())]
    return found | {"plain": words[0], "words": [*words, *found["questions"]]}


def beginning(text: str) -> str:
    """Return the beginning of a text for lists."""
    text = " ".join(text.split())
    return text if len(text) <= MOST_SUMMARY else f"{text[: MOST_SUMMARY - 1].rstrip()}…"


def _kept(drawn: dict[str, Any]) -> dict[str, Any]:
    return {name: each for name, each in drawn.items() if name != "plain"}


def _look_at(draft: Draft, path: str, part: str, language: str, text: str) -> None:
    rendered = markdown.render(markdown.Lesson(text, language, ""))
    for flaw in rendered.flaws:
        draft.wrong(path, (part, language), flaw.problem, flaw.expected)
    draft.notes.setdefault("links", []).extend(
        ((part, language), target) for _line, target in rendered.links
    )


def register(app: Flask) -> None:
    """Tell content which files belong here."""
    register_kind(app, CaseKind())
    register_kind(app, FaqKind())
