"""Where a batch of questions and each of its rows may stand. Pure."""

from datetime import datetime, timedelta
from enum import StrEnum


class BatchState(StrEnum):
    """Where a batch stands."""

    READING = "reading"
    OPEN = "open"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHING = "publishing"
    PUBLISHED = "published"
    UNDOING = "undoing"
    UNDONE = "undone"


class RowState(StrEnum):
    """What became of one question of the file."""

    GOOD = "good"
    #: It could be read, but something is still missing: a translation for instance.
    UNFINISHED = "unfinished"
    #: The bank or an open draft has it already.
    HERE = "here"
    REFUSED = "refused"
    PUBLISHED = "published"
    UNDONE = "undone"
    #: Published, and in use: it was not taken back.
    KEPT = "kept"


#: So long a batch is kept that nobody goes on with, and the file of any.
KEPT = timedelta(days=90)
MAY_FORGET = frozenset(
    {BatchState.READING, BatchState.OPEN, BatchState.IN_REVIEW, BatchState.APPROVED}
)
#: Something is wrong that can be mended in a draft.
MAY_MEND = frozenset({RowState.REFUSED, RowState.UNFINISHED})
#: A job is at work: the page asks again and again.
BUSY = frozenset({BatchState.READING, BatchState.PUBLISHING, BatchState.UNDOING})
#: A colleague looks at what was chosen.
IN_LOOK = frozenset({BatchState.IN_REVIEW, BatchState.APPROVED})
MAY_CHOOSE = frozenset({BatchState.OPEN})


def may_publish(state: BatchState, *, needs_review: bool) -> bool:
    """Tell whether a batch may be published now: approved where the policy asks for it."""
    return state is BatchState.APPROVED or (state is BatchState.OPEN and not needs_review)


def is_over(state: BatchState, changed_at: datetime, now: datetime) -> bool:
    """Tell that a batch was left unpublished for so long that it is removed."""
    return state in MAY_FORGET and changed_at < now - KEPT


def is_stopped(*, is_whole: bool, refused: int) -> bool:
    """Tell that nothing of a batch may go on: all or nothing was wanted, and not all is good."""
    return is_whole and refused > 0
