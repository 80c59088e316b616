"""What one person wrote and said in the studio, as the file of her data holds it."""

from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from training_platform.studio.batches.models import QuestionBatch
from training_platform.studio.models import (
    StudioComment,
    StudioDraft,
    StudioPublication,
    StudioReview,
    StudioSave,
)


def my_data(session: Session, employee_id: int) -> dict[str, Any]:
    """Return somebody's drafts with how often she saved them, comments, reviews, publications."""
    return {
        "studio.json": {
            "drafts": _drafts(session, employee_id),
            "comments": _comments(session, employee_id),
            "reviews": _reviews(session, employee_id),
            "publications": _publications(session, employee_id),
            "question_batches": _batches(session, employee_id),
        }
    }


def _drafts(session: Session, employee_id: int) -> list[dict[str, Any]]:
    saves = (
        select(
            StudioSave.draft_id,
            func.count().label("saves"),
            func.max(StudioSave.saved_at).label("last_saved_at"),
        )
        .where(StudioSave.saved_by_id == employee_id)
        .group_by(StudioSave.draft_id)
        .subquery()
    )
    return _plain(
        session,
        select(
            StudioDraft.kind,
            StudioDraft.slug,
            StudioDraft.state,
            StudioDraft.created_at,
            (func.coalesce(StudioDraft.created_by_id, 0) == employee_id).label("begun_by_me"),
            func.coalesce(saves.c.saves, 0).label("saves"),
            saves.c.last_saved_at,
        )
        .outerjoin(saves, saves.c.draft_id == StudioDraft.id)
        .where(or_(StudioDraft.created_by_id == employee_id, saves.c.saves > 0))
        .order_by(StudioDraft.id),
    )


def _comments(session: Session, employee_id: int) -> list[dict[str, Any]]:
    return _plain(
        session,
        select(
            StudioComment.path,
            StudioComment.passage,
            StudioComment.body,
            StudioComment.suggestion,
            StudioComment.created_at,
        )
        .where(StudioComment.author_id == employee_id)
        .order_by(StudioComment.id),
    )


def _reviews(session: Session, employee_id: int) -> list[dict[str, Any]]:
    return _plain(
        session,
        select(
            StudioDraft.kind,
            StudioDraft.slug,
            StudioReview.asked_at,
            StudioReview.question,
            StudioReview.decision,
            StudioReview.decided_at,
            StudioReview.note,
            (func.coalesce(StudioReview.decided_by_id, 0) == employee_id).label("decided_by_me"),
        )
        .join(StudioDraft, StudioDraft.id == StudioReview.draft_id)
        .where(
            or_(
                StudioReview.asked_by_id == employee_id,
                StudioReview.decided_by_id == employee_id,
            )
        )
        .order_by(StudioReview.id),
    )


def _publications(session: Session, employee_id: int) -> list[dict[str, Any]]:
    return _plain(
        session,
        select(
            StudioPublication.kind,
            StudioPublication.slug,
            StudioPublication.act,
            StudioPublication.note,
            StudioPublication.happened_at,
        )
        .where(StudioPublication.published_by_id == employee_id)
        .order_by(StudioPublication.id),
    )


def _batches(session: Session, employee_id: int) -> list[dict[str, Any]]:
    return _plain(
        session,
        select(
            QuestionBatch.name,
            QuestionBatch.topic,
            QuestionBatch.state,
            QuestionBatch.created_at,
            QuestionBatch.decided_at,
            QuestionBatch.decision_note,
            QuestionBatch.published_at,
            QuestionBatch.publish_note,
            QuestionBatch.undo_note,
        )
        .where(
            or_(
                QuestionBatch.created_by_id == employee_id,
                QuestionBatch.decided_by_id == employee_id,
                QuestionBatch.published_by_id == employee_id,
                QuestionBatch.undone_by_id == employee_id,
            )
        )
        .order_by(QuestionBatch.id),
    )


def _plain(session: Session, statement: Any) -> list[dict[str, Any]]:
    return [dict(row._mapping) for row in session.execute(statement)]
