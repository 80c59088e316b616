"""A workspace: its ids and codes, its clock, resets, what is swept, what was changed in it."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.crm.layers import FIRM, events, sit
from training_platform.config import ROOT
from training_platform.core import clock
from training_platform.core.errors import NotPermittedError, RuleError
from training_platform.crm.jobs import sweep
from training_platform.crm.layering import ALL_LAYERS
from training_platform.crm.models import (
    FIRST_OWN_ID,
    CrmEvent,
    CrmLayer,
    Customer,
    Lead,
    Opportunity,
    Product,
    Seller,
)
from training_platform.crm.queries.diff import diff_of
from training_platform.crm.services import workspaces
from training_platform.crm.services.records import (
    change_record,
    create_record,
    delete_record,
    find_record,
)

CRM = ROOT / "training_platform" / "crm"


def test_ids_begin_above_the_datasets_in_each_workspace(desk, other):
    first = create_record(desk, Customer, FIRM)
    second = create_record(
        desk, Lead, {"company": "线索公司", "source": "phone", "received_at": desk.now}
    )

    assert (first.id, second.id) == (FIRST_OWN_ID, FIRST_OWN_ID + 1)


def test_codes_go_on_from_the_datasets_and_are_never_given_twice(desk, other, crm_session):
    first = create_record(desk, Customer, FIRM)
    delete_record(desk, first)
    desk = sit(crm_session, desk)
    second = create_record(desk, Customer, FIRM)
    third = create_record(desk, Customer, FIRM)

    number = int(first.code.removeprefix("C-"))
    assert [second.code, third.code] == [
        f"C-{number + 1:0{len(first.code) - 2}d}",
        f"C-{number + 2:0{len(first.code) - 2}d}",
    ]
    in_dataset = crm_session.scalars(
        select(Customer.code).where(Customer.layer_id == desk.layer.base_id)
    ).all()
    assert first.code not in in_dataset


def test_every_write_has_its_event_with_before_and_after(desk):
    customer = create_record(desk, Customer, FIRM, channel="form")
    change_record(desk, customer, {"next_follow_up_at": datetime(2025, 7, 1, 2, tzinfo=UTC)})
    product = create_record(
        desk,
        Product,
        {
            "code": "X",
            "name": "泵",
            "line": "equipment",
            "unit": "台",
            "list_price_amount": Decimal("12.5"),
            "english_name": "Pump",
        },
    )
    delete_record(desk, customer)

    log = events(desk)
    assert [(e.seq, e.act, e.record_id) for e in log] == [
        (1, "create", customer.id),
        (2, "update", customer.id),
        (3, "create", product.id),
        (4, "delete", customer.id),
    ]
    assert log[0].context == {"title": FIRM["name"], "channel": "form"}
    assert log[1].changes == {"next_follow_up_at": [None, "2025-07-01T02:00:00Z"]}
    assert log[2].changes["list_price_amount"] == [None, "12.50"]
    assert log[3].changes["mobile"] == [FIRM["mobile"], None]
    assert {(e.actor_id, e.seller_id) for e in log} == {(desk.actor.id, 1)}
    assert {e.virtual_at for e in log} == {desk.now}


# ---- time --------------------------------------------------------------------------------------


def test_the_clock_runs_with_the_real_one_but_stands_still_while_nobody_works(desk):
    start, real = desk.now, clock.now()
    with clock.stopped(real + timedelta(minutes=4)):
        assert desk.now == start + timedelta(minutes=4)
    with clock.stopped(real + timedelta(days=9)):
        assert desk.now == start + timedelta(seconds=desk.layer.drift_seconds)
        desk.log("view")
    with clock.stopped(real + timedelta(days=9, minutes=1)):
        assert desk.now == start + timedelta(seconds=desk.layer.drift_seconds, minutes=1)


def test_a_real_clock_that_goes_back_does_not_take_the_sandbox_with_it(desk):
    start, real = desk.now, clock.now()

    with clock.stopped(real - timedelta(hours=1)):
        assert desk.now == start


# ---- reset -------------------------------------------------------------------------------------


def test_a_reset_shows_the_dataset_again_and_leaves_others_alone(desk, other, crm_session):
    create_record(desk, Customer, FIRM)
    change_record(desk, find_record(desk, Seller, 2), {"name": "改名"})
    workspaces.reset_workspace(crm_session, desk.workspace, desk.actor, 0)
    desk = sit(crm_session, desk)

    assert find_record(desk, Seller, 2).name != "改名"
    assert events(desk) == []
    assert create_record(desk, Customer, FIRM).id == FIRST_OWN_ID
    there = sit(crm_session, other)
    assert find_record(there, Seller, 2).name == "别人"


def test_a_double_click_resets_once(desk, crm_session):
    create_record(desk, Customer, FIRM)
    workspaces.reset_workspace(crm_session, desk.workspace, desk.actor, 0)
    first = desk.workspace.layer_id

    workspaces.reset_workspace(crm_session, desk.workspace, desk.actor, 0)

    assert desk.workspace.layer_id == first
    assert desk.workspace.resets_count == 1


def test_a_reset_can_be_undone_once_per_click(desk, crm_session):
    customer_id = create_record(desk, Customer, FIRM).id
    workspaces.reset_workspace(crm_session, desk.workspace, desk.actor, 0)

    for _click in range(2):
        workspaces.undo_reset(crm_session, desk.workspace, desk.actor, 1)

    desk = sit(crm_session, desk)
    assert find_record(desk, Customer, customer_id).name == FIRM["name"]


def test_without_an_earlier_state_there_is_nothing_to_undo(desk, crm_session):
    with pytest.raises(RuleError):
        workspaces.undo_reset(crm_session, desk.workspace, desk.actor, 0)


def test_nobody_resets_anothers_workspace(desk, other, crm_session):
    with pytest.raises(NotPermittedError):
        workspaces.reset_workspace(crm_session, desk.workspace, other.actor, 0)
    with pytest.raises(NotPermittedError):
        workspaces.undo_reset(crm_session, desk.workspace, other.actor, 0)


def rows_of(session: Session, layer_id: int) -> int:
    """Count the rows and events of a layer."""
    records = session.scalars(
        select(Customer).where(Customer.layer_id == layer_id), execution_options={ALL_LAYERS: True}
    ).all()
    log = session.scalars(select(CrmEvent).where(CrmEvent.layer_id == layer_id)).all()
    return len(records) + len(log)


def test_a_layer_is_swept_only_when_it_cannot_be_brought_back(desk, crm_session):
    create_record(desk, Customer, FIRM)
    old, real = desk.layer.id, clock.now()
    workspaces.reset_workspace(crm_session, desk.workspace, desk.actor, 0)
    crm_session.commit()

    with clock.stopped(real + timedelta(days=workspaces.KEPT_DAYS - 1)):
        sweep(None, {})
    assert rows_of(crm_session, old) == 2
    with clock.stopped(real + timedelta(days=workspaces.KEPT_DAYS)):
        assert sweep(None, {}) == {"layers": 1}

    assert rows_of(crm_session, old) == 0
    assert crm_session.get(CrmLayer, old) is None
    crm_session.refresh(desk.workspace)
    assert desk.workspace.previous_layer_id is None


def test_two_resets_leave_one_state_to_bring_back(desk, crm_session):
    first = desk.layer.id
    for number in range(2):
        workspaces.reset_workspace(crm_session, desk.workspace, desk.actor, number)
    crm_session.commit()

    assert sweep(None, {}) == {"layers": 1}
    assert crm_session.get(CrmLayer, first) is None
    assert desk.workspace.previous_layer_id is not None


def test_a_workspace_of_an_older_dataset_goes_on_with_it_until_a_reset(desk, crm_session):
    newer = CrmLayer(
        dataset="b2b_cn",
        dataset_version=99,
        kind="dataset",
        is_sealed=True,
        virtual_at=desk.now,
        seen_at=clock.now(),
        created_at=clock.now(),
    )
    crm_session.add(newer)
    crm_session.flush()

    assert len(crm_session.scalars(select(Opportunity.id).limit(1)).all()) <= 1
    assert find_record(desk, Seller, 2)
    workspaces.reset_workspace(crm_session, desk.workspace, desk.actor, 0)
    assert desk.workspace.layer.base_id == newer.id


# ---- what was changed --------------------------------------------------------------------------


def test_the_difference_names_what_was_created_changed_and_deleted(desk, other):
    customer = create_record(desk, Customer, FIRM)
    change_record(desk, find_record(desk, Seller, 2), {"name": "改名"})
    before = find_record(desk, Seller, 4).name
    for name in ("改名", before):
        change_record(desk, find_record(desk, Seller, 4), {"name": name})
    delete_record(desk, find_record(desk, Seller, 3))
    gone = create_record(desk, Customer, FIRM)
    delete_record(desk, gone)

    found = {(d.entity, d.record_id): d for d in diff_of(desk.session, desk.layer)}

    assert {key: each.kind for key, each in found.items()} == {
        ("customer", customer.id): "created",
        ("seller", 2): "changed",
        ("seller", 3): "deleted",
    }
    assert found["customer", customer.id].fields["name"] == (None, FIRM["name"])
    assert found["seller", 2].fields["name"][1] == "改名"
    assert list(found["seller", 2].fields) == ["name"]
