"""The public pool: claiming, releasing, protecting, and what goes back by itself."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, or_, select

from training_platform.core import clock
from training_platform.core.errors import InvalidTransitionError, RuleError
from training_platform.core.i18n import translate
from training_platform.crm.desk import Desk
from training_platform.crm.models import (
    Activity,
    CrmEvent,
    Customer,
    Opportunity,
    Order,
    PoolRule,
)
from training_platform.crm.rules import pool as rules
from training_platform.crm.rules.pool import Claimer, DefaultNumbers, Numbers
from training_platform.crm.services.access import expect_editable, expect_leading
from training_platform.crm.services.records import change_record

MOST_PROTECTED_DAYS = 180


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Idle:
    """An owned customer, when somebody last cared for it, and when it goes back."""

    customer: Customer
    touched_at: datetime
    recycles_at: datetime


def numbers_of(desk: Desk) -> Numbers:
    """Return the pool's numbers: the company's rule, or the defaults."""
    return desk.session.scalar(select(PoolRule).order_by(PoolRule.id).limit(1)) or DefaultNumbers()


def claimer_of(desk: Desk) -> Claimer:
    """Return how many the seller has claimed today and owns; a claim given back counts too."""
    zone = clock.company_zone()
    begins = datetime.combine(clock.company_day(desk.now), time.min, tzinfo=zone)
    claims = select(func.count()).where(
        CrmEvent.layer_id == desk.layer.id,
        CrmEvent.act == "claim",
        CrmEvent.seller_id == desk.seller.id,
        CrmEvent.virtual_at >= begins,
        CrmEvent.virtual_at < begins + timedelta(days=1),
    )
    return Claimer(
        desk.seller.id,
        desk.session.scalar(claims) or 0,
        _own_count(desk),
        begins + timedelta(days=1),
    )


def expect_room(desk: Desk) -> None:
    """Raise RuleError where the seller owns as many customers as there may be."""
    rules.check_room(numbers_of(desk), _own_count(desk))


def claim(desk: Desk, customer: Customer, expected_version: int | None = None) -> Customer:
    """Take a customer out of the pool; it is protected for a time.

    Raises InvalidTransitionError where somebody owns it, and RuleError that names the limit
    (per day, in all, cool-down) and when it is possible again.
    """
    if customer.owner_id is not None or customer.retention != "active":
        raise InvalidTransitionError(_("This customer is not in the pool any more."))
    numbers = numbers_of(desk)
    rules.check_claim(
        numbers, claimer_of(desk), customer.last_owner_id, customer.pooled_at, desk.now
    )
    return change_record(
        desk,
        customer,
        {
            "owner_id": desk.seller.id,
            "claimed_at": desk.now,
            "protected_until": desk.now + timedelta(days=numbers.protection_days),
            "pooled_at": None,
            "pool_reason": None,
        },
        expected_version=expected_version,
        act="claim",
    )


def release(
    desk: Desk, customer: Customer, reason: str, expected_version: int | None = None
) -> Customer:
    """Give a customer back to the pool, with the reason in words.

    Raises RuleError without a reason or where an opportunity is still open.
    """
    expect_editable(desk, customer)
    if customer.owner_id is None:
        raise InvalidTransitionError(_("This customer is in the pool already."))
    if not reason.strip():
        raise RuleError(_("Say why you give the customer back."), field="reason")
    if _has_open_opportunity(desk, customer.id):
        raise RuleError(_("An opportunity with this customer is open. Close it first."))
    return _give_back(desk, customer, reason.strip(), expected_version, act="release")


def protect(
    desk: Desk, customer: Customer, days: int, expected_version: int | None = None
) -> Customer:
    """Keep an owned customer from going back by itself; 0 days ends the protection.

    For those who lead. Raises RuleError for more than 180 days.
    """
    expect_leading(desk)
    expect_editable(desk, customer)
    if not 0 <= days <= MOST_PROTECTED_DAYS:
        raise RuleError(
            _("Protect for at most %(most)s days."), field="days", most=MOST_PROTECTED_DAYS
        )
    until = desk.now + timedelta(days=days) if days else None
    return change_record(
        desk,
        customer,
        {"protected_until": until},
        expected_version=expected_version,
        act="protect" if days else "unprotect",
    )


def recycle(desk: Desk) -> list[Customer]:
    """Give back every customer that was idle too long and is not protected; return them.

    Called when the sandbox's clock moves. Running it twice gives nothing back a second time.
    """
    reason = translate(rules.RECYCLED, days=numbers_of(desk).recycle_days)
    return [
        _give_back(desk, idle.customer, reason, None, act="recycle")
        for idle in idle_customers(desk, until=desk.now)
    ]


def idle_customers(desk: Desk, until: datetime, owner_id: int | None = None) -> list[Idle]:
    """Return the owned customers that go back by an instant if nobody cares for them.

    Cared for means: a follow-up done, an order, a claim. An open opportunity, a follow-up planned
    for later and a legal hold keep a customer.
    """
    numbers = numbers_of(desk)
    latest = until - timedelta(days=numbers.recycle_days)
    followed = _last(desk, Activity.customer_id, Activity.done_at)
    ordered = _last(desk, Order.customer_id, Order.ordered_at)
    conditions = _keepable(desk, until, owner_id)
    found = []
    statement = select(Customer).where(*conditions, Customer.created_at <= latest)
    for customer in desk.session.scalars(statement.order_by(Customer.id)):
        instants = (
            customer.created_at,
            customer.claimed_at,
            followed.get(customer.id),
            ordered.get(customer.id),
        )
        touched = max(instant for instant in instants if instant is not None)
        back = rules.recycles_at(touched, customer.protected_until, numbers)
        if back <= until:
            found.append(Idle(customer, touched, back))
    return found


def _own_count(desk: Desk) -> int:
    own = (
        select(func.count())
        .select_from(Customer)
        .where(Customer.owner_id == desk.seller.id, Customer.retention == "active")
    )
    return desk.session.scalar(own) or 0


def _keepable(desk: Desk, until: datetime, owner_id: int | None) -> list[ColumnElement[bool]]:
    """Return the conditions of customers that may go back at all."""
    open_sales = select(Opportunity.customer_id).where(Opportunity.closed_at.is_(None))
    owned = Customer.owner_id == owner_id if owner_id else Customer.owner_id.is_not(None)
    return [
        owned,
        Customer.retention == "active",
        ~Customer.is_on_legal_hold,
        or_(Customer.protected_until.is_(None), Customer.protected_until <= until),
        or_(Customer.next_follow_up_at.is_(None), Customer.next_follow_up_at <= desk.now),
        Customer.id.not_in(open_sales),
    ]


def _last(desk: Desk, customer_id: Any, instant: Any) -> dict[int, datetime]:
    """Return the latest instant of each customer, none of the future."""
    statement = (
        select(customer_id, func.max(instant)).where(instant <= desk.now).group_by(customer_id)
    )
    return {ident: at for ident, at in desk.session.execute(statement) if ident is not None}


def _has_open_opportunity(desk: Desk, customer_id: int) -> bool:
    found = select(Opportunity.id).where(
        Opportunity.customer_id == customer_id, Opportunity.closed_at.is_(None)
    )
    return desk.session.scalar(found.limit(1)) is not None


def _give_back(
    desk: Desk, customer: Customer, reason: str, expected_version: int | None, act: str
) -> Customer:
    return change_record(
        desk,
        customer,
        {
            "owner_id": None,
            "last_owner_id": customer.owner_id,
            "pooled_at": desk.now,
            "pool_reason": reason,
            "protected_until": None,
        },
        expected_version=expected_version,
        act=act,
        reason=reason,
    )
