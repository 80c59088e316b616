"""Kinds of content files that practicals owns: tasks, with their scenarios."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from training_platform.assessment.rules import DEFAULT_LADDER
from training_platform.core.kinds import ContentKind, Draft, Library, Revision
from training_platform.core.kinds import register as register_kind
from training_platform.practicals import stamps
from training_platform.practicals.files import FOLDER, SCENARIOS, read_draft
from training_platform.practicals.models import Practical
from training_platform.practicals.schemas import SolutionFile, TaskFile
from training_platform.practicals.services.proving import unproved


class PracticalKind(ContentKind):
    """question_bank/practicals/<slug>.yaml and question_bank/scenarios/<slug>/."""

    name = "practical"
    position = 45
    schemas = {"practical": TaskFile, "practical-solution": SolutionFile}

    def find(self, root: Path) -> dict[str, list[Path]]:
        """Return every task file with all files of its scenario; one without a stamp is a draft."""
        return {
            path.stem: [path, *sorted((root / SCENARIOS / path.stem).rglob("*.*"))]
            for path in sorted((root / FOLDER).glob("*.yaml"))
            if (root / SCENARIOS / path.stem / stamps.NAME).exists()
        }

    def parse(self, draft: Draft) -> dict[str, Any] | None:
        """Return the task, its briefs and its solution; the wrong ones serve its proof alone."""
        found = read_draft(draft)
        if found is None or draft.mistakes:
            return None
        return {
            "task": found.task.model_dump(mode="json", exclude_none=True),
            "brief": dict(found.brief),
            "solution": found.solution.model_dump(mode="json", exclude_none=True),
        }

    def check(self, draft: Draft, library: Library) -> None:
        """Refuse what names things that are not there, and what is not proved as it stands."""
        assert draft.data is not None  # noqa: S101  # the caller's promise
        task, path = draft.data["task"], f"{FOLDER}/{draft.slug}.yaml"
        wanted = [
            (("course",), "course", task.get("course")),
            *((("job_roles", n), "job_role", each) for n, each in enumerate(task["job_roles"])),
            *((("skills", n), "competency", each) for n, each in enumerate(task["skills"])),
            *((("checks", n, "lesson"), "lesson", c.get("lesson")) for n, c in _checks(task)),
            *((("checks", n, "rubric"), "rubric", c.get("rubric")) for n, c in _checks(task)),
        ]
        for place, sort, name in wanted:
            if name and not library.knows(sort, name):
                draft.wrong(path, place, f"{name} is no {sort}", f"the id of a {sort}")
        stamps.expect_stamp(draft, path)

    def vouch(self, session: Session, drafts: Sequence[Draft]) -> None:
        """Refuse tasks that were not proved here as they stand: a stamp is easily written."""
        stamped = [each for each in drafts if stamps.is_stamped(each.files)]
        for slug in unproved(session, stamped) if stamped else ():
            draft = next(each for each in stamped if each.slug == slug)
            stamps.note_unproved(draft, f"{FOLDER}/{slug}.yaml")

    def significance(self, data: dict[str, Any]) -> int:
        """Return the task's own number."""
        return int(data["task"].get("significant_revision", 1))

    def project(self, session: Session, revision: Revision) -> None:
        """Fill practical."""
        task = TaskFile.model_validate(revision.data["task"])
        session.merge(
            Practical(
                id=revision.slug,
                title=task.title.model_dump(),
                summary=task.summary.model_dump(),
                job_roles=list(task.job_roles),
                skills=list(task.skills),
                course_id=task.course,
                minutes=task.minutes,
                exam_minutes=(task.exam.minutes if task.exam else None) or task.minutes,
                pass_percent=task.passing.percent,
                check_count=len(task.checks),
                ladder_id=DEFAULT_LADDER,
                revision_id=revision.id,
                is_withdrawn=False,
            )
        )
        session.flush()

    def withdraw(self, session: Session, slug: str) -> None:
        """Begin no new attempt; those that run go on."""
        if practical := session.get(Practical, slug):
            practical.is_withdrawn = True


def _checks(task: dict[str, Any]) -> list[tuple[int, dict[str, Any]]]:
    return list(enumerate(task["checks"]))


def register(app: Flask) -> None:
    """Tell content which files belong here."""
    register_kind(app, PracticalKind())
