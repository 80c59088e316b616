"""Stages: what they promise, and how an opportunity moves through them (V07 to V09)."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.crm.selling import make_contract, make_customer, make_opportunity, make_payment, play
from training_platform.core.errors import ConflictError, NotPermittedError, RuleError
from training_platform.crm.models import CrmEvent, Customer, StageChange
from training_platform.crm.rules import stages as rules
from training_platform.crm.rules.stages import Move
from training_platform.crm.services.records import find_record
from training_platform.crm.services.stages import move_stage

TO_NEEDS = Move("needs_analysis", evidence="客户同意看演示")


def changes_of(desk, opportunity):
    return desk.session.scalars(
        select(StageChange)
        .where(StageChange.opportunity_id == opportunity.id)
        .order_by(StageChange.entered_at, StageChange.id)
    ).all()


def test_the_stages_hold_the_companys_numbers():
    stages = rules.STAGES.values()

    assert [stage.expected_days for stage in stages][:4] == [3, 7, 5, 10]
    assert [stage.loss_percent for stage in stages][:4] == [20, 30, 15, 10]
    numbers = ["0.4284", "0.5355", "0.765", "0.9", "1"]
    assert [stage.probability for stage in stages] == [Decimal(text) for text in numbers]


def test_the_probability_of_a_stage_is_what_the_later_losses_leave():
    for code in rules.OPEN:
        left = Decimal(1)
        for later in rules.OPEN[rules.OPEN.index(code) :]:
            left *= 1 - Decimal(rules.STAGES[later].loss_percent) / 100

        assert rules.probability(code) == left


@pytest.mark.parametrize(
    ("current", "move", "field"),
    [
        ("initial_contact", Move("needs_analysis"), "evidence"),
        ("initial_contact", Move("proposal", evidence="x"), "reason"),
        ("proposal", Move("needs_analysis"), "reason"),
        ("proposal", Move("proposal", evidence="x"), "to"),
        ("contract", Move("won", evidence="x"), "to"),
        ("proposal", Move("lost"), "lost_reason"),
        ("proposal", Move("lost", lost_reason="other"), "lost_notes"),
        ("won", Move("proposal"), "reason"),
    ],
)
def test_a_move_that_breaks_a_rule_names_the_field(current, move, field):
    with pytest.raises(RuleError) as refused:
        rules.check(current, move, is_signed=False, is_paid=False)

    assert refused.value.field == field


@pytest.mark.parametrize(
    ("current", "move"),
    [
        ("initial_contact", TO_NEEDS),
        ("initial_contact", Move("proposal", evidence="x", reason="老客户追加")),
        ("proposal", Move("needs_analysis", reason="需求变了")),
        ("proposal", Move("lost", lost_reason="price")),
        ("proposal", Move("lost", lost_reason="other", lost_notes="搬厂")),
        ("lost", Move("needs_analysis", reason="客户回来了", evidence="来电")),
    ],
)
def test_a_move_that_keeps_the_rules_passes(current, move):
    rules.check(current, move, is_signed=False, is_paid=False)


@pytest.mark.parametrize(
    ("stage", "days", "is_stale"),
    [
        ("initial_contact", 6, False),
        ("initial_contact", 7, True),
        ("contract", 20, False),
        ("contract", 21, True),
        ("won", 400, False),
    ],
)
def test_stale_is_more_than_twice_the_expected_days(stage, days, is_stale, stopped_clock):
    entered = stopped_clock - timedelta(days=days, hours=2)

    assert rules.is_stale(stage, entered, stopped_clock) is is_stale


def test_a_move_writes_stage_history_and_event(desk):
    opportunity = make_opportunity(desk)

    moved = move_stage(desk, opportunity, TO_NEEDS, opportunity.version)

    assert (moved.stage, moved.stage_entered_at) == ("needs_analysis", desk.now)
    first, second = changes_of(desk, opportunity)
    assert (first.to_stage, first.left_at) == ("initial_contact", desk.now)
    assert (second.from_stage, second.to_stage) == ("initial_contact", "needs_analysis")
    assert (second.evidence, second.left_at) == ("客户同意看演示", None)
    event = desk.session.scalars(select(CrmEvent).where(CrmEvent.act == "stage_move")).one()
    assert event.changes["stage"] == ["initial_contact", "needs_analysis"]
    assert event.context["evidence"] == "客户同意看演示"


def test_the_customer_shows_the_stage_of_its_newest_opportunity(desk):
    customer = make_customer(desk)
    older = make_opportunity(desk, customer, opened_at=desk.now - timedelta(days=9))
    newer = make_opportunity(desk, customer)

    move_stage(desk, newer, TO_NEEDS)
    move_stage(desk, older, Move("lost", lost_reason="price"))

    assert find_record(desk, Customer, customer.id).stage == "needs_analysis"


def test_won_needs_a_signed_contract_and_a_payment(desk):
    opportunity = make_opportunity(desk, stage="contract")
    won = Move("won", evidence="合同已签，首付到账")

    with pytest.raises(RuleError, match=r"V08: .* contract"):
        move_stage(desk, opportunity, won)
    contract = make_contract(desk, opportunity)
    with pytest.raises(RuleError, match=r"V08: .* payment"):
        move_stage(desk, opportunity, won)
    make_payment(desk, contract_id=contract.id, customer_id=opportunity.customer_id)
    moved = move_stage(desk, opportunity, won)

    assert (moved.stage, moved.closed_at, moved.probability_percent) == ("won", desk.now, 100)


def test_a_refund_is_no_payment(desk):
    opportunity = make_opportunity(desk, stage="contract")
    contract = make_contract(desk, opportunity)
    make_payment(desk, kind="refund", contract_id=contract.id, customer_id=opportunity.customer_id)

    with pytest.raises(RuleError, match="V08"):
        move_stage(desk, opportunity, Move("won", evidence="x"))


def test_a_loss_keeps_where_and_why(desk):
    opportunity = make_opportunity(desk, stage="proposal")

    lost = move_stage(
        desk, opportunity, Move("lost", lost_reason="competitor", competitor="甲公司")
    )

    assert (lost.lost_from_stage, lost.lost_reason) == ("proposal", "competitor")
    assert (lost.competitor, lost.closed_at, lost.probability_percent) == ("甲公司", desk.now, 0)


def test_coming_back_from_a_loss_opens_it_again(desk):
    opportunity = make_opportunity(desk, stage="proposal")
    lost = move_stage(desk, opportunity, Move("lost", lost_reason="price"))

    again = move_stage(desk, lost, Move("proposal", reason="预算下来了", evidence="客户来函"))

    assert (again.closed_at, again.lost_reason, again.lost_from_stage) == (None, None, None)


def test_an_own_probability_with_a_reason_stays(desk):
    opportunity = make_opportunity(
        desk, probability_percent=70, probability_reason="总经理已口头答应"
    )

    assert move_stage(desk, opportunity, TO_NEEDS).probability_percent == 70


def test_the_second_of_two_tabs_is_told(desk):
    opportunity = make_opportunity(desk)
    seen = opportunity.version
    move_stage(desk, opportunity, TO_NEEDS, seen)

    with pytest.raises(ConflictError):
        move_stage(desk, opportunity, Move("lost", lost_reason="price"), seen)


@pytest.mark.parametrize(
    ("seller", "may"), [(1, True), (2, True), (15, True), (4, False), (6, False)]
)
def test_own_team_or_all(desk, seller, may):
    opportunity = make_opportunity(desk)
    play(desk, seller)

    if may:
        assert move_stage(desk, opportunity, TO_NEEDS).stage == "needs_analysis"
    else:
        with pytest.raises(NotPermittedError):
            move_stage(desk, opportunity, TO_NEEDS)
