"""Merging: nothing is lost (V12), everything can be taken back."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.crm.selling import (
    make_activity,
    make_contact,
    make_contract,
    make_customer,
    make_opportunity,
    play,
)
from training_platform.core.errors import ConflictError, NotFoundError, NotPermittedError, RuleError
from training_platform.crm.models import (
    Activity,
    Alert,
    Contact,
    CrmEvent,
    Customer,
    Lead,
    Opportunity,
    Order,
    Segment,
)
from training_platform.crm.registry import ENTITIES
from training_platform.crm.services.merging import (
    Plan,
    children_of,
    count_children,
    differing_fields,
    find_all,
    merge,
    open_merges,
    undo_merge,
)
from training_platform.crm.services.records import change_record, create_record, find_record


@pytest.fixture
def pair(desk):
    """Two customers that are one; the second has the children."""
    survivor = make_customer(desk, tags=["展会"], email=None, custom={"machines": 3})
    loser = make_customer(
        desk,
        name="绍兴聆泉精密部件",
        mobile="16012340055",
        email="song@lingquan.example",
        tags=["年度维保"],
        custom={"machines": 9, "floor": 2},
    )
    return survivor, loser


def plan_of(survivor, *losers, **values):
    ids = (survivor.id, *(loser.id for loser in losers))
    return Plan("customer", ids, survivor.id, **values)


def give_children(desk, customer):
    contact = make_contact(desk, customer)
    opportunity = make_opportunity(desk, customer, contact_id=contact.id)
    contract = make_contract(desk, opportunity)
    activity = make_activity(desk, customer_id=customer.id)
    return contact, opportunity, contract, activity


def snapshot(desk):
    """Every record as it is seen, but for versions and times."""
    found = {}
    for name, entity in ENTITIES.items():
        for record in desk.session.scalars(select(entity.model)):
            columns = (*entity.fields, "merged_into_id")
            values = {column: getattr(record, column, None) for column in columns}
            found[name, record.id] = values
    return found


def test_the_fields_that_differ_are_offered_with_a_proposal(desk, pair):
    survivor, loser = pair

    offered = {choice.name: choice for choice in differing_fields(pair, survivor.id)}

    assert offered["name"].proposed_id == survivor.id
    assert offered["email"].proposed_id == loser.id
    assert "industry" not in offered
    assert not {"code", "stage", "tags"} & offered.keys()


def test_chosen_values_stand_and_empty_ones_are_filled(desk, pair):
    survivor, loser = pair

    merged, _event = merge(desk, plan_of(survivor, loser, choices={"mobile": loser.id}))

    assert (merged.name, merged.mobile) == (survivor.name, "16012340055")
    assert merged.email == "song@lingquan.example"
    assert set(merged.tags) == {"展会", "年度维保"}
    assert merged.custom == {"machines": 3, "floor": 2}
    assert merged.code == survivor.code


def test_every_child_comes_along(desk, pair):
    survivor, loser = pair
    give_children(desk, loser)
    lead = create_record(
        desk,
        Lead,
        {
            "company": "聆泉",
            "source": "phone",
            "received_at": desk.now,
            "converted_customer_id": loser.id,
        },
    )
    branch = make_customer(desk, name="聆泉分厂机械", parent_id=loser.id)
    segment = create_record(
        desk, Segment, {"name": "华东", "definition": {}, "member_ids": [5, loser.id, survivor.id]}
    )
    alert = create_record(
        desk,
        Alert,
        {
            "kind": "recycled",
            "cause": "t:1",
            "about_entity": "customer",
            "about_id": loser.id,
            "raised_at": desk.now,
        },
    )
    before = len(children_of(desk, "customer", [survivor.id, loser.id]))

    merge(desk, plan_of(survivor, loser))

    assert children_of(desk, "customer", [loser.id]) == []
    assert len(children_of(desk, "customer", [survivor.id])) == before
    assert find_record(desk, Lead, lead.id).converted_customer_id == survivor.id
    assert find_record(desk, Customer, branch.id).parent_id == survivor.id
    assert find_record(desk, Segment, segment.id).member_ids == [5, survivor.id]
    assert find_record(desk, Alert, alert.id).about_id == survivor.id


def test_the_preview_counts_what_moves(desk, pair):
    give_children(desk, pair[1])

    counts = count_children(children_of(desk, "customer", [pair[1].id]))

    assert counts == {"contact": 1, "opportunity": 1, "contract": 1, "activity": 1}


def test_every_field_that_names_a_customer_is_a_child():
    named = {
        (name, field)
        for name, entity in ENTITIES.items()
        for field, known in entity.fields.items()
        if known.refers_to == "customer"
    }

    assert len(named) >= 15
    assert {("referral", "referrer_id"), ("customer", "parent_id")} <= named


def test_the_loser_is_gone_and_names_the_survivor(desk, pair):
    survivor, loser = pair

    merge(desk, plan_of(survivor, loser))

    with pytest.raises(NotFoundError):
        find_record(desk, Customer, loser.id)
    events = desk.session.scalars(select(CrmEvent.act).where(CrmEvent.record_id == loser.id))
    assert {"merge_into", "merge_away"} <= set(events)


def test_undo_brings_everything_back(desk, pair):
    survivor, loser = pair
    give_children(desk, loser)
    give_children(desk, survivor)
    before = snapshot(desk)

    _merged, event = merge(desk, plan_of(survivor, loser, choices={"mobile": loser.id}))
    assert snapshot(desk) != before
    _survivor, kept = undo_merge(desk, event.seq)

    assert snapshot(desk) == before
    assert kept == []


def test_undo_leaves_alone_what_was_changed_since(desk, pair):
    survivor, loser = pair
    activity = make_activity(desk, customer_id=loser.id, subject="谈价格")
    other = make_customer(desk, name="第三家公司机械")
    merged, event = merge(desk, plan_of(survivor, loser, choices={"mobile": loser.id}))
    change_record(desk, find_record(desk, Activity, activity.id), {"customer_id": other.id})
    change_record(desk, merged, {"mobile": "16812340001"})

    after, kept = undo_merge(desk, event.seq)

    assert after.mobile == "16812340001"
    assert find_record(desk, Activity, activity.id).customer_id == other.id
    assert kept == ["谈价格", "Mobile"]


def test_a_merge_is_undone_once(desk, pair):
    _merged, event = merge(desk, plan_of(*pair))
    assert [each.seq for each in open_merges(desk)] == [event.seq]
    undo_merge(desk, event.seq)

    assert open_merges(desk) == []
    with pytest.raises(RuleError):
        undo_merge(desk, event.seq)
    with pytest.raises(NotFoundError):
        undo_merge(desk, event.seq - 1)


def test_five_can_be_merged_and_six_cannot(desk):
    customers = [make_customer(desk, name=f"聆泉部件{number}号厂") for number in range(6)]

    with pytest.raises(RuleError):
        find_all(desk, "customer", [customer.id for customer in customers])
    with pytest.raises(RuleError):
        find_all(desk, "customer", [customers[0].id, customers[0].id])
    merge(desk, plan_of(*customers[:5]))

    assert find_record(desk, Customer, customers[5].id)


def test_a_parent_merged_into_its_branch_names_nobody(desk):
    parent = make_customer(desk)
    branch = make_customer(desk, name="聆泉分厂机械", parent_id=parent.id)

    merged, event = merge(desk, plan_of(branch, parent))
    assert merged.id == branch.id
    assert find_record(desk, Customer, branch.id).parent_id is None
    undo_merge(desk, event.seq)

    assert find_record(desk, Customer, branch.id).parent_id == parent.id


def test_a_legal_hold_survives(desk, pair):
    survivor, loser = pair
    held = change_record(desk, loser, {"is_on_legal_hold": True})

    merged, _event = merge(desk, plan_of(survivor, held))

    assert merged.is_on_legal_hold


def test_what_was_changed_since_it_was_seen_is_a_conflict(desk, pair):
    survivor, loser = pair
    seen = {survivor.id: survivor.version, loser.id: loser.version}
    change_record(desk, loser, {"mobile": "16812340001"})

    with pytest.raises(ConflictError):
        merge(desk, plan_of(survivor, loser, versions=seen))


@pytest.mark.parametrize(("seller", "may"), [(1, True), (2, True), (15, True), (4, False)])
def test_all_of_them_must_be_the_sellers_to_change(desk, pair, seller, may):
    play(desk, seller)

    if may:
        merge(desk, plan_of(*pair))
    else:
        with pytest.raises(NotPermittedError):
            merge(desk, plan_of(*pair))


def test_contacts_of_one_customer_are_merged_too(desk):
    customer = make_customer(desk)
    kept = make_contact(desk, customer)
    gone = make_contact(desk, customer, mobile="16412340009")
    opportunity = make_opportunity(desk, customer, contact_id=gone.id)

    merged, event = merge(desk, Plan("contact", (kept.id, gone.id), kept.id))
    assert merged.mobile == "16412340009"
    assert find_record(desk, Opportunity, opportunity.id).contact_id == kept.id
    undo_merge(desk, event.seq)

    assert find_record(desk, Contact, kept.id).mobile is None
    assert find_record(desk, Opportunity, opportunity.id).contact_id == gone.id


def test_contacts_of_two_customers_are_refused(desk):
    one = make_contact(desk, make_customer(desk))
    other = make_contact(desk, make_customer(desk, name="另一家机械公司"))

    with pytest.raises(RuleError):
        find_all(desk, "contact", [one.id, other.id])


def test_records_of_the_dataset_are_merged_too(desk):
    play(desk, 15)
    ids = desk.session.scalars(
        select(Customer.id).where(Customer.id < 10_000_000).order_by(Customer.id).limit(2)
    ).all()
    if len(ids) < 2:
        pytest.skip("the dataset brings no customers yet")
    paid = select(func.sum(Order.amount)).where(Order.customer_id.in_(ids))
    amount = desk.session.scalar(paid) or Decimal(0)
    before = snapshot(desk)

    _merged, event = merge(desk, Plan("customer", tuple(ids), ids[0]))
    assert (desk.session.scalar(paid) or Decimal(0)) == amount
    undo_merge(desk, event.seq)

    assert snapshot(desk) == before
