"""Contracts signed, orders placed, and the money that comes in for them or goes back."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import case, func, select, type_coerce

from training_platform.core import clock
from training_platform.core.db import Money
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.crm.desk import Desk
from training_platform.crm.models import Contract, Order, OrderLine, Payment, Product
from training_platform.crm.rules.validation import is_closed
from training_platform.crm.services.access import expect_editable
from training_platform.crm.services.quoting import expect_status, lines_of, today
from training_platform.crm.services.records import change_record, create_record, find_record

ZERO = Decimal("0.00")


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Receipt:
    """What somebody enters for a payment or a refund."""

    amount: Decimal
    kind: str = "payment"
    paid_at: datetime | None = None
    remarks: str = ""


def sign_contract(
    desk: Desk, contract: Contract, ends_on: date, expected_version: int | None = None
) -> Contract:
    """Sign a contract today; it runs until a day."""
    expect_editable(desk, contract)
    expect_status(contract.status, "draft", "in_approval")
    if ends_on <= today(desk):
        raise RuleError(_("Choose an end after today."), field="ends_on")
    values = {
        "status": "signed",
        "signed_at": desk.now,
        "starts_on": today(desk),
        "ends_on": ends_on,
    }
    return change_record(
        desk, contract, values, expected_version=expected_version, act="contract_sign"
    )


def place_order(desk: Desk, contract: Contract) -> Order:
    """Order what a signed contract is about; lines and amount come from its quote."""
    expect_editable(desk, contract)
    expect_status(contract.status, "signed")
    found = select(Order.id).where(Order.contract_id == contract.id, Order.status != "canceled")
    if desk.session.scalar(found.limit(1)) is not None:
        raise InvalidTransitionError(_("This contract has its order already."))
    order = create_record(
        desk,
        Order,
        {
            "customer_id": contract.customer_id,
            "contract_id": contract.id,
            "ordered_at": desk.now,
            "amount": contract.amount,
            "owner_id": contract.owner_id,
        },
    )
    _order_lines(desk, order, contract)
    _settle(desk, order)
    return order


def take_payment(
    desk: Desk,
    target: Contract | Order,
    receipt: Receipt,
    expected_version: int | None = None,
) -> Payment:
    """Write down money that came in for an order or a contract, or went back.

    Raises RuleError for an amount that is not above zero or more than is open (V10), a refund of
    more than was paid, or a closed month (V17).
    """
    expect_editable(desk, target)
    _check_receipt(desk, target, receipt)
    change_record(desk, target, {}, expected_version=expected_version)
    payment = create_record(
        desk,
        Payment,
        {
            "kind": receipt.kind,
            "customer_id": target.customer_id,
            "order_id": target.id if isinstance(target, Order) else None,
            "contract_id": target.id if isinstance(target, Contract) else None,
            "paid_at": receipt.paid_at or desk.now,
            "amount": receipt.amount,
            "remarks": receipt.remarks or None,
        },
        act="refund" if receipt.kind == "refund" else "pay",
    )
    for order in _orders_of(desk, target):
        _settle(desk, order)
    return payment


def paid_amount(desk: Desk, target: Contract | Order) -> Decimal:
    """Return what came in for an order or a contract, less what went back.

    Money on a contract and on its order is one sum: both are about the same sale.
    """
    contract_id = target.id if isinstance(target, Contract) else target.contract_id
    orders = select(Order.id).where(Order.contract_id == contract_id)
    same = Payment.order_id == target.id
    if contract_id is not None:
        same = (Payment.contract_id == contract_id) | Payment.order_id.in_(orders)
    signed = case((Payment.kind == "refund", -Payment.amount), else_=Payment.amount)
    return desk.session.scalar(select(type_coerce(func.sum(signed), Money)).where(same)) or ZERO


def _order_lines(desk: Desk, order: Order, contract: Contract) -> None:
    lines = lines_of(desk, contract.quote_id) if contract.quote_id else ()
    costs = {
        product.id: product.cost_amount
        for product in desk.session.scalars(
            select(Product).where(Product.id.in_([line.product_id for line in lines]))
        )
    }
    for line in lines:
        create_record(
            desk,
            OrderLine,
            {
                "order_id": order.id,
                "product_id": line.product_id,
                "quantity_count": line.quantity_count,
                "unit_price_amount": line.unit_price_amount,
                "cost_amount": costs.get(line.product_id),
            },
        )


def _check_receipt(desk: Desk, target: Contract | Order, receipt: Receipt) -> None:
    if receipt.kind not in {"payment", "refund"}:
        raise RuleError(_("Choose payment or refund."), field="kind")
    if receipt.amount <= 0:
        raise RuleError(_("V10: enter an amount above zero."), field="amount")
    if isinstance(target, Contract):
        expect_status(target.status, "signed", "ended")
    elif target.status == "canceled":
        raise InvalidTransitionError
    paid = paid_amount(desk, target)
    most = paid if receipt.kind == "refund" else (target.amount or ZERO) - paid
    if receipt.amount > most:
        text = (
            _("Only %(most)s was paid and can go back.")
            if receipt.kind == "refund"
            else _("Only %(most)s is open.")
        )
        raise RuleError(text, field="amount", most=f"¥{most:,.2f}")
    _check_day(desk, receipt.paid_at or desk.now)


def _check_day(desk: Desk, paid_at: datetime) -> None:
    if paid_at > desk.now + timedelta(minutes=1):
        raise RuleError(_("Money cannot come in later than now."), field="paid_at")
    if is_closed(clock.company_day(paid_at), today(desk)):
        raise RuleError(_("V17: this month is closed."), field="paid_at")


def _orders_of(desk: Desk, target: Contract | Order) -> Sequence[Order]:
    if isinstance(target, Order):
        return [find_record(desk, Order, target.id)]
    return desk.session.scalars(
        select(Order).where(Order.contract_id == target.id, Order.status != "canceled")
    ).all()


def _settle(desk: Desk, order: Order) -> None:
    """Keep an order in step with its money: refunds summed, paid when all has come in once."""
    contract_id = order.contract_id
    same = Payment.order_id == order.id
    if contract_id is not None:
        same = same | (Payment.contract_id == contract_id)
    total = type_coerce(func.sum(Payment.amount), Money).label("total")
    found = desk.session.execute(select(Payment.kind, total).where(same).group_by(Payment.kind))
    sums = {row.kind: row.total for row in found}
    refunded = sums.get("refund")
    values: dict[str, Any] = {"refunded_amount": refunded} if refunded else {}
    if order.paid_at is None and sums.get("payment", ZERO) >= (order.amount or ZERO) > 0:
        last = desk.session.scalar(select(func.max(Payment.paid_at)).where(same))
        values |= {"paid_at": last, "status": "paid" if order.status == "open" else order.status}
    change_record(desk, order, values, act="settle")
