"""Reading a task's draft far enough to try it out: its solutions may still be missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from training_platform.core.kinds import Draft, Mistake, expect_id
from training_platform.practicals import generators  # noqa: F401  # fills the generators' names
from training_platform.practicals.files import FOLDER, SCENARIOS
from training_platform.practicals.schemas import TaskFile

#: A task names three wrong solutions at least; they are recorded here, one after the other.
_WRONG = 3
#: How those are called that are not there yet.
MISSING = "not-there-yet-"


@dataclass(frozen=True)
class Task:
    """What a draft says of its task, and its briefs by language; or the mistakes in its way."""

    task: TaskFile | None
    brief: Mapping[str, str] = field(default_factory=dict)
    mistakes: tuple[Mistake, ...] = ()


def task_path(slug: str) -> str:
    """Return where the task itself stands."""
    return f"{FOLDER}/{slug}.yaml"


def solution_path(slug: str, wrong: str | None = None) -> str:
    """Return where the solution stands, or a wrong one of this name."""
    name = f"wrong/{wrong}" if wrong else "solution"
    return f"{SCENARIOS}/{slug}/{name}.yaml"


def read_task(slug: str, files: Mapping[str, bytes]) -> Task:
    """Return the task of a draft's files; its solutions are not asked for."""
    draft, path = Draft("practical", slug, files), task_path(slug)
    value = draft.yaml(path) if path in files else None
    if value is None and not draft.mistakes:
        draft.wrong_at(path, 1, "file", "is missing", "the task itself")
    plain = None if value is None else draft.validate(path, _padded(value), TaskFile)
    if plain is None:
        return Task(None, mistakes=tuple(draft.mistakes))
    expect_id(draft, path, plain, slug)
    task = TaskFile.model_validate(plain)
    return Task(None if draft.mistakes else task, _briefs(draft), tuple(draft.mistakes))


def _padded(value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the task with as many wrong solutions as its format asks for."""
    wrong, checks = value.get("wrong") or [], value.get("checks") or []
    if not isinstance(wrong, list) or not isinstance(checks, list) or not checks:
        return value
    first = checks[0].get("id") if isinstance(checks[0], Mapping) else None
    missing = [
        {"name": f"{MISSING}{number}", "loses": [first], "why": "–"}
        for number in range(_WRONG - len(wrong))
    ]
    return {**value, "wrong": [*wrong, *missing]}


def _briefs(draft: Draft) -> dict[str, str]:
    found = {}
    for code in ("zh", "en"):
        path = f"{SCENARIOS}/{draft.slug}/brief.{code}.md"
        if text := draft.text(path) if path in draft.files else None:
            found[code] = text
    return found
