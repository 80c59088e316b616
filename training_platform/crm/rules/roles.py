"""Who sees and does what inside the sandbox, as taught in class."""

from enum import StrEnum

#: The seller whom a trainee plays at first (see dataset/people.py: ids 1 to 20).
DEFAULT_SELLER = 1


class Reach(StrEnum):
    """How far a seller sees."""

    OWN = "own"
    TEAM = "team"
    ALL = "all"


_REACH = {
    "seller": Reach.OWN,
    "senior_agent": Reach.OWN,
    "team_lead": Reach.TEAM,
    "director": Reach.ALL,
}


def reach_of(role: str) -> Reach:
    """Return how far a seller of this role sees; unknown roles see their own only."""
    return _REACH.get(role, Reach.OWN)


def mask_mobile(mobile: str) -> str:
    """Return a mobile number as others see it: 154****1234."""
    return f"{mobile[:3]}****{mobile[-4:]}" if len(mobile) >= 8 else "****"


def mask_email(email: str) -> str:
    """Return an address as others see it: z***@x.example."""
    name, _at, host = email.partition("@")
    return f"{name[:1]}***@{host}" if host else "***"
