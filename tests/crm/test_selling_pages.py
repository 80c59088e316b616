"""The pages of selling: each shows, each writes once, each refuses in words."""

from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.conftest import Browser
from tests.crm.selling import (
    make_activity,
    make_contract,
    make_customer,
    make_lead,
    make_opportunity,
    make_product,
    play,
)
from training_platform.crm.models import (
    AssignmentRule,
    Contract,
    Customer,
    Lead,
    Opportunity,
    Order,
    Payment,
    Quote,
)
from training_platform.crm.services.records import (
    change_record,
    create_record,
    delete_record,
    find_record,
)

#: What the form of a merge sends beside the versions.
SENT = ("ids", "entity", "survivor", "once", "do")


@pytest.fixture
def at(desk):
    """The address of a page in the trainee's workspace."""
    return lambda path: f"/crm/{desk.workspace.id}/{path}"


def count(desk, model):
    desk.session.expire_all()
    return desk.session.scalar(select(func.count()).select_from(model))


def again(desk, model, ident):
    desk.session.rollback()
    desk.session.expire_all()
    return find_record(desk, model, ident)


def newest(desk, model):
    desk.session.rollback()
    desk.session.expire_all()
    return desk.session.scalars(select(model).order_by(model.id.desc()).limit(1)).one()


def hidden(page, name):
    return page.select(f"//input[@name='{name}']/@value")[0]


def make_quote(desk):
    opportunity = make_opportunity(desk)
    values = {"customer_id": opportunity.customer_id, "opportunity_id": opportunity.id}
    return create_record(desk, Quote, values | {"owner_id": desk.seller.id, "amount": Decimal(9)})


@pytest.mark.parametrize(
    ("path", "make", "typed"),
    [
        ("opportunity/{id}/quotes/new", make_opportunity, {"valid_until_on": "31.12."}),
        ("quote/{id}/lines", make_quote, {"valid_until_on": "31.12."}),
        (
            "contract/{id}/sign",
            lambda desk: make_contract(desk, make_opportunity(desk)),
            {"ends_on": "31.12."},
        ),
        ("customer/{id}/release", make_customer, {"notes": "31.12.", "reason": "none of them"}),
    ],
)
def test_wrong_form_of_a_record_deleted_meanwhile_is_a_conflict_too(
    crm_client, desk, at, path, make, typed
):
    record = make(desk)
    delete_record(desk, record)

    answer = crm_client.post(at(path.format(id=record.id)), data=typed | {"version": "1"})

    assert answer.status_code == 409
    assert "deleted meanwhile" in answer.text
    assert "31.12." in answer.text
    assert crm_client.get(at(path.format(id=record.id))).status_code == 404


def test_the_live_check_says_the_reason_in_words(crm_client: Browser, desk, at):
    customer = make_customer(desk)

    answer = crm_client.get(
        at("duplicates?entity=customer&mobile=154-1234-9001"), headers={"HX-Request": "true"}
    )
    json = crm_client.get(
        at("duplicates?entity=customer&mobile=15412349001"), headers={"Accept": "application/json"}
    ).json

    assert "Same mobile number" in answer.text
    assert customer.name in answer.text
    first = json["candidates"][0]
    assert (first["id"], first["reasons"]) == (customer.id, ["Same mobile number"])


def test_clusters_lead_to_the_merge_and_its_undo(crm_client: Browser, desk, at):
    one = make_customer(desk)
    other = make_customer(desk, email="song@lingquan.example")
    make_activity(desk, customer_id=other.id)
    page = crm_client.page(at("duplicates"))
    link = next(link for link in page.links() if f"ids={one.id}" in link)

    page = crm_client.page(link)
    form = {
        name: hidden(page, name) for name in (*SENT, f"version_{one.id}", f"version_{other.id}")
    }
    first, second = (crm_client.post(at("merge"), data=form) for _time in range(2))

    assert first.status_code == second.status_code == 303
    assert first.location == second.location
    assert again(desk, Customer, one.id).email == "song@lingquan.example"
    page = crm_client.page(at("duplicates"))
    undo = page.select("//form[contains(@action, 'merges')]/@action")[0]
    assert crm_client.post(undo).status_code == 303
    assert again(desk, Customer, other.id).name == other.name


def test_a_merge_of_one_leads_back_with_a_word(crm_client: Browser, desk, at):
    customer = make_customer(desk)

    answer = crm_client.get(at(f"merge?ids={customer.id}"))

    assert answer.status_code == 303


