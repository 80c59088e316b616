"""A saved report is run again by the grader, and says what the page said."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.crm import conftest as crm
from tests.practicals.conftest import task
from training_platform.crm.fields import FieldKind
from training_platform.crm.metrics.periods import month_key
from training_platform.crm.models import Customer, Lead, Order, Seller
from training_platform.crm.queries import reports
from training_platform.crm.queries.diff import plain_rows
from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules.reports import (
    CHARTS,
    MEASURES,
    MOVING,
    group_names,
    instant_fields,
    money_fields,
    read_definition,
    reported_entities,
)
from training_platform.crm.services.records import change_record, create_record, find_record
from training_platform.practicals.evidence import Evidence
from training_platform.practicals.grading import grade, lost
from training_platform.practicals.reporting import EARLIER, LATER, Reporter
from training_platform.practicals.world import World

NOW = datetime(2025, 6, 30, 1, 0, tzinfo=UTC)
BEYOND = {date.min: EARLIER, date.max: LATER}
NAMES = [each.name for each in reported_entities()]


#: A desk at which nothing is committed.
_one_crm_app, shared_crm_app = crm._one_crm_app, crm.shared_crm_app
crm_session, desk = crm.crm_session, crm.desk
stopped_clock, trainee = crm.stopped_clock, crm.trainee


@pytest.fixture
def crm_app(shared_crm_app):
    """One database for all: nothing here is committed."""
    return shared_crm_app


@st.composite
def definitions(draw):
    """Draw any report that somebody could build, with filters of every kind."""
    entity = ENTITIES[draw(st.sampled_from(NAMES))]
    own = ["custom.printer_brand", "custom.payment_terms"] if entity.name == "customer" else []
    groups = st.lists(st.sampled_from([*group_names(entity), *own] or [""]), max_size=2)
    sums = money_fields(entity) or [""]
    filters = draw(st.lists(st.sampled_from(sorted(filtered(entity))), max_size=2, unique=True))
    return read_definition(
        {
            "entity": entity.name,
            "period_field": draw(st.sampled_from(instant_fields(entity) or [""])),
            "period": draw(st.sampled_from([*MOVING, "2025-05", "2024Q4", "2024"])),
            "filters": {name: draw(filtered(entity)[name]) for name in filters},
            "groups": draw(groups),
            "measure": draw(st.sampled_from(MEASURES)),
            "measure_field": draw(st.sampled_from(sums)),
            "chart": draw(st.sampled_from(CHARTS)),
        }
    )


def filtered(entity):
    """Return what each field of an entity may be filtered by."""
    found = {"q": st.sampled_from(["机械", "Ａ", "禾 澜"])}
    for name, known in entity.fields.items():
        if values := values_of(known):
            found[name] = st.lists(st.sampled_from(values), min_size=1, max_size=3)
        elif known.kind in ENDS:
            ends = st.sampled_from(ENDS[known.kind])
            found[name] = st.fixed_dictionaries({}, optional={"from": ends, "to": ends})
    if entity.name == "customer":
        found["tier"] = st.lists(st.sampled_from(["vip", "key", "regular"]), min_size=1)
        found["custom.printer_brand"] = st.sampled_from([["混用"], ["none", "其他品牌"]])
    if entity.name == "lead":
        found["score"] = st.sampled_from([["hot"], ["warm", "cold"]])
    return found


DAYS = ["2024-12-31", "2025-05-01", "2025-06-30"]
ENDS = {
    FieldKind.DATE: DAYS,
    FieldKind.INSTANT: [*DAYS, "2025-05-12T10:30", "soon"],
    FieldKind.MONEY: ["1000", "25000.50"],
    FieldKind.INTEGER: ["1", "60"],
    FieldKind.PERCENT: ["5", "50"],
}


def values_of(known):
    """Return texts by which a field is filtered; nothing for those that are not."""
    if known.choices:
        return [*list(known.choices)[:4], "none", "unset"]
    return {
        FieldKind.BOOLEAN: ["1", "0", "none"],
        FieldKind.REFERENCE: ["1", "2", "9", "none"],
        FieldKind.TAGS: ["急", "老客户", "高潜力"],
    }.get(known.kind)


@pytest.fixture
def changed_desk(desk):
    """A workspace in which something of everything was changed."""
    firm = create_record(
        desk, Customer, {"name": "禾　澜机械有限公司", "owner_id": 1, "tags": ["急"]}
    )
    paid = NOW - timedelta(days=3)
    values = {"ordered_at": paid, "paid_at": paid, "status": "paid", "amount": Decimal("600000")}
    create_record(desk, Order, {"customer_id": firm.id, "owner_id": 1, **values})
    change_record(desk, find_record(desk, Order, 3000), {"refunded_amount": None})
    change_record(desk, find_record(desk, Lead, 480), {"owner_id": 4, "potential": None})
    desk.session.flush()
    return desk


def world_of(desk):
    """Return the world that the evidence of a desk tells of."""
    rows = plain_rows(desk.session, desk.layer)
    times = {"started_at": "2026-03-02T02:00:00Z", "ended_at": "2026-03-02T02:05:00Z"}
    drawn = {"params": {}, "key": {}, "planted": {}, "events": []}
    return World(Evidence("t", 1, "b2b_cn", 1, rows=rows, **times, **drawn))


@settings(
    max_examples=150,
    deadline=None,
    phases=(Phase.explicit, Phase.reuse, Phase.generate),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(definition=definitions(), seller=st.sampled_from([1, 2, 15]))
def test_the_grader_counts_what_the_page_shows(changed_desk, definition, seller):
    agree(changed_desk, definition, seller)


NARROW = {"from": "2025-05-01", "to": "2025-05-31"}


@pytest.mark.parametrize(
    "known",
    [
        {"entity": "customer", "groups": ["tier", "team"]},
        {"entity": "customer", "groups": ["tags"], "filters": {"tier": ["vip", "key"]}},
        {"entity": "customer", "groups": ["custom.printer_brand", "owner_id"]},
        {"entity": "lead", "groups": ["source"], "filters": {"score": ["hot", "warm"]}},
        {"entity": "order", "groups": ["month"], "period_field": "paid_at", "measure": "average"},
        {"entity": "order", "filters": {"paid_at": NARROW}, "groups": ["owner_id", "status"]},
        {"entity": "payment", "period_field": "paid_at", "period": "last_3", "measure": "sum"},
    ],
)
def test_the_grader_counts_what_is_computed_as_the_page_does(changed_desk, known):
    for seller in (2, 15):
        agree(changed_desk, read_definition(known), seller)


def agree(desk, definition, seller):
    """Run a report in both ways as a seller, and hold the two equal."""
    desk.seller = desk.session.get_one(Seller, (desk.layer.base_id, seller))
    shown = reports.run(desk, definition)

    counted = Reporter(world_of(desk).after, seller, desk.now).run(definition)

    figures = {}
    for key, cell in shown.cells.items():
        named = zip(definition.groups, (plain_key(value) for value in key), strict=True)
        figure = cell.value(definition.measure)
        if figure is not None:
            figures[frozenset(named)] = figure
    assert counted == figures


def plain_key(value):
    """Return a key of the page's table as rows hold it."""
    return BEYOND.get(value) or month_key(value) if isinstance(value, date) else value


