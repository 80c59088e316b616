"""The database and its plain twin in Python say the same of any small company."""

import itertools
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from training_platform.core import clock
from training_platform.crm.desk import Desk, open_desk
from training_platform.crm.metrics import campaigns, customers, forecast, periods, results, velocity
from training_platform.crm.metrics.shapes import Span
from training_platform.crm.metrics.sql import SqlSource
from training_platform.crm.metrics.twin import TwinSource
from training_platform.crm.metrics.world import read_world
from training_platform.crm.models import (
    Activity,
    Campaign,
    CampaignMember,
    Contract,
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
        "probability_reason": st.sampled_from([None, "口头答应"]),
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
contracts = st.fixed_dictionaries(
    {
        "customer_id": firms,
        "owner_id": owners,
        "amount": money,
        "signed_at": maybe_moments,
        "ends_on": st.none() | moments.map(datetime.date),
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
    (Contract, contracts),
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
        "deals": source.deals(span),
        "contracts": source.contract_ends(),
        "work": source.work(span),
        "marks": source.marks(span),
        "usage": source.usage(),
        "targets": source.targets("2025-06"),
        "campaigns": source.campaigns(),
        "tickets": source.tickets(span),
    }


@pytest.fixture
def crm_app(shared_crm_app: Flask) -> Flask:
    """One database for all: nothing here is committed."""
    return shared_crm_app


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
            customers.lapsed,
            customers.value_matrix,
            customers.lifetime_values,
            forecast.forecast,
            campaigns.campaign_returns,
        ):
            assert compute(SqlSource(bare_desk, reach)) == compute(plain)
        for compute in (
            results.funnel,
            results.repeat_purchase,
            results.satisfaction,
            results.service_levels,
            velocity.velocities,
        ):
            assert compute(SqlSource(bare_desk, reach), span) == compute(plain, span)
    finally:
        nested.rollback()
        bare_desk.session.refresh(bare_desk.layer)
        bare_desk.last_codes.clear()
        assert (bare_desk.layer.next_seq, bare_desk.layer.next_id) == (next_seq, next_id)


def test_on_the_dataset_the_database_and_its_twin_agree(desk):
    plain = TwinSource(read_world(desk), desk.now)

    assert answers(SqlSource(desk), JUNE) == answers(plain, JUNE)


def test_the_funnel_of_a_year_looks_at_each_stage_once(desk):
    """Stages were searched once for each opportunity of the year: seven seconds of work."""
    if desk.session.get_bind().dialect.name != "sqlite":
        pytest.skip("PostgreSQL does not tell its steps")
    year = Span(NOW - 364 * DAY, NOW + DAY)
    thousands = itertools.count()
    driver = desk.session.connection().connection.driver_connection
    driver.set_progress_handler(lambda: next(thousands) and None, 1000)

    flow = SqlSource(desk).flow(year, None)

    driver.set_progress_handler(None, 0)
    assert sum(flow.ends.values()) > 1000
    assert next(thousands) < 5_000


def test_the_cohort_of_the_dataset_has_the_exact_quotas(desk):
    (cohort,) = desk.session.scalars(
        select(Opportunity.cohort).where(Opportunity.cohort.is_not(None)).distinct()
    ).all()

    steps = results.funnel(SqlSource(desk), cohort=cohort)

    assert [step.reached for step in steps] == [1000, 800, 560, 476, 428]
    assert [step.lost for step in steps] == [200, 240, 84, 48, 0]
    assert [step.open for step in steps] == [0] * 5
    assert [str(step.loss_percent) for step in steps[:4]] == ["20.0", "30.0", "15.0", "10.1"]
