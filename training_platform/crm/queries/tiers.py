"""What customers paid in twelve months, and the tier that follows: the one definition in SQL."""

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Select, case, false, func, or_, select, type_coerce

from training_platform.core.db import Money
from training_platform.crm.desk import Desk
from training_platform.crm.models import Customer, Opportunity, Order
from training_platform.crm.rules.tiers import KEY_FROM, VIP_FROM, tier_of, window_start


def net_amount() -> ColumnElement[Decimal]:
    """Return what an order brought: its amount less what was paid back."""
    return type_coerce(Order.amount - func.coalesce(Order.refunded_amount, Decimal(0)), Money)


def paid_by_customer(desk: Desk) -> Select[int, Decimal]:
    """Return the select of (customer_id, paid): net paid orders of the last twelve months."""
    total = type_coerce(func.sum(net_amount()), Money).label("paid")
    return (
        select(Order.customer_id, total)
        .where(
            Order.paid_at > window_start(desk.now),
            Order.paid_at <= desk.now,
            Order.status != "canceled",
        )
        .group_by(Order.customer_id)
    )


def paid_of(desk: Desk, customer_ids: Collection[int]) -> Mapping[int, Decimal]:
    """Return what these customers paid; those without a paid order are left out."""
    if not customer_ids:
        return {}
    paid = paid_by_customer(desk).where(Order.customer_id.in_(customer_ids))
    return {row.customer_id: row.paid for row in desk.session.execute(paid)}


def tiers_of(desk: Desk, customer_ids: Collection[int]) -> Mapping[int, str]:
    """Return the tier of each of these customers."""
    paid = paid_of(desk, customer_ids)
    return {ident: tier_of(paid.get(ident)) for ident in customer_ids}


def tier_column(desk: Desk) -> tuple[Any, ColumnElement[str]]:
    """Return the subquery to join on customers (outer, by customer_id) and the tier over it."""
    paid = paid_by_customer(desk).subquery("paid")
    tier = case((paid.c.paid >= VIP_FROM, "vip"), (paid.c.paid >= KEY_FROM, "key"), else_="regular")
    return paid, tier


def has_tier(desk: Desk, tiers: Collection[str]) -> ColumnElement[bool]:
    """Return the condition that a customer is of one of these tiers."""
    total = type_coerce(func.sum(net_amount()), Money)
    conditions = []
    base = paid_by_customer(desk).with_only_columns(Order.customer_id)
    if "vip" in tiers:
        conditions.append(Customer.id.in_(base.having(total >= VIP_FROM)))
    if "key" in tiers:
        conditions.append(Customer.id.in_(base.having(total >= KEY_FROM).having(total < VIP_FROM)))
    if "regular" in tiers:
        conditions.append(Customer.id.not_in(base.having(total >= KEY_FROM)))
    return or_(false(), *conditions)


def open_amounts_of(desk: Desk, customer_ids: Collection[int]) -> Mapping[int, Decimal]:
    """Return the sum of the open opportunities of these customers."""
    if not customer_ids:
        return {}
    total = type_coerce(func.sum(Opportunity.amount), Money)
    found = desk.session.execute(
        select(Opportunity.customer_id, total)
        .where(Opportunity.customer_id.in_(customer_ids), Opportunity.closed_at.is_(None))
        .group_by(Opportunity.customer_id)
    )
    return {row[0]: row[1] for row in found if row[1] is not None}
