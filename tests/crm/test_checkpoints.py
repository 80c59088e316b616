"""Practice: a state can be kept and gone back to, acts can be taken back, trainers look on."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.crm.selling import make_contact, play
from tests.crm.test_layers import FIRM, sit
from tests.factories.people import make_employee
from training_platform.core import clock
from training_platform.core.errors import NotFoundError, NotPermittedError, RuleError
from training_platform.core.permissions import Right
from training_platform.crm.models import CrmEvent, Customer, Seller
from training_platform.crm.services import checkpoints, retention, undo, workspaces
from training_platform.crm.services.records import (
    change_record,
    create_record,
    delete_record,
    find_record,
)


@pytest.fixture
def later(desk, crm_session):
    """Sit down again some seconds later, as the next request does."""
    steps = [0]

    def again():
        steps[0] += 5
        clock._stopped_at.set(clock.now() + timedelta(seconds=5))
        return sit(crm_session, desk)

    return again


def own_names(desk):
    """Return the names of the workspace's own customers."""
    return set(
        desk.session.scalars(select(Customer.name).where(Customer.layer_id == desk.layer.id))
    )


# ---- kept states -------------------------------------------------------------------------------


def test_a_kept_state_is_found_again_with_records_log_and_time(desk, later):
    customer_id = create_record(desk, Customer, FIRM).id
    checkpoints.keep_state(desk, "导入之前")
    (kept,) = checkpoints.checkpoints(desk)
    desk = later()
    change_record(desk, find_record(desk, Customer, customer_id), {"name": "改了名的有限公司"})
    delete_record(desk, find_record(desk, Seller, 3))

    checkpoints.go_back(desk, kept.layer_id, 0)
    desk = later()

    assert find_record(desk, Customer, customer_id).name == FIRM["name"]
    assert find_record(desk, Seller, 3)
    told = select(CrmEvent.act).where(CrmEvent.layer_id == desk.layer.id).order_by(CrmEvent.seq)
    assert desk.session.scalars(told).all() == ["create", "checkpoint"]
    assert kept.name == "导入之前"
    assert create_record(desk, Customer, FIRM).id == customer_id + 1


def test_one_can_go_back_to_a_state_twice_and_undo_it(desk, later, crm_session):
    checkpoints.keep_state(desk, "空的")
    (kept,) = checkpoints.checkpoints(desk)
    create_record(desk, Customer, FIRM)
    for resets in range(2):
        checkpoints.go_back(later(), kept.layer_id, resets)
        assert own_names(later()) == set()
    create_record(later(), Customer, FIRM | {"name": "之后的有限公司"})
    checkpoints.go_back(later(), kept.layer_id, 2)

    workspaces.undo_reset(crm_session, desk.workspace, desk.actor, 3)

    assert own_names(later()) == {"之后的有限公司"}


def test_a_double_click_goes_back_once(desk, later):
    checkpoints.keep_state(desk, "空的")
    (kept,) = checkpoints.checkpoints(desk)
    checkpoints.go_back(desk, kept.layer_id, 0)
    desk = later()
    create_record(desk, Customer, FIRM)

    checkpoints.go_back(desk, kept.layer_id, 0)

    assert own_names(later()) == {FIRM["name"]}


def test_states_are_named_and_not_more_than_ten(desk):
    with pytest.raises(RuleError):
        checkpoints.keep_state(desk, "  ")
    for number in range(checkpoints.MOST):
        checkpoints.keep_state(desk, f"第{number}个")
    with pytest.raises(RuleError):
        checkpoints.keep_state(desk, "又一个")

    checkpoints.forget_state(desk, checkpoints.checkpoints(desk)[0].layer_id)
    checkpoints.keep_state(desk, "又一个")

    assert [each.name for each in checkpoints.checkpoints(desk)][:2] == ["又一个", "第8个"]


def test_nobody_reaches_anothers_states(desk, later, crm_session):
    checkpoints.keep_state(desk, "我的")
    (kept,) = checkpoints.checkpoints(desk)
    person = make_employee(crm_session)
    theirs = workspaces.open_free_workspace(crm_session, person)
    there = sit(crm_session, type(desk)(crm_session, theirs, theirs.layer, person, desk.seller))

    assert checkpoints.checkpoints(there) == []
    with pytest.raises(NotFoundError):
        checkpoints.go_back(there, kept.layer_id, 0)
    there.workspace = desk.workspace
    with pytest.raises(NotPermittedError):
        checkpoints.keep_state(there, "x")


# ---- taking back -------------------------------------------------------------------------------


def take_back(desk):
    """Take back the last deed that is shown."""
    return undo.undo_last(desk, undo.last_deeds(desk, 1)[0].seq)


def test_a_change_a_deletion_and_a_new_record_are_taken_back_one_by_one(desk, later):
    before = find_record(desk, Seller, 2).name
    customer_id = create_record(desk, Customer, FIRM | {"tags": ["重点"]}).id
    desk = later()
    change_record(desk, find_record(desk, Seller, 2), {"name": "改名", "is_active": False})
    desk = later()
    delete_record(desk, find_record(desk, Customer, customer_id))

    desk = later()
    take_back(desk)
    back = find_record(desk, Customer, customer_id)
    assert (back.name, back.tags) == (FIRM["name"], ["重点"])
    desk = later()
    take_back(desk)
    assert (find_record(desk, Seller, 2).name, find_record(desk, Seller, 2).is_active) == (
        before,
        True,
    )
    desk = later()
    take_back(desk)
    with pytest.raises(NotFoundError):
        find_record(desk, Customer, customer_id)
    assert undo.last_deeds(later()) == []


