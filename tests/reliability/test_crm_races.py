"""The sandbox from two tabs and several processes at once: one wins, nothing is half or double."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import select

from tests.crm.selling import (
    make_contract,
    make_customer,
    make_lead,
    make_opportunity,
    make_product,
)
from tests.factories.crm import TYPED_CUSTOMER
from tests.reliability.sandbox import (
    CROWD,
    House,
    Trainee,
    all_at_once,
    count,
    counted,
    expect_whole_log,
    layer_of,
    statuses,
)
from tests.served import Answer
from training_platform.crm import models
from training_platform.crm.desk import Desk
from training_platform.crm.layering import ALL_LAYERS
from training_platform.crm.models import CrmEvent, CrmLayer, CrmWorkspace
from training_platform.crm.registry import ENTITIES
from training_platform.crm.services import entry
from training_platform.crm.services.records import create_record
from training_platform.crm.services.tickets import assign_ticket

pytestmark = pytest.mark.race
DEAL = {
    "duplicate_reason": "另一家",
    "customer": "new",
    "contact": "new",
    "has_deal": "y",
    "name": "水泵更新",
    "amount": "88000",
    "expected_close_on": "2025-09-30",
}


# ---- The same form, twice at once --------------------------------------------------------------


def new_customer(_desk: Desk) -> tuple[str, dict[str, Any]]:
    return "customer/new", TYPED_CUSTOMER


def quick_log(desk: Desk) -> tuple[str, dict[str, Any]]:
    made = make_customer(desk)
    return f"customer/{made.id}/follow-up", {"summary": "电话里问了交期", "method": "call"}


def stage_move(desk: Desk) -> tuple[str, dict[str, Any]]:
    made = make_opportunity(desk)
    form = {"version": made.version, "to": "needs_analysis", "evidence": "客户同意看演示"}
    return f"opportunity/{made.id}/stage", form


def quote(desk: Desk) -> tuple[str, dict[str, Any]]:
    form = {
        "product_0": make_product(desk).id,
        "quantity_0": "2",
        "discount_percent": "5",
        "valid_until_on": "2025-07-31",
    }
    return f"opportunity/{make_opportunity(desk).id}/quotes/new", form


def order(desk: Desk) -> tuple[str, dict[str, Any]]:
    return f"contract/{make_contract(desk, make_opportunity(desk)).id}/order", {}


def payment(desk: Desk) -> tuple[str, dict[str, Any]]:
    contract = make_contract(desk, make_opportunity(desk))
    return f"contract/{contract.id}/payment", {"kind": "payment", "amount": "500.00"}


def ticket_step(desk: Desk) -> tuple[str, dict[str, Any]]:
    raw = {
        "customer_id": str(make_customer(desk).id),
        "subject": "输送带异响",
        "channel": "phone",
        "category": "repair",
        "severity": "high",
    }
    made: Any = entry.create_entry(desk, ENTITIES["ticket"], raw)
    made = assign_ticket(desk, made, desk.seller.id, "我来", made.version)
    form = {"version": made.version, "kind": "replied", "text": "您好，已收到"}
    return f"ticket/{made.id}/work/step", form


def conversion(desk: Desk) -> tuple[str, dict[str, Any]]:
    lead = make_lead(desk)
    return f"lead/{lead.id}/convert", DEAL | {"version": lead.version}


def task(_desk: Desk) -> tuple[str, dict[str, Any]]:
    return "tasks/new", {"subject": "寄样品", "method": "task", "due_at": "2025-07-30T18:00"}


def deletion(desk: Desk) -> tuple[str, dict[str, Any]]:
    made = make_customer(desk)
    return f"customer/{made.id}/delete", {"version": made.version}


Prepare = Callable[[Desk], tuple[str, dict[str, Any]]]


@pytest.mark.parametrize(
    ("prepare", "model", "refused"),
    [
        (new_customer, models.Customer, None),
        (quick_log, models.Activity, None),
        (stage_move, models.StageChange, 409),
        (quote, models.Quote, None),
        (order, models.Order, 409),
        (payment, models.Payment, None),
        (ticket_step, models.TicketStep, None),
        (conversion, models.Opportunity, None),
        (task, models.Activity, None),
        (deletion, None, 409),
    ],
)
def test_the_same_form_at_once_counts_once(
    prepare: Prepare, model: Any, refused: int | None, busy_house: House, trainee: Trainee
):
    with busy_house.desk_of(trainee) as desk:
        path, form = prepare(desk)
    before = counted(busy_house, trainee, model) if model else 0
    send = partial(
        busy_house.post, trainee.visitor, trainee.at(path), form | {"once": "the same token"}
    )

    answers = all_at_once(*[send] * CROWD)

    if refused:
        assert statuses(answers) == {303: 1, refused: CROWD - 1}
    else:
        assert statuses(answers) == {303: CROWD}
        assert len({answer.headers["Location"].partition("#")[0] for answer in answers}) == 1
    if model:
        assert counted(busy_house, trainee, model) == before + 1
    else:
        assert counted(busy_house, trainee, CrmEvent, CrmEvent.act == "delete") == 1


def test_the_first_opening_at_once_makes_one_workspace(busy_house: House):
    somebody = busy_house.visitor()

    answers = all_at_once(*[partial(busy_house.post, somebody, "/crm/open", {})] * CROWD)

    assert statuses(answers) == {303: CROWD}
    with busy_house.looking() as session:
        own = CrmWorkspace.employee_id == somebody.employee_id
        assert len(session.scalars(select(CrmWorkspace).where(own)).all()) == 1


def test_the_clock_moves_once(busy_house: House, trainee: Trainee):
    with busy_house.looking() as session:
        before = session.get_one(CrmLayer, layer_of(busy_house, trainee)).virtual_at
    form = {"at": "2025-07-02T09:00", "once": "the same token"}
    send = partial(busy_house.post, trainee.visitor, trainee.at("clock"), form)

    answers = all_at_once(*[send] * CROWD)

    assert statuses(answers) == {303: CROWD}
    with busy_house.looking() as session:
        after = session.get_one(CrmLayer, layer_of(busy_house, trainee)).virtual_at
    assert timedelta(days=2) <= after - before < timedelta(days=3)


# ---- Two tabs ----------------------------------------------------------------------------------


@pytest.mark.parametrize("is_datasets", [False, True], ids=["own", "of the dataset"])
def test_of_two_edits_one_wins_and_the_other_is_shown_both(
    is_datasets: bool, busy_house: House, trainee: Trainee
):
    with busy_house.desk_of(trainee) as desk:
        customer_id = 1 if is_datasets else make_customer(desk).id
    path = trainee.at(f"customer/{customer_id}/edit")
    typed = [f"第{number}个标签页写的" for number in range(CROWD)]

    def edit(text: str) -> Answer:
        form = {"only": "remarks", "version": "1", "remarks": text}
        return busy_house.post(trainee.visitor, path, form)

    answers = all_at_once(*[partial(edit, text) for text in typed])

    assert statuses(answers) == {303: 1, 409: CROWD - 1}
    won = next(text for text, answer in zip(typed, answers, strict=True) if answer.status == 303)
    for text, answer in zip(typed, answers, strict=True):
        if answer.status == 409:
            now, entered = answer.body.decode().split("What you had entered")
            assert won in now
            assert text in entered
    assert counted(busy_house, trainee, models.Customer, models.Customer.remarks == won) == 1


def pooled(desk: Desk, number: int, **values: Any) -> models.Customer:
    given = {
        "name": f"公海{number}号机械有限公司",
        "mobile": f"154{number:08d}",
        "owner_id": None,
        "claimed_at": None,
        "pooled_at": desk.now - timedelta(days=30),
    }
    return make_customer(desk, **given | values)


def test_a_customer_is_claimed_once(busy_house: House, trainee: Trainee):
    with busy_house.desk_of(trainee) as desk:
        found = pooled(desk, 1)
        path, form = trainee.at(f"customer/{found.id}/claim"), {"version": found.version}

    answers = all_at_once(*[partial(busy_house.post, trainee.visitor, path, form)] * CROWD)

    assert statuses(answers) == {303: 1, 409: CROWD - 1}
    assert counted(busy_house, trainee, CrmEvent, CrmEvent.act == "claim") == 1


@pytest.mark.parametrize("limit", ["claims_per_day_count", "own_limit_count"])
def test_claims_at_once_do_not_pass_the_limit(limit: str, busy_house: House, trainee: Trainee):
    numbers = {"claims_per_day_count": 50, "own_limit_count": 50} | {limit: 3}
    with busy_house.desk_of(trainee) as desk:
        create_record(desk, models.PoolRule, {"name": "公海规则"} | numbers)
        paths = [trainee.at(f"customer/{pooled(desk, n).id}/claim") for n in range(CROWD)]

    answers = all_at_once(
        *[partial(busy_house.post, trainee.visitor, path, {"version": "1"}) for path in paths]
    )

    assert statuses(answers) == {303: CROWD}  # a refusal is said on the page before
    owned = counted(busy_house, trainee, models.Customer, models.Customer.owner_id == 1)
    datasets = limit == "own_limit_count"  # one customer is the seller's from the start
    assert owned == 3 - datasets
    assert counted(busy_house, trainee, CrmEvent, CrmEvent.act == "claim") == owned


def test_a_lead_is_converted_once_from_several_tabs(busy_house: House, trainee: Trainee):
    with busy_house.desk_of(trainee) as desk:
        path, form = conversion(desk)

    def convert(tab: int) -> Answer:
        typed = form | {"once": f"tab {tab}"}
        return busy_house.post(trainee.visitor, trainee.at(path), typed)

    answers = all_at_once(*[partial(convert, tab) for tab in range(CROWD)])

    assert statuses(answers) == {303: 1, 409: CROWD - 1}
    for model in (models.Opportunity, models.Customer, models.Contact):
        assert counted(busy_house, trainee, model) == 1


def test_payments_at_once_are_never_more_than_is_open(busy_house: House, trainee: Trainee):
    with busy_house.desk_of(trainee) as desk:
        contract = make_contract(desk, make_opportunity(desk))
        path = trainee.at(f"contract/{contract.id}/payment")
        part = (contract.amount / 2).quantize(Decimal("0.01"))

    def pay(tab: int) -> Answer:
        form = {"once": f"tab {tab}", "kind": "payment", "amount": str(part)}
        return busy_house.post(trainee.visitor, path, form)

    answers = all_at_once(*[partial(pay, tab) for tab in range(CROWD)])

    assert statuses(answers) == {303: 2, 422: CROWD - 2}
    assert counted(busy_house, trainee, models.Payment) == 2


# ---- Beginning anew ----------------------------------------------------------------------------


def test_resets_at_once_are_one(busy_house: House, trainee: Trainee):
    with busy_house.desk_of(trainee) as desk:
        made, first = make_customer(desk), desk.layer.id
        title = made.name
    reset = partial(busy_house.post, trainee.visitor, trainee.at("reset"), {"resets": "0"})

    answers = all_at_once(*[reset] * CROWD)

    assert statuses(answers) == {303: CROWD}
    with busy_house.looking() as session:
        workspace = session.get_one(CrmWorkspace, trainee.workspace_id)
        assert (workspace.resets_count, workspace.previous_layer_id) == (1, first)
        own = CrmLayer.workspace_id == workspace.id
        assert len(session.scalars(select(CrmLayer).where(own)).all()) == 2
        assert count(session, models.Customer, first, models.Customer.name == title) == 1


ROUNDS = [2, pytest.param(30, marks=pytest.mark.soak)]


@pytest.mark.parametrize("rounds", ROUNDS)
def test_what_is_written_during_a_reset_is_whole_or_refused(
    rounds: int, busy_house: House, trainee: Trainee
):
    """A conversion writes five records; a reset finds all of them or none."""
    for number in range(rounds):
        with busy_house.desk_of(trainee) as desk:
            old = desk.layer.id
            leads = [
                make_lead(desk, mobile=f"160{n:08d}", company=f"温州{n}泵业") for n in range(4)
            ]
            forms = {
                f"lead/{lead.id}/convert": DEAL
                | {"version": lead.version, "once": f"{number}-{lead.id}"}
                for lead in leads
            }
        sends = [
            partial(busy_house.post, trainee.visitor, trainee.at(path), form)
            for path, form in forms.items()
        ]
        typed = TYPED_CUSTOMER | {
            "name": f"重置{number}号有限公司",
            "mobile": f"165{number:08d}",
            "once": f"{number}-new",
        }
        sends += [
            partial(busy_house.post, trainee.visitor, trainee.at("customer/new"), typed),
            partial(busy_house.post, trainee.visitor, trainee.at("reset"), {"resets": str(number)}),
        ]

        *converted, entered, done = all_at_once(*sends)

        assert (entered.status, done.status) == (303, 303)
        won = [answer for answer in converted if answer.status == 303]
        assert {answer.status for answer in converted} <= {303, 404}
        with busy_house.looking() as session:
            new = session.get_one(CrmWorkspace, trainee.workspace_id).layer_id
            assert new != old
            for model in (models.Opportunity, models.StageChange, models.Contact):
                assert count(session, model, old) == len(won)
                assert count(session, model, new) == 0
            named = models.Customer.name == typed["name"]
            assert sum(count(session, models.Customer, each, named) for each in (old, new)) == 1
            for layer_id in (old, new):
                expect_whole_log(session, layer_id)


def test_looks_and_edits_at_once_leave_a_log_without_gaps(busy_house: House, trainee: Trainee):
    with busy_house.desk_of(trainee) as desk:
        ids = [pooled(desk, n, owner_id=desk.seller.id).id for n in range(CROWD)]

    def look(ident: int) -> Answer:
        return busy_house.get(trainee.visitor, trainee.at(f"customer/{ident}"))

    def edit(ident: int) -> Answer:
        form = {"only": "remarks", "version": "1", "remarks": f"第{ident}条"}
        return busy_house.post(trainee.visitor, trainee.at(f"customer/{ident}/edit"), form)

    answers = all_at_once(*[partial(act, ident) for ident in ids for act in (look, edit)])

    assert statuses(answers) == {200: CROWD, 303: CROWD}
    changed = models.Customer.version == 2
    assert counted(busy_house, trainee, models.Customer, changed) == CROWD


def test_nothing_of_all_this_is_seen_in_another_workspace(busy_house: House):
    """Codes and ids are counted per workspace: two people who write at once do not meet."""
    people, before = busy_house.trainees(CROWD), busy_house.digest()

    answers = all_at_once(
        *[
            partial(
                busy_house.post,
                each.visitor,
                each.at("customer/new"),
                TYPED_CUSTOMER | {"once": "t"},
            )
            for each in people
        ]
    )

    assert statuses(answers) == {303: CROWD}
    with busy_house.looking() as session:
        made = session.scalars(
            select(models.Customer).where(
                models.Customer.name == TYPED_CUSTOMER["name"],
                models.Customer.layer_id.in_([layer_of(busy_house, each) for each in people]),
            ),
            execution_options={ALL_LAYERS: True},
        ).all()
        assert len(made) == CROWD
        assert len({(each.id, each.code) for each in made}) == 1
    assert busy_house.digest() == before
