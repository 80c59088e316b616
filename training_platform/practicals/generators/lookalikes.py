"""Customers that nobody else is like, and records that are like them: twins and near misses."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from rapidfuzz import fuzz

from training_platform.crm.dataset import names, variants
from training_platform.crm.dataset.dice import Dice
from training_platform.crm.rules.duplicates import SIMILAR, Traits, reasons_for, traits_of
from training_platform.crm.rules.keys import company_key
from training_platform.practicals.drawing import Baseline
from training_platform.practicals.generators.firms import NewFirms, as_customer
from training_platform.practicals.generators.moments import at

Row = Mapping[str, Any]
#: How a twin's name is written, and what else says that it is the same firm.
TWINS: tuple[tuple[str, str], ...] = (
    ("form", "email"),
    ("short", "credit_code"),
    ("brackets", "email"),
    ("blank", "credit_code"),
    ("traditional", "email"),
    ("former", "email"),
    ("renamed", "credit_code"),
)
#: A draw is tried so often before another firm is taken: some fit nothing, and a start must end.
MOST_TRIES = 40
#: What a near miss shares with another firm, though it is none of it.
NEAR = ("name", "mobile", "email")


class Crowd:
    """All firms that are known, to tell who is like whom."""

    def __init__(self, baseline: Baseline) -> None:
        """Take the customers, leads and contacts of the dataset."""
        rows = baseline["customer"].values()
        self._rows = {row["id"]: _traits(row) for row in rows}
        others = [*baseline["lead"].values(), *baseline["contact"].values()]
        self._others = {row["mobile"]: row.get("customer_id") for row in others if row["mobile"]}

    def is_alone(self, row: Row, aside: Iterable[int] = ()) -> bool:
        """Tell that no other customer is like this one, leaving some aside."""
        ours, skipped = _traits(row), {row.get("id"), *aside}
        if ours.mobile in self._others and self._others[ours.mobile] not in skipped:
            return False
        return not any(
            reasons_for(ours, theirs, fuzz.ratio(ours.name_key, theirs.name_key))
            for number, theirs in self._rows.items()
            if number not in skipped
        )


def loners(baseline: Baseline, crowd: Crowd, seller: int) -> Iterator[Row]:
    """Yield the seller's customers whom no other is like, with all that tells who they are."""
    for row in baseline["customer"].values():
        is_open = row["retention"] == "active" and not row["is_on_legal_hold"]
        is_known = row["email"] and row["credit_code"] and not row["former_name"]
        if row["owner_id"] == seller and is_open and is_known and crowd.is_alone(row):
            yield row


def twin(original: Row, kind: tuple[str, str], firms: NewFirms) -> dict[str, Any]:
    """Return a second record of a firm: another way to write it, another number, one proof."""
    written, proof = kind
    fresh = as_customer(firms.draw())
    same = ["industry", "region", "province", "city", proof]
    if proof == "email":  # the same person, then
        same += ["contact_name", "contact_title"]
    row = fresh | {"credit_code": None} | {name: original[name] for name in same}
    if written not in {"former", "renamed"}:
        row["name"] = variants.KINDS[written](original["name"])
    return row


def near_miss(dice: Dice, original: Row, shared: str, firms: NewFirms) -> dict[str, Any]:
    """Return another firm that shares something with this one, with a credit code of its own."""
    row = as_customer(firms.draw()) | {
        "credit_code": names.credit_code(dice),
        "region": original["region"],
    }
    if shared == "name":
        return row | {"name": _one_letter_off(dice, original["name"])}
    return row | {shared: original[shared]}


def checked(dice: Dice, *, is_newest: bool) -> datetime:
    """Return when a number was verified: within the last days, or long before."""
    days = -dice.whole(2, 12) if is_newest else -dice.whole(200, 700)
    return at(days, dice.pick((9, 10, 14, 15)), dice.whole(0, 59))


class NoFitError(Exception):
    """Of this firm nothing can be made that fits, however often it is drawn: take another."""


def until(made: Callable[[], dict[str, Any]], fits: Callable[[Row], bool]) -> dict[str, Any]:
    """Draw again until it fits. Raises NoFitError where it does not in MOST_TRIES."""
    for _try in range(MOST_TRIES):
        if fits(row := made()):
            return row
    raise NoFitError


def _one_letter_off(dice: Dice, name: str) -> str:
    """Return a name that differs in one letter behind the first two: alike, and another firm.

    Raises NoFitError for a name so short that one letter makes it unlike.
    """
    for _try in range(MOST_TRIES):
        place = dice.whole(2, 3)
        letter = names.brand(dice)[1]
        found = name[:place] + letter + name[place + 1 :]
        alike = fuzz.ratio(company_key(found), company_key(name))
        if letter != name[place] and SIMILAR <= alike < 100:
            return found
    raise NoFitError


def _traits(row: Row) -> Traits:
    return traits_of(row)
