"""Kinds of content files that assessment owns: questions here, rubrics beside them."""

import re
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from training_platform.assessment import pictures, schemas
from training_platform.assessment.models import Question, QuestionSkill
from training_platform.assessment.rubrics.content_kinds import RubricKind
from training_platform.core.kinds import (
    LANGUAGES,
    ContentKind,
    Draft,
    Library,
    Revision,
    expect_id,
)
from training_platform.core.kinds import register as register_kind
from training_platform.core.yaml_files import Place

FOLDER = "question_bank/questions"
_GAP = re.compile(r"\{\{(.*?)\}\}")


class QuestionKind(ContentKind):
    """question_bank/questions/<topic>/<question>.yaml, and its picture below media/."""

    name = "question"
    position = 20
    schemas = {"question": schemas.Question}

    def find(self, root: Path) -> dict[str, list[Path]]:
        """Return every question file with its picture; its slug is <topic>/<question>."""
        folder = root / FOLDER
        shown: dict[str, list[Path]] = {}
        for path in sorted(folder.glob("*/media/*.*")):
            slug = f"{path.parent.parent.name}/{path.name.split('.', maxsplit=1)[0]}"
            shown.setdefault(slug, []).append(path)
        found = {
            path.relative_to(folder).with_suffix("").as_posix(): path
            for path in sorted(folder.glob("*/*.yaml"))
        }
        return {slug: [path, *shown.get(slug, [])] for slug, path in found.items()}

    def parse(self, draft: Draft) -> dict[str, Any] | None:
        """Return the question as its kind's schema has it."""
        path = path_of(draft.slug)
        value = draft.yaml(path)
        if value is None:
            return None
        kind = value.get("kind")
        schema = schemas.QUESTION_KINDS.get(kind) if isinstance(kind, str) else None
        if schema is None:
            problem = "is missing" if kind is None else f"is {kind!r}"
            draft.wrong(path, ("kind",), problem, "one of " + ", ".join(schemas.QUESTION_KINDS))
            return None
        data = draft.validate(path, value, schema)
        if data is not None:
            expect_id(draft, path, data, draft.slug)
            _check_gaps(draft, path, data)
            _check_repetition(draft, path, data)
            pictures.check(draft, path, "picture" in data)
            if markup := pictures.drawn(draft.slug, draft.files, data.get("picture")):
                data["drawn"] = markup
        return data

    def check(self, draft: Draft, library: Library) -> None:
        """Refuse competencies and lessons that do not exist."""
        assert draft.data is not None  # noqa: S101  # the caller's promise
        path = path_of(draft.slug)
        for index, skill in enumerate(draft.data["skills"]):
            if not library.knows("competency", skill):
                place = ("skills", index)
                draft.wrong(path, place, f"{skill} is no competency", "an id of competencies.yaml")
        lesson = draft.data.get("lesson")
        if lesson and not library.knows("lesson", lesson):
            draft.wrong(path, ("lesson",), f"{lesson} is no lesson", "<course>/<lesson>")

    def project(self, session: Session, revision: Revision) -> None:
        """Fill question and question_skill."""
        data = revision.data
        session.merge(Question(**_row(revision.slug, data, revision.id)))
        session.execute(delete(QuestionSkill).where(QuestionSkill.question_id == revision.slug))
        session.flush()
        session.add_all(
            QuestionSkill(question_id=revision.slug, competency_id=skill)
            for skill in dict.fromkeys(data["skills"])
        )
        session.flush()

    def project_new(self, session: Session, drafts: Mapping[str, tuple[int, Draft]]) -> None:
        """Fill question and question_skill for questions that were never there."""
        rows, skills = [], []
        for slug, (revision_id, draft) in drafts.items():
            data = draft.data or {}
            rows.append(_row(slug, data, revision_id))
            skills += [
                {"question_id": slug, "competency_id": skill}
                for skill in dict.fromkeys(data["skills"])
            ]
        session.execute(insert(Question), rows)
        if skills:
            session.execute(insert(QuestionSkill), skills)

    def withdraw(self, session: Session, slug: str) -> None:
        """Draw the question no more; attempts that hold it go on."""
        if question := session.get(Question, slug):
            question.is_withdrawn = True


def _row(slug: str, data: Mapping[str, Any], revision_id: int) -> dict[str, Any]:
    return {
        "id": slug,
        "topic": slug.split("/", maxsplit=1)[0],
        "kind": data["kind"],
        "difficulty": data["difficulty"],
        "lesson_id": data.get("lesson"),
        "stem": data["stem"],
        "revision_id": revision_id,
        "is_withdrawn": False,
    }


def path_of(slug: str) -> str:
    """Return a question's path below the content folder."""
    return f"{FOLDER}/{slug}.yaml"


def _check_gaps(draft: Draft, path: str, data: dict[str, Any]) -> None:
    """Each number from 1 to the count of gaps stands once in each language."""
    if data["kind"] != "gap_text":
        return
    wanted = Counter(str(number) for number in range(1, len(data["gaps"]) + 1))
    for language in LANGUAGES:
        found = Counter(_GAP.findall(data["text"][language]))
        if found != wanted:
            shown = ", ".join(f"{{{{{number}}}}}" for number in found.elements()) or "none"
            expected = f"{{{{1}}}} to {{{{{len(data['gaps'])}}}}}, each once"
            draft.wrong(path, ("text", language), f"has the gaps {shown}", expected)


def _check_repetition(draft: Draft, path: str, data: dict[str, Any]) -> None:
    """Nothing to choose from stands twice: nobody could tell the two apart."""
    pairs = list(enumerate(data.get("pairs", [])))
    extra = list(enumerate(data.get("extra", [])))
    groups: list[list[tuple[Place, dict[str, str]]]] = [
        [(("options", n), option["text"]) for n, option in enumerate(data.get("options", []))],
        [(("items", n), item) for n, item in enumerate(data.get("items", []))],
        [(("pairs", n, "left"), pair["left"]) for n, pair in pairs],
        [
            *((("pairs", n, "right"), pair["right"]) for n, pair in pairs),
            *((("extra", n), text) for n, text in extra),
        ],
    ]
    for number, gap in enumerate(data.get("gaps", [])):
        choices = enumerate(gap.get("choices", []))
        groups.append([(("gaps", number, "choices", n), each["text"]) for n, each in choices])
    for group in groups:
        for language in LANGUAGES:
            seen: set[str] = set()
            for place, text in group:
                if text[language] in seen:
                    draft.wrong(path, place, f"repeats {text[language]!r}", "different texts")
                seen.add(text[language])


def register(app: Flask) -> None:
    """Tell content which files belong here."""
    register_kind(app, QuestionKind())
    register_kind(app, RubricKind())
