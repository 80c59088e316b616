"""Reading practical tasks from question_bank/: the task, its briefs, its solutions."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training_platform.core.kinds import LANGUAGES, Draft, Mistake, expect_id
from training_platform.practicals import generators  # noqa: F401  # fills the generators' names
from training_platform.practicals.schemas import SolutionFile, TaskFile

FOLDER, SCENARIOS = "question_bank/practicals", "question_bank/scenarios"


@dataclass(frozen=True)
class Practical:
    """A task as its files say it."""

    task: TaskFile
    brief: Mapping[str, str]
    solution: SolutionFile
    wrong: Mapping[str, SolutionFile]


def read_practicals(root: Path) -> tuple[dict[str, Practical], list[Mistake]]:
    """Read every task below the content folder; a broken one is left out, its mistakes told."""
    found, mistakes = {}, []
    for path in sorted((root / FOLDER).glob("*.yaml")):
        draft = Draft("practical", path.stem, files_of(root, path.stem))
        practical = read_draft(draft)
        mistakes += draft.mistakes
        if practical is not None and not draft.mistakes:
            found[path.stem] = practical
    return found, sorted(mistakes)


def files_of(root: Path, slug: str) -> dict[str, bytes]:
    """Return the files of a task, by their path below the content folder."""
    paths = [root / FOLDER / f"{slug}.yaml", *sorted((root / SCENARIOS / slug).rglob("*.*"))]
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in paths}


def read_draft(draft: Draft) -> Practical | None:
    """Return a task from its files; None, with mistakes noted, where they do not make one."""
    path, folder = f"{FOLDER}/{draft.slug}.yaml", f"{SCENARIOS}/{draft.slug}"
    value = _validated(draft, path, TaskFile)
    if value is None:
        return None
    expect_id(draft, path, value, draft.slug)
    task = TaskFile.model_validate(value)
    brief = dict(_briefs(draft, folder))
    solution = _solution(draft, path, f"{folder}/solution.yaml")
    wrong = {
        each.name: _solution(draft, path, f"{folder}/wrong/{each.name}.yaml") for each in task.wrong
    }
    if solution is None or None in wrong.values():
        return None
    return Practical(task, brief, solution, {n: each for n, each in wrong.items() if each})


def _briefs(draft: Draft, folder: str) -> Iterator[tuple[str, str]]:
    for language in LANGUAGES:
        path = f"{folder}/brief.{language}.md"
        text = draft.text(path) if path in draft.files else None
        if text is None or not text.strip():
            draft.wrong_at(path, 1, "file", "is missing or empty", "the brief of the task")
        else:
            yield language, text


def _solution(draft: Draft, task: str, path: str) -> SolutionFile | None:
    if path not in draft.files:
        draft.wrong(task, ("wrong",), f"{path} is not there", "the steps of this solution")
        return None
    value = _validated(draft, path, SolutionFile)
    return None if value is None else SolutionFile.model_validate(value)


def _validated(draft: Draft, path: str, schema: Any) -> dict[str, Any] | None:
    value = draft.yaml(path)
    return None if value is None else draft.validate(path, value, schema)
