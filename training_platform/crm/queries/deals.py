"""One sale as a whole: its stages, quotes, contracts, orders and money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import or_, select

from training_platform.core.i18n import language
from training_platform.crm.desk import Desk
from training_platform.crm.models import (
    Contract,
    Opportunity,
    Order,
    Payment,
    Product,
    Quote,
    QuoteLine,
    StageChange,
)
from training_platform.crm.rules import stages as rules


@dataclass(frozen=True)
class Step:
    """One stage of an opportunity's way, as the stepper shows it."""

    code: str
    #: done, current or later.
    state: str
    entered_at: datetime | None
    evidence: str


@dataclass(frozen=True)
class Deal:
    """Everything that an opportunity has brought so far."""

    quotes: Sequence[Quote]
    contracts: Sequence[Contract]
    orders: Sequence[Order]
    payments: Sequence[Payment]
    #: Contract → what came in for it.
    paid: Mapping[int, Decimal]


@dataclass(frozen=True)
class ShownLine:
    """One line of a quote with its product's name."""

    product_id: int
    product: str
    unit: str
    quantity: int
    unit_price: Decimal

    @property
    def amount(self) -> Decimal:
        """Return the line's amount at list price."""
        return self.unit_price * self.quantity


def steps_of(desk: Desk, opportunity: Opportunity) -> list[Step]:
    """Return the stages with when each was entered last and what showed that it was left."""
    changes = desk.session.scalars(
        select(StageChange)
        .where(StageChange.opportunity_id == opportunity.id)
        .order_by(StageChange.entered_at, StageChange.id)
    ).all()
    entered = {change.to_stage: change.entered_at for change in changes}
    evidence = {change.from_stage: change.evidence or "" for change in changes}
    present = opportunity.stage
    if present == "lost":
        present = opportunity.lost_from_stage or rules.WAY[0]
    place = rules.WAY.index(present) if present in rules.WAY else 0
    found = []
    for number, code in enumerate(rules.WAY):
        is_done = number < place or (number == place and opportunity.stage == "won")
        state = "done" if is_done else "current" if number == place else "later"
        shown = entered.get(code) if number <= place else None
        found.append(Step(code, state, shown, evidence.get(code, "")))
    return found


def deal_of(desk: Desk, opportunity: Opportunity) -> Deal:
    """Return what hangs on an opportunity, the newest first."""
    session, ident = desk.session, opportunity.id
    contracts = session.scalars(
        select(Contract).where(Contract.opportunity_id == ident).order_by(Contract.id.desc())
    ).all()
    ids = [contract.id for contract in contracts]
    orders = session.scalars(
        select(Order).where(Order.contract_id.in_(ids)).order_by(Order.id.desc())
    ).all()
    of_orders = Payment.order_id.in_([order.id for order in orders])
    payments = session.scalars(
        select(Payment)
        .where(or_(Payment.contract_id.in_(ids), of_orders))
        .order_by(Payment.paid_at.desc(), Payment.id.desc())
    ).all()
    return Deal(
        session.scalars(
            select(Quote).where(Quote.opportunity_id == ident).order_by(Quote.id.desc())
        ).all(),
        contracts,
        orders,
        payments,
        _paid(ids, orders, payments),
    )


def _paid(
    contract_ids: Sequence[int], orders: Sequence[Order], payments: Sequence[Payment]
) -> Mapping[int, Decimal]:
    """Sum the money of each contract, its orders' included, less what went back."""
    of_order = {order.id: order.contract_id for order in orders}
    paid = dict.fromkeys(contract_ids, Decimal("0.00"))
    for payment in payments:
        contract_id = payment.contract_id or of_order.get(payment.order_id or 0)
        if contract_id in paid:
            amount = payment.amount or Decimal(0)
            paid[contract_id] += -amount if payment.kind == "refund" else amount
    return paid


def lines_of(desk: Desk, quote_id: int) -> list[ShownLine]:
    """Return a quote's lines with the products' names in the page's language."""
    rows = desk.session.execute(
        select(QuoteLine, Product)
        .join(Product, Product.id == QuoteLine.product_id)
        .where(QuoteLine.quote_id == quote_id)
        .order_by(QuoteLine.id)
    )
    return [
        ShownLine(
            product.id,
            product_name(product),
            product.unit,
            line.quantity_count,
            line.unit_price_amount or Decimal(0),
        )
        for line, product in rows
    ]


def products(desk: Desk) -> list[tuple[int, str]]:
    """Return every product on sale as (id, name with list price)."""
    found = desk.session.scalars(
        select(Product).where(Product.is_active).order_by(Product.line, Product.code)
    )
    return [
        (product.id, f"{product_name(product)} · ¥{product.list_price_amount or 0:,.2f}")
        for product in found
    ]


def product_name(product: Product) -> str:
    """Return a product's name in the page's language."""
    return product.name if language() == "zh" else product.english_name or product.name


def default_validity(today: date) -> date:
    """Return until when a new quote holds unless somebody says otherwise: 30 days."""
    return date.fromordinal(today.toordinal() + 30)


def a_year_after(today: date) -> date:
    """Return until when a new contract runs unless somebody says otherwise: a year less a day."""
    return date.fromordinal(today.toordinal() + 364)
