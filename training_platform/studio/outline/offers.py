"""Questions and practice tasks that a lesson may ask: found by words, those of the course first."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, case, literal, select
from sqlalchemy.orm import Session

from training_platform.content.models import ContentItem
from training_platform.content.queries import revisions_data
from training_platform.core.errors import RuleError
from training_platform.core.i18n import pick
from training_platform.core.search import contains_all, words
from training_platform.studio.models import StudioDraft
from training_platform.studio.services.drafts import find_open


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


NO_QUESTION = _("There is no such question. Choose one of the list.")
NO_TASK = _("There is no such practice task. Choose one of the list.")
#: What one page of offers shows; whoever looks for more, writes more words.
MOST = 20


@dataclass(frozen=True)
class Offer:
    """Something that a lesson may ask: its id, and what it says as published."""

    slug: str
    data: dict[str, Any]


def offers(session: Session, kind: str, text: str, course: str = "") -> list[Offer]:
    """Return published items that hold all words; those whose topic is the course come first."""
    rows = session.execute(_found(kind, text, course).limit(MOST)).all()
    data = revisions_data(session, [row.current_revision_id for row in rows])
    return [Offer(row.slug, data[row.current_revision_id]) for row in rows]


def new_questions(session: Session, text: str) -> list[StudioDraft]:
    """Return open drafts of questions that are not published yet, the last saved first."""
    statement = (
        select(StudioDraft)
        .where(
            StudioDraft.kind == "question",
            StudioDraft.base_revision_id.is_(None),
            StudioDraft.ended_at.is_(None),
        )
        .order_by(StudioDraft.saved_at.desc())
        .limit(MOST)
    )
    wanted = words(text)
    return [
        draft
        for draft in session.scalars(statement)
        if all(word in f"{draft.slug} {draft.title}".lower() for word in wanted)
    ]


def one(session: Session, kind: str, slug: str) -> Offer | None:
    """Return one published item; None if nothing of this name is in use."""
    row = session.execute(
        select(ContentItem.slug, ContentItem.current_revision_id).where(
            ContentItem.kind == kind, ContentItem.slug == slug, ContentItem.is_withdrawn.is_(False)
        )
    ).one_or_none()
    if row is None or row.current_revision_id is None:
        return None
    return Offer(slug, revisions_data(session, [row.current_revision_id])[row.current_revision_id])


def called(session: Session, question: str) -> str:
    """Return how a question reads, published or begun; its id where it has no words yet."""
    if found := one(session, "question", question):
        return pick(found.data["stem"])
    draft = find_open(session, "question", question)
    return (pick(draft.title) if draft else "") or question


def expect_question(session: Session, slug: str) -> None:
    """Raise RuleError unless a question exists: published, or begun as a draft."""
    if one(session, "question", slug) is None and find_open(session, "question", slug) is None:
        raise RuleError(NO_QUESTION)


def expect_task(session: Session, slug: str) -> None:
    """Raise RuleError unless a practice task is published."""
    if one(session, "practical", slug) is None:
        raise RuleError(NO_TASK)


def _found(kind: str, text: str, course: str) -> Select[*tuple[Any, ...]]:
    is_own = ContentItem.slug.startswith(f"{course}/", autoescape=True)
    statement = (
        select(ContentItem.slug, ContentItem.current_revision_id)
        .where(
            ContentItem.kind == kind,
            ContentItem.is_withdrawn.is_(False),
            ContentItem.current_revision_id.is_not(None),
        )
        .order_by(case((is_own, literal(0)), else_=literal(1)), ContentItem.slug)
    )
    if wanted := words(text):
        statement = statement.where(contains_all(ContentItem.search_text, wanted))
    return statement
