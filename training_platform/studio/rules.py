"""What a draft may become, who may give the second opinion, and which saves are kept."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from enum import StrEnum

#: The text of one file; the format itself allows no more.
MOST_CHARACTERS = 256_000
MOST_FILES = 200
#: All saves are kept so long: whoever left a page open may still come back with what it holds.
KEEPS_ALL = timedelta(days=2)
#: Afterwards one of each so many minutes stays, and the last of each person.
KEEPS_ONE_IN = timedelta(minutes=30)
_PASSAGE = 400


class DraftState(StrEnum):
    """Where a draft stands. The last two end it."""

    DRAFT = "draft"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"
    DISCARDED = "discarded"


class ReviewDecision(StrEnum):
    """What a second pair of eyes says."""

    APPROVED = "approved"
    RETURNED = "returned"


class Act(StrEnum):
    """What happened to a published item; the page about it tells each."""

    PUBLISHED = "published"
    ROLLED_BACK = "rolled_back"
    WITHDRAWN = "withdrawn"
    LOOKED_AT = "looked_at"


#: What happened to an item without a revision of its own.
WITHOUT_REVISION = frozenset({Act.WITHDRAWN, Act.LOOKED_AT})

OPEN = frozenset(
    {DraftState.DRAFT, DraftState.IN_REVIEW, DraftState.APPROVED, DraftState.SCHEDULED}
)
#: What is said of a text holds for that text: a change takes these back to a draft.
LAPSES = frozenset({DraftState.APPROVED, DraftState.SCHEDULED})
MAY_ASK = frozenset({DraftState.DRAFT})
MAY_DECIDE = frozenset({DraftState.IN_REVIEW})


def after_change(state: DraftState) -> DraftState:
    """Return where a draft stands once its text was changed."""
    return DraftState.DRAFT if state in LAPSES else state


def may_publish(state: DraftState, *, needs_review: bool) -> bool:
    """Tell whether a draft may be published now: approved where the policy asks for it."""
    if state in (DraftState.APPROVED, DraftState.SCHEDULED):
        return True
    return state is DraftState.DRAFT and not needs_review


def may_review(reviewer_id: int | None, author_ids: Iterable[int]) -> bool:
    """Tell whether somebody gives a second opinion: she has not written in it herself."""
    return reviewer_id is not None and reviewer_id not in set(author_ids)


def superfluous(saves: Sequence[tuple[int, int | None, datetime]], now: datetime) -> list[int]:
    """Return the ids of saves that need not be kept: (id, who, when), the oldest first, one file.

    The last of all stays, and the last of each person in each half hour.
    """
    seen: set[tuple[int | None, int]] = set()
    found = []
    for index, (ident, who, at) in enumerate(reversed(saves)):
        window = (who, int(at.timestamp() // KEEPS_ONE_IN.total_seconds()))
        is_old = now - at > KEEPS_ALL
        if index and is_old and window in seen:
            found.append(ident)
        seen.add(window)
    return found


def passage(text: str) -> str:
    """Return the passage that a comment is about, in one line and not longer than is readable."""
    return re.sub(r"\s+", " ", text).strip()[:_PASSAGE]
