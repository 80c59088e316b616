"""The public pool: who may take what from it, how long it is kept, and when it goes back."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from training_platform.core.errors import RuleError


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


class Numbers(Protocol):
    """The pool's numbers; they are data (PoolRule)."""

    claims_per_day_count: int
    own_limit_count: int
    protection_days: int
    recycle_days: int
    cool_down_days: int


@dataclass
class DefaultNumbers:
    """The numbers where the company has set none."""

    claims_per_day_count: int = 5
    own_limit_count: int = 120
    protection_days: int = 30
    recycle_days: int = 45
    cool_down_days: int = 7


#: Why a customer goes into the pool.
RELEASE_REASONS: Mapping[str, str] = {
    "no_need": _("No need at present"),
    "no_answer": _("Cannot be reached"),
    "other_region": _("Outside my region or industry"),
    "no_capacity": _("I have no time for it"),
    "other": _("Other"),
}
#: Why the clock gave a customer back.
RECYCLED = _("No follow-up for %(days)s days: back by itself")

DAY_LIMIT = _(
    "You have claimed %(count)s customers today, the most there are a day. "
    "You may claim again on %(again)s."
)
OWN_LIMIT = _(
    "You own %(count)s customers, the most there are. Release one, and you may claim again."
)
NO_ROOM = _(
    "You own %(count)s customers, the most there are. Give one back to the pool first, "
    "then enter the new one."
)
COOL_DOWN = _(
    "You gave this customer back %(days)s days ago or less. You may claim it again on %(again)s; "
    "colleagues may claim it now."
)


@dataclass(frozen=True)
class Claimer:
    """Where somebody stands who wants to claim."""

    seller_id: int
    claims_today: int
    own_count: int
    #: When the next day begins.
    day_ends_at: datetime


def cool_down_ends(pooled_at: datetime | None, numbers: Numbers) -> datetime | None:
    """Return when the last owner may claim again."""
    return pooled_at + timedelta(days=numbers.cool_down_days) if pooled_at else None


def check_claim(
    numbers: Numbers,
    claimer: Claimer,
    last_owner_id: int | None,
    pooled_at: datetime | None,
    now: datetime,
) -> None:
    """Raise RuleError that names the limit, and when it is possible again."""
    if claimer.claims_today >= numbers.claims_per_day_count:
        again = f"{claimer.day_ends_at:%Y-%m-%d}"
        raise RuleError(DAY_LIMIT, count=claimer.claims_today, again=again)
    if claimer.own_count >= numbers.own_limit_count:
        raise RuleError(OWN_LIMIT, count=claimer.own_count)
    ends = cool_down_ends(pooled_at, numbers)
    if last_owner_id == claimer.seller_id and ends is not None and now < ends:
        again = f"{ends.astimezone(claimer.day_ends_at.tzinfo):%Y-%m-%d %H:%M}"
        raise RuleError(COOL_DOWN, days=numbers.cool_down_days, again=again)


def check_room(numbers: Numbers, own_count: int) -> None:
    """Raise RuleError where a seller owns as many customers as there may be."""
    if own_count >= numbers.own_limit_count:
        raise RuleError(NO_ROOM, count=own_count)


def recycles_at(
    touched_at: datetime, protected_until: datetime | None, numbers: Numbers
) -> datetime:
    """Return when a customer goes back if nobody does anything: idle long enough, unprotected."""
    idle = touched_at + timedelta(days=numbers.recycle_days)
    return max(idle, protected_until) if protected_until else idle
