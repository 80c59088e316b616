"""What a token opens and until when, how lists are paged. Pure."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

#: Every token begins so: whoever finds one in a file knows what it is.
PREFIX = "tpa_"
PER_PAGE, MOST_PER_PAGE = 100, 500
#: A token works for a year at most; then HR makes another.
LONGEST = timedelta(days=366)
#: Records are handed out when they are so old: what a slow transaction wrote under an earlier
#: number is committed by then, so that nobody's cursor passes it.
SETTLED_AFTER = timedelta(minutes=1)
#: A token may ask so often; a network may send so many wrong tokens.
LIMIT, WRONG_LIMIT, MINUTES = 600, 30, 10


class Resource(StrEnum):
    """What a token may open, one by one."""

    PEOPLE = "people"
    RECORDS = "records"
    CERTIFICATES = "certificates"


class TokenState(StrEnum):
    """Whether a token works."""

    ACTIVE = "active"
    EXPIRED = "expired"
    REVOKED = "revoked"
    #: Whoever made it left or no longer belongs to HR.
    ORPHANED = "orphaned"


@dataclass(frozen=True)
class Standing:
    """What decides whether a token works. Of expires_on the day itself counts."""

    expires_on: date
    is_revoked: bool
    is_owner_entitled: bool


def state_of(standing: Standing, today: date) -> TokenState:
    """Return whether a token works on a day; what cannot be taken back is named first."""
    if standing.is_revoked:
        return TokenState.REVOKED
    if today > standing.expires_on:
        return TokenState.EXPIRED
    return TokenState.ACTIVE if standing.is_owner_entitled else TokenState.ORPHANED


def may_expire_on(day: date, today: date) -> bool:
    """Tell whether a token may work until a day: from today on, for a year at most."""
    return today <= day <= today + LONGEST


def cursor_of(resource: Resource, ident: int) -> str:
    """Return where a list goes on after a row: to be sent back as it is."""
    return f"{resource[0]}{ident}"


def place_after(resource: Resource, cursor: str) -> int | None:
    """Return the row after which a cursor goes on; None where it is no cursor of this list."""
    number = cursor[1:]
    is_number = number.isascii() and number.isdigit() and len(number) <= 10
    return int(number) if cursor[:1] == resource[0] and is_number else None
