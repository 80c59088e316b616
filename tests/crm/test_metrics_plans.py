"""Figures of plans, campaigns and service: what they mean, by example."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest

from tests.crm.plain import DAY, JUNE, NOW, twin
from training_platform.crm.metrics import campaigns, customers, forecast, periods, results, velocity
from training_platform.crm.metrics.definitions import METRICS
from training_platform.crm.metrics.twin import TwinSource


def test_the_forecast_knows_seasons_and_leaves_lost_ones_out():
    months = periods.months_until(date(2025, 6, 1), 24)
    orders = [
        {"paid_at": periods.midnight(month) + DAY, "amount": Decimal(1000 + 100 * month.month)}
        for month in months
    ]
    pipe = {
        "id": 1,
        "stage": "contract",
        "amount": Decimal(1000),
        "expected_close_on": date(2025, 8, 20),
    }
    lost = pipe | {"id": 2, "stage": "lost", "closed_at": NOW}

    found = forecast.forecast(twin(order=orders, opportunity=[pipe, lost]))

    assert [month.month for month in found.months] == [
        date(2025, 7, 1),
        date(2025, 8, 1),
        date(2025, 9, 1),
    ]
    assert [month.pipeline for month in found.months] == [0, Decimal("900.00"), 0]
    assert [month.seasonal_naive for month in found.months] == [1700, 1800, 1900]
    assert [round(month.holt_winters) for month in found.months] == [1700, 1800, 1900]
    assert found.wape == {"seasonal_naive": Decimal("0.0"), "holt_winters": Decimal("0.0")}
    assert set(found.mase.values()) == {None}  # each year was like the one before: no scale
    assert [(each.month.month, each.actual, each.seasonal_naive) for each in found.tested] == [
        (4, 1400, 1400),
        (5, 1500, 1500),
        (6, 1600, 1600),
    ]


def test_wape_of_nothing_is_unknown():
    assert forecast.wape([0, 0], [1, 1]) is None
    assert forecast.wape([100, 100], [90, 120]) == Decimal("15.0")


def test_mase_measures_against_the_seasonal_naive_of_the_known_months():
    year = [100.0] * forecast.SEASON
    known = year + [110.0] * 6  # a year ago misses each by ten

    assert forecast.mase([100, 120], [90, 140], known) == Decimal("1.50")  # 15 ÷ 10
    assert forecast.mase([100], [100], known) == Decimal("0.00")
    assert forecast.mase([100], [90], year) is None
    assert forecast.mase([100], [90], [*year, 100.0]) is None


def test_the_forecast_tells_how_far_each_method_missed():
    months = periods.months_until(date(2025, 6, 1), 24)
    orders = [
        {"paid_at": periods.midnight(month) + DAY, "amount": Decimal(1000 if at < 12 else 1200)}
        for at, month in enumerate(months)
    ]

    found = forecast.forecast(twin(order=orders))

    assert found.wape["seasonal_naive"] == Decimal("16.7")  # 600 ÷ 3600
    assert found.mase["seasonal_naive"] == Decimal("1.00")


def test_targets_lag_more_than_fifteen_points_behind_the_time():
    sellers = [
        {"id": n, "name": "x", "latin_name": "x", "team": team, "role": "seller"}
        for n, team in ((1, "east"), (2, "south"))
    ]
    middle = datetime(2025, 6, 15, 4, tzinfo=UTC)  # half of June is over
    order = {"paid_at": middle - DAY, "amount": Decimal(350)}
    source = twin(
        middle,
        seller=sellers,
        order=[order, order | {"owner_id": 2, "amount": Decimal(340)}],
        target=[
            {
                "id": 1,
                "period": "2025-06",
                "scope": "team",
                "team": "east",
                "seller_id": None,
                "amount": Decimal(1000),
            },
            {
                "id": 2,
                "period": "2025-06",
                "scope": "seller",
                "team": None,
                "seller_id": 2,
                "amount": Decimal(1000),
            },
            {
                "id": 3,
                "period": "2025-06",
                "scope": "company",
                "team": None,
                "seller_id": None,
                "amount": Decimal(1000),
            },
        ],
    )

    found = results.target_states(source, "2025-06")

    assert [(s.actual, s.is_lagging) for s in found] == [(350, False), (340, True), (690, False)]
    assert {s.time_percent for s in found} == {Decimal("50.0")}
    assert [s.run_rate for s in found] == [700, 680, 1380]  # the same pace to the end


def test_whoever_sees_only_own_sales_sees_no_target_of_others():
    sellers = [
        {"id": n, "name": "x", "latin_name": "x", "team": team, "role": "seller"}
        for n, team in ((1, "east"), (2, "east"), (3, "south"))
    ]
    base = {"period": "2025-06", "amount": Decimal(1000), "team": None, "seller_id": None}
    scopes = (
        {"scope": "company"},
        {"scope": "team", "team": "east"},
        {"scope": "team", "team": "south"},
        {"scope": "seller", "seller_id": 1, "team": "east"},
        {"scope": "seller", "seller_id": 3, "team": "south"},
    )
    targets = [base | scope | {"id": at} for at, scope in enumerate(scopes, start=1)]

    def seen(owners: frozenset[int] | None) -> list[int]:
        source = TwinSource({"seller": sellers, "target": targets}, NOW, owners)
        return [state.target_id for state in results.target_states(source, "2025-06")]

    assert seen(None) == [1, 2, 3, 4, 5]
    assert seen(frozenset({1, 2})) == [2, 4]
    assert seen(frozenset({1})) == [4]


@pytest.mark.parametrize(
    ("part", "whole", "expected"), [(1, 800, "0.1"), (5, 800, "0.6"), (1, 0, None)]
)
def test_shares_round_half_up_and_are_unknown_of_nothing(part, whole, expected):
    found = results.percent(part, whole)

    assert found == (Decimal(expected) if expected else None)
    assert results.percent(1, 16) == Decimal("6.3")  # 6.25


def test_of_nothing_every_metric_says_nothing():
    nothing = twin()
    assert {step.loss_percent for step in results.funnel(nothing, JUNE)} == {None}
    assert results.repeat_purchase(nothing, JUNE).percent is None
    assert results.satisfaction(nothing, JUNE) == []
    assert results.service_levels(nothing, JUNE) == []
    assert results.target_states(nothing, "2025-06") == []
    assert campaigns.campaign_returns(nothing) == []
    assert [each.per_day for each in velocity.velocities(nothing, JUNE)] == [None]
    for compute in (
        customers.rfm,
        customers.churn,
        customers.lapsed,
        customers.value_matrix,
        customers.lifetime_values,
    ):
        assert compute(nothing) == []
    assert set(forecast.forecast(nothing).wape.values()) == {None}
    assert set(forecast.forecast(nothing).mase.values()) == {None}


def test_one_to_four_is_revenue_by_cost():
    members = [
        {"campaign_id": 1, "status": status, "revenue_amount": revenue}
        for status, revenue in (
            ("won", Decimal(400)),
            ("opened", None),
            ("bounced", None),
            ("opted_out", None),
            ("planned", None),  # nothing was sent yet
        )
    ]
    source = twin(
        campaign=[{"id": 1, "name": "春季", "cost_amount": Decimal(100)}], campaign_member=members
    )

    (found,) = campaigns.campaign_returns(source)

    assert (found.ratio, found.profit_ratio) == (Decimal("4.00"), Decimal("0.20"))
    assert (found.sent, found.delivered, found.opened, found.won) == (4, 3, 2, 1)
    assert found.delivered_percent == Decimal("75.0")
    assert campaigns.ratio_text(found.ratio) == "1:4.00"


def test_tickets_wait_in_working_hours():
    friday_at_five = datetime(2025, 6, 27, 9, tzinfo=UTC)
    ticket = {
        "owner_id": 1,
        "priority": "high",
        "received_at": friday_at_five,
        "response_due_at": None,
        "first_responded_at": friday_at_five + timedelta(minutes=30),
        "resolve_due_at": None,
        "resolved_at": datetime(2025, 6, 30, 2, tzinfo=UTC),  # Monday at ten
        "reopened_count": 0,
    }

    (found,) = results.service_levels(twin(ticket=[ticket]), JUNE)

    assert (found.response_hours, found.solution_hours) == (Decimal("0.5"), Decimal("2.0"))


@pytest.mark.parametrize(
    ("text", "first", "after"),
    [
        ("2025", date(2025, 1, 1), date(2026, 1, 1)),
        ("2025Q4", date(2025, 10, 1), date(2026, 1, 1)),
        ("2025-q1", date(2025, 1, 1), date(2025, 4, 1)),
        ("2025-12", date(2025, 12, 1), date(2026, 1, 1)),
    ],
)
def test_periods_are_read(text, first, after):
    assert periods.read_period(text) == (first, after)


@pytest.mark.parametrize("text", ["", "25", "2025-13", "2025Q5", "1999", "2025-06-01x"])
def test_other_texts_are_no_period(text):
    assert periods.read_period(text) is None


def test_every_metric_says_what_it_means():
    assert len(METRICS) == 15
    assert all(metric.formula and metric.source and metric.version for metric in METRICS.values())