ORDERS = {
    number: {"id": number, "paid_at": paid, "ordered_at": ordered, "status": "done"}
    | {"amount": amount, "refunded_amount": refunded, "owner_id": owner, "customer_id": 1}
    for number, (paid, ordered, amount, refunded, owner) in enumerate(
        [
            ("2025-05-03T02:00:00Z", "2025-04-30T02:00:00Z", "1000.00", "0.00", 1),
            # in the company's zone it is the first of June
            ("2025-05-31T16:30:00Z", "2025-05-30T02:00:00Z", "700.00", "0.00", 1),
            ("2025-05-20T02:00:00Z", "2025-05-19T02:00:00Z", "500.00", "120.00", 2),
            (None, "2025-05-19T02:00:00Z", "900.00", "0.00", 2),
        ],
        start=1,
    )
}
TWO = {
    1: {"id": 1, "name": "林小满", "role": "seller", "team": "east"},
    2: {"id": 2, "name": "顾怀远", "role": "team_lead", "team": "east"},
}
MAY = {"entity": "order", "period_field": "paid_at", "period": "2025-05"}
NET = {"measure": "sum", "measure_field": "net_amount"}
KEY = MAY | NET | {"groups": ["owner_id"]}


def saved(*definitions):
    """Return the world of somebody who saved these reports as the team's lead."""
    rows = [
        {"id": 10_000_000 + number, "definition": each, "name": "x", "seller_id": 2}
        | {"is_deleted": False, "last_run_at": f"2025-06-30T01:0{number}:00Z"}
        for number, each in enumerate(definitions)
    ]
    times = {"started_at": "2025-06-30T01:00:00Z", "ended_at": "2025-06-30T01:05:00Z"}
    drawn = {"params": {"month": "2025-05"}, "key": {}, "planted": {}, "events": []}
    evidence = Evidence("t", 1, "small", 1, rows={"saved_report": rows}, **times, **drawn)
    return World(evidence, {"order": ORDERS, "seller": TWO})


def graded(*definitions):
    """Grade saved reports by their parts and as a whole."""
    wanted = KEY | {"period": "$params.month"}
    parts = [
        {"id": part, "type": "report_result", "definition": wanted, "parts": [part], "points": 20}
        for part in ("period", "filters", "groups", "measure")
    ]
    whole = {"id": "whole", "type": "report_result", "definition": wanted, "points": 20}
    return grade(task(whole, *parts), saved(*definitions))


@pytest.mark.parametrize(
    "definition",
    [
        KEY,
        KEY | {"chart": "table", "filters": {"status": ["done"]}},
        KEY | {"groups": ["owner_id", "month"]},
        KEY | {"period": "last_month"},
        KEY | {"period": "", "filters": {"paid_at": {"from": "2025-05-01", "to": "2025-05-31"}}},
    ],
)
def test_a_report_is_right_by_its_numbers_however_it_was_built(definition):
    assert graded(definition).points == 100


@pytest.mark.parametrize(
    ("other", "costs"),
    [
        ({"period": "2025-06"}, {"period"}),
        ({"period_field": "ordered_at"}, {"period"}),
        ({"measure_field": "amount"}, {"measure"}),
        ({"measure": "count"}, {"measure"}),
        ({"groups": []}, {"groups"}),
        ({"filters": {"owner_id": ["1"]}}, {"filters"}),
        ({"period": "2025", "groups": ["month"]}, {"period", "groups"}),
    ],
)
def test_each_mistake_costs_the_part_that_it_spoils(other, costs):
    assert lost(graded(KEY | other)) == {"whole", *costs}


def test_the_report_that_comes_nearest_is_graded():
    nearest = KEY | {"measure_field": "amount"}

    result = graded(nearest, {"entity": "customer", "measure": "count"})

    assert lost(result) == {"whole", "measure"}
    assert result.outcomes[0].seen == "1500"
    assert result.outcomes[0].wanted == "1380"
    assert result.outcomes[0].gaps == ((None, None, "顾怀远", "500", "380"),)
    assert result.outcomes[0].values["measure"] == "sum amount"


def test_without_a_saved_report_nothing_is_earned():
    result = graded()

    assert (result.points, len(lost(result))) == (0, 5)
