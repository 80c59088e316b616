"""Referral rewards: five percent of the new customer's first paid order, after three checks."""

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select

from training_platform.core.errors import ConflictError, InvalidTransitionError, RuleError
from training_platform.core.permissions import Permission, authorize
from training_platform.crm.desk import Desk
from training_platform.crm.models import Customer, Order, Referral
from training_platform.crm.rules import campaigns as rules
from training_platform.crm.rules.keys import company_key
from training_platform.crm.services import records


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


@dataclass(frozen=True)
class Verdict:
    """What the checks say: the new customer, its first paid order, the reward or the refusal."""

    customer: Customer | None
    order: Order | None
    refusal: str | None
    reward: Decimal | None

    @property
    def is_open(self) -> bool:
        """Tell that it cannot be decided yet: no customer, or no paid order."""
        return self.refusal is None and self.reward is None


def check_referral(desk: Desk, referral: Referral) -> Verdict:
    """Check a claim against the records as they are now."""
    customer = _referred(desk, referral)
    if customer is None:
        return Verdict(None, None, None, None)
    order = _first_paid(desk, customer)
    refusal = rules.referral_refusal(
        is_self=customer.id == referral.referrer_id,
        known_since=customer.created_at,
        claimed_at=referral.claimed_at,
        refunded=(order.refunded_amount if order else None) or Decimal(0),
    )
    if refusal or order is None or order.amount is None:
        return Verdict(customer, order, refusal, None)
    return Verdict(customer, order, None, rules.reward(order.amount, referral.rate_percent))


def reward_referral(desk: Desk, referral: Referral, expected_version: int) -> Referral:
    """Find a claim valid and set its reward. Raises RuleError where a check fails."""
    _expect_claimed(desk, referral, expected_version)
    verdict = check_referral(desk, referral)
    if verdict.refusal:
        raise RuleError(rules.REFUSALS[verdict.refusal])
    if verdict.customer is None or verdict.order is None:
        raise RuleError(_("There is no paid order of the new customer yet."))
    values = {
        "status": "valid",
        "referred_id": verdict.customer.id,
        "order_id": verdict.order.id,
        "reward_amount": verdict.reward,
    }
    return records.change_record(desk, referral, values, act="referral_reward")


def refuse_referral(desk: Desk, referral: Referral, reason: str, expected_version: int) -> Referral:
    """Refuse a claim with its reason."""
    _expect_claimed(desk, referral, expected_version)
    if not reason.strip():
        raise RuleError(_("Say why the reward is refused."), field="reason")
    verdict = check_referral(desk, referral)
    values = {
        "status": "refused",
        "refused_reason": reason.strip()[:200],
        "referred_id": verdict.customer.id if verdict.customer else referral.referred_id,
    }
    return records.change_record(desk, referral, values, act="referral_refuse")


def _expect_claimed(desk: Desk, referral: Referral, expected_version: int) -> None:
    authorize(desk.actor, desk.workspace, Permission.WORKSPACE_WRITE)
    if referral.version != expected_version:
        raise ConflictError(referral)
    if referral.status != "claimed":
        raise InvalidTransitionError


def _referred(desk: Desk, referral: Referral) -> Customer | None:
    if referral.referred_id is not None:
        return records.find_record(desk, Customer, referral.referred_id)
    key = company_key(referral.referred_name)
    return desk.session.scalars(
        select(Customer).where(Customer.name_key == key).order_by(Customer.id).limit(1)
    ).first()


def _first_paid(desk: Desk, customer: Customer) -> Order | None:
    return desk.session.scalars(
        select(Order)
        .where(
            Order.customer_id == customer.id,
            Order.paid_at.is_not(None),
            Order.status != "canceled",
        )
        .order_by(Order.paid_at, Order.id)
        .limit(1)
    ).first()
