"""The public pool: claim limits, cool-down, protection, recycling; and what the refusals say."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.crm.selling import make_activity, make_customer, make_opportunity, play
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.crm.models import CrmEvent, Customer, PoolRule
from training_platform.crm.services import pool
from training_platform.crm.services.records import (
    change_record,
    create_record,
    delete_record,
    find_record,
)


def make_pooled(desk, **values):
    given = {"owner_id": None, "claimed_at": None, "pooled_at": desk.now - timedelta(days=30)}
    return make_customer(desk, **given | values)


@pytest.fixture
def numbers(desk):
    """Small numbers, as the company's rule, in place of the dataset's."""
    values = {
        "claims_per_day_count": 2,
        "own_limit_count": 1000,
        "protection_days": 30,
        "recycle_days": 45,
        "cool_down_days": 7,
    }
    rule = desk.session.scalar(select(PoolRule).limit(1))
    if rule is None:
        return create_record(desk, PoolRule, {"name": "公海规则"} | values)
    return change_record(desk, rule, values)


def pass_time(desk, **span):
    desk.layer.virtual_at += timedelta(**span)


def test_a_claim_makes_the_customer_ones_own_and_protects_it(desk, numbers):
    claimed = pool.claim(desk, make_pooled(desk))

    assert claimed.owner_id == desk.seller.id
    assert claimed.protected_until == desk.now + timedelta(days=30)
    assert (claimed.pooled_at, claimed.pool_reason) == (None, None)
    assert desk.session.scalar(select(CrmEvent.act).order_by(CrmEvent.seq.desc())) == "claim"


def test_somebodys_customer_cannot_be_claimed(desk, numbers):
    with pytest.raises(InvalidTransitionError):
        pool.claim(desk, make_customer(desk, owner_id=4))


def test_the_daily_limit_says_when_it_is_possible_again(desk, numbers):
    for _number in range(2):
        pool.claim(desk, make_pooled(desk))

    with pytest.raises(RuleError) as refused:
        pool.claim(desk, make_pooled(desk))

    assert refused.value.values == {"count": 2, "again": "2025-07-01"}
    pass_time(desk, days=1)
    assert pool.claim(desk, make_pooled(desk)).owner_id == desk.seller.id


def test_a_claim_that_was_given_back_counts_for_the_day(desk, numbers):
    for _number in range(2):
        pool.release(desk, pool.claim(desk, make_pooled(desk)), "联系不上")

    with pytest.raises(RuleError, match="today"):
        pool.claim(desk, make_pooled(desk))


def test_nobody_owns_more_than_the_limit(desk, numbers):
    make_customer(desk)
    own = pool.claimer_of(desk).own_count
    change_record(desk, numbers, {"own_limit_count": own})

    with pytest.raises(RuleError) as refused:
        pool.claim(desk, make_pooled(desk))

    assert refused.value.values == {"count": own}


def test_the_last_owner_waits_and_colleagues_do_not(desk, numbers):
    customer = pool.release(desk, make_customer(desk), "没有需求")

    with pytest.raises(RuleError) as refused:
        pool.claim(desk, customer)
    assert refused.value.values["again"] == "2025-07-07 09:00"
    play(desk, 4)
    assert pool.claim(desk, customer).owner_id == 4


def test_after_the_cool_down_the_last_owner_may_claim_again(desk, numbers):
    customer = pool.release(desk, make_customer(desk), "没有需求")
    pass_time(desk, days=7)

    assert pool.claim(desk, customer).owner_id == desk.seller.id


def test_a_release_needs_a_reason_and_no_open_sale(desk, numbers):
    customer = make_customer(desk)

    with pytest.raises(RuleError) as refused:
        pool.release(desk, customer, "  ")
    assert refused.value.field == "reason"
    make_opportunity(desk, customer)
    with pytest.raises(RuleError, match="open"):
        pool.release(desk, find_record(desk, Customer, customer.id), "没有需求")


def test_a_release_keeps_who_had_it_and_why(desk, numbers):
    released = pool.release(desk, make_customer(desk), "没有需求")

    assert (released.owner_id, released.last_owner_id) == (None, 1)
    assert (released.pooled_at, released.pool_reason) == (desk.now, "没有需求")
    play(desk, 15)
    with pytest.raises(InvalidTransitionError):
        pool.release(desk, released, "没有需求")


@pytest.mark.parametrize(("seller", "may"), [(1, True), (2, True), (4, False), (6, False)])
def test_own_or_team_may_be_released(desk, numbers, seller, may):
    customer = make_customer(desk)
    play(desk, seller)

    if may:
        assert pool.release(desk, customer, "没有需求").owner_id is None
    else:
        with pytest.raises(NotPermittedError):
            pool.release(desk, customer, "没有需求")


def test_two_tabs_claim_once(desk, numbers):
    customer = make_pooled(desk)
    seen = customer.version
    pool.claim(desk, customer, seen)

    with pytest.raises((ConflictError, InvalidTransitionError)):
        pool.claim(desk, customer, seen)


def recycled_ids(desk):
    return {customer.id for customer in pool.recycle(desk)}


def test_an_idle_customer_goes_back_once(desk, numbers):
    idle = make_customer(desk)
    pass_time(desk, days=46)

    assert idle.id in recycled_ids(desk)
    assert idle.id not in recycled_ids(desk)
    back = find_record(desk, Customer, idle.id)
    assert (back.owner_id, back.last_owner_id) == (None, 1)
    assert back.pool_reason == "No follow-up for 45 days: back by itself"


def test_the_45th_day_is_the_first_on_which_it_goes_back(desk, numbers):
    idle = make_customer(desk)
    pass_time(desk, days=45, seconds=-1)
    assert idle.id not in recycled_ids(desk)
    pass_time(desk, seconds=1)
    assert idle.id in recycled_ids(desk)


@pytest.mark.parametrize(
    "values",
    [
        {"protected_until": 60},
        {"next_follow_up_at": 60},
        {"retention": "archived"},
        {"is_on_legal_hold": True},
        {"owner_id": None},
    ],
)
def test_what_keeps_a_customer(desk, numbers, values):
    given = {
        name: desk.now + timedelta(days=value) if type(value) is int else value
        for name, value in values.items()
    }
    kept = make_customer(desk, **given)
    pass_time(desk, days=46)

    assert kept.id not in recycled_ids(desk)


def test_a_follow_up_or_an_open_sale_keeps_a_customer(desk, numbers):
    followed, selling = make_customer(desk), make_customer(desk)
    make_opportunity(desk, selling)
    pass_time(desk, days=30)
    make_activity(desk, customer_id=followed.id)
    pass_time(desk, days=30)

    assert not {followed.id, selling.id} & recycled_ids(desk)


def test_only_those_who_lead_protect(desk, numbers):
    customer = make_customer(desk)
    with pytest.raises(NotPermittedError):
        pool.protect(desk, customer, 30)
    play(desk, 2)

    assert pool.protect(desk, customer, 90).protected_until == desk.now + timedelta(days=90)
    with pytest.raises(RuleError):
        pool.protect(desk, customer, 181)


def test_without_a_rule_the_defaults_hold(desk):
    for rule in desk.session.scalars(select(PoolRule)).all():
        delete_record(desk, rule)

    assert pool.numbers_of(desk).claims_per_day_count == 5
