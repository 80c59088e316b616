"""Entering and changing records: every rule with its code, every fault at once, nobody else's."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.crm.layers import events
from tests.factories.crm import TYPED_CUSTOMER
from training_platform.core import clock
from training_platform.core.errors import ConflictError, NotFoundError, NotPermittedError
from training_platform.crm.models import (
    Activity,
    CrmEvent,
    Customer,
    Order,
    PoolRule,
    Seller,
    StageChange,
    Target,
)
from training_platform.crm.registry import ENTITIES
from training_platform.crm.services import access, entry, pool, records

CUSTOMER = ENTITIES["customer"]
GOOD = TYPED_CUSTOMER | {"mobile": "+86 154-0999 8877", "tags": "年度维保，华东"}


def codes(desk, raw, entity="customer", **more):
    _values, errors = entry.check_values(desk, entity, raw, **more)
    return {name: fault.code for name, fault in errors.items()}


def own_customer(desk):
    return desk.session.scalars(
        select(Customer).where(Customer.owner_id == desk.seller.id).order_by(Customer.id)
    ).first() or records.create_record(
        desk, Customer, {"name": "江南试练机械", "owner_id": desk.seller.id}
    )


def play(desk, role, team=None):
    wanted = select(Seller).where(Seller.role == role)
    desk.seller = desk.session.scalars(
        wanted.where(Seller.team == team) if team else wanted
    ).first()


def test_good_entry_makes_a_record_of_the_sellers_own(desk):
    made = entry.create_entry(desk, CUSTOMER, GOOD)

    assert made.owner_id == desk.seller.id
    assert made.mobile == "15409998877"
    assert made.tags == ["华东", "年度维保"]
    assert made.code.startswith("C-")


@pytest.mark.parametrize(
    ("field", "typed", "code"),
    [
        ("name", "", "V01"),
        ("name", "甲乙丙", "V01"),
        ("name", "江南\x07试练机械", "V01"),
        ("mobile", "", "V02"),
        ("mobile", "1540999887", "V02"),
        ("mobile", "154099988777", "V02"),
        ("mobile", "1540999887O", "V02"),
        ("email", "zhou@", "V03"),
        ("industry", "spaceships", "V04"),
        ("name", "江南\x1c试练机械", "V01"),
        ("name", "江南\x85试练机械", "V01"),
        ("tier", "vip", "V05"),
        ("next_follow_up_at", "2020-01-01 10:00", "V06"),
        ("next_follow_up_at", "2030-01-01", "V06"),
        ("owner_id", "7", "V13"),
        ("contact_title", "", "V00"),
        ("parent_id", "no such firm", "V00"),
    ],
)
def test_each_rule_names_itself_at_its_field(desk, field, typed, code):
    assert codes(desk, GOOD | {field: typed}) == {field: code}


def test_new_customer_of_ones_own_has_its_next_follow_up(desk):
    with pytest.raises(entry.EntryErrors) as refused:
        entry.create_entry(desk, CUSTOMER, GOOD | {"next_follow_up_at": ""})

    assert {name: fault.code for name, fault in refused.value.faults.items()} == {
        "next_follow_up_at": "V06"
    }


def test_customer_who_stands_there_already_may_have_none(desk, customer):
    changed = entry.change_entry(
        desk, customer, GOOD | {"next_follow_up_at": "", "city": "苏州"}, expected_version=1
    )

    assert (changed.next_follow_up_at, changed.city) == (None, "苏州")


def test_number_is_stored_in_normal_form_and_kept_as_typed_too(desk):
    made = entry.create_entry(desk, CUSTOMER, GOOD)
    entry.change_entry(
        desk,
        made,
        {"mobile": "１５４ 0999 8800"},
        expected_version=1,
        is_partial=True,
    )

    assert [event.context.get("typed") for event in events(desk)] == [
        {"mobile": "+86 154-0999 8877"},
        {"mobile": "１５４ 0999 8800"},
    ]


def test_whoever_owns_the_most_there_are_adds_no_further_customer(desk):
    own = select(func.count()).select_from(Customer).where(Customer.owner_id == desk.seller.id)
    rule = desk.session.scalars(select(PoolRule)).first()
    limit = desk.session.scalar(own)
    records.change_record(desk, rule, {"own_limit_count": limit})

    with pytest.raises(entry.RuleError, match="the most there are") as refused:
        entry.create_entry(desk, CUSTOMER, GOOD)
    assert refused.value.values == {"count": limit}

    records.change_record(
        desk, records.find_record(desk, PoolRule, rule.id), {"own_limit_count": limit + 1}
    )
    assert entry.create_entry(desk, CUSTOMER, GOOD)


def test_all_faults_come_at_once(desk):
    with pytest.raises(entry.EntryErrors) as refused:
        entry.create_entry(desk, CUSTOMER, GOOD | {"name": "甲", "mobile": "12", "email": "x"})

    assert set(refused.value.faults) == {"name", "mobile", "email"}


def test_amounts_are_above_zero(desk):
    customer = own_customer(desk)
    raw = {"name": "年度维保", "customer_id": customer.id, "expected_close_on": "2030-01-01"}

    assert codes(desk, raw | {"amount": "0"}, "opportunity") == {"amount": "V10"}
    assert codes(desk, raw | {"amount": "12.345"}, "opportunity") == {"amount": "V00"}
    assert codes(desk, raw | {"amount": "¥12,300.00"}, "opportunity") == {}


def test_quote_that_has_expired_is_refused(desk):
    raw = {"customer_id": own_customer(desk).id, "valid_until_on": "2024-12-31"}

    assert codes(desk, raw, "quote") == {"valid_until_on": "V10"}


def test_closed_months_take_no_payment(desk):
    raw = {"kind": "payment", "customer_id": own_customer(desk).id, "amount": "10"}
    last_year = desk.now - timedelta(days=200)

    assert codes(desk, raw | {"paid_at": last_year}, "payment") == {"paid_at": "V17"}
    assert codes(desk, raw | {"paid_at": desk.now}, "payment") == {}


def test_order_of_a_closed_month_keeps_its_amount(desk):
    order = records.create_record(
        desk,
        Order,
        {
            "customer_id": own_customer(desk).id,
            "ordered_at": desk.now - timedelta(days=200),
            "paid_at": desk.now - timedelta(days=199),
            "amount": Decimal("100.00"),
            "owner_id": desk.seller.id,
        },
    )

    found = codes(desk, {"amount": "90"}, "order", record=order, is_partial=True)

    assert found == {"amount": "V17"}


@pytest.mark.parametrize("period", ["2025-04", "2024"])
def test_target_of_a_closed_period_can_only_be_read(desk, period):
    play(desk, "director")
    target = records.create_record(
        desk, Target, {"period": period, "scope": "company", "amount": Decimal("1000.00")}
    )

    assert codes(desk, {"amount": "90"}, "target", record=target, is_partial=True) == {
        "amount": "V17"
    }
    with pytest.raises(entry.EntryErrors) as refused:
        entry.delete_entry(desk, target, expected_version=1)
    assert refused.value.faults["period"].code == "V17"


@pytest.mark.parametrize(
    ("period", "code"),
    [("2025-04", "V17"), ("2025-06", None), ("2025", None), ("2025-13", "V00"), ("夏天", "V00")],
)
def test_target_is_entered_for_a_year_or_a_month_that_is_open(desk, period, code):
    found = codes(desk, {"period": period, "scope": "company", "amount": "10"}, "target")

    assert found == ({"period": code} if code else {})


def test_own_probability_says_why(desk):
    raw = {
        "name": "年度维保",
        "customer_id": own_customer(desk).id,
        "amount": "1000",
        "expected_close_on": "2030-01-01",
    }
    own = raw | {"probability_percent": "80"}

    assert codes(desk, own, "opportunity") == {"probability_reason": "V00"}
    assert codes(desk, raw | {"probability_percent": "43"}, "opportunity") == {}  # the stage's
    made = entry.create_entry(
        desk, ENTITIES["opportunity"], own | {"probability_reason": "总经理已口头答应"}
    )
    known = {"record": made, "is_partial": True}
    assert codes(desk, {"probability_percent": "70"}, "opportunity", **known) == {}
    assert codes(desk, {"probability_reason": ""}, "opportunity", **known) == {
        "probability_reason": "V00"
    }


def test_own_probability_without_a_reason_is_refused_where_it_is_typed(desk):
    made = entry.create_entry(
        desk,
        ENTITIES["opportunity"],
        {
            "name": "年度维保",
            "customer_id": own_customer(desk).id,
            "amount": "1000",
            "expected_close_on": "2030-01-01",
        },
    )

    found = codes(desk, {"probability_percent": "70"}, "opportunity", record=made, is_partial=True)

    assert found == {"probability_percent": "V00"}


def test_possible_duplicate_wants_an_answer_and_keeps_it(desk):
    first = entry.create_entry(desk, CUSTOMER, GOOD)
    again = GOOD | {"name": "江南试练机械"}

    with pytest.raises(entry.EntryErrors) as refused:
        entry.create_entry(desk, CUSTOMER, again)
    made = entry.create_entry(desk, CUSTOMER, again, duplicate_reason="另一家分公司")

    assert refused.value.faults["name"].code == "V11"
    assert [each.id for each in refused.value.candidates] == [first.id]
    event = desk.session.scalars(select(CrmEvent).where(CrmEvent.record_id == made.id)).one()
    assert event.context["duplicate_reason"] == "另一家分公司"


def test_change_of_one_field_leaves_the_others_unlooked_at(desk):
    customer = own_customer(desk)
    before = customer.name

    changed = entry.change_entry(
        desk,
        customer,
        {"city": "苏州"},
        expected_version=customer.version,
        is_partial=True,
    )

    assert (changed.city, changed.name) == ("苏州", before)


def test_overdue_follow_up_does_not_stop_other_changes(desk):
    customer = entry.create_entry(desk, CUSTOMER, GOOD)
    records.change_record(desk, customer, {"next_follow_up_at": desk.now - timedelta(days=3)})
    typed = customer.next_follow_up_at.astimezone(clock.company_zone()).strftime("%Y-%m-%dT%H:%M")

    raw = GOOD | {"next_follow_up_at": typed, "city": "苏州"}

    assert codes(desk, raw, record=customer) == {}


def test_older_version_of_a_form_is_a_conflict(desk):
    customer = own_customer(desk)
    version = customer.version
    entry.change_entry(
        desk, customer, {"city": "先到城"}, expected_version=version, is_partial=True
    )
    customer = records.find_record(desk, Customer, customer.id)

    with pytest.raises(ConflictError):
        entry.change_entry(
            desk, customer, {"city": "后到城"}, expected_version=version, is_partial=True
        )


def test_public_pool_is_read_only_until_claimed(desk):
    pooled = records.create_record(desk, Customer, {"name": "无主试练机械"})

    with pytest.raises(NotPermittedError, match="V13"):
        entry.change_entry(desk, pooled, {"city": "苏州"}, expected_version=1, is_partial=True)


@pytest.mark.parametrize(
    ("entity", "raw"),
    [
        ("opportunity", {"name": "年度维保", "expected_close_on": "2030-01-01"}),
        ("contract", {}),
        ("order", {"ordered_at": "2025-06-29 10:00"}),
    ],
)
def test_nothing_is_sold_to_the_public_pool_until_claimed(desk, entity, raw):
    pooled = records.create_record(desk, Customer, {"name": "无主试练机械"})
    given = {"customer_id": pooled.id, "amount": "1000", **raw}

    with pytest.raises(entry.EntryErrors) as refused:
        entry.create_entry(desk, ENTITIES[entity], given)
    assert refused.value.faults["customer_id"].code == "V13"

    pool.claim(desk, pooled)
    assert entry.create_entry(desk, ENTITIES[entity], given)


@pytest.mark.parametrize("method", ["call", "task"])
def test_follow_up_of_a_pool_customer_waits_for_the_claim(desk, method):
    pooled = records.create_record(desk, Customer, {"name": "无主试练机械"})
    raw = {"method": method, "subject": "回访", "customer_id": pooled.id}

    with pytest.raises(entry.EntryErrors) as refused:
        entry.create_entry(desk, ENTITIES["activity"], raw)
    assert refused.value.faults["customer_id"].code == "V13"

    pool.claim(desk, pooled)
    assert entry.create_entry(desk, ENTITIES["activity"], raw)


def test_follow_up_of_a_ticket_needs_no_claim(desk):
    pooled = records.create_record(desk, Customer, {"name": "无主试练机械"})
    raw = {"subject": "异响", "channel": "phone", "category": "repair", "severity": "low"}
    ticket = entry.create_entry(desk, ENTITIES["ticket"], raw | {"customer_id": pooled.id})
    call = {"method": "call", "subject": "回电", "customer_id": pooled.id, "ticket_id": ticket.id}

    assert entry.create_entry(desk, ENTITIES["activity"], call)


def test_ticket_of_a_customer_of_nobody_is_taken_in(desk):
    pooled = records.create_record(desk, Customer, {"name": "无主试练机械"})
    raw = {"subject": "异响", "channel": "phone", "category": "repair", "severity": "low"}

    assert entry.create_entry(desk, ENTITIES["ticket"], raw | {"customer_id": pooled.id})


def test_colleagues_record_is_the_leads_to_change_and_hidden_from_others(desk):
    lead = desk.session.scalars(
        select(Seller).where(Seller.role == "team_lead", Seller.team == desk.seller.team)
    ).one()
    theirs = records.create_record(desk, Customer, {"name": "同事试练机械", "owner_id": lead.id})
    with pytest.raises(NotFoundError):
        access.find_within_reach(desk, Customer, theirs.id)

    play(desk, "team_lead", desk.seller.team)
    changed = entry.change_entry(
        desk, theirs, {"city": "苏州"}, expected_version=1, is_partial=True
    )

    assert changed.city == "苏州"


def test_new_opportunity_begins_its_stage_history(desk):
    made = entry.create_entry(
        desk,
        ENTITIES["opportunity"],
        {
            "name": "年度维保",
            "customer_id": own_customer(desk).id,
            "amount": "1000",
            "expected_close_on": "2030-01-01",
        },
    )

    begun = desk.session.scalars(
        select(StageChange).where(StageChange.opportunity_id == made.id)
    ).one()
    assert (begun.from_stage, begun.to_stage) == (None, "initial_contact")


def test_references_are_found_by_number_and_by_full_name(desk):
    customer = entry.create_entry(desk, CUSTOMER, GOOD)
    raw = {"method": "call", "subject": "回访"}

    for typed in (
        str(customer.id),
        customer.code,
        f"{customer.code} {customer.name}",
        GOOD["name"],
    ):
        values, errors = entry.check_values(desk, "activity", raw | {"customer_id": typed})
        assert (values["customer_id"], errors) == (customer.id, {})


def test_activity_keeps_the_colleague_it_is_for(desk):
    made = entry.create_entry(
        desk, ENTITIES["activity"], {"method": "call", "subject": "回访", "owner_id": "2"}
    )

    assert desk.session.get_one(Activity, (desk.layer.id, made.id)).owner_id == 2


def test_legal_hold_refuses_deletion(desk):
    customer = records.create_record(
        desk,
        Customer,
        {"name": "保全试练机械", "owner_id": desk.seller.id, "is_on_legal_hold": True},
    )

    with pytest.raises(entry.RuleError, match="legal hold"):
        entry.delete_entry(desk, customer, expected_version=customer.version)


def test_refund_stands_on_its_order_too(desk):
    customer = own_customer(desk)
    order = records.create_record(
        desk,
        Order,
        {
            "customer_id": customer.id,
            "ordered_at": desk.now,
            "amount": Decimal("100.00"),
            "owner_id": desk.seller.id,
        },
    )
    raw = {"customer_id": customer.id, "order_id": order.id, "paid_at": desk.now}

    entry.create_entry(desk, ENTITIES["payment"], raw | {"kind": "payment", "amount": "100"})
    entry.create_entry(desk, ENTITIES["payment"], raw | {"kind": "refund", "amount": "30"})

    found = records.find_record(desk, Order, order.id)
    assert (found.status, found.refunded_amount) == ("paid", Decimal("30.00"))
    with pytest.raises(entry.RuleError, match="one order"):
        entry.create_entry(
            desk,
            ENTITIES["payment"],
            raw | {"kind": "payment", "amount": "1", "order_id": ""},
        )
