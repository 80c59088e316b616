"""States, grounds, remedies and deadlines of disputes. Pure; days are arguments."""

from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

#: So many days after the result a check can be disputed; the last day counts.
DISPUTE_DAYS = 15
#: Within so many days a trainer decides; the last day counts.
DECISION_DAYS = 7
LONGEST_TEXT = 2000


class DisputeState(StrEnum):
    """Where a dispute stands."""

    OPEN = "open"
    UPHELD = "upheld"
    REJECTED = "rejected"
    #: The trainee took it back.
    WITHDRAWN = "withdrawn"


class Ground(StrEnum):
    """Why somebody thinks that a check is wrong."""

    #: The work is as it was wanted, and the check did not see it.
    NOT_SEEN = "not_seen"
    #: It was done in another way that is right too.
    ANOTHER_WAY = "another_way"
    #: The brief or the question can be read in two ways.
    UNCLEAR = "unclear"
    #: The platform failed: a page, a connection, a clock.
    TECHNICAL = "technical"
    OTHER = "other"


class Remedy(StrEnum):
    """What upholding a dispute leads to."""

    #: Points for this attempt only.
    POINTS = "points"
    #: The check itself is wrong: it is corrected, and everybody's attempts are graded again.
    CHECK = "check"


class Verdict(StrEnum):
    """What a trainer decides: the remedy, or none."""

    POINTS = "points"
    CHECK = "check"
    REJECT = "reject"

    @property
    def remedy(self) -> Remedy | None:
        """Return what it leads to; None where the result stays."""
        return None if self is Verdict.REJECT else Remedy(self.value)

    @property
    def state(self) -> DisputeState:
        """Return where the dispute stands after it."""
        return DisputeState.REJECTED if self is Verdict.REJECT else DisputeState.UPHELD


def last_day_to_dispute(result_on: date) -> date:
    """Return the last day on which a result of this day can be disputed."""
    return result_on + timedelta(days=DISPUTE_DAYS)


def last_day_to_decide(opened_on: date) -> date:
    """Return until when a trainer should have decided."""
    return opened_on + timedelta(days=DECISION_DAYS)


def needs_text(ground: Ground) -> bool:
    """Tell whether a ground says too little without a text."""
    return ground is Ground.OTHER


def are_possible(points: Decimal | None, got: Decimal, most: Decimal) -> bool:
    """Tell whether a check can be given these points: more than it has, at most what it is worth.

    Two places at most: that is how exactly points are kept. A check that is worth nothing, and only
    guards others, is given as a whole.
    """
    if not most:
        return True
    return points is not None and got < points <= most and points == round(points, 2)
