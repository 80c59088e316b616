"""Assigning leads: the first rule that fits decides, the reason stays, a trial saves nothing."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select

from tests.crm.selling import make_lead, play
from training_platform.core.errors import InvalidTransitionError, NotPermittedError, RuleError
from training_platform.crm.models import AssignmentRule, CrmEvent, Lead, Seller, ServiceLevel
from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules.assignment import Bench, choose, fits
from training_platform.crm.services import assignment, entry
from training_platform.crm.services.records import (
    change_record,
    create_record,
    delete_record,
    find_record,
)

EAST = {"region": "east", "industry": "machinery", "source": "website"}


def rule_of(ident, strategy="fixed", sellers=(1,), last=None, **conditions):
    return SimpleNamespace(
        id=ident,
        conditions=conditions,
        strategy=strategy,
        seller_ids=list(sellers),
        last_seller_id=last,
    )


def bench(**loads):
    counted = {int(name[1:]): load for name, load in loads.items()}
    return Bench(dict.fromkeys(range(1, 6), 3), counted)


@pytest.mark.parametrize(
    ("conditions", "expected"),
    [
        ({}, True),
        ({"region": []}, True),
        ({"region": ["east", "south"]}, True),
        ({"region": ["south"]}, False),
        ({"region": ["east"], "industry": ["food"]}, False),
        ({"tier": ["vip"]}, False),
    ],
)
def test_a_rule_fits_if_every_condition_does(conditions, expected):
    assert fits(conditions, EAST) is expected


def test_the_first_rule_that_fits_decides():
    rules = [rule_of(1, sellers=(3,), region=["south"]), rule_of(2, sellers=(4,)), rule_of(3)]

    choice = choose(rules, EAST, bench())

    assert (choice.rule.id, choice.seller_id, choice.why) == (2, 4, "fixed")


@pytest.mark.parametrize(
    ("last", "loads", "expected"),
    [(None, {}, 1), (1, {}, 2), (3, {}, 1), (1, {"s2": 3}, 3), (99, {}, 1)],
)
def test_in_turn_goes_on_after_the_last_one_and_skips_who_is_full(last, loads, expected):
    rule = rule_of(1, "round_robin", (1, 2, 3), last)

    assert choose([rule], EAST, bench(**loads)).seller_id == expected


def test_the_least_busy_is_the_first_of_those_with_fewest():
    rule = rule_of(1, "least_busy", (1, 2, 3))

    assert choose([rule], EAST, bench(s1=2, s2=1, s3=1)).seller_id == 2


def test_a_rule_without_sellers_leaves_the_lead_to_a_person():
    choice = choose([rule_of(1, sellers=()), rule_of(2)], EAST, bench())

    assert (choice.seller_id, choice.why) == (None, "by_hand")


def test_nobody_with_room_and_no_rule_are_told_apart():
    full = choose([rule_of(1, sellers=(1, 2))], EAST, bench(s1=3, s2=3))

    assert (full.seller_id, full.why, full.full_ids) == (None, "full", (1, 2))
    assert choose([], EAST, bench()).why == "no_rule"


@pytest.fixture
def leading(desk):
    """The team lead of East at her desk, with one rule: the three of East in turn."""
    for rule in desk.session.scalars(select(AssignmentRule)).all():
        delete_record(desk, rule)
    play(desk, 2)
    values = {
        "name": "华东轮流",
        "position": 1,
        "strategy": "round_robin",
        "conditions": {"region": ["east"]},
        "seller_ids": [1, 4, 5],
    }
    create_record(desk, AssignmentRule, values)
    for ident in (1, 4, 5):
        change_record(desk, find_record(desk, Seller, ident), {"capacity_count": 10_000})
    return desk


def make_new(desk, **values):
    return make_lead(desk, **{"owner_id": None, "status": "unassigned"} | values)


def test_rule_and_reason_stay_with_the_lead(leading):
    lead = make_new(leading)

    outcome = assignment.assign(leading, lead)

    found = find_record(leading, Lead, lead.id)
    assert (found.owner_id, found.status) == (1, "assigned")
    assert found.assign_rule_id == outcome.choice.rule.id
    assert found.assign_reason == "Rule “华东轮流”: in turn"
    assert found.first_follow_up_due_at == leading.now + timedelta(hours=24)


@pytest.mark.parametrize(("is_working_time", "days"), [(False, 2), (True, 5)])
def test_first_follow_up_is_due_in_working_time_where_the_company_counts_it(
    leading, is_working_time, days
):
    """Friday afternoon, nine o'clock to six: two days are Sunday, or Wednesday at that time."""
    level = leading.session.scalars(select(ServiceLevel).where(ServiceLevel.about == "lead")).one()
    minutes = 3 * 9 * 60 if is_working_time else 2 * 24 * 60
    values = {"is_working_time": is_working_time, "response_minutes": minutes}
    change_record(leading, level, values)
    leading.layer.virtual_at = datetime(2025, 7, 4, 7, 0, tzinfo=UTC)
    now = leading.now
    lead = make_lead(leading, owner_id=None, status="unassigned")

    given = assignment.reassign(leading, lead, 2, "熟悉这家客户")
    raw = {"company": "塞北演练包装有限公司", "person": "吴演练", "mobile": "15409997766"}
    typed = entry.create_entry(leading, ENTITIES["lead"], raw | {"source": "website"})

    for each in (given, typed):
        assert each.first_follow_up_due_at - now == timedelta(days=days)


