"""When two records are about the same firm or person, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass

from training_platform.crm.rules.keys import company_key, mobile_key


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


#: Why a record is a candidate → its words, the surest reason first.
REASONS: Mapping[str, str] = {
    "same_credit_code": _("Same credit code"),
    "same_mobile": _("Same mobile number"),
    "same_name": _("Same name"),
    "former_name": _("Known by this name before"),
    "same_email": _("Same e-mail"),
    "same_person": _("Same contact, similar name"),
    "similar_name": _("Similar name"),
}
#: Why a row of a file may be about a record of another kind; a hint too.
REASONS_ELSEWHERE: Mapping[str, str] = {
    "is_lead": _("Already a lead"),
    "is_customer": _("Already a customer"),
}
_WEIGHTS = {
    "same_credit_code": 100,
    "same_mobile": 80,
    "same_name": 70,
    "former_name": 60,
    "same_email": 50,
    "same_person": 40,
    "similar_name": 20,
}
#: Reasons that oblige an answer (V11); a name that only looks alike does not.
STRONG = frozenset(REASONS) - {"similar_name", "same_person"}
#: How alike two names must be, of 100: to be similar, and to be similar where the person agrees.
SIMILAR, SIMILAR_WITH_PERSON = 80, 55
MOST_CANDIDATES = 5


@dataclass(frozen=True)
class Traits:
    """What of a record is compared, in normal form; empty texts compare with nothing."""

    name_key: str = ""
    former_key: str = ""
    mobile: str = ""
    email: str = ""
    credit_code: str = ""
    person: str = ""


def traits_of(values: Mapping[str, object]) -> Traits:
    """Return the traits of a customer, contact or lead from its values, typed or stored."""

    def text(*names: str) -> str:
        return next((str(values[name]).strip() for name in names if values.get(name)), "")

    return Traits(
        name_key=company_key(text("name", "company")) if text("name", "company") else "",
        former_key=company_key(text("former_name")) if text("former_name") else "",
        mobile=mobile_key(text("mobile")),
        email=text("email").casefold(),
        credit_code=text("credit_code").upper(),
        person=text("contact_name", "person"),
    )


def reasons_for(ours: Traits, theirs: Traits, likeness: float = 0) -> tuple[str, ...]:
    """Return why two records may be the same, the surest first; likeness of the names in 0–100."""
    found = {
        "same_credit_code": _same(ours.credit_code, theirs.credit_code),
        "same_mobile": _same(ours.mobile, theirs.mobile),
        "same_name": _same(ours.name_key, theirs.name_key),
        "former_name": _same(ours.name_key, theirs.former_key)
        or _same(ours.former_key, theirs.name_key),
        "same_email": _same(ours.email, theirs.email),
    }
    reasons = [reason for reason, holds in found.items() if holds]
    is_known = found["same_name"] or found["former_name"]
    if not is_known and likeness >= SIMILAR_WITH_PERSON:
        if _same(ours.person, theirs.person):
            reasons.append("same_person")
        elif likeness >= SIMILAR:
            reasons.append("similar_name")
    return tuple(reasons)


def weight(reasons: tuple[str, ...]) -> int:
    """Return how sure the reasons are together, for the order of candidates."""
    return sum(_WEIGHTS[reason] for reason in reasons)


def is_strong(reasons: tuple[str, ...]) -> bool:
    """Tell whether the reasons oblige an answer before a new record is made (V11)."""
    return bool(STRONG.intersection(reasons))


def _same(one: str, other: str) -> bool:
    return bool(one) and one == other
