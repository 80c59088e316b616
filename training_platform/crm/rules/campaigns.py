"""Whom a campaign may reach, how it goes, and which referrals are rewarded. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal

#: Kind of campaign → the consents that allow it. Fairs and seminars are invited to by mail.
ALLOWED: Mapping[str, frozenset[str]] = {
    "email": frozenset({"all", "email"}),
    "webinar": frozenset({"all", "email"}),
    "trade_fair": frozenset({"all", "email", "phone"}),
    "sms": frozenset({"all", "phone"}),
}
#: What becomes of a member, for each kind: shares of the furthest state reached.
OUTCOMES: Mapping[str, tuple[tuple[str, float], ...]] = {
    "email": (
        ("bounced", 0.04),
        ("opted_out", 0.01),
        ("won", 0.02),
        ("responded", 0.06),
        ("clicked", 0.15),
        ("opened", 0.27),
    ),
    "sms": (("bounced", 0.06), ("opted_out", 0.01), ("won", 0.02), ("responded", 0.07)),
    "webinar": (
        ("bounced", 0.04),
        ("won", 0.03),
        ("responded", 0.15),
        ("clicked", 0.18),
        ("opened", 0.25),
    ),
    "trade_fair": (("won", 0.05), ("responded", 0.50)),
}
RESPONSES = frozenset({"responded", "won"})
#: A firm that was there longer before the claim was no new customer.
KNOWN_BEFORE = timedelta(days=45)


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: V15: why somebody is left out.
EXCLUSIONS: Mapping[str, str] = {
    "do_not_contact": _("Must not be contacted"),
    "no_consent": _("No consent for this channel"),
    "opted_out": _("Contact has opted out"),
    "no_address": _("No address for this channel"),
    "not_active": _("Archived or anonymized"),
}
#: Why a referral brings no reward.
REFUSALS: Mapping[str, str] = {
    "self": _("The firm recommends itself."),
    "existing": _("The firm was our customer before the referral."),
    "refunded": _("The first order was refunded."),
}


def exclusion(kind: str, *, consent: str, is_do_not_contact: bool, retention: str) -> str | None:
    """V15: return why a customer may not be reached by a kind of campaign; None if it may."""
    if retention != "active":
        return "not_active"
    if is_do_not_contact:
        return "do_not_contact"
    return None if consent in ALLOWED.get(kind, frozenset()) else "no_consent"


def outcome(kind: str, luck: float) -> str:
    """Return how far a member goes, for a number from 0 to 1."""
    for state, share in OUTCOMES.get(kind, ()):
        luck -= share
        if luck < 0:
            return state
    return "delivered"


def revenue(luck: float) -> Decimal:
    """Return what a buyer brings: 3,000 to 43,000, in whole hundreds."""
    return Decimal(3000 + int(luck * 400) * 100).quantize(Decimal("0.01"))


def referral_refusal(
    *, is_self: bool, known_since: datetime, claimed_at: datetime, refunded: Decimal
) -> str | None:
    """Return why a referral brings no reward; None if it does."""
    if is_self:
        return "self"
    if known_since < claimed_at - KNOWN_BEFORE:
        return "existing"
    return "refunded" if refunded > 0 else None


def reward(amount: Decimal, rate_percent: int) -> Decimal:
    """Return the reward of a referral: a share of the first paid order."""
    return (amount * rate_percent / 100).quantize(Decimal("0.01"))
