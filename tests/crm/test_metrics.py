"""Figures of sales and customers: what they mean, by example."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from tests.crm.plain import DAY, JUNE, NOW, paid, twin
from training_platform.crm.metrics import customers, results, velocity


def test_the_funnel_counts_lost_ones_where_they_were_lost_and_open_ones_apart():
    changes = [
        {"opportunity_id": 1, "to_stage": "initial_contact", "left_at": NOW + 2 * DAY},
        {"opportunity_id": 1, "to_stage": "needs_analysis", "left_at": NOW + 3 * DAY},
        {"opportunity_id": 2, "to_stage": "initial_contact", "left_at": NOW + 4 * DAY},
        {"opportunity_id": 3, "to_stage": "contract"},
        {"opportunity_id": 4, "to_stage": "won"},
    ]
    source = twin(
        opportunity=[
            {"id": 1, "stage": "lost", "lost_from_stage": "needs_analysis"},
            {"id": 2, "stage": "needs_analysis"},
            {"id": 3, "stage": "initial_contact"},  # went back
            {"id": 4, "stage": "won"},
        ],
        stage_change=changes,
    )

    steps = results.funnel(source, cohort="c")

    assert [(s.reached, s.lost, s.open) for s in steps] == [
        (4, 0, 0),
        (4, 1, 1),
        (2, 0, 0),
        (2, 0, 1),
        (1, 0, 0),
    ]
    assert steps[1].loss_percent == Decimal("25.0")
    assert steps[1].conversion_percent == Decimal("50.0")
    assert steps[0].dwell_days == Decimal("3.0")


def test_conversion_is_of_closed_ones_for_open_ones_may_still_go_on():
    rows = [
        {"id": 1, "stage": "won"},
        {"id": 2, "stage": "lost", "lost_from_stage": "initial_contact"},
        {"id": 3, "stage": "initial_contact"},
        {"id": 4, "stage": "needs_analysis"},
    ]

    first, second, *_later = results.funnel(twin(opportunity=rows), cohort="c")

    assert (first.reached, first.loss_percent, first.conversion_percent) == (
        4,
        Decimal("25.0"),
        Decimal("50.0"),
    )
    assert (second.reached, second.conversion_percent) == (2, Decimal("100.0"))


def test_an_own_probability_counts_only_with_its_reason():
    pipe = {"stage": "initial_contact", "amount": Decimal(10_000), "expected_close_on": None}
    unsaid = pipe | {"id": 1, "probability_percent": 43}  # as lists show 42.84 %
    said = pipe | {"id": 2, "probability_percent": 80, "probability_reason": "总经理已答应"}

    (place,) = customers.value_matrix(twin(opportunity=[unsaid, said]))

    assert place.potential == Decimal("4284.00") + Decimal("8000.00")


def test_sales_are_paid_orders_less_refunds_in_the_companys_months():
    last_hour_of_may = datetime(2025, 5, 31, 15, 59, tzinfo=UTC)
    source = twin(
        order=[
            paid(1, 1, 100, refunded_amount=Decimal(30)),
            paid(1, 2, 50, status="canceled"),
            paid(2, 0, 10, paid_at=None),
            paid(2, 0, 7, paid_at=last_hour_of_may, owner_id=None),
        ]
    )

    may, june = results.monthly_sales(source, [date(2025, 5, 1), date(2025, 6, 1)])

    assert (may.net, may.orders, may.by_owner) == (Decimal(7), 1, {None: Decimal(7)})
    assert (june.net, june.orders) == (Decimal(70), 1)


@pytest.mark.parametrize(
    ("days", "orders", "net", "code", "group"),
    [
        (30, 12, 500_000, "555", "champion"),
        (31, 11, 499_999, "444", "champion"),
        (60, 8, 200_000, "444", "champion"),
        (61, 7, 199_999, "333", "asleep"),
        (180, 2, 30_000, "222", "asleep"),
        (181, 1, 29_999, "111", "asleep"),
        (5, 1, 200_000, "514", "grow"),
    ],
)
def test_rfm_points_by_the_printed_limits(days, orders, net, code, group):
    first = paid(1, days, net - orders + 1)
    rows = [first] + [paid(1, days, 1) for _more in range(orders - 1)]

    (found,) = customers.rfm(twin(order=rows))

    assert (found.code, found.group) == (code, group)


def test_rfm_by_fifths_orders_by_value_then_by_number():
    orders = [paid(customer, 10, 100) for customer in range(1, 8)]  # seven alike
    orders.append(paid(8, 5, 900))

    found = {each.customer_id: each for each in customers.rfm(twin(order=orders), by_fifths=True)}

    assert [found[ident].monetary for ident in range(1, 9)] == [1, 1, 2, 2, 3, 3, 4, 5]
    assert (found[8].recency, found[8].code) == (5, "555")
    assert customers.rfm(twin(), by_fifths=True) == []


def test_the_value_matrix_weighs_open_opportunities_by_their_chance():
    source = twin(
        order=[paid(1, 10, 100_000), paid(2, 10, 99_999)],
        opportunity=[
            {
                "id": 1,
                "customer_id": 2,
                "stage": "contract",
                "amount": Decimal(60_000),
                "expected_close_on": None,
            },
            {
                "id": 2,
                "customer_id": 1,
                "stage": "proposal",
                "amount": Decimal(60_000),
                "expected_close_on": None,
                "probability_percent": 10,
                "probability_reason": "预算未批",
            },
            {
                "id": 3,
                "customer_id": 3,
                "stage": "lost",
                "amount": Decimal(10**9),
                "expected_close_on": None,
                "closed_at": NOW,
            },
        ],
    )

    places = customers.value_matrix(source)

    assert [(p.customer_id, p.potential, p.quadrant) for p in places] == [
        (1, Decimal("6000.00"), "keep"),
        (2, Decimal("54000.00"), "grow"),
    ]


@pytest.mark.parametrize(
    ("days", "amount", "reason"),
    [
        ([400, 300, 200, 91], 10, None),  # twice the usual hundred days are not over
        ([150, 130, 110, 91], 10, "interval"),
        ([150, 130, 110, 90], 10, None),
        ([200, 120], 10, None),  # too few orders to know an interval
        ([91], 600_000, "vip_idle"),
        ([89], 600_000, None),
    ],
)
def test_who_may_be_leaving(days, amount, reason):
    found = customers.churn(twin(order=[paid(1, each, amount) for each in days]))

    assert [risk.reason for risk in found] == ([reason] if reason else [])


def test_a_contract_that_ended_without_a_next_one_has_lapsed():
    today = date(2025, 6, 30)
    source = twin(
        order=[paid(2, 10, 500)],
        contract=[
            {"customer_id": 1, "ends_on": today - DAY},
            {"customer_id": 2, "ends_on": today - 30 * DAY},
            {"customer_id": 2, "ends_on": today + DAY, "signed_at": None},  # not yet agreed
            {"customer_id": 3, "ends_on": today},  # its last day
            {"customer_id": 4, "ends_on": today - DAY},
            {"customer_id": 4, "ends_on": None},  # without an end
            {"customer_id": 5, "ends_on": today - 400 * DAY},
            {"customer_id": 5, "ends_on": today + 300 * DAY},
        ],
    )

    found = customers.lapsed(source)

    assert [(each.customer_id, each.days, each.yearly) for each in found] == [
        (2, 30, 500),
        (1, 1, 0),
    ]


def deal(customer_id: int, end: str | None, days: int = 10, **more: Any) -> dict[str, Any]:
    """Return an opportunity of June that was open for some days."""
    closed_at = NOW - DAY if end else None
    return {
        "id": customer_id,
        "stage": end or "proposal",
        "closed_at": closed_at,
        "opened_at": (closed_at or NOW) - days * DAY,
        "amount": Decimal(1000),
        **more,
    }


def test_velocity_is_open_ones_times_value_times_win_rate_by_cycle():
    sellers = [
        {"id": n, "name": "x", "latin_name": "x", "team": team, "role": "seller"}
        for n, team in ((1, "east"), (2, "south"))
    ]
    source = twin(
        seller=sellers,
        opportunity=[
            *(deal(n, None) for n in range(1, 5)),
            deal(5, "won", days=10),
            deal(6, "won", days=30, amount=Decimal(3000)),
            deal(7, "won", days=20, amount=None),
            deal(8, "lost"),
            deal(9, "won", days=5, closed_at=NOW - 90 * DAY),  # not in June
            deal(10, None, owner_id=2),
            deal(11, "lost", owner_id=2),
        ],
    )

    total, east, south = velocity.velocities(source, JUNE)

    assert (east.deals.open, east.win_percent, east.average) == (4, Decimal("75.0"), 2000)
    assert (east.cycle_days, east.per_day) == (20, Decimal("300.00"))  # 4 × 2000 × 0.75 ÷ 20
    assert (total.team, total.deals.open, total.per_day) == (None, 5, Decimal("300.00"))
    assert (south.team, south.win_percent, south.per_day) == ("south", 0, None)


def test_repeat_purchase_is_about_customers_not_orders():
    source = twin(order=[paid(1, 1, 1), paid(1, 2, 1), paid(1, 3, 1), paid(2, 1, 1)])

    found = results.repeat_purchase(source, JUNE)

    assert (found.customers, found.repeaters, found.percent) == (2, 1, Decimal("50.0"))


def test_lifetime_value_adds_three_discounted_years():
    (found,) = customers.lifetime_values(twin(order=[paid(1, 10, 1000), paid(1, 700, 500)]))

    assert (found.so_far, found.yearly) == (Decimal(1500), Decimal(1000))
    assert found.to_come == Decimal("492.26")  # 300 × (0.8/1.1 + 0.64/1.21 + 0.512/1.331)