def test_the_board_shows_sums_and_what_needs_attention(crm_client: Browser, desk, at):
    opportunity = make_opportunity(desk, name="板上商机", amount=Decimal("1234.00"))

    page = crm_client.page(at("kanban"))

    assert "板上商机" in page.text
    card = page.select(f"//li[@id='card-{opportunity.id}']")[0]
    assert "¥1,234.00" in card.text_content()
    assert len(page.select("//section[@data-stage]")) == 6


def test_moving_without_evidence_keeps_what_was_typed(crm_client: Browser, desk, at):
    opportunity = make_opportunity(desk)
    address = at(f"opportunity/{opportunity.id}/stage")
    form = {"version": opportunity.version, "to": "needs_analysis", "competitor": "甲公司"}

    refused = crm_client.post(address, data=form)

    assert refused.status_code == 422
    assert "V07" in refused.text
    assert "甲公司" in refused.text
    moved = crm_client.post(address, data=form | {"evidence": "客户同意看演示"})
    assert moved.status_code == 303
    assert again(desk, Opportunity, opportunity.id).stage == "needs_analysis"


def test_the_second_of_two_tabs_sees_a_conflict(crm_client: Browser, desk, at):
    opportunity = make_opportunity(desk)
    address = at(f"opportunity/{opportunity.id}/stage")
    form = {"version": opportunity.version, "to": "lost", "lost_reason": "price"}
    assert crm_client.post(address, data=form).status_code == 303

    late = crm_client.post(
        address, data=form | {"to": "needs_analysis", "evidence": "x", "reason": "y"}
    )

    assert late.status_code == 409


def test_from_quote_to_won_by_the_pages(crm_client: Browser, desk, at):
    product = make_product(desk)
    opportunity = make_opportunity(desk, stage="contract")
    deal = at(f"opportunity/{opportunity.id}/deal")
    page = crm_client.page(at(f"opportunity/{opportunity.id}/quotes/new"))
    form = {
        "once": hidden(page, "once"),
        "product_0": product.id,
        "quantity_0": "2",
        "discount_percent": "5",
        "valid_until_on": "2025-07-31",
    }

    answers = [
        crm_client.post(at(f"opportunity/{opportunity.id}/quotes/new"), data=form) for _i in "12"
    ]
    assert [answer.location for answer in answers] == [deal, deal]
    quote = newest(desk, Quote)
    for act in ("submit", "send", "accept", "contract"):
        quote = again(desk, Quote, quote.id)
        data = {"version": quote.version, "next": deal}
        assert crm_client.post(at(f"quote/{quote.id}/{act}"), data=data).status_code == 303
        crm_client.page(deal)
    contract = newest(desk, Contract)
    assert contract.amount == Decimal("152000.00")
    signed = crm_client.post(
        at(f"contract/{contract.id}/sign"),
        data={"version": contract.version, "ends_on": "2026-06-29"},
    )
    assert signed.location == deal
    assert crm_client.post(at(f"contract/{contract.id}/order")).status_code == 303
    payments = count(desk, Payment)
    page = crm_client.page(at(f"contract/{contract.id}/payment"))
    money = {"once": hidden(page, "once"), "kind": "payment", "amount": "50000"}
    for _time in range(2):
        answer = crm_client.post(at(f"contract/{contract.id}/payment"), data=money)
        assert answer.location == deal
    assert count(desk, Payment) == payments + 1
    opportunity = again(desk, Opportunity, opportunity.id)
    won = crm_client.post(
        at(f"opportunity/{opportunity.id}/stage"),
        data={"version": opportunity.version, "to": "won", "evidence": "首付款到账"},
    )
    assert won.status_code == 303
    assert again(desk, Opportunity, opportunity.id).stage == "won"
    crm_client.page(deal)
    for entity, record in (
        ("quote", quote),
        ("contract", contract),
        ("order", newest(desk, Order)),
    ):
        crm_client.page(at(f"{entity}/{record.id}"))


