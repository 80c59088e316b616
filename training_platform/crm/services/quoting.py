"""Quotes: drafted, approved by authority, sent, answered, and made into contracts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from training_platform.core import clock
from training_platform.core.errors import InvalidTransitionError, NotPermittedError, RuleError
from training_platform.crm.desk import Desk
from training_platform.crm.models import Contract, Opportunity, Product, Quote, QuoteLine
from training_platform.crm.rules import quoting as rules
from training_platform.crm.rules.quoting import Line
from training_platform.crm.services.access import expect_editable
from training_platform.crm.services.records import change_record, create_record, delete_record

ZERO = Decimal("0.00")


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class QuoteDraft:
    """What somebody enters for a quote: (product id, quantity) of each line, and its terms."""

    lines: Sequence[tuple[int, int]]
    valid_until_on: date
    discount_percent: int = 0
    discount_reason: str = ""
    remarks: str = ""


def today(desk: Desk) -> date:
    """Return the company's day in the sandbox's time."""
    return clock.company_day(desk.now)


def draft_quote(desk: Desk, opportunity: Opportunity, draft: QuoteDraft) -> Quote:
    """Add a quote to an opportunity; lines take the products' list prices.

    Raises RuleError for V10 (lines, quantities, validity) or a discount without the reason that
    it needs; NotPermittedError where the opportunity is not the seller's.
    """
    expect_editable(desk, opportunity)
    lines = _checked_lines(desk, draft)
    quote = create_record(
        desk,
        Quote,
        {
            "customer_id": opportunity.customer_id,
            "opportunity_id": opportunity.id,
            "owner_id": opportunity.owner_id,
            **_terms(draft, lines),
        },
    )
    _write_lines(desk, quote, lines)
    return quote


def change_quote(
    desk: Desk, quote: Quote, draft: QuoteDraft, expected_version: int | None = None
) -> Quote:
    """Change a quote that was not sent yet; its approval begins anew."""
    expect_editable(desk, quote)
    expect_status(quote.status, "draft", "in_approval", "approved")
    lines = _checked_lines(desk, draft)
    again = {"status": "draft", "approved_at": None, "approved_by_id": None}
    changed = change_record(
        desk, quote, _terms(draft, lines) | again, expected_version=expected_version
    )
    for line in lines_of(desk, quote.id):
        delete_record(desk, line)
    _write_lines(desk, changed, lines)
    return changed


def submit_quote(desk: Desk, quote: Quote, expected_version: int | None = None) -> Quote:
    """Finish a quote: within the seller's authority it is approved, above it waits for approval."""
    expect_editable(desk, quote)
    expect_status(quote.status, "draft")
    rules.check_valid(quote.valid_until_on, today(desk))
    values: dict[str, Any] = {"status": "in_approval"}
    if rules.may_grant(desk.seller.role, quote.discount_percent):
        values = _approved(desk)
    return change_record(desk, quote, values, expected_version=expected_version, act="quote_submit")


def decide_quote(
    desk: Desk, quote: Quote, *, is_approved: bool, expected_version: int | None = None
) -> Quote:
    """Approve or refuse a quote that waits.

    Raises NotPermittedError for a seller whose authority does not reach, or out of reach.
    """
    expect_editable(desk, quote)
    expect_status(quote.status, "in_approval")
    if not rules.may_grant(desk.seller.role, quote.discount_percent):
        raise NotPermittedError(_("This discount is above your authority."))
    values = _approved(desk) if is_approved else {"status": "draft"}
    act = "quote_approve" if is_approved else "quote_reject"
    return change_record(desk, quote, values, expected_version=expected_version, act=act)


def send_quote(desk: Desk, quote: Quote, expected_version: int | None = None) -> Quote:
    """Send an approved quote that is still valid (V10)."""
    expect_editable(desk, quote)
    expect_status(quote.status, "approved")
    rules.check_valid(quote.valid_until_on, today(desk))
    values = {"status": "sent", "sent_at": desk.now}
    return change_record(desk, quote, values, expected_version=expected_version, act="quote_send")


def answer_quote(
    desk: Desk, quote: Quote, *, is_accepted: bool, expected_version: int | None = None
) -> Quote:
    """Write down the customer's answer to a sent quote; an expired one cannot be accepted (V10)."""
    expect_editable(desk, quote)
    expect_status(quote.status, "sent")
    if is_accepted:
        rules.check_valid(quote.valid_until_on, today(desk))
    values = {"status": "accepted" if is_accepted else "refused"}
    act = "quote_accept" if is_accepted else "quote_refuse"
    return change_record(desk, quote, values, expected_version=expected_version, act=act)


def draft_contract(desk: Desk, quote: Quote) -> Contract:
    """Make the contract of an accepted quote, with its amount. One quote has one contract."""
    expect_editable(desk, quote)
    expect_status(quote.status, "accepted")
    found = select(Contract.id).where(Contract.quote_id == quote.id)
    if desk.session.scalar(found.limit(1)) is not None:
        raise InvalidTransitionError(_("This quote has its contract already."))
    return create_record(
        desk,
        Contract,
        {
            "customer_id": quote.customer_id,
            "opportunity_id": quote.opportunity_id,
            "quote_id": quote.id,
            "amount": quote.amount,
            "owner_id": quote.owner_id,
        },
    )


def lines_of(desk: Desk, quote_id: int) -> Sequence[QuoteLine]:
    """Return the lines of a quote in their order."""
    return desk.session.scalars(
        select(QuoteLine).where(QuoteLine.quote_id == quote_id).order_by(QuoteLine.id)
    ).all()


def _checked_lines(desk: Desk, draft: QuoteDraft) -> list[Line]:
    wanted = {product_id for product_id, _quantity in draft.lines}
    products = {
        product.id: product
        for product in desk.session.scalars(
            select(Product).where(Product.id.in_(wanted), Product.is_active)
        )
    }
    if wanted - products.keys():
        raise RuleError(_("Choose products that are on sale."), field="lines")
    lines = [
        Line(ident, quantity, products[ident].list_price_amount or ZERO)
        for ident, quantity in draft.lines
    ]
    rules.check_lines(lines)
    rules.check_discount(desk.seller.role, draft.discount_percent, draft.discount_reason)
    rules.check_valid(draft.valid_until_on, today(desk))
    if rules.total(lines, draft.discount_percent) <= 0:
        raise RuleError(_("V10: enter an amount above zero."), field="lines")
    return lines


def _terms(draft: QuoteDraft, lines: Sequence[Line]) -> dict[str, Any]:
    return {
        "discount_percent": draft.discount_percent,
        "discount_reason": draft.discount_reason.strip() or None,
        "valid_until_on": draft.valid_until_on,
        "remarks": draft.remarks.strip() or None,
        "amount": rules.total(lines, draft.discount_percent),
    }


def _write_lines(desk: Desk, quote: Quote, lines: Sequence[Line]) -> None:
    for line in lines:
        create_record(
            desk,
            QuoteLine,
            {
                "quote_id": quote.id,
                "product_id": line.product_id,
                "quantity_count": line.quantity,
                "unit_price_amount": line.unit_price,
            },
        )


def _approved(desk: Desk) -> dict[str, Any]:
    return {"status": "approved", "approved_at": desk.now, "approved_by_id": desk.seller.id}


def expect_status(status: str, *wanted: str) -> None:
    """Raise InvalidTransitionError unless a record is in one of these states."""
    if status not in wanted:
        raise InvalidTransitionError
