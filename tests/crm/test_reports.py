"""Reports: any definition is run, its numbers lead to their rows, and it can be saved."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from training_platform.core.errors import RuleError
from training_platform.crm.metrics import results
from training_platform.crm.metrics.definitions import METRICS
from training_platform.crm.metrics.sql import SqlSource
from training_platform.crm.models import Activity, CrmEvent, Customer, Order
from training_platform.crm.queries import dashboard, metric_builders, metric_pages, reports
from training_platform.crm.queries.lists import conditions, read_state
from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules.reports import (
    Definition,
    group_names,
    read_definition,
    reported_entities,
)
from training_platform.crm.services.records import create_record
from training_platform.crm.services.reports import save_report
from training_platform.crm.services.workspaces import play_seller


@pytest.fixture
def crm_app(shared_crm_app):
    """One database for all: these tests only read."""
    return shared_crm_app


@pytest.fixture
def director(desk):
    """The desk of the sales director, who sees everything."""
    from training_platform.crm.models import Seller  # noqa: PLC0415

    play_seller(
        desk, desk.session.scalars(select(Seller.id).where(Seller.role == "director")).one()
    )
    return desk


def define(**known):
    """Return a definition as it is read from what was saved."""
    return read_definition(known)


def test_a_month_of_sales_by_team_adds_up(director):
    table = reports.run(
        director,
        define(
            entity="order",
            period_field="paid_at",
            period="last_12",
            measure="sum",
            measure_field="amount",
            groups=["month", "team"],
        ),
    )

    first = datetime(2024, 6, 30, 16, tzinfo=UTC)
    orders = director.session.scalars(
        select(Order).where(Order.paid_at >= first, Order.paid_at < first + timedelta(days=365))
    ).all()
    assert len(table.rows.values) == 12
    assert table.at() == sum(order.amount for order in orders)
    assert sum(table.at(month) for month in table.rows.values) == table.at()
    assert sum(table.of_column(team) for team in table.columns.values) == table.at()
    assert table.total_count == len(orders)


def test_sales_can_be_reported_net_of_refunds_as_the_prebuilt_report_does(director):
    known = {"entity": "order", "period_field": "paid_at", "period": "2025-05", "measure": "sum"}
    net = define(**known, measure_field="net_amount", groups=["owner_id"])
    gross = define(**known, measure_field="amount", groups=["owner_id"])

    table = reports.run(director, net)

    (month,) = results.monthly_sales(SqlSource(director), [date(2025, 5, 1)])
    assert {owner: table.at(owner) for owner in table.rows.values} == month.by_owner
    assert table.at() < reports.run(director, gross).at()


@pytest.mark.parametrize("measure", ["count", "sum", "average"])
@pytest.mark.parametrize("entity", [each.name for each in reported_entities()])
def test_every_entity_can_be_reported_by_every_group(director, entity, measure):
    for group in group_names({each.name: each for each in reported_entities()}[entity]):
        definition = define(entity=entity, groups=[group], measure=measure)
        table = reports.run(director, definition)
        assert [*table.rows.values] == list(dict.fromkeys(table.rows.values))
        assert {key[0] for key in table.cells} <= set(table.rows.values)


def listed(desk, definition, address):
    """Count the rows of the list to which a figure leads."""
    entity = ENTITIES[definition.entity]
    state = read_state(desk, entity, MultiDict(address))
    return desk.session.scalar(select(func.count(entity.model.id)).where(*conditions(desk, state)))


def own_groups(entity):
    """Return what an entity can be grouped by, with an own field of the dataset."""
    own = {"customer": ["custom.printer_brand", "custom.payment_terms"]}
    return [*group_names(entity), *own.get(entity.name, [])]


@pytest.mark.parametrize("period", ["", "last_3"])
@pytest.mark.parametrize("entity", reported_entities(), ids=lambda each: each.name)
def test_every_figure_leads_to_as_many_rows_as_it_counts(director, entity, period):
    for group in own_groups(entity):
        definition = define(entity=entity.name, groups=[group], period=period)
        table = reports.run(director, definition)
        for value in table.rows.values:
            rows = listed(director, definition, table.arguments(value))
            assert rows == table.at(value), (group, value)
        if table.leads():
            assert listed(director, definition, table.arguments()) == table.at(), group


@pytest.mark.parametrize(
    ("entity", "groups", "filters"),
    [
        ("order", ["month", "team"], {"paid_at": {"from": "2025-05-10", "to": "2025-06-10"}}),
        ("order", ["team", "status"], {"owner_id": ["2", "6"], "status": ["paid", "done"]}),
        ("customer", ["tags", "tier"], {"tags": ["{tag}"], "tier": ["key", "regular"]}),
        ("customer", ["owner_id", "tags"], {}),
        ("customer", ["month", "custom.printer_brand"], {"q": "机"}),
    ],
)
@pytest.mark.parametrize("measure", ["count", "sum", "average"])
def test_figures_of_two_groupings_and_filters_lead_to_their_rows(
    director, entity, groups, filters, measure
):
    tag = director.session.scalars(select(Customer.tags).where(Customer.tags != "")).first()[0]
    filters = {
        name: [each.replace("{tag}", tag) for each in wanted]
        if isinstance(wanted, list)
        else wanted
        for name, wanted in filters.items()
    }
    definition = define(entity=entity, groups=groups, filters=filters, measure=measure)
    table = reports.run(director, definition)

    assert table.cells
    for (row, column), cell in table.cells.items():
        assert listed(director, definition, table.arguments(row, column)) == cell.count
    for places in (
        [(row, reports.ANY) for row in table.rows.values],
        [(reports.ANY, c) for c in table.columns.values],
    ):
        for place in places:
            if table.leads(*place):
                count = sum(
                    cell.count
                    for key, cell in table.cells.items()
                    if all(w in (reports.ANY, k) for w, k in zip(place, key, strict=True))
                )
                assert listed(director, definition, table.arguments(*place)) == count
    assert table.leads() == ("tags" not in groups)


def test_months_far_away_and_missing_ones_stand_apart(director):
    before = reports.run(director, define(entity="activity", groups=["month"])).total_count
    base = {"subject": "x", "method": "call", "owner_id": director.seller.id}
    for done_at in (datetime(2001, 5, 1, tzinfo=UTC), datetime(2090, 1, 1, tzinfo=UTC), None):
        create_record(director, Activity, base | {"done_at": done_at})
    definition = define(entity="activity", groups=["month"], period_field="done_at")
    table = reports.run(director, definition)

    first, *_others, last, missing = table.rows.values
    assert (table.at(first), table.at(last), table.total_count) == (1, 1, before + 3)
    assert missing is None
    assert len(set(table.rows.labels.values())) == len(table.rows.labels)


def test_an_average_leaves_out_what_has_no_amount(director):
    for amount in (Decimal(100), Decimal(50), None):
        values = {"customer_id": 1, "ordered_at": director.now, "amount": amount, "status": "open"}
        create_record(director, Order, values | {"paid_at": datetime(2026, 1, 5, tzinfo=UTC)})
    definition = define(entity="order", period="2026-01", measure="average", measure_field="amount")

    assert reports.run(director, definition).at() == Decimal("75.00")


def test_a_record_counts_under_each_of_its_tags(director):
    base = {"name": "标签测试有限公司", "consent": "all"}
    create_record(director, Customer, base | {"tags": ["甲_%", "乙"]})
    create_record(director, Customer, base | {"tags": ["乙"]})

    table = reports.run(director, define(entity="customer", groups=["tags"]))

    assert (table.at("甲_%"), table.at("乙")) == (1, 2)


def test_a_seller_reports_on_what_a_seller_may_see(desk, director):
    everything = reports.run(director, define(entity="order")).at()
    play_seller(desk, 1)

    own = reports.run(desk, define(entity="order", groups=["owner_id"]))

    assert own.at() < everything
    assert set(own.rows.values) <= {1, None}


@pytest.mark.parametrize("plain", [{}, {"entity": "nothing"}, {"entity": "stage_change"}])
def test_unknown_records_are_no_report(plain):
    assert read_definition(plain) is None


def test_what_a_definition_does_not_know_is_left_out():
    found = read_definition(
        {
            "entity": "product",
            "groups": ["month", "line", "x", "line"],
            "period": "soon",
            "measure": "median",
            "chart": "pie",
            "measure_field": "name",
            "filters": 3,
        }
    )

    assert found == Definition("product", groups=("line",))
    assert read_definition(found.to_plain()) == found


def test_a_saved_report_stands_in_the_log_with_its_definition(desk):
    definition = define(entity="customer", groups=["tier"])

    report = save_report(desk, " 客户分级 ", definition)

    event = desk.session.scalars(select(CrmEvent).where(CrmEvent.act == "report_save")).one()
    assert (report.name, report.definition) == ("客户分级", definition.to_plain())
    assert event.context["definition"] == definition.to_plain()
    with pytest.raises(RuleError):
        save_report(desk, " ", definition)


@pytest.mark.parametrize("metric", METRICS)
def test_every_metric_has_a_page_with_numbers(director, crm_app, metric):
    with crm_app.test_request_context():
        shown = metric_builders.BUILDERS[metric](metric_pages.page_of(director, "last_12"))

    assert shown.figures or shown.tables


@pytest.mark.parametrize("metric", ["monthly_sales", "activity", "campaign_roi", "service_levels"])
def test_tables_have_their_sums_at_the_foot(director, crm_app, metric):
    with crm_app.test_request_context():
        shown = metric_builders.BUILDERS[metric](metric_pages.page_of(director, "last_12"))

    table = shown.tables[0]
    assert len(table.foot) == len(table.columns)
    assert table.foot[1] == sum(row[1] for row in table.rows)


def test_a_sellers_work_leads_to_the_follow_ups_of_the_period(director, crm_app):
    with crm_app.test_request_context():
        page = metric_pages.page_of(director, "last_month")
        rows = metric_builders.BUILDERS["activity"](page).tables[0].rows

    assert rows
    for link, done, *_more in rows:
        address = {name: texts[0] for name, texts in parse_qs(urlsplit(link.href).query).items()}
        assert listed(director, define(entity="activity"), address) == done


def test_losses_of_the_funnel_lead_to_the_lost_ones(director, crm_app):
    with crm_app.test_request_context():
        page = metric_pages.page_of(director, "last_12")
        lost = [row[2] for row in metric_builders.BUILDERS["funnel"](page).tables[0].rows if row[2]]

    assert lost
    for link in lost:
        address = {name: texts[0] for name, texts in parse_qs(urlsplit(link.href).query).items()}
        assert listed(director, define(entity="opportunity"), address) == int(link.text)


def test_tickets_of_a_priority_lead_to_those_of_the_period(director, crm_app):
    with crm_app.test_request_context():
        page = metric_pages.page_of(director, "last_month")
        rows = metric_builders.BUILDERS["service_levels"](page).tables[0].rows

    assert rows
    for link, received, *_more in rows:
        address = {name: texts[0] for name, texts in parse_qs(urlsplit(link.href).query).items()}
        assert listed(director, define(entity="ticket"), address) == received


def counted_rows(desk, entity, link):
    """Count the rows to which a cell of a ready-made report leads."""
    address = {name: texts[0] for name, texts in parse_qs(urlsplit(link.href).query).items()}
    return listed(desk, define(entity=entity), address)


def test_each_count_of_velocity_leads_to_its_opportunities(director, crm_app):
    with crm_app.test_request_context():
        page = metric_pages.page_of(director, "last_3")
        table = metric_builders.BUILDERS["velocity"](page).tables[0]

    links = [cell for row in (*table.rows, table.foot) for cell in row if hasattr(cell, "href")]
    assert len(links) > 12
    for link in links:
        assert counted_rows(director, "opportunity", link) == int(link.text)


def test_the_months_of_the_forecast_lead_to_what_may_close_and_to_what_was_sold(director, crm_app):
    with crm_app.test_request_context():
        page = metric_pages.page_of(director, "last_12")
        to_come, tested = metric_builders.BUILDERS["forecast"](page).tables
    closing = [pipe for pipe in page.source.pipeline() if pipe.close_on]
    amounts = {row[0].text: row[1] for row in to_come.rows}

    assert [row[0].text for row in tested.rows] == ["2025-04", "2025-05", "2025-06"]
    for link, *_more in (*to_come.rows, *tested.rows):
        entity = "opportunity" if "/opportunity/" in link.href else "order"
        assert counted_rows(director, entity, link)
    july = sum(pipe.amount for pipe in closing if pipe.close_on.month == 7)
    assert amounts["2025-07"] == metric_pages.money(july)


def test_stacked_bars_show_the_largest_columns_in_the_same_order_in_each_row(director):
    table = reports.run(director, define(entity="opportunity", groups=["stage", "owner_id"]))
    largest = sorted(table.columns.values, key=table.of_column, reverse=True)[:4]
    wanted = [table.columns.labels[each] for each in table.columns.values if each in largest]

    for row in table.rows.values:
        *shown, others = table.parts(row)
        assert [text for text, _size, _figure in shown] == wanted
        assert sum(size for _text, size, _figure in (*shown, others)) == table.at(row)


def test_lines_of_large_amounts_are_drawn_in_large_units(director, crm_app):
    definition = define(
        entity="order",
        period_field="paid_at",
        period="last_12",
        groups=["month"],
        measure="sum",
        measure_field="amount",
        chart="line",
    )
    table = reports.run(director, definition)
    with crm_app.test_request_context("/?lang=en"):
        chart = metric_pages.report_chart(table, "x", is_money=True)
        counts = metric_pages.report_chart(table, "x", is_money=False)

    first, *_others = table.rows.values
    assert (chart.kind, chart.unit, chart.points[0][0]) == ("line", "k", "24-07")
    assert chart.points[0][1] == float(table.at(first)) / 1000
    assert counts.points[0][1] == float(table.at(first))


def test_every_metric_has_one_builder():
    assert list(metric_builders.BUILDERS) == list(METRICS)


def test_the_dashboard_is_the_directors(director, crm_app):
    with crm_app.test_request_context():
        board = dashboard.board(director)

    assert [line.state.scope for line in board.teams].count("team") == 4
    assert board.sales.points[-1][1] > 0
