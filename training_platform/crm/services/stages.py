"""Moving opportunities through their stages."""

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import or_, select

from training_platform.core.errors import RuleError
from training_platform.crm.choices import LOST_REASONS
from training_platform.crm.desk import Desk
from training_platform.crm.models import (
    Contract,
    Customer,
    Opportunity,
    Order,
    Payment,
    StageChange,
)
from training_platform.crm.rules import stages as rules
from training_platform.crm.rules.stages import Move
from training_platform.crm.services.access import expect_editable
from training_platform.crm.services.records import change_record, create_record

#: Fields that tell of a loss; coming back from it blanks them.
_LOSS = ("lost_reason", "lost_notes", "lost_from_stage")


def _(text: str) -> str:
    """Mark a text for the catalogs."""
    return text


def move_stage(
    desk: Desk, opportunity: Opportunity, move: Move, expected_version: int | None = None
) -> Opportunity:
    """Move an opportunity to another stage; its customer shows the stage of the newest one.

    Raises RuleError for V07 (order and evidence), V08 (won needs contract and payment) and V09
    (lost needs a reason), NotPermittedError where it is not the seller's, ConflictError where it
    is not the version that was seen.
    """
    expect_editable(desk, opportunity)
    if move.to not in (*rules.WAY, "lost"):
        raise RuleError(_("Choose a stage."), field="to")
    if move.lost_reason and move.lost_reason not in LOST_REASONS:
        raise RuleError(rules.NEEDS_LOST_REASON, field="lost_reason")
    rules.check(
        opportunity.stage,
        move,
        is_signed=is_signed(desk, opportunity.id),
        is_paid=is_paid(desk, opportunity.id),
    )
    before = opportunity.stage
    moved = change_record(
        desk,
        opportunity,
        _values(desk, opportunity, move),
        expected_version=expected_version,
        act="stage_move",
        evidence=move.evidence,
        reason=move.reason,
    )
    _write_change(desk, moved, before, move)
    mirror_stage(desk, moved.customer_id)
    return moved


def open_opportunity(desk: Desk, values: dict[str, Any]) -> Opportunity:
    """Add an opportunity in its first stage, with the change that the funnel counts from."""
    now = desk.now
    opportunity = create_record(
        desk,
        Opportunity,
        {
            "owner_id": desk.seller.id,
            "stage": rules.WAY[0],
            "stage_entered_at": now,
            "opened_at": now,
            "probability_percent": stage_percent(rules.WAY[0]),
        }
        | values,
    )
    _write_change(desk, opportunity, None, Move(opportunity.stage))
    mirror_stage(desk, opportunity.customer_id)
    return opportunity


def mirror_stage(desk: Desk, customer_id: int) -> None:
    """Let a customer show the stage of its newest opportunity."""
    newest = desk.session.scalar(
        select(Opportunity.stage)
        .where(Opportunity.customer_id == customer_id)
        .order_by(Opportunity.opened_at.desc(), Opportunity.id.desc())
        .limit(1)
    )
    customer = desk.session.scalar(select(Customer).where(Customer.id == customer_id))
    if customer is not None and newest is not None:
        change_record(desk, customer, {"stage": newest})


def is_signed(desk: Desk, opportunity_id: int) -> bool:
    """Tell whether a contract of the opportunity is signed."""
    found = select(Contract.id).where(
        Contract.opportunity_id == opportunity_id, Contract.signed_at.is_not(None)
    )
    return desk.session.scalar(found.limit(1)) is not None


def is_paid(desk: Desk, opportunity_id: int) -> bool:
    """Tell whether money has come in on a contract of the opportunity or on its order."""
    contracts = select(Contract.id).where(Contract.opportunity_id == opportunity_id)
    orders = select(Order.id).where(Order.contract_id.in_(contracts))
    found = select(Payment.id).where(
        Payment.kind == "payment",
        or_(Payment.contract_id.in_(contracts), Payment.order_id.in_(orders)),
    )
    return desk.session.scalar(found.limit(1)) is not None


def stage_percent(stage: str) -> int:
    """Return a stage's probability as lists show it: a whole percentage."""
    share = rules.probability(stage) * 100
    return int(share.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _values(desk: Desk, opportunity: Opportunity, move: Move) -> dict[str, Any]:
    is_closed = move.to in {"won", "lost"}
    values: dict[str, Any] = {
        "stage": move.to,
        "stage_entered_at": desk.now,
        "closed_at": desk.now if is_closed else None,
        **dict.fromkeys(_LOSS),
    }
    if is_closed or not opportunity.probability_reason:
        values |= {"probability_percent": stage_percent(move.to), "probability_reason": None}
    if move.to == "lost":
        values |= {
            "lost_reason": move.lost_reason,
            "lost_notes": move.lost_notes or None,
            "lost_from_stage": opportunity.stage,
        }
        if move.competitor:
            values["competitor"] = move.competitor
    return values


def _write_change(desk: Desk, opportunity: Opportunity, before: str | None, move: Move) -> None:
    """Close the stage that was left, and begin the one that was entered."""
    present = desk.session.scalars(
        select(StageChange).where(
            StageChange.opportunity_id == opportunity.id, StageChange.left_at.is_(None)
        )
    ).all()
    for change in present:
        change_record(desk, change, {"left_at": desk.now}, act="stage_leave")
    create_record(
        desk,
        StageChange,
        {
            "opportunity_id": opportunity.id,
            "from_stage": before,
            "to_stage": move.to,
            "entered_at": desk.now,
            "evidence": move.evidence or None,
            "reason": move.reason or move.lost_notes or None,
            "seller_id": desk.seller.id,
        },
        act="stage_begin" if before is None else "stage_enter",
    )