@pytest.mark.parametrize(
    "typed",
    [
        {"quantity_0": "x"},
        {"quantity_0": "0"},
        {"product_0": ""},
        {"discount_percent": "8"},
        {"discount_percent": "-1"},
        {"valid_until_on": "2025-06-01"},
        {"valid_until_on": "gestern"},
    ],
)
def test_a_wrong_quote_comes_back_with_what_was_typed(crm_client: Browser, desk, at, typed):
    product, opportunity = make_product(desk), make_opportunity(desk)
    form = {
        "once": "t",
        "product_0": product.id,
        "quantity_0": "2",
        "discount_percent": "5",
        "valid_until_on": "2025-07-31",
        "remarks": "含安装调试",
    }

    answer = crm_client.post(at(f"opportunity/{opportunity.id}/quotes/new"), data=form | typed)

    assert answer.status_code == 422
    assert "含安装调试" in answer.text


@pytest.mark.parametrize("amount", ["0", "-5", "NaN", "1e99", "0.001", "viel", "2000000"])
def test_wrong_money_is_refused(crm_client: Browser, desk, at, amount):
    contract = make_contract(desk, make_opportunity(desk))
    form = {"once": "t", "kind": "payment", "amount": amount}

    assert crm_client.post(at(f"contract/{contract.id}/payment"), data=form).status_code == 422


def test_a_lead_is_converted_once(crm_client: Browser, desk, at):
    customer = make_customer(desk, name="温州漱石泵业")
    lead = make_lead(desk)
    address = at(f"lead/{lead.id}/convert")
    page = crm_client.page(address)
    assert str(customer.id) in page.select("//input[@name='customer' and @checked]/@value")
    form = {
        "once": hidden(page, "once"),
        "version": hidden(page, "version"),
        "customer": "new",
        "contact": "new",
        "has_deal": "y",
        "name": "水泵更新",
        "amount": "88000",
        "expected_close_on": "2025-09-30",
    }

    refused = crm_client.post(address, data=form)
    assert refused.status_code == 422
    assert "V11" in refused.text
    opportunities = count(desk, Opportunity)
    form["customer"] = str(customer.id)
    answers = [crm_client.post(address, data=form) for _time in range(2)]

    assert answers[0].location == answers[1].location
    assert count(desk, Opportunity) == opportunities + 1
    assert again(desk, Lead, lead.id).converted_customer_id == customer.id
    crm_client.page(at(f"lead/{lead.id}"))


def test_a_deal_without_amount_is_asked_for(crm_client: Browser, desk, at):
    lead = make_lead(desk)
    form = {
        "once": "t",
        "version": lead.version,
        "customer": "new",
        "contact": "new",
        "has_deal": "y",
    }

    answer = crm_client.post(at(f"lead/{lead.id}/convert"), data=form)

    assert answer.status_code == 422
    assert "begin no opportunity" in answer.text


def test_a_lead_shows_its_score_and_is_nurtured(crm_client: Browser, desk, at):
    lead = make_lead(desk)
    page = crm_client.page(at(f"lead/{lead.id}"))
    assert "/ 100" in page.text

    answer = crm_client.post(at(f"lead/{lead.id}/nurture"), data={"version": lead.version})

    assert answer.status_code == 303
    assert again(desk, Lead, lead.id).nurture_step == "welcome"


def test_claiming_and_giving_back_by_the_pages(crm_client: Browser, desk, at):
    customer = make_customer(desk, owner_id=None, claimed_at=None, pooled_at=desk.now)
    page = crm_client.page(at("pool?q=聆泉"))
    assert customer.name in page.text
    crm_client.page(at(f"customer/{customer.id}"))

    crm_client.post(at(f"customer/{customer.id}/claim"), data={"version": customer.version})
    claimed = again(desk, Customer, customer.id)
    assert claimed.owner_id == 1
    refused = crm_client.post(at(f"customer/{customer.id}/release"), data={"version": 1})
    assert refused.status_code == 422
    form = {"version": claimed.version, "reason": "no_need", "notes": "明年再说"}
    crm_client.page(at(f"customer/{customer.id}/release"))
    crm_client.post(at(f"customer/{customer.id}/release"), data=form)

    released = again(desk, Customer, customer.id)
    assert (released.owner_id, released.pool_reason) == (None, "No need at present: 明年再说")
    assert "you may claim it on" in crm_client.page(at("pool?q=聆泉")).text
    again_claimed = crm_client.post(
        at(f"customer/{customer.id}/claim"), data={"version": released.version}
    )
    assert again_claimed.status_code == 303
    assert "You may claim it again" in crm_client.page(at("pool")).text


