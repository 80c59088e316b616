"""Quotes, approval by authority, contracts, orders and money."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.crm.selling import make_customer, make_opportunity, make_product, play
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.crm.models import Order, OrderLine
from training_platform.crm.queries.tiers import tiers_of
from training_platform.crm.rules import quoting as rules
from training_platform.crm.rules.quoting import Line
from training_platform.crm.rules.stages import Move
from training_platform.crm.services import contracts, quoting
from training_platform.crm.services.contracts import Receipt
from training_platform.crm.services.quoting import QuoteDraft
from training_platform.crm.services.records import change_record, create_record, find_record
from training_platform.crm.services.stages import move_stage

UNTIL = date(2025, 7, 31)


@pytest.fixture
def opportunity(desk):
    return make_opportunity(desk)


@pytest.fixture
def product(desk):
    return make_product(desk)


@pytest.fixture
def draft(product):
    def make(**values):
        return QuoteDraft(**{"lines": [(product.id, 2)], "valid_until_on": UNTIL} | values)

    return make


def accepted(desk, opportunity, draft):
    quote = quoting.submit_quote(desk, quoting.draft_quote(desk, opportunity, draft))
    return quoting.answer_quote(desk, quoting.send_quote(desk, quote), is_accepted=True)


def signed(desk, opportunity, draft):
    contract = quoting.draft_contract(desk, accepted(desk, opportunity, draft))
    return contracts.sign_contract(desk, contract, date(2026, 6, 30))


def test_a_quote_costs_its_lines_less_the_discount(desk, opportunity, draft):
    quote = quoting.draft_quote(desk, opportunity, draft(discount_percent=5))

    assert (quote.amount, quote.status) == (Decimal("152000.00"), "draft")
    assert [line.quantity_count for line in quoting.lines_of(desk, quote.id)] == [2]
    assert quote.code.startswith("Q-")


def test_a_part_of_a_fen_is_rounded_half_up():
    lines = [Line(1, 1, Decimal("0.30")), Line(2, 1, Decimal("0.20"))]

    assert rules.total(lines, 1) == Decimal("0.50")
    assert rules.total([Line(1, 3, Decimal("33.33"))], 50) == Decimal("50.00")


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"lines": []}, "lines"),
        ({"lines": [(999_999, 1)]}, "lines"),
        ({"discount_percent": 61}, "discount_percent"),
        ({"discount_percent": 6}, "discount_reason"),
        ({"valid_until_on": date(2025, 6, 29)}, "valid_until_on"),
    ],
)
def test_what_a_quote_may_not_be_names_its_field(desk, opportunity, draft, values, field):
    with pytest.raises(RuleError) as refused:
        quoting.draft_quote(desk, opportunity, draft(**values))

    assert refused.value.field == field


@pytest.mark.parametrize("quantity", [0, -1, 10_001])
def test_quantities_have_limits(desk, opportunity, draft, product, quantity):
    with pytest.raises(RuleError):
        quoting.draft_quote(desk, opportunity, draft(lines=[(product.id, quantity)]))


@pytest.mark.parametrize(
    ("seller", "discount", "status"),
    [
        (1, 5, "approved"),
        (1, 6, "in_approval"),
        (2, 10, "approved"),
        (2, 11, "in_approval"),
        (15, 40, "approved"),
    ],
)
def test_authority_decides_whether_approval_is_needed(
    desk, opportunity, draft, seller, discount, status
):
    play(desk, seller)
    terms = draft(discount_percent=discount, discount_reason="年度大单")

    quote = quoting.submit_quote(desk, quoting.draft_quote(desk, opportunity, terms))

    assert quote.status == status
    assert quote.approved_by_id == (seller if status == "approved" else None)


@pytest.mark.parametrize(
    ("seller", "discount", "may"),
    [(1, 8, False), (2, 8, True), (2, 12, False), (15, 12, True), (6, 8, False)],
)
def test_who_may_approve(desk, opportunity, draft, seller, discount, may):
    terms = draft(discount_percent=discount, discount_reason="年度大单")
    quote = quoting.submit_quote(desk, quoting.draft_quote(desk, opportunity, terms))
    play(desk, seller)

    if may:
        decided = quoting.decide_quote(desk, quote, is_approved=True)
        assert (decided.status, decided.approved_by_id) == ("approved", seller)
    else:
        with pytest.raises(NotPermittedError):
            quoting.decide_quote(desk, quote, is_approved=True)


def test_a_refused_approval_leads_back_to_the_draft(desk, opportunity, draft):
    terms = draft(discount_percent=8, discount_reason="年度大单")
    quote = quoting.submit_quote(desk, quoting.draft_quote(desk, opportunity, terms))
    play(desk, 2)

    assert quoting.decide_quote(desk, quote, is_approved=False).status == "draft"


def test_a_quote_that_waits_is_not_sent(desk, opportunity, draft):
    terms = draft(discount_percent=8, discount_reason="年度大单")
    quote = quoting.submit_quote(desk, quoting.draft_quote(desk, opportunity, terms))

    with pytest.raises(InvalidTransitionError):
        quoting.send_quote(desk, quote)


def test_changing_a_quote_begins_its_approval_anew(desk, opportunity, draft, product):
    quote = quoting.submit_quote(desk, quoting.draft_quote(desk, opportunity, draft()))

    changed = quoting.change_quote(desk, quote, draft(lines=[(product.id, 3)]), quote.version)

    assert (changed.status, changed.approved_by_id) == ("draft", None)
    assert changed.amount == Decimal("240000.00")
    assert [line.quantity_count for line in quoting.lines_of(desk, quote.id)] == [3]


def test_an_expired_quote_is_not_accepted(desk, opportunity, draft):
    quote = quoting.draft_quote(desk, opportunity, draft(valid_until_on=date(2025, 6, 30)))
    sent = quoting.send_quote(desk, quoting.submit_quote(desk, quote))
    desk.layer.virtual_at += timedelta(days=1)

    with pytest.raises(RuleError, match="V10"):
        quoting.answer_quote(desk, sent, is_accepted=True)
    assert quoting.answer_quote(desk, sent, is_accepted=False).status == "refused"


def test_a_quote_has_one_contract(desk, opportunity, draft):
    quote = accepted(desk, opportunity, draft())
    contract = quoting.draft_contract(desk, quote)

    assert (contract.amount, contract.opportunity_id) == (quote.amount, opportunity.id)
    with pytest.raises(InvalidTransitionError):
        quoting.draft_contract(desk, quote)


def test_an_order_takes_the_lines_of_the_quote(desk, opportunity, draft, product):
    order = contracts.place_order(desk, signed(desk, opportunity, draft()))

    lines = desk.session.scalars(select(OrderLine).where(OrderLine.order_id == order.id)).all()
    assert [(line.product_id, line.quantity_count) for line in lines] == [(product.id, 2)]
    assert (order.amount, order.status) == (Decimal("160000.00"), "open")


def test_from_quote_to_won(desk, opportunity, draft):
    contract = signed(desk, opportunity, draft())
    order = contracts.place_order(desk, contract)
    contracts.take_payment(desk, contract, Receipt(Decimal("60000.00")))
    staged = change_record(desk, opportunity, {"stage": "contract"})

    won = move_stage(desk, staged, Move("won", evidence="首付款到账"))
    assert won.stage == "won"
    assert find_record(desk, Order, order.id).paid_at is None
    contracts.take_payment(desk, find_record(desk, Order, order.id), Receipt(Decimal("100000.00")))

    paid = find_record(desk, Order, order.id)
    assert (paid.status, paid.paid_at) == ("paid", desk.now)
    assert tiers_of(desk, [opportunity.customer_id]) == {opportunity.customer_id: "key"}


def test_a_refund_lowers_what_the_customer_bought(desk, opportunity, draft):
    contract = signed(desk, opportunity, draft())
    order = contracts.place_order(desk, contract)
    contracts.take_payment(desk, order, Receipt(Decimal("160000.00")))
    contracts.take_payment(
        desk, find_record(desk, Order, order.id), Receipt(Decimal("70000.00"), "refund")
    )

    paid = find_record(desk, Order, order.id)
    assert (paid.refunded_amount, paid.status) == (Decimal("70000.00"), "paid")
    assert contracts.paid_amount(desk, contract) == Decimal("90000.00")
    assert tiers_of(desk, [opportunity.customer_id]) == {opportunity.customer_id: "regular"}


@pytest.mark.parametrize(
    ("receipt", "field"),
    [
        (Receipt(Decimal(0)), "amount"),
        (Receipt(Decimal("160000.01")), "amount"),
        (Receipt(Decimal("0.01"), "refund"), "amount"),
        (Receipt(Decimal(1), "gift"), "kind"),
    ],
)
def test_money_that_cannot_be(desk, opportunity, draft, receipt, field):
    contract = signed(desk, opportunity, draft())

    with pytest.raises(RuleError) as refused:
        contracts.take_payment(desk, contract, receipt)

    assert refused.value.field == field


@pytest.mark.parametrize(("days", "rule"), [(-1, "later"), (51, "V17")])
def test_money_of_tomorrow_or_of_a_closed_month(desk, opportunity, draft, days, rule):
    contract = signed(desk, opportunity, draft())
    paid_at = desk.now - timedelta(days=days)

    with pytest.raises(RuleError, match=rule):
        contracts.take_payment(desk, contract, Receipt(Decimal(1), paid_at=paid_at))


def test_nothing_is_paid_on_an_unsigned_contract(desk, opportunity, draft):
    contract = quoting.draft_contract(desk, accepted(desk, opportunity, draft()))

    with pytest.raises(InvalidTransitionError):
        contracts.take_payment(desk, contract, Receipt(Decimal(1)))


def test_an_order_without_a_contract_is_paid_by_itself(desk):
    customer = make_customer(desk)
    values = {"customer_id": customer.id, "ordered_at": desk.now, "owner_id": desk.seller.id}
    order, other = (
        create_record(desk, Order, values | {"amount": Decimal("500.00")}) for _number in "12"
    )

    contracts.take_payment(desk, order, Receipt(Decimal("500.00")))

    assert find_record(desk, Order, order.id).status == "paid"
    assert contracts.paid_amount(desk, other) == Decimal("0.00")


def test_two_tabs_change_a_quote_once(desk, opportunity, draft):
    quote = quoting.draft_quote(desk, opportunity, draft())
    seen = quote.version
    quoting.submit_quote(desk, quote, seen)

    with pytest.raises((ConflictError, InvalidTransitionError)):
        quoting.submit_quote(desk, quote, seen)


def test_others_do_not_quote_for_ones_opportunity(desk, opportunity, draft):
    play(desk, 4)

    with pytest.raises(NotPermittedError):
        quoting.draft_quote(desk, opportunity, draft())