def test_what_was_done_in_one_go_is_taken_back_in_one_go(desk, later):
    first = create_record(desk, Customer, FIRM)
    create_record(desk, Customer, FIRM)
    change_record(desk, first, {"name": "再改名的有限公司"})

    deed = take_back(later())

    assert len(deed.events) == 3
    assert own_names_alive(later()) == []


def own_names_alive(desk):
    return [c.name for c in desk.session.scalars(select(Customer)) if c.layer_id == desk.layer.id]


def test_after_taking_back_one_goes_on_and_takes_that_back_too(desk, later):
    change_record(desk, find_record(desk, Seller, 2), {"name": "一"})
    take_back(later())
    desk = later()
    change_record(desk, find_record(desk, Seller, 2), {"name": "二"})

    deeds = undo.last_deeds(later())
    take_back(later())

    assert [deed.main.changes["name"][1] for deed in deeds] == ["二"]


def test_a_double_click_takes_back_one_act(desk, later):
    change_record(desk, find_record(desk, Seller, 2), {"name": "一"})
    desk = later()
    change_record(desk, find_record(desk, Seller, 2), {"name": "二"})
    seen = undo.last_deeds(later(), 1)[0].seq

    for _click in range(2):
        undo.undo_last(later(), seen)

    assert find_record(later(), Seller, 2).name == "一"


def test_looks_in_between_hide_nothing_that_can_be_taken_back(desk, later):
    change_record(desk, find_record(desk, Seller, 2), {"name": "一"})
    desk = later()
    for _look in range(undo.LOOKED_AT + 1):
        desk.log("view", "customer", 1)

    assert [deed.main.act for deed in undo.last_deeds(later())] == ["update"]


def test_no_part_of_an_act_is_taken_back_where_the_log_is_read_no_further(desk, later, monkeypatch):
    monkeypatch.setattr(undo, "LOOKED_AT", 5)
    for _number in range(3):
        create_record(desk, Customer, FIRM)
    desk = later()
    for _number in range(2):
        create_record(desk, Customer, FIRM)
    take_back(later())

    assert all(len(deed.events) == 3 for deed in undo.last_deeds(later()))


def test_an_import_is_not_taken_back_by_its_last_batch(desk, later, monkeypatch):
    monkeypatch.setattr(undo, "MOST_EVENTS", 2)
    for _batch in range(2):
        for _number in range(2):
            create_record(desk, Customer, FIRM, act="import", import_id=7)
        desk = later()

    with pytest.raises(RuleError, match="own page"):
        take_back(desk)

    assert len(own_names_alive(later())) == 4


def test_what_was_deleted_before_anonymizing_comes_back_only_with_its_customer(
    desk, later, customer
):
    """Acts are taken back in their order: the anonymizing before what it wiped."""
    contact = make_contact(desk, customer, name="郑试练")
    desk = later()
    delete_record(desk, contact)
    desk = later()
    play(desk, 15)  # the sales director
    desk = later()
    version = find_record(desk, Customer, customer.id).version
    retention.retain(desk, customer, "anonymize", expected_version=version)

    deed = take_back(later())

    assert {event.act for event in deed.events} == {"anonymize"}
    desk = later()
    assert find_record(desk, Customer, customer.id).retention == "active"
    assert take_back(desk).main.act == "delete"


def test_looks_are_nothing_to_take_back(desk):
    desk.log("view", "customer", 1)
    desk.log("search", "customer", text="x")

    assert undo.last_deeds(desk) == []


# ---- pages -------------------------------------------------------------------------------------


def test_keeping_going_back_and_taking_back_by_the_pages(desk, crm_client):
    home = f"/crm/{desk.workspace.id}"
    crm_client.post(f"{home}/seller", data={"seller_id": "2"})
    assert crm_client.post(f"{home}/states", data={"name": ""}).status_code == 422
    for _click in range(2):
        done = crm_client.post(f"{home}/states", data={"name": "出发点", "once": "t"})
        assert done.status_code == 303
    page = crm_client.page(f"{home}/states")
    assert page.text.count("出发点") >= 1

    layer_id = checkpoints.checkpoints(sit(desk.session, desk))[0].layer_id
    back = crm_client.post(f"{home}/states/{layer_id}/back", data={"resets": "0"})
    assert back.status_code == 303
    assert crm_client.post(f"{home}/states/{layer_id}/delete").status_code == 303
    assert crm_client.post(f"{home}/undo", data={"seq": "x"}).status_code == 303
    crm_client.page(home + "/")


def test_a_trainer_finds_and_reads_a_trainees_company_but_writes_nothing(
    desk, crm_app, crm_session, trainee
):
    trainer = make_employee(crm_session, rights=(Right.TRAINER,))
    crm_session.commit()
    browser = crm_app.test_client()
    browser.sign_in(trainer)
    home = f"/crm/{desk.workspace.id}"

    assert trainee.name in browser.page(f"/crm/workspaces?q={trainee.staff_number}").text
    assert "Nobody found" in browser.page("/crm/workspaces?q=nobody-is-called-so").text
    browser.page(f"{home}/states")
    assert browser.post(f"{home}/states", data={"name": "x"}).status_code == 403
    assert browser.post(f"{home}/undo", data={"seq": "1"}).status_code == 403
