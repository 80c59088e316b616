"""How a ticket goes: its priority, who may have it, what each step needs. Pure."""

from collections.abc import Mapping
from hashlib import sha256
from hmac import new as hmac

#: Tier → severity → priority.
PRIORITIES: Mapping[str, Mapping[str, str]] = {
    "vip": {"high": "urgent", "medium": "high", "low": "medium"},
    "key": {"high": "high", "medium": "medium", "low": "low"},
    "regular": {"high": "high", "medium": "medium", "low": "low"},
}
#: Who may have the tickets of VIPs without a reason.
SENIOR = frozenset({"senior_agent", "team_lead", "director"})
OPEN = frozenset({"new", "assigned", "in_progress", "waiting", "reopened"})
#: Act → the states in which it is possible.
POSSIBLE: Mapping[str, frozenset[str]] = {
    "assign": OPEN,
    "step": OPEN,
    "solve": OPEN - {"new"},
    "survey": frozenset({"resolved"}),
    "close": frozenset({"resolved"}),
    "reopen": frozenset({"resolved", "closed"}),
    "article": OPEN | {"resolved"},
}
#: Steps that people log by hand, and those that the customer hears of.
LOGGED_STEPS = ("replied", "identity_checked", "investigated", "note")
HEARD_STEPS = frozenset({"replied"})
#: Tickets on which nothing is done before it is sure who asks.
NEEDS_IDENTITY = frozenset({"data_change"})
_SHARES = ((5, 0.45), (4, 0.30), (3, 0.15), (2, 0.07), (1, 0.03))


def priority_of(tier: str, severity: str) -> str:
    """Return the priority of a ticket from the customer's tier and its severity."""
    return PRIORITIES.get(tier, PRIORITIES["regular"]).get(severity, "medium")


def needs_reason(tier: str | None, role: str) -> bool:
    """Tell whether an assignment asks for a reason: VIPs go to senior agents."""
    return tier == "vip" and role not in SENIOR


def may(act: str, status: str) -> bool:
    """Tell whether an act is possible in a state."""
    return status in POSSIBLE.get(act, frozenset())


def share(key: str, text: str) -> float:
    """Return a number from 0 to 1 that looks like chance and is always the same for a text."""
    digest = hmac(key.encode(), text.encode(), sha256).digest()
    return int.from_bytes(digest[:8], "big") / 2**64


def survey_score(luck: float, *, is_late: bool, reopened: int) -> int:
    """Return what the customer gives, from 1 to 5: less where it was late or came back."""
    left = luck
    score = 1
    for mark, weight in _SHARES:
        left -= weight
        if left < 0:
            score = mark
            break
    return max(1, score - is_late - min(reopened, 2))