def test_each_gets_a_turn(leading):
    leads = [make_new(leading) for _number in range(4)]

    for lead in leads:
        assignment.assign(leading, lead)

    owners = [find_record(leading, Lead, lead.id).owner_id for lead in leads]
    assert owners == [1, 4, 5, 1]


def test_a_trial_shows_the_turns_and_saves_nothing(leading):
    leads = [make_new(leading) for _number in range(4)]
    before = leading.layer.next_seq

    outcomes = assignment.simulate(leading, leads)

    assert [outcome.seller.id for outcome in outcomes] == [1, 4, 5, 1]
    assert {lead.owner_id for lead in leads} == {None}
    assert leading.layer.next_seq == before


def test_a_lead_that_no_rule_wants_stays(leading):
    lead = make_new(leading, region="west")

    outcome = assignment.assign(leading, lead)

    assert (outcome.seller, outcome.words) == (None, "No rule fits")
    assert find_record(leading, Lead, lead.id).owner_id is None


def test_full_sellers_are_passed_over(leading):
    rule = leading.session.scalars(select(AssignmentRule)).one()
    change_record(leading, rule, {"strategy": "fixed", "seller_ids": [4, 5]})
    change_record(leading, find_record(leading, Seller, 4), {"capacity_count": 0})

    assert assignment.simulate(leading, [make_new(leading)])[0].seller.id == 5


def test_an_assigned_lead_is_not_assigned_again(leading):
    lead = make_new(leading)
    assignment.assign(leading, lead)

    with pytest.raises(InvalidTransitionError):
        assignment.assign(leading, find_record(leading, Lead, lead.id))


def test_by_hand_needs_a_reason_and_room(leading):
    lead = make_new(leading)

    with pytest.raises(RuleError) as refused:
        assignment.reassign(leading, lead, 4, " ")
    assert refused.value.field == "reason"
    change_record(leading, find_record(leading, Seller, 5), {"capacity_count": 0})
    with pytest.raises(RuleError, match="room"):
        assignment.reassign(leading, lead, 5, "行业熟")
    moved = assignment.reassign(leading, lead, 4, "行业熟")

    assert (moved.owner_id, moved.assign_reason, moved.assign_rule_id) == (4, "行业熟", None)
    event = leading.session.scalars(select(CrmEvent).order_by(CrmEvent.seq.desc())).first()
    assert (event.act, event.context["reason"]) == ("assign", "行业熟")


@pytest.mark.parametrize(
    ("seller", "may"), [(1, True), (2, True), (15, True), (4, False), (6, False)]
)
def test_owner_and_leads_hand_over(leading, seller, may):
    lead = make_lead(leading, owner_id=1)
    play(leading, seller)

    if may:
        assert assignment.reassign(leading, lead, 5, "休假").owner_id == 5
    else:
        with pytest.raises(NotPermittedError):
            assignment.reassign(leading, lead, 5, "休假")


def test_a_seller_assigns_nothing(leading):
    lead = make_new(leading)
    play(leading, 1)

    with pytest.raises(NotPermittedError):
        assignment.assign(leading, lead)
    assert leading.session.scalar(select(func.count()).where(CrmEvent.act == "assign")) == 0
