"""Figures: what they mean by example, and the database and its twin say the same."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.crm.desk import Desk, open_desk
from training_platform.crm.metrics import campaigns, customers, forecast, periods, results
from training_platform.crm.metrics.definitions import METRICS
from training_platform.crm.metrics.shapes import Span
from training_platform.crm.metrics.sql import SqlSource
from training_platform.crm.metrics.twin import TwinSource
from training_platform.crm.metrics.world import read_world
from training_platform.crm.models import (
    Activity,
    Campaign,
    CampaignMember,
    CrmLayer,
    Opportunity,
    Order,
    Seller,
    StageChange,
    Survey,
    Target,
    Ticket,
)
from training_platform.crm.scope import Scope, within
from training_platform.crm.services.records import change_record, create_record, find_record
from training_platform.crm.services.workspaces import open_free_workspace
from training_platform.people.models import Employee

NOW = datetime(2025, 6, 30, 1, 0, tzinfo=UTC)
JUNE = Span(datetime(2025, 5, 31, 16, tzinfo=UTC), datetime(2025, 6, 30, 16, tzinfo=UTC))
DAY = timedelta(days=1)


def twin(now: datetime = NOW, **world: Any) -> TwinSource:
    """Return a source over a few plain rows; what a row does not say is empty."""
    return TwinSource(
        {name: [_full(name, row) for row in rows] for name, rows in world.items()}, now
    )


def _full(entity: str, row: Mapping[str, Any]) -> dict[str, Any]:
    defaults = {
        "order": {"status": "paid", "refunded_amount": None, "owner_id": 1, "customer_id": 1},
        "opportunity": {
            "owner_id": 1,
            "customer_id": 1,
            "cohort": "c",
            "closed_at": None,
            "lost_from_stage": None,
            "probability_percent": None,
            "opened_at": NOW,
        },
        "stage_change": {"left_at": None, "entered_at": NOW},
    }
    return defaults.get(entity, {}) | dict(row)


def paid(customer_id: int, days_ago: int, amount: int, **more: Any) -> dict[str, Any]:
    """Return an order that was paid some days ago."""
    return {
        "customer_id": customer_id,
        "paid_at": NOW - days_ago * DAY,
        "amount": Decimal(amount),
        **more,
    }


# ---- by example --------------------------------------------------------------------------------


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


def test_repeat_purchase_is_about_customers_not_orders():
    source = twin(order=[paid(1, 1, 1), paid(1, 2, 1), paid(1, 3, 1), paid(2, 1, 1)])

    found = results.repeat_purchase(source, JUNE)

    assert (found.customers, found.repeaters, found.percent) == (2, 1, Decimal("50.0"))


def test_lifetime_value_adds_three_discounted_years():
    (found,) = customers.lifetime_values(twin(order=[paid(1, 10, 1000), paid(1, 700, 500)]))

    assert (found.so_far, found.yearly) == (Decimal(1500), Decimal(1000))
    assert found.to_come == Decimal("492.26")  # 300 × (0.8/1.1 + 0.64/1.21 + 0.512/1.331)


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


def test_wape_of_nothing_is_unknown():
    assert forecast.wape([0, 0], [1, 1]) is None
    assert forecast.wape([100, 100], [90, 120]) == Decimal("15.0")


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
    for compute in (
        customers.rfm,
        customers.churn,
        customers.value_matrix,
        customers.lifetime_values,
    ):
        assert compute(nothing) == []
    assert set(forecast.forecast(nothing).wape.values()) == {None}


def test_one_to_four_is_revenue_by_cost():
    members = [
        {"campaign_id": 1, "status": status, "revenue_amount": revenue}
        for status, revenue in (
            ("won", Decimal(400)),
            ("opened", None),
            ("bounced", None),
            ("opted_out", None),
        )
    ]
    source = twin(
        campaign=[{"id": 1, "name": "春季", "cost_amount": Decimal(100)}], campaign_member=members
    )

    (found,) = campaigns.campaign_returns(source)

    assert (found.ratio, found.profit_ratio) == (Decimal("4.00"), Decimal("0.20"))
    assert (found.delivered, found.opened, found.won) == (3, 2, 1)
    assert campaigns.ratio_text(found.ratio) == "1:4.00"


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
    assert len(METRICS) == 14
    assert all(metric.formula and metric.source and metric.version for metric in METRICS.values())


# ---- the database and its twin -----------------------------------------------------------------

moments = st.integers(-800 * 24, 40 * 24).map(lambda hours: NOW + timedelta(hours=hours))
maybe_moments = st.none() | moments
money = st.integers(0, 10**8).map(lambda fen: Decimal(fen).scaleb(-2))
owners = st.none() | st.integers(1, 4)
stages = st.sampled_from(["initial_contact", "needs_analysis", "proposal", "contract", "won"])
firms = st.integers(1, 4)

orders = st.fixed_dictionaries(
    {
        "customer_id": firms,
        "owner_id": owners,
        "amount": money,
        "ordered_at": moments,
        "refunded_amount": st.none() | money,
        "paid_at": maybe_moments,
        "status": st.sampled_from(["open", "paid", "canceled"]),
    }
)
opportunities = st.fixed_dictionaries(
    {
        "name": st.just("x"),
        "customer_id": firms,
        "owner_id": owners,
        "amount": money,
        "stage": stages | st.just("lost"),
        "lost_from_stage": st.none() | stages,
        "cohort": st.sampled_from(["a", None]),
        "opened_at": moments,
        "stage_entered_at": moments,
        "closed_at": maybe_moments,
        "expected_close_on": st.none() | moments.map(datetime.date),
        "probability_percent": st.none() | st.integers(0, 100),
    }
)
changes = st.fixed_dictionaries(
    {
        "to_stage": stages | st.just("lost"),
        "entered_at": moments,
        "left_at": maybe_moments,
    }
)
activities = st.fixed_dictionaries(
    {
        "subject": st.just("x"),
        "method": st.just("call"),
        "owner_id": owners,
        "customer_id": st.none() | firms,
        "done_at": maybe_moments,
        "due_at": maybe_moments,
        "next_step": st.sampled_from([None, "", "寄资料"]),
    }
)
surveys = st.fixed_dictionaries(
    {
        "ticket_id": st.just(1),
        "customer_id": firms,
        "seller_id": owners,
        "sent_at": moments,
        "score": st.none() | st.integers(1, 5),
    }
)
tickets = st.fixed_dictionaries(
    {
        "customer_id": firms,
        "subject": st.just("x"),
        "channel": st.just("phone"),
        "category": st.just("repair"),
        "severity": st.just("low"),
        "owner_id": owners,
        "priority": st.sampled_from(["urgent", "low"]),
        "received_at": moments,
        "response_due_at": maybe_moments,
        "resolve_due_at": maybe_moments,
        "first_responded_at": maybe_moments,
        "resolved_at": maybe_moments,
        "reopened_count": st.integers(0, 1),
    }
)
members = st.fixed_dictionaries(
    {
        "campaign_id": st.integers(1, 2),
        "customer_id": firms,
        "status": st.sampled_from(["planned", "delivered", "won", "bounced", "opted_out"]),
        "revenue_amount": st.none() | money,
    }
)
targets = st.fixed_dictionaries(
    {
        "period": st.sampled_from(["2025", "2025-06", "2025-05"]),
        "scope": st.sampled_from(["company", "team", "seller"]),
        "team": st.sampled_from(["east", "south"]),
        "seller_id": owners,
        "amount": money,
    }
)
KINDS = (
    (Order, orders),
    (Activity, activities),
    (Survey, surveys),
    (Ticket, tickets),
    (CampaignMember, members),
    (Target, targets),
)
small_worlds = st.tuples(
    st.lists(st.tuples(opportunities, st.lists(changes, max_size=4)), max_size=6),
    *(st.lists(rows, max_size=8) for _model, rows in KINDS),
)
spans = st.sampled_from([JUNE, Span(NOW - 400 * DAY, NOW + 50 * DAY)])
reaches = st.sampled_from([None, frozenset({1}), frozenset({1, 2, 3})])


def fill(desk: Any, world: Any) -> None:
    """Put a small world into the workspace, on top of the dataset."""
    pipeline, *others = world
    for values, moves in pipeline:
        found = create_record(desk, Opportunity, {k: v for k, v in values.items() if k != "cohort"})
        found.cohort = values["cohort"]
        for move in moves:
            create_record(desk, StageChange, move | {"opportunity_id": found.id})
    for (model, _rows), rows in zip(KINDS, others, strict=True):
        for values in rows:
            create_record(desk, model, values)
    desk.session.flush()


def answers(source: Any, span: Span) -> dict[str, Any]:
    """Ask everything."""
    months = periods.edges_of(periods.months_until(date(2025, 7, 1), 26))
    return {
        "sellers": source.sellers(),
        "flow": source.flow(span, None),
        "cohort": source.flow(None, "a"),
        "paid": source.paid_by_month(months),
        "spends": source.spends(span.start, NOW),
        "ever": source.spends(None, NOW),
        "purchases": source.purchases(NOW),
        "pipeline": sorted(map(str, source.pipeline())),
        "work": source.work(span),
        "marks": source.marks(span),
        "usage": source.usage(),
        "targets": source.targets("2025-06"),
        "campaigns": source.campaigns(),
        "tickets": source.tickets(span),
    }


@pytest.fixture
def bare_desk(crm_session: Session, trainee: Employee, stopped_clock: datetime) -> Desk:
    """A workspace on a dataset that holds nothing but a few sellers."""
    times = {"virtual_at": NOW, "seen_at": clock.now(), "created_at": clock.now()}
    base = CrmLayer(kind="dataset", dataset="bare", dataset_version=999, **times)
    crm_session.add(base)
    crm_session.flush()
    with within(Scope(base.id, base.id)):
        for number, team in enumerate(("east", "south", "east", "north"), start=1):
            values = {"name": f"甲{number}", "latin_name": "x", "role": "seller", "team": team}
            row = {"layer_id": base.id, "id": number, "created_at": NOW, "updated_at": NOW}
            crm_session.add(Seller(**row, **values, email="x@x.example"))
        crm_session.flush()
    base.is_sealed = True
    crm_session.flush()
    workspace = open_free_workspace(crm_session, trainee)
    return open_desk(crm_session, workspace, trainee, is_writing=True)


@settings(
    max_examples=40,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),  # shrinking takes minutes here
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(world=small_worlds, span=spans, reach=reaches)
def test_the_database_and_its_twin_agree(bare_desk, world, span, reach):
    nested = bare_desk.session.begin_nested()
    next_seq, next_id = bare_desk.layer.next_seq, bare_desk.layer.next_id
    try:
        create_record(
            bare_desk,
            Campaign,
            {"name": "春季", "kind": "email", "starts_on": NOW.date(), "cost_amount": Decimal(5)},
        )
        change_record(bare_desk, find_record(bare_desk, Seller, 2), {"team": "south"})
        fill(bare_desk, world)
        plain = TwinSource(read_world(bare_desk), bare_desk.now, reach)
        asked, counted = answers(SqlSource(bare_desk, reach), span), answers(plain, span)
        for question, answer in counted.items():
            assert asked[question] == answer, question
        for compute in (
            customers.rfm,
            customers.churn,
            customers.value_matrix,
            customers.lifetime_values,
            forecast.forecast,
            campaigns.campaign_returns,
        ):
            assert compute(SqlSource(bare_desk, reach)) == compute(plain)
    finally:
        nested.rollback()
        bare_desk.session.refresh(bare_desk.layer)
        bare_desk.last_codes.clear()
        assert (bare_desk.layer.next_seq, bare_desk.layer.next_id) == (next_seq, next_id)


def test_on_the_dataset_the_database_and_its_twin_agree(desk):
    plain = TwinSource(read_world(desk), desk.now)

    assert answers(SqlSource(desk), JUNE) == answers(plain, JUNE)


def test_the_cohort_of_the_dataset_has_the_exact_quotas(desk):
    (cohort,) = desk.session.scalars(
        select(Opportunity.cohort).where(Opportunity.cohort.is_not(None)).distinct()
    ).all()

    steps = results.funnel(SqlSource(desk), cohort=cohort)

    assert [step.reached for step in steps] == [1000, 800, 560, 476, 428]
    assert [step.lost for step in steps] == [200, 240, 84, 48, 0]
    assert [step.open for step in steps] == [0] * 5
    assert [str(step.loss_percent) for step in steps[:4]] == ["20.0", "30.0", "15.0", "10.1"]