def test_a_team_lead_assigns_by_rule_and_by_hand(crm_client: Browser, desk, at):
    play(desk, 2)
    leads = [make_lead(desk, owner_id=None, status="unassigned", region="east") for _i in "12"]
    values = {"name": "华东", "position": -1, "strategy": "fixed", "seller_ids": [2]}
    create_record(desk, AssignmentRule, values)
    change_record(desk, desk.seller, {"capacity_count": 1000})
    assert "华东" in crm_client.page(at("assignment")).text
    crm_client.page(at("assignment/trial"))

    crm_client.post(at("assignment"), data={"id": [leads[0].id]})
    assert again(desk, Lead, leads[0].id).owner_id == 2
    crm_client.page(at(f"lead/{leads[1].id}/reassign"))
    form = {"version": leads[1].version, "seller_id": 4, "reason": ""}
    assert crm_client.post(at(f"lead/{leads[1].id}/reassign"), data=form).status_code == 422
    crm_client.post(at(f"lead/{leads[1].id}/reassign"), data=form | {"reason": "行业熟"})

    assert again(desk, Lead, leads[1].id).assign_reason == "行业熟"


def test_pasted_leads_are_tried_and_not_saved(crm_client: Browser, desk, at):
    before = count(desk, Lead)

    answer = crm_client.post(
        at("assignment/trial"),
        data={"leads": "某某机械有限公司, East China, machinery, Website, high\n另一家"},
    )

    assert answer.status_code == 200
    assert "某某机械有限公司" in answer.text
    assert "East China" in answer.text
    assert count(desk, Lead) == before


def test_a_seller_may_not_assign_or_act_for_others(crm_client: Browser, desk, at):
    lead = make_lead(desk, owner_id=None, status="unassigned")
    foreign = make_opportunity(desk, make_customer(desk, owner_id=4), owner_id=4)

    assert crm_client.post(at("assignment"), data={"id": lead.id}).status_code == 403
    for path in ("stage", "deal", "quotes/new"):
        assert crm_client.get(at(f"opportunity/{foreign.id}/{path}")).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "opportunity/99999999/stage",
        "opportunity/99999999/deal",
        "lead/99999999/convert",
        "lead/99999999/reassign",
        "customer/99999999/release",
        "contract/99999999/sign",
        "order/99999999/payment",
        "customer/1/payment",
        "merge?ids=99999998,99999999",
    ],
)
def test_guessed_ids_find_nothing(crm_client: Browser, desk, at, path):
    assert crm_client.get(at(path)).status_code == 404


@pytest.mark.parametrize("act", ["explode", "submit"])
def test_unknown_acts_and_quotes_find_nothing(crm_client: Browser, desk, at, act):
    assert crm_client.post(at(f"quote/99999999/{act}")).status_code == 404


def test_who_leads_says_which_leads_a_rule_is_for_and_who_gets_them(crm_client: Browser, desk, at):
    play(desk, 2)
    values = {"name": "华东新规", "position": 5, "strategy": "round_robin", "seller_ids": [5]}
    rule = create_record(desk, AssignmentRule, values | {"conditions": {"region": ["south"]}})
    terms = at(f"assignment_rule/{rule.id}/terms")
    assert terms in crm_client.page(at(f"assignment_rule/{rule.id}")).body
    assert 'value="south" checked' in crm_client.page(terms).body

    chosen = {"region": ["east"], "industry": ["food", "medical"], "seller_ids": ["1", "5"]}
    form = {"version": rule.version}
    refused = crm_client.post(terms, data=form)
    wrong = crm_client.post(terms, data=form | {"region": ["mars"]})
    crm_client.post(terms, data=form | chosen)

    assert (refused.status_code, wrong.status_code) == (422, 422)
    rule = again(desk, AssignmentRule, rule.id)
    assert rule.conditions == {"region": ["east"], "industry": ["food", "medical"]}
    assert rule.seller_ids == [5, 1]
    assert "Food and drink, Medical devices" in crm_client.page(at("assignment")).text


def test_a_seller_changes_no_rule_of_assignment(crm_client: Browser, desk, at):
    assert crm_client.get(at("assignment_rule/2/terms")).status_code == 403
    assert "assignment_rule/2/terms" not in crm_client.page(at("assignment_rule/2")).body


def test_refused_suspension_says_beside_the_field_what_is_missing(crm_client: Browser, desk, at):
    play(desk, 2)

    page = crm_client.post(at("accounts/4/suspend"), data={"reason": " ", "version": "1"})

    assert page.status_code == 422
    assert "Say why the account is suspended" in page.get_data(as_text=True)
