"""What the desk, a draft and the history of an item show."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, literal, or_, select
from sqlalchemy.orm import Session, aliased, joinedload, selectinload

from training_platform.content.models import ContentItem, ContentRevision
from training_platform.core.kinds import LANGUAGES
from training_platform.core.permissions import Right
from training_platform.core.search import contains_all, words
from training_platform.people.models import AccessGrant, Employee, EmployeeStatus
from training_platform.studio.models import (
    StudioComment,
    StudioDraft,
    StudioPolicy,
    StudioPublication,
    StudioReview,
    StudioSave,
)
from training_platform.studio.rules import WITHOUT_REVISION, DraftState

SHOWN_ON_DESK = 8
MOST_ACTS = 50


def open_drafts(**wanted: Any) -> Select[*tuple[Any, ...]]:
    """Return the select of open drafts, the last saved first; wanted: kind, words in text."""
    statement = (
        select(
            StudioDraft,
            Employee.name.label("saver"),
            select(func.count())
            .where(StudioComment.draft_id == StudioDraft.id, StudioComment.resolved_at.is_(None))
            .scalar_subquery()
            .label("comments"),
        )
        .outerjoin(Employee, Employee.id == StudioDraft.saved_by_id)
        .where(StudioDraft.ended_at.is_(None))
        .order_by(StudioDraft.saved_at.desc(), StudioDraft.id.desc())
    )
    if kind := wanted.get("kind"):
        statement = statement.where(StudioDraft.kind == kind)
    if text := wanted.get("text"):
        shown = [StudioDraft.title[code].as_string() for code in LANGUAGES]
        statement = statement.where(_contains(text, StudioDraft.slug, *shown))
    return statement


def drafts_of(employee_id: int) -> Select[*tuple[Any, ...]]:
    """Return the select of open drafts that somebody began or wrote in."""
    wrote = exists().where(
        StudioSave.draft_id == StudioDraft.id, StudioSave.saved_by_id == employee_id
    )
    mine = open_drafts().where(or_(StudioDraft.created_by_id == employee_id, wrote))
    return mine.options(selectinload(StudioDraft.files), joinedload(StudioDraft.base))


def proposed_to(employee_id: int) -> Select[*tuple[Any, ...]]:
    """Return the select of common questions that others began and nobody wrote on yet."""
    return open_drafts(kind="faq").where(
        StudioDraft.base_revision_id.is_(None),
        StudioDraft.state == DraftState.DRAFT,
        StudioDraft.saved_at == StudioDraft.created_at,
        StudioDraft.created_by_id != employee_id,
    )


def waiting_for(employee_id: int) -> Select[*tuple[Any, ...]]:
    """Return the select of drafts that somebody may give a second opinion on, hers first."""
    asked = aliased(StudioReview)
    wrote = exists().where(
        StudioSave.draft_id == StudioDraft.id, StudioSave.saved_by_id == employee_id
    )
    is_begun = and_(
        StudioDraft.base_revision_id.is_(None), StudioDraft.created_by_id == employee_id
    )
    return (
        open_drafts()
        .join(asked, (asked.draft_id == StudioDraft.id) & asked.decision.is_(None))
        .where(
            StudioDraft.state == DraftState.IN_REVIEW,
            or_(asked.reviewer_id == employee_id, asked.reviewer_id.is_(None)),
            ~wrote,
            ~func.coalesce(is_begun, false()),
        )
        .order_by(None)
        .order_by(asked.reviewer_id.is_(None), asked.asked_at, asked.id)
    )


def items(kind: str, text: str) -> Select[*tuple[Any, ...]]:
    """Return the select of what is published or was, by kind and id, with its open draft.

    text: words that all stand somewhere in its texts, in either language.
    """
    statement = (
        select(
            ContentItem.kind,
            ContentItem.slug,
            ContentItem.is_withdrawn,
            ContentRevision.number,
            ContentRevision.published_at,
            ContentRevision.data["title"].label("title"),
            ContentRevision.data["stem"].label("stem"),
            ContentRevision.data["name"].label("name"),
            StudioDraft.id.label("draft_id"),
            StudioDraft.state.label("draft_state"),
        )
        .join(ContentRevision, ContentRevision.id == ContentItem.current_revision_id)
        .outerjoin(
            StudioDraft,
            (StudioDraft.kind == ContentItem.kind)
            & (StudioDraft.slug == ContentItem.slug)
            & StudioDraft.ended_at.is_(None),
        )
        .order_by(ContentItem.kind, ContentItem.slug)
    )
    if kind:
        statement = statement.where(ContentItem.kind == kind)
    if asked := words(text):
        statement = statement.where(contains_all(ContentItem.search_text, asked))
    return statement


def saves_of(draft_id: int, path: str) -> Select[*tuple[Any, ...]]:
    """Return the select of a file's saves, the newest first."""
    return (
        select(StudioSave, Employee.name.label("saver"))
        .outerjoin(Employee, Employee.id == StudioSave.saved_by_id)
        .where(StudioSave.draft_id == draft_id, StudioSave.path == path)
        .order_by(StudioSave.id.desc())
    )


