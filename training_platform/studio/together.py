"""What hangs together: which drafts must go along, who uses an item, what publishing brings."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import Session, selectinload

from training_platform.certificates.models import Certificate
from training_platform.core.kinds import Draft
from training_platform.quizzes.content_kinds import fits
from training_platform.studio import checking
from training_platform.studio.models import StudioDraft
from training_platform.studio.services.publishing import needs_review
from training_platform.studio.services.reviewing import approval_of

#: Where an item names others: the key of its data, and the kind that it names.
_NAMES = {
    "check": "question",
    "paper": "paper",
    "delta_paper": "paper",
    "course": "course",
    "rubric": "rubric",
}


class Use(NamedTuple):
    """Something published that names an item: what it is, and its title in each language."""

    kind: str
    slug: str
    title: Mapping[str, str] | None


@dataclass(frozen=True)
class Consequence:
    """What publishing a significant change brings: so many certificates must be renewed."""

    significant_revision: int
    certificates: int


def references(data: Any) -> set[tuple[str, str]]:
    """Return what an item's data names: (kind, slug) of questions, papers and courses."""
    found: set[tuple[str, str]] = set()
    if isinstance(data, Mapping):
        for key, value in data.items():
            if key in _NAMES and isinstance(value, str):
                found.add((_NAMES[key], value))
            elif key == "questions" and isinstance(value, Sequence):
                found |= {("question", each) for each in value if isinstance(each, str)}
            elif key == "lesson" and isinstance(value, str):
                found.add(("course", value.split("/")[0]))
            elif key == "lessons" and isinstance(value, list | tuple):
                found |= {("course", each.split("/")[0]) for each in value if isinstance(each, str)}
                found |= references(value)
            else:
                found |= references(value)
    elif isinstance(data, list | tuple):
        for each in data:
            found |= references(each)
    return found


def needed_drafts(session: Session, draft: StudioDraft) -> list[StudioDraft]:
    """Return the open drafts of new items that a draft refers to, and those that these need.

    What is published already need not go along, even where a draft of it is open.
    """
    candidates = {
        (each.kind, each.slug): each
        for each in session.scalars(
            select(StudioDraft).where(
                StudioDraft.ended_at.is_(None), StudioDraft.base_revision_id.is_(None)
            )
        )
    }
    chosen: dict[tuple[str, str], StudioDraft] = {}
    waiting = [draft]
    while waiting:
        each = waiting.pop()
        data = checking.parsed(each.kind, each.slug, each.read_files()).data
        for name in sorted(references(data) | _to_draw(session, data)):
            other = candidates.get(name)
            if other is not None and other.id != draft.id and name not in chosen:
                chosen[name] = other
                waiting.append(other)
    return list(chosen.values())


def _to_draw(session: Session, data: Any) -> set[tuple[str, str]]:
    """Return the new questions that a paper's draws find, where the published ones are too few."""
    sections = data.get("sections", ()) if isinstance(data, Mapping) else ()
    draws = [each["draw"] for each in sections if isinstance(each, Mapping) and "draw" in each]
    if not draws:
        return set()
    bank = checking.published(session).data("question")
    wanting = [draw for draw in draws if len(_fitting(draw, bank)) < draw["count"]]
    if not wanting:
        return set()
    new = {
        each.slug: data
        for each in session.scalars(
            select(StudioDraft)
            .options(selectinload(StudioDraft.files))
            .where(
                StudioDraft.kind == "question",
                StudioDraft.ended_at.is_(None),
                StudioDraft.base_revision_id.is_(None),
            )
        )
        if (data := checking.parsed("question", each.slug, each.read_files()).data)
    }
    return {("question", slug) for draw in wanting for slug in _fitting(draw, new)}


def _fitting(draw: dict[str, Any], questions: Mapping[str, dict[str, Any]]) -> list[str]:
    """Return the questions that a draw may find."""
    return [
        slug
        for slug, each in questions.items()
        if fits(draw, slug.split("/")[0], each["skills"], each["difficulty"])
    ]


def used_in(session: Session, kind: str, slug: str) -> list[Use]:
    """Return the published items that name one, in the order of the kinds."""
    library = checking.published(session)
    return [
        Use(each.name, other, data.get("title") or data.get("stem"))
        for each in library.kinds
        for other, data in sorted(library.data(each.name).items())
        if (kind, slug) in references(data) and (each.name, other) != (kind, slug)
    ]


def consequence(session: Session, draft: StudioDraft, state: Draft) -> Consequence | None:
    """Return what a significant change brings; None where certificates stay as they are."""
    if draft.kind != "course" or state.data is None or draft.base is None:
        return None
    number = checking.kind_of("course").significance(state.data)
    if number <= draft.base.significant_revision:
        return None
    held = session.scalar(
        select(func.count()).where(
            Certificate.kind == "course",
            Certificate.subject == draft.slug,
            Certificate.revoked_at.is_(None),
            Certificate.superseded_from.is_(None),
            Certificate.significant_revision < number,
        )
    )
    return Consequence(number, held or 0)


def is_missing_review(session: Session, drafts: Iterable[StudioDraft]) -> bool:
    """Tell whether one of the drafts still needs a second pair of eyes."""
    return any(
        needs_review(session, each.kind) and approval_of(session, each) is None for each in drafts
    )
