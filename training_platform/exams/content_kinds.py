"""The kind of content file that exams owns."""

from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from training_platform.core.kinds import ContentKind, Draft, Library, Revision, expect_id
from training_platform.core.kinds import register as register_kind
from training_platform.core.yaml_files import Place
from training_platform.exams.models import Exam
from training_platform.exams.rules import PartKind
from training_platform.exams.schemas import ExamFile

FOLDER = "question_bank/exams"


class ExamKind(ContentKind):
    """question_bank/exams/<slug>.yaml."""

    name = "exam"
    position = 50
    schemas = {"exam": ExamFile}

    def find(self, root: Path) -> dict[str, list[Path]]:
        """Return every exam file."""
        return {path.stem: [path] for path in sorted((root / FOLDER).glob("*.yaml"))}

    def parse(self, draft: Draft) -> dict[str, Any] | None:
        """Return the exam as its schema has it."""
        path = path_of(draft.slug)
        value = draft.yaml(path)
        data = None if value is None else draft.validate(path, value, ExamFile)
        if data is not None:
            expect_id(draft, path, data, draft.slug)
        return data

    def check(self, draft: Draft, library: Library) -> None:
        """Refuse unknown papers, tasks, courses and job roles, repeated parts, and a name taken."""
        assert draft.data is not None  # noqa: S101  # the caller's promise
        data, path = draft.data, path_of(draft.slug)
        wanted: list[tuple[Place, str, str | None]] = [(("course",), "course", data.get("course"))]
        wanted += [(("job_roles", n), "job_role", each) for n, each in enumerate(data["job_roles"])]
        seen: set[tuple[str, str]] = set()
        for number, part in enumerate(data["parts"]):
            kind, slug = source_of(part)
            place: Place = ("parts", number, kind.value)
            wanted.append((place, kind.value, slug))
            if (kind, slug) in seen:
                draft.wrong(path, place, f"{slug} stands twice", "each part once")
            seen.add((kind, slug))
        for where, sort, name in wanted:
            if name and not library.knows(sort, name):
                draft.wrong(path, where, f"{name} is no {sort}", f"the id of a {sort}")
        for kind in PartKind:  # records name exams, papers and tasks by their ids alone
            if library.knows(kind.value, draft.slug):
                draft.wrong(path, ("id",), f"is the id of a {kind.value}", "an id of its own")

    def project(self, session: Session, revision: Revision) -> None:
        """Fill exam."""
        data = revision.data
        found = ExamFile.model_validate(data)
        session.merge(
            Exam(
                id=revision.slug,
                title=data["title"],
                intro=data["intro"],
                job_roles=data["job_roles"],
                course_id=found.course,
                minutes=found.all_minutes,
                break_minutes=found.break_minutes,
                parts=data["parts"],
                pass_percent=found.pass_percent,
                distinction_percent=found.distinction_percent,
                ladder_id=found.ladder,
                revision_id=revision.id,
                is_withdrawn=False,
            )
        )
        session.flush()

    def withdraw(self, session: Session, slug: str) -> None:
        """Begin no new sitting; those that run go on."""
        if exam := session.get(Exam, slug):
            exam.is_withdrawn = True


def path_of(slug: str) -> str:
    """Return an exam's path below the content folder."""
    return f"{FOLDER}/{slug}.yaml"


def source_of(part: dict[str, Any]) -> tuple[PartKind, str]:
    """Return what a part asks for: a paper or a task, and its id."""
    kind = PartKind.PAPER if part.get("paper") else PartKind.PRACTICAL
    return kind, str(part[kind.value])


def register(app: Flask) -> None:
    """Tell content which files belong here."""
    register_kind(app, ExamKind())