def comments_of(session: Session, draft_id: int) -> Sequence[Any]:
    """Return a draft's comments with their authors, open ones first, then by time."""
    return session.execute(
        select(StudioComment, Employee.name.label("author"))
        .outerjoin(Employee, Employee.id == StudioComment.author_id)
        .where(StudioComment.draft_id == draft_id)
        .order_by(
            case((StudioComment.resolved_at.is_(None), literal(0)), else_=literal(1)),
            StudioComment.id,
        )
    ).all()


def reviews_of(session: Session, draft_id: int) -> Sequence[StudioReview]:
    """Return a draft's reviews, the newest first."""
    return session.scalars(
        select(StudioReview)
        .where(StudioReview.draft_id == draft_id)
        .order_by(StudioReview.id.desc())
    ).all()


def reviewer_options(session: Session, authors: set[int]) -> list[tuple[str, str]]:
    """Return the trainers who may be asked: those who have not written in the draft."""
    rows = session.execute(
        select(Employee.id, Employee.name)
        .where(
            exists().where(
                AccessGrant.employee_id == Employee.id, AccessGrant.right == Right.TRAINER
            ),
            Employee.status == EmployeeStatus.ACTIVE,
            Employee.id.not_in(authors),
        )
        .order_by(Employee.name, Employee.id)
    )
    return [(str(row.id), row.name) for row in rows]


def publications_of(kind: str, slug: str) -> Select[*tuple[Any, ...]]:
    """Return the select of an item's revisions with what was said of them, the newest first.

    Revisions that came from files have nobody's note.
    """
    publisher, reviewer = aliased(Employee), aliased(Employee)
    return (
        select(
            ContentRevision.id,
            ContentRevision.number,
            ContentRevision.published_at,
            ContentRevision.significant_revision,
            publisher.name.label("publisher"),
            StudioPublication.act,
            StudioPublication.note,
            reviewer.name.label("reviewer"),
        )
        .join(ContentItem, ContentItem.id == ContentRevision.item_id)
        .outerjoin(
            StudioPublication,
            (StudioPublication.revision_id == ContentRevision.id)
            & StudioPublication.act.not_in(WITHOUT_REVISION),
        )
        .outerjoin(publisher, publisher.id == ContentRevision.published_by_id)
        .outerjoin(reviewer, reviewer.id == StudioPublication.reviewed_by_id)
        .where(ContentItem.kind == kind, ContentItem.slug == slug)
        .order_by(ContentRevision.number.desc())
    )


def acts_of(session: Session, kind: str, slug: str) -> Sequence[Any]:
    """Return what else happened to an item: taken out of use, looked at; the newest first."""
    return session.execute(
        select(
            StudioPublication.act,
            StudioPublication.happened_at,
            StudioPublication.note,
            Employee.name,
        )
        .outerjoin(Employee, Employee.id == StudioPublication.published_by_id)
        .where(
            StudioPublication.kind == kind,
            StudioPublication.slug == slug,
            StudioPublication.act.in_(WITHOUT_REVISION),
        )
        .order_by(StudioPublication.id.desc())
        .limit(MOST_ACTS)
    ).all()


def find_item(session: Session, kind: str, slug: str) -> ContentItem | None:
    """Return an item by its name."""
    return session.scalars(
        select(ContentItem).where(ContentItem.kind == kind, ContentItem.slug == slug)
    ).one_or_none()


def policies(session: Session) -> dict[str, StudioPolicy]:
    """Return what HR has said about kinds of content."""
    return {row.kind: row for row in session.scalars(select(StudioPolicy))}


def _contains(text: str, *columns: Any) -> ColumnElement[bool]:
    return or_(*(each.icontains(text, autoescape=True) for each in columns))
