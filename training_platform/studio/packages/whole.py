"""All open drafts of a course together: what stops each, and one act for all of them."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session, selectinload

from training_platform.content.library import digest_of
from training_platform.content.models import ContentItem
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.kinds import Draft, Mistake
from training_platform.core.permissions import Permission, Person, authorize
from training_platform.practicals.services import proving
from training_platform.studio import checking, rules
from training_platform.studio.models import StudioDraft, StudioReview, StudioSave
from training_platform.studio.packages import belonging, leaving
from training_platform.studio.packages.contents import KINDS
from training_platform.studio.packages.rules import Stop
from training_platform.studio.proofs.services import prove_draft
from training_platform.studio.rules import DraftState, ReviewDecision
from training_platform.studio.services import publishing, reviewing


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


CHANGED = _("Something here changed while you were looking. Look once more.")


@dataclass(frozen=True)
class Part:
    """One draft of the whole: what stops it from being published, and who may look at it."""

    draft: StudioDraft
    mistakes: Sequence[Mistake]
    stops: Sequence[Stop]
    #: The second look that the policy asks for is missing.
    wants_look: bool
    #: The viewer wrote in it, or brought it in.
    is_mine: bool


def find_drafts(session: Session, course: str) -> list[StudioDraft]:
    """Return the open drafts of a course and of what goes along with it, the course first.

    Raises NotFoundError where there is neither such a course nor a draft of it.
    """
    library, written = leaving.with_drafts(session, course)
    known = {name: library.data(name) for name in library.drafts}
    is_readable = course in known["course"]
    names = belonging.belongings(course, known) if is_readable else list(written)
    found = session.scalars(
        select(StudioDraft)
        .options(selectinload(StudioDraft.files), selectinload(StudioDraft.base))
        .where(
            StudioDraft.ended_at.is_(None), tuple_(StudioDraft.kind, StudioDraft.slug).in_(names)
        )
    )
    return sorted(found, key=lambda each: (KINDS.index(each.kind), each.slug))


def look_at(session: Session, drafts: Sequence[StudioDraft], viewer: Person) -> list[Part]:
    """Return drafts with what stops each; they are checked together, as they would be published."""
    ids = [each.id for each in drafts]
    found = checking.checked(session, drafts)
    wanted = {kind: publishing.needs_review(session, kind) for kind in {e.kind for e in drafts}}
    approved = _approved(session, ids)
    mine = _written_by(session, ids, viewer)
    items = _items(session, drafts)
    unproved = _unproved(session, drafts)
    parts = []
    for draft in drafts:
        digest = digest_of(draft.read_files())
        wants_look = wanted[draft.kind] and (draft.id, digest) not in approved
        is_new_of_hers = draft.base_revision_id is None and draft.created_by_id == viewer.id
        item = items.get((draft.kind, draft.slug))
        now = item.current if item is not None and not item.is_withdrawn else None
        stops = {
            Stop.MISTAKES: bool(found[draft.id].mistakes),
            Stop.UNPROVED: draft.kind == "practical" and draft.slug in unproved,
            Stop.BEHIND: item is not None and item.current_revision_id != draft.base_revision_id,
            Stop.UNCHANGED: now is not None and now.digest == digest,
            Stop.IN_REVIEW: draft.state is DraftState.IN_REVIEW,
            Stop.NOT_LOOKED_AT: wants_look and draft.state is not DraftState.IN_REVIEW,
        }
        parts.append(
            Part(
                draft,
                sorted(found[draft.id].mistakes),
                [stop for stop, is_so in stops.items() if is_so],
                wants_look,
                draft.id in mine or is_new_of_hers,
            )
        )
    return parts


def seen_of(drafts: Sequence[StudioDraft]) -> str:
    """Return what changes when any of the drafts does, or when another joins them."""
    lines = (f"{each.id} {each.version} {each.state.value}\n" for each in drafts)
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def ask_for_look(
    session: Session, drafts: Sequence[StudioDraft], actor: Person, question: str
) -> int:
    """Ask for one second look at all drafts that need one; colleagues are told once."""
    authorize(actor, None, Permission.STUDIO_USE)
    waiting = [
        each.draft
        for each in look_at(session, drafts, actor)
        if each.wants_look and each.draft.state in rules.MAY_ASK
    ]
    if not waiting:
        raise InvalidTransitionError
    for draft in waiting[1:]:
        reviewing.begin_review(session, draft, actor, None, question)
    reviewing.ask_review(session, waiting[0], actor, None, question)
    return len(waiting)


def decide(
    session: Session,
    drafts: Sequence[StudioDraft],
    actor: Person,
    decision: ReviewDecision,
    note: str,
) -> int:
    """Say of all drafts in review that they are good as they are, or return them; all or none.

    Raises RuleError for somebody who wrote in one of them, and for a return without a reason.
    """
    waiting = [each for each in drafts if each.state in rules.MAY_DECIDE]
    if not waiting:
        raise InvalidTransitionError
    told: set[int | None] = set()
    for draft in waiting:
        review = reviewing.note_decision(session, draft, actor, decision, note)
        if review.asked_by_id not in told:
            reviewing.tell_asker(session, draft, review)
        told.add(review.asked_by_id)
    return len(waiting)


def prove(session: Session, drafts: Sequence[StudioDraft], actor: Person) -> int:
    """Let every task among the drafts that was not proved here be proved as it stands."""
    unproved = _unproved(session, drafts)
    tasks = [each for each in drafts if each.kind == "practical" and each.slug in unproved]
    for draft in tasks:
        prove_draft(session, draft, actor)
    return len(tasks)


def expect_seen(drafts: Sequence[StudioDraft], seen: str) -> None:
    """Raise RuleError where the drafts are not those, or not as, the page showed."""
    if seen_of(drafts) != seen:
        raise RuleError(CHANGED)


def _approved(session: Session, ids: Sequence[int]) -> set[tuple[int, str | None]]:
    rows = session.execute(
        select(StudioReview.draft_id, StudioReview.digest).where(
            StudioReview.draft_id.in_(ids), StudioReview.decision == ReviewDecision.APPROVED
        )
    )
    return {(row.draft_id, row.digest) for row in rows}


def _written_by(session: Session, ids: Sequence[int], viewer: Person) -> set[int]:
    statement = select(StudioSave.draft_id).where(
        StudioSave.draft_id.in_(ids), StudioSave.saved_by_id == viewer.id
    )
    return set(session.scalars(statement.distinct()))


def _unproved(session: Session, drafts: Sequence[StudioDraft]) -> set[str]:
    tasks = [each for each in drafts if each.kind == "practical"]
    if not tasks:
        return set()
    return proving.unproved(
        session, [Draft(each.kind, each.slug, each.read_files()) for each in tasks]
    )


def _items(session: Session, drafts: Sequence[StudioDraft]) -> dict[tuple[str, str], ContentItem]:
    names = [(each.kind, each.slug) for each in drafts]
    rows = session.scalars(
        select(ContentItem)
        .options(selectinload(ContentItem.current))
        .where(tuple_(ContentItem.kind, ContentItem.slug).in_(names))
    )
    return {(each.kind, each.slug): each for each in rows}
