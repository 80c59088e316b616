"""Reviews: asked for, commented passage by passage, decided for exactly the text that was read."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.content.library import digest_of
from training_platform.core import audit, clock
from training_platform.core.db import lock
from training_platform.core.errors import InvalidTransitionError, NotFoundError, RuleError
from training_platform.core.permissions import Permission, Person, Right, authorize
from training_platform.notices import services as notices
from training_platform.people.models import AccessGrant, Employee, EmployeeStatus
from training_platform.studio import rules
from training_platform.studio.models import StudioComment, StudioDraft, StudioReview, StudioSave
from training_platform.studio.rules import DraftState, ReviewDecision
from training_platform.studio.services import drafts


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


OWN_TEXT = _("Somebody who wrote in this draft cannot be its second pair of eyes.")
NO_REVIEWER = _("Choose a trainer who has not written in this draft.")
PASSAGE_GONE = _("The passage is no longer there as it was. Change the text by hand.")
SAY_WHY = _("Say what should be changed.")


@dataclass(frozen=True)
class Remark:
    """What somebody says of a passage of a file, or of the whole (passage is empty).

    suggestion: what should stand there instead.
    """

    path: str
    body: str
    passage: str = ""
    suggestion: str | None = None


def authors_of(session: Session, draft: StudioDraft) -> set[int]:
    """Return the ids of everybody who wrote in a draft, or brought in the text of a new one."""
    found = session.scalars(
        select(StudioSave.saved_by_id)
        .where(StudioSave.draft_id == draft.id, StudioSave.saved_by_id.is_not(None))
        .distinct()
    )
    brought_in = {draft.created_by_id} if draft.base_revision_id is None else set()
    return {each for each in {*found, *brought_in} if each is not None}


def ask_review(
    session: Session, draft: StudioDraft, actor: Person, reviewer_id: int | None, question: str
) -> StudioReview:
    """Ask a colleague, or (None) whoever has time, to look at a draft.

    Raises as begin_review().
    """
    review = begin_review(session, draft, actor, reviewer_id, question)
    _tell_reviewers(session, draft, review)
    return review


def begin_review(
    session: Session, draft: StudioDraft, actor: Person, reviewer_id: int | None, question: str
) -> StudioReview:
    """Put a draft into review without telling anybody: of many at once, one notice is enough.

    Raises InvalidTransitionError for a draft that is not being written, RuleError for a reviewer
    who is no trainer or wrote in it herself.
    """
    draft = _open(session, draft, actor, rules.MAY_ASK)
    if reviewer_id is not None:
        authors = authors_of(session, draft) | {actor.id or 0}
        if not rules.may_review(reviewer_id, authors) or not _is_trainer(session, reviewer_id):
            raise RuleError(NO_REVIEWER, field="reviewer")
    review = StudioReview(
        draft_id=draft.id,
        asked_by_id=actor.id,
        asked_at=clock.now(),
        question=question,
        reviewer_id=reviewer_id,
    )
    session.add(review)
    draft.state = DraftState.IN_REVIEW
    session.flush()
    audit.record(session, actor, "studio.ask_review", draft, reviewer_id=reviewer_id)
    return review


def decide_review(
    session: Session, draft: StudioDraft, actor: Person, decision: ReviewDecision, note: str
) -> None:
    """Approve a draft as it is now, or return it, and tell who asked.

    Raises as note_decision().
    """
    review = note_decision(session, draft, actor, decision, note)
    tell_asker(session, draft, review)


def tell_asker(session: Session, draft: StudioDraft, review: StudioReview) -> None:
    """Tell who asked for a second look what came of it."""
    is_approved = review.decision is ReviewDecision.APPROVED
    if review.asked_by_id:
        notices.notify(
            session,
            review.asked_by_id,
            "studio_approved" if is_approved else "studio_returned",
            key=f"studio-review:{review.id}",
            href=f"/studio/drafts/{draft.id}",
            title=shown_title(draft),
        )


def note_decision(
    session: Session, draft: StudioDraft, actor: Person, decision: ReviewDecision, note: str
) -> StudioReview:
    """Approve a draft as it is now, or return it; what is changed later needs a new look.

    Nobody is told: of many at once, one notice is enough. Raises RuleError for somebody who wrote
    in it, and for a return without a reason.
    """
    draft = _open(session, draft, actor, rules.MAY_DECIDE)
    review = open_review(session, draft)
    if review is None:
        raise InvalidTransitionError
    if not rules.may_review(actor.id, authors_of(session, draft)):
        raise RuleError(OWN_TEXT)
    if decision is ReviewDecision.RETURNED and not note:
        raise RuleError(SAY_WHY, field="note")
    review.decision, review.note = decision, note
    review.decided_by_id, review.decided_at = actor.id, clock.now()
    review.digest = digest_of(draft.read_files())
    is_approved = decision is ReviewDecision.APPROVED
    draft.state = DraftState.APPROVED if is_approved else DraftState.DRAFT
    session.flush()
    audit.record(session, actor, "studio.decide_review", draft, decision=decision.value)
    return review


def take_back(session: Session, draft: StudioDraft, actor: Person) -> None:
    """Take a draft out of review: no second opinion is wanted any more."""
    draft = _open(session, draft, actor, rules.MAY_DECIDE)
    if review := open_review(session, draft):
        session.delete(review)
    draft.state = DraftState.DRAFT
    session.flush()
    audit.record(session, actor, "studio.take_back", draft)


def add_comment(
    session: Session,
    draft: StudioDraft,
    actor: Person,
    remark: Remark,
) -> StudioComment:
    """Comment a passage of a file, and tell those who wrote it."""
    draft = _open(session, draft, actor, rules.OPEN)
    if draft.file(remark.path) is None:
        raise NotFoundError
    comment = StudioComment(
        draft_id=draft.id,
        path=remark.path,
        passage=remark.passage,
        body=remark.body,
        suggestion=remark.suggestion,
        author_id=actor.id,
        created_at=clock.now(),
    )
    session.add(comment)
    session.flush()
    for author_id in authors_of(session, draft) - {actor.id or 0}:
        notices.notify(
            session,
            author_id,
            "studio_comment",
            key=f"studio-comment:{comment.id}",
            href=f"/studio/drafts/{draft.id}#comment-{comment.id}",
            title=shown_title(draft),
        )
    return comment


def resolve_comment(
    session: Session, draft: StudioDraft, actor: Person, comment: StudioComment
) -> None:
    """Note that a comment is done with."""
    _open(session, draft, actor, rules.OPEN)
    if comment.draft_id != draft.id:
        raise NotFoundError
    comment.resolved_at, comment.resolved_by_id = clock.now(), actor.id


def take_suggestion(
    session: Session, draft: StudioDraft, actor: Person, comment: StudioComment
) -> None:
    """Put a suggestion where its passage stands.

    Raises RuleError where the passage is gone, or stands there more than once.
    """
    draft = _open(session, draft, actor, rules.OPEN)
    file = draft.file(comment.path) if comment.draft_id == draft.id else None
    if file is None or file.text is None or comment.suggestion is None:
        raise NotFoundError
    if not comment.passage or file.text.count(comment.passage) != 1:
        raise RuleError(PASSAGE_GONE)
    text = file.text.replace(comment.passage, comment.suggestion)
    drafts.put_files(session, draft, actor, {comment.path: text.encode()})
    comment.is_taken = True
    comment.resolved_at, comment.resolved_by_id = clock.now(), actor.id


def open_review(session: Session, draft: StudioDraft) -> StudioReview | None:
    """Return the review that waits for a decision."""
    return session.scalars(
        select(StudioReview).where(
            StudioReview.draft_id == draft.id, StudioReview.decision.is_(None)
        )
    ).one_or_none()


def approval_of(session: Session, draft: StudioDraft) -> StudioReview | None:
    """Return the approval that holds for exactly the files as they are now."""
    return session.scalars(
        select(StudioReview)
        .where(
            StudioReview.draft_id == draft.id,
            StudioReview.decision == ReviewDecision.APPROVED,
            StudioReview.digest == digest_of(draft.read_files()),
        )
        .order_by(StudioReview.id.desc())
        .limit(1)
    ).one_or_none()


def shown_title(draft: StudioDraft) -> dict[str, str]:
    """Return what a draft is called in both languages, its id where it has no title yet."""
    return {code: draft.title.get(code) or draft.slug for code in ("zh", "en")}


def _open(
    session: Session, draft: StudioDraft, actor: Person, states: frozenset[DraftState]
) -> StudioDraft:
    authorize(actor, draft, Permission.STUDIO_USE)
    draft = lock(session, StudioDraft, draft.id)
    if draft.state not in states:
        raise InvalidTransitionError
    return draft


def _is_trainer(session: Session, employee_id: int) -> bool:
    return (
        session.scalar(
            select(AccessGrant.id)
            .join(Employee, Employee.id == AccessGrant.employee_id)
            .where(
                AccessGrant.employee_id == employee_id,
                AccessGrant.right == Right.TRAINER,
                Employee.status == EmployeeStatus.ACTIVE,
            )
            .limit(1)
        )
        is not None
    )


def _tell_reviewers(session: Session, draft: StudioDraft, review: StudioReview) -> None:
    key, href = f"studio-ask:{review.id}", f"/studio/drafts/{draft.id}"
    title = shown_title(draft)
    if review.reviewer_id:
        notices.notify(
            session, review.reviewer_id, "studio_review", key=key, href=href, title=title
        )
    else:
        notices.notify_holders(
            session, Right.TRAINER, "studio_review", key=key, href=href, title=title
        )
