"""What a quote costs, who may grant which discount, and until when it holds (V10)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from training_platform.core.errors import RuleError

FEN = Decimal("0.01")
MOST_DISCOUNT = 60
MOST_QUANTITY = 10_000
#: Role → the discount it may grant by itself, in percent.
AUTHORITY: Mapping[str, int] = {
    "seller": 5,
    "senior_agent": 5,
    "team_lead": 10,
    "director": MOST_DISCOUNT,
}


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Line:
    """One product of a quote, at its list price."""

    product_id: int
    quantity: int
    unit_price: Decimal

    @property
    def amount(self) -> Decimal:
        """Return what the line costs without the discount."""
        return self.unit_price * self.quantity


def list_total(lines: Iterable[Line]) -> Decimal:
    """Return what the lines cost at list prices."""
    return sum((line.amount for line in lines), Decimal("0.00"))


def total(lines: Iterable[Line], discount_percent: int) -> Decimal:
    """Return what the customer pays, to the fen."""
    left = Decimal(100 - discount_percent) / 100
    return (list_total(lines) * left).quantize(FEN, rounding=ROUND_HALF_UP)


def may_grant(role: str, discount_percent: int) -> bool:
    """Tell whether a role may grant a discount by itself."""
    return discount_percent <= AUTHORITY.get(role, 0)


def check_lines(lines: Iterable[Line]) -> None:
    """Raise RuleError for a quote without lines or with a quantity that cannot be."""
    quantities = [line.quantity for line in lines]
    if not quantities:
        raise RuleError(_("V10: choose at least one product."), field="lines")
    if any(not 1 <= quantity <= MOST_QUANTITY for quantity in quantities):
        raise RuleError(
            _("V10: enter a quantity from 1 to %(most)s."), field="lines", most=MOST_QUANTITY
        )


def check_discount(role: str, discount_percent: int, reason: str) -> None:
    """Raise RuleError for a discount out of range, or above the role's authority without reason."""
    if not 0 <= discount_percent <= MOST_DISCOUNT:
        raise RuleError(
            _("Enter a discount from 0 to %(most)s percent."),
            field="discount_percent",
            most=MOST_DISCOUNT,
        )
    if not may_grant(role, discount_percent) and not reason.strip():
        raise RuleError(
            _("You may grant %(most)s percent by yourself. Say why more is needed."),
            field="discount_reason",
            most=AUTHORITY.get(role, 0),
        )


def check_valid(valid_until_on: date | None, today: date) -> None:
    """V10: raise RuleError for a quote that has expired."""
    if valid_until_on is None or valid_until_on < today:
        raise RuleError(_("V10: this quote has expired."), field="valid_until_on")
