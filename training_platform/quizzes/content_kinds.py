"""Kinds of content files that quizzes owns: papers."""

from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from training_platform.core.kinds import (
    ContentKind,
    Draft,
    Library,
    Revision,
    expect_id,
)
from training_platform.core.kinds import register as register_kind
from training_platform.quizzes.models import Paper
from training_platform.quizzes.schemas import PaperFile

FOLDER = "question_bank/papers"


class PaperKind(ContentKind):
    """question_bank/papers/<slug>.yaml."""

    name = "paper"
    position = 40
    schemas = {"paper": PaperFile}

    def find(self, root: Path) -> dict[str, list[Path]]:
        """Return every paper file."""
        return {path.stem: [path] for path in sorted((root / FOLDER).glob("*.yaml"))}

    def parse(self, draft: Draft) -> dict[str, Any] | None:
        """Return the paper as its schema has it."""
        path = path_of(draft.slug)
        value = draft.yaml(path)
        data = None if value is None else draft.validate(path, value, PaperFile)
        if data is not None:
            expect_id(draft, path, data, draft.slug)
        return data

    def check(self, draft: Draft, library: Library) -> None:
        """Refuse unknown courses and questions, repeated ones, and draws that cannot be filled."""
        assert draft.data is not None  # noqa: S101  # the caller's promise
        data, path = draft.data, path_of(draft.slug)
        course = data.get("course")
        if course and not library.knows("course", course):
            draft.wrong(path, ("course",), f"{course} is no course", "the id of a course")
        fixed: set[str] = set()
        for number, section in enumerate(data["sections"]):
            for index, question in enumerate(section.get("questions", [])):
                place = ("sections", number, "questions", index)
                if not library.knows("question", question):
                    draft.wrong(path, place, f"{question} is no question", "<topic>/<question>")
                if question in fixed:
                    draft.wrong(path, place, f"{question} stands twice", "each question once")
                fixed.add(question)
        if library.is_whole("question"):
            _check_draws(draft, path, library, fixed)

    def project(self, session: Session, revision: Revision) -> None:
        """Fill paper."""
        data = revision.data
        session.merge(
            Paper(
                id=revision.slug,
                title=data["title"],
                summary=data["summary"],
                kind=data["kind"],
                course_id=data.get("course"),
                minutes=data["minutes"],
                pass_percent=data["pass_percent"],
                distinction_percent=data["distinction_percent"],
                is_closed_book=data["closed_book"],
                ladder_id=data["ladder"],
                review=data["review"],
                question_count=sum(count_of(section) for section in data["sections"]),
                sections=data["sections"],
                revision_id=revision.id,
                is_withdrawn=False,
            )
        )
        session.flush()

    def withdraw(self, session: Session, slug: str) -> None:
        """Begin no new attempt; those that run go on."""
        if paper := session.get(Paper, slug):
            paper.is_withdrawn = True


def path_of(slug: str) -> str:
    """Return a paper's path below the content folder."""
    return f"{FOLDER}/{slug}.yaml"


def count_of(section: dict[str, Any]) -> int:
    """Return how many questions a section asks."""
    return int(section["draw"]["count"]) if "draw" in section else len(section["questions"])


def fits(draw: dict[str, Any], topic: str, skills: list[str], difficulty: str) -> bool:
    """Tell whether a question may be drawn: topic, one of the skills, and difficulty as asked."""
    return (
        draw.get("topic", topic) == topic
        and draw.get("difficulty", difficulty) == difficulty
        and ("skills" not in draw or not set(draw["skills"]).isdisjoint(skills))
    )


def _check_draws(draft: Draft, path: str, library: Library, fixed: set[str]) -> None:
    assert draft.data is not None  # noqa: S101  # the caller's promise
    taken = set(fixed)
    for number, section in enumerate(draft.data["sections"]):
        draw = section.get("draw")
        if draw is None:
            continue
        pool = sorted(
            slug
            for slug, data in library.data("question").items()
            if slug not in taken
            and fits(draw, slug.split("/")[0], data["skills"], data["difficulty"])
        )
        if len(pool) < draw["count"]:
            place = ("sections", number, "draw", "count")
            draft.wrong(path, place, f"is {draw['count']}", f"at most {len(pool)}, so many fit")
        taken.update(pool[: draw["count"]])


def register(app: Flask) -> None:
    """Tell content which files belong here."""
    register_kind(app, PaperKind())
