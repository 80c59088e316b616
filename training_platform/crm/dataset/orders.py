"""Orders with their lines and payments, as rows; money in and out adds up to the cent."""

from datetime import timedelta
from decimal import Decimal

from training_platform.crm.dataset.dice import Dice
from training_platform.crm.dataset.pipeline import owner_of
from training_platform.crm.dataset.sales import Sale
from training_platform.crm.dataset.working_time import NOW, within
from training_platform.crm.dataset.world import Row, World

_CENT = Decimal("0.01")


def number_sales(sales: list[Sale]) -> None:
    """Give the sales their numbers, by the time of the order."""
    for number, sale in enumerate(sales, start=1):
        sale.ident = number


def add_orders(world: World, sales: list[Sale]) -> None:
    """Add the orders, their lines, and every payment by the time at which it came."""
    payments: list[Row] = []
    for sale in sales:
        _order(world, sale)
        payments += _payments(sale)
    payments.sort(key=lambda payment: (payment["paid_at"], payment["sort"]))
    for number, payment in enumerate(payments, start=1):
        del payment["sort"]
        code = f"P-{number:05d}"
        world.add("payment", number, payment["paid_at"], code=code, **payment)


def _order(world: World, sale: Sale) -> None:
    refunded = sum((refund[1] for refund in sale.refunds), Decimal(0))
    touched = max([sale.paid_at or sale.placed_at, *(refund[0] for refund in sale.refunds)])
    world.add(
        "order",
        sale.ident,
        sale.placed_at,
        touched,
        code=f"D-{sale.ident:05d}",
        customer_id=sale.firm.ident,
        contract_id=sale.contract_id,
        campaign_id=sale.campaign_id,
        status=_status(sale),
        ordered_at=sale.placed_at,
        paid_at=sale.paid_at,
        amount=sale.amount,
        refunded_amount=refunded,
        owner_id=owner_of(sale.firm),
    )
    for line in sale.lines:
        world.add(
            "order_line",
            world.next_id("order_line"),
            sale.placed_at,
            order_id=sale.ident,
            product_id=line.product.ident,
            quantity_count=line.quantity,
            unit_price_amount=line.price,
            cost_amount=line.product.cost,
        )


def _status(sale: Sale) -> str:
    if sale.is_canceled:
        return "canceled"
    if sale.paid_at is None:
        return "open"
    age = NOW - sale.paid_at
    return "paid" if age < timedelta(days=3) else "shipped" if age < timedelta(days=9) else "done"


def _payments(sale: Sale) -> list[Row]:
    """Return what was paid: a deposit on the contract, the rest on the order, then refunds."""
    found: list[Row] = []
    if sale.paid_at is None:
        return found
    base = {"customer_id": sale.firm.ident, "remarks": None, "sort": sale.ident}
    rest = sale.amount - sale.deposit
    if sale.contract_id is not None:
        found.append(
            base
            | {"kind": "payment", "order_id": None, "contract_id": sale.contract_id}
            | {"paid_at": sale.deposit_at, "amount": sale.deposit, "remarks": "首付款"}
        )
        if rest <= 0:
            found[0]["remarks"] = "全款"
    on_order = base | {"order_id": sale.ident, "contract_id": None}
    if rest > 0:
        found += [on_order | part for part in _parts(sale, rest)]
    found += [
        on_order | {"kind": "refund", "paid_at": when, "amount": amount, "remarks": reason}
        for when, amount, reason in sale.refunds
    ]
    return found


def _parts(sale: Sale, rest: Decimal) -> list[Row]:
    """Return one payment; some large ones came in two parts."""
    dice = Dice("payment", sale.key)
    last = {"kind": "payment", "paid_at": sale.paid_at, "amount": rest}
    paid_at = sale.paid_at or sale.placed_at
    if rest < 30_000 or paid_at - sale.placed_at < timedelta(days=6) or not dice.chance(0.4):
        return [last]
    first = (rest / 2).quantize(_CENT)
    early = within(sale.placed_at, paid_at, 0.33)
    return [
        {"kind": "payment", "paid_at": early, "amount": first},
        last | {"amount": rest - first},
    ]
