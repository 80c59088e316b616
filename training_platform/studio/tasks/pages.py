"""What the pages of a task's draft show."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from training_platform.core.i18n import pick
from training_platform.practicals.drawing import Drawn, brief_faults
from training_platform.practicals.files import FOLDER, SCENARIOS
from training_platform.studio import checking
from training_platform.studio.models import StudioDraft, StudioFile
from training_platform.studio.papers.values import LANGUAGES, text_in
from training_platform.studio.tasks import queries, sample, texts, values
from training_platform.studio.tasks.areas import area_text
from training_platform.studio.tasks.beside import beside
from training_platform.studio.tasks.cards import ASKS, rest_of, slip_rest
from training_platform.studio.tasks.services import wrong_path

#: Fields of a card that stand folded away, as long as nothing is wrong with them.
_FOLDED = re.compile(r"c(\d+)-(?:feedback|lesson|rule|m\d)")


@dataclass(frozen=True)
class Brief:
    """The brief in one language, as its form shows it."""

    code: str
    path: str
    text: str
    number: int
    faults: list[str] = field(default_factory=list)


def main_path(slug: str) -> str:
    """Return where the task itself stands."""
    return f"{FOLDER}/{slug}.yaml"


def brief_path(slug: str, code: str) -> str:
    """Return where its brief stands in a language."""
    return f"{SCENARIOS}/{slug}/brief.{code}.md"


def form(
    session: Session, draft: StudioDraft, file: StudioFile, value: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the form of a task shows."""
    mistakes = checking.mistakes_to_show(session, draft)
    drawn, refusal = _drawn(session, value, sample.SEED)
    problems = beside(mistakes, value, draft.slug)
    offers = queries.choices(session)
    checks = value.get("checks") or []
    is_new = draft.base_revision_id is None and not value.get("generator") and not checks
    return {
        "draft": draft,
        "file": file,
        "task": value,
        "checks": checks,
        "wrong": value.get("wrong") or [],
        "total": values.total_of(value),
        "problems": problems,
        "opened": {int(found[1]) for each in problems if (found := _FOLDED.match(each))},
        "briefs": [_brief(draft, code, drawn) for code in LANGUAGES],
        "places": [(name, sample.is_block(each)) for name, each in drawn.params.items()]
        if drawn
        else [],
        "refusal": refusal,
        "sources": queries.published_tasks(session) if is_new else [],
        "courses": queries.offered(value.get("course"), offers["courses"]),
        "roles": queries.offered(value.get("job_roles"), offers["roles"]),
        "skills": queries.offered(value.get("skills"), offers["skills"]),
        "lessons": offers["lessons"],
        "sellers": sample.sellers(session),
        "generators": sorted(texts.choices(texts.GENERATORS), key=lambda each: each[1]),
        "types": texts.choices(texts.CHECKS),
        "type_names": texts.CHECKS,
        "asks": ASKS,
        "text_in": text_in,
        "area_text": area_text,
        "rest_of": rest_of,
        "slip_rest": slip_rest,
        "check_names": [(each.get("id"), _name(each)) for each in checks],
        "wrong_path": wrong_path,
        "solution_path": f"{SCENARIOS}/{draft.slug}/solution.yaml",
    }


def _name(check: Mapping[str, Any]) -> str:
    return pick(check.get("title")) or str(check.get("id", ""))


def _drawn(
    session: Session, value: Mapping[str, Any], seed: str
) -> tuple[Drawn | None, str | None]:
    """Return one draw; or nothing, and why."""
    try:
        return sample.drawn_of(session, value, seed), None
    except sample.NotDrawnError as error:
        return None, str(error)


def _brief(draft: StudioDraft, code: str, drawn: Drawn | None) -> Brief:
    path = brief_path(draft.slug, code)
    file = draft.file(path)
    text = (file.text or "") if file else ""
    faults = dict.fromkeys(brief_faults(text, drawn.params)) if drawn else {}
    said = [texts.brief_problem(each) for each in faults]
    return Brief(code, path, text, file.number if file else 0, said)


def sample_page(
    session: Session, draft: StudioDraft, value: Mapping[str, Any], seed: str
) -> dict[str, Any]:
    """Return what the page of a sample shows."""
    drawn, refusal = _drawn(session, value, seed)
    file = draft.file(sample.brief_path(SCENARIOS, draft.slug))
    brief = (file.text or "") if file else ""
    return {
        "draft": draft,
        "task": value,
        "seed": seed,
        "refusal": refusal,
        "sheet": sample.shown(value.get("title") or "", brief, drawn) if drawn else None,
        "handouts": list(drawn.handouts) if drawn else [],
        "checks": value.get("checks") or [],
        "asks": ASKS,
        "type_names": texts.CHECKS,
    }
