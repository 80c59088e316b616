"""The kind of content file that holds a rubric."""

from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from training_platform.assessment.rubrics import schemas
from training_platform.assessment.rubrics.models import Rubric
from training_platform.core.kinds import LANGUAGES, ContentKind, Draft, Library, Revision, expect_id

FOLDER = "question_bank/rubrics"


class RubricKind(ContentKind):
    """question_bank/rubrics/<slug>.yaml."""

    name = "rubric"
    position = 25
    schemas = {"rubric": schemas.Rubric}

    def find(self, root: Path) -> dict[str, list[Path]]:
        """Return every rubric file by its name."""
        return {path.stem: [path] for path in sorted((root / FOLDER).glob("*.yaml"))}

    def parse(self, draft: Draft) -> dict[str, Any] | None:
        """Return the rubric as its schema has it."""
        path = path_of(draft.slug)
        value = draft.yaml(path)
        data = None if value is None else draft.validate(path, value, schemas.Rubric)
        if data is not None:
            expect_id(draft, path, data, draft.slug)
            _check_repetition(draft, path, data)
        return data

    def check(self, draft: Draft, library: Library) -> None:
        """Nothing: a rubric refers to nothing else."""

    def project(self, session: Session, revision: Revision) -> None:
        """Fill rubric."""
        session.merge(
            Rubric(
                id=revision.slug,
                title=revision.data["title"],
                revision_id=revision.id,
                is_withdrawn=False,
            )
        )
        session.flush()

    def withdraw(self, session: Session, slug: str) -> None:
        """Offer the rubric no more; scorings that were asked for go on."""
        if rubric := session.get(Rubric, slug):
            rubric.is_withdrawn = True


def path_of(slug: str) -> str:
    """Return a rubric's path below the content folder."""
    return f"{FOLDER}/{slug}.yaml"


def _check_repetition(draft: Draft, path: str, data: dict[str, Any]) -> None:
    """No two criteria have one id, and no two levels of a criterion say the same."""
    seen: set[str] = set()
    for number, criterion in enumerate(data["criteria"]):
        if criterion["id"] in seen:
            draft.wrong(path, ("criteria", number, "id"), "stands twice", "another id")
        seen.add(criterion["id"])
        for language in LANGUAGES:
            said: set[str] = set()
            for level, text in enumerate(criterion["levels"]):
                if text[language] in said:
                    place = ("criteria", number, "levels", level)
                    draft.wrong(path, place, f"repeats {text[language]!r}", "different texts")
                said.add(text[language])
