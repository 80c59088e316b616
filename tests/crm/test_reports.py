"""Reports: any definition is run, its numbers lead to their rows, and it can be saved."""

import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select
from werkzeug.datastructures import MultiDict

from training_platform.core.errors import RuleError
from training_platform.crm.metrics.definitions import METRICS
from training_platform.crm.models import Activity, CrmEvent, Customer, Order, SavedReport
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


def test_every_metric_has_one_builder():
    assert list(metric_builders.BUILDERS) == list(METRICS)


def test_the_dashboard_is_the_directors(director, crm_app):
    with crm_app.test_request_context():
        board = dashboard.board(director)

    assert [line.state.scope for line in board.teams].count("team") == 4
    assert board.sales.points[-1][1] > 0


# ---- pages -------------------------------------------------------------------------------------


def test_pages_of_reports(desk, crm_client, crm_session):
    home = f"/crm/{desk.workspace.id}"
    for address in ("reports/", "dashboard", "words", "reports/build"):
        crm_client.page(f"{home}/{address}")
    for metric in METRICS:
        crm_client.page(f"{home}/reports/metrics/{metric}?period=2025Q2")
        crm_client.page(f"{home}/reports/metrics/{metric}?lang=zh")
    crm_client.page(f"{home}/reports/metrics/none", status=404)


@pytest.mark.parametrize("seller", [1, None])
def test_pages_of_reports_of_a_time_without_data_say_so(director, crm_app, crm_client, seller):
    if seller:
        play_seller(director, seller)
    home = f"/crm/{director.workspace.id}/reports"
    for metric in METRICS:
        page = crm_client.page(f"{home}/metrics/{metric}?period=2021-03")
        assert "Largest loss First contact" not in " ".join(page.text.split())
    for period in ("2025", "2025Q2", "2024-06"):
        crm_client.page(f"{home}/metrics/targets?period={period}")


def test_a_seller_is_told_of_the_own_target_only(desk, crm_client):
    page = crm_client.page(f"/crm/{desk.workspace.id}/reports/metrics/targets?period=2025-06").text

    assert "Company" not in page.split("Targets of 2025-06")[1].split("What it means")[0]
    assert "Nothing in this period" not in page
    assert "-¥" in page  # more was sold than was wanted
    board = crm_client.page(f"/crm/{desk.workspace.id}/dashboard").text
    assert "No target for this month" not in board


def test_a_look_at_a_report_is_logged_with_what_was_asked(desk, crm_client, crm_session):
    address = f"/crm/{desk.workspace.id}/reports/metrics/funnel?period=2025Q2"
    crm_client.get(address, buffered=True)  # closed, as a server does: then the log is written

    crm_session.rollback()
    run = crm_session.scalars(select(CrmEvent).where(CrmEvent.act == "report_run")).one()
    assert run.context == {"metric": "funnel", "period": "2025Q2"}


@pytest.mark.parametrize("chart", ["bar", "line", "stacked", "table"])
def test_the_builder_shows_what_its_address_says(desk, crm_client, chart):
    query = f"of=order&by=paid_at&period=last_3&measure=sum&sum=amount&rows=month&chart={chart}"
    for columns in ("", "&columns=status", "&columns=owner_id"):
        page = crm_client.page(f"/crm/{desk.workspace.id}/reports/build?{query}{columns}")
        assert "2025-06" in page.text


def test_a_number_leads_to_exactly_its_rows(desk, crm_client, director, crm_session):
    home = f"/crm/{desk.workspace.id}"
    definition = define(
        entity="order",
        period_field="paid_at",
        period="last_3",
        groups=["month", "team"],
        filters={"status": ["paid", "done"]},
    )
    table = reports.run(director, definition)
    crm_session.commit()

    for month in table.rows.values:
        for team in table.columns.values:
            expected = table.at(month, team)
            if expected:
                listed = crm_client.page(
                    f"{home}/order/", query_string=table.arguments(month, team)
                )
                assert f"{expected}" in listed.text


def test_saving_by_the_page_once(desk, crm_client, crm_session):
    home = f"/crm/{desk.workspace.id}"
    build = f"{home}/reports/build?of=customer&rows=tier"
    assert crm_client.post(build, data={"name": ""}).status_code == 422
    led = {
        crm_client.post(build, data={"name": "分级", "once": "one"}).headers["Location"]
        for _click in range(2)
    }

    assert len(led) == 1
    address = urlsplit(led.pop()).path
    page = crm_client.page(address)
    assert "分级" in page.text
    assert crm_client.post(f"{address}/delete").status_code == 303
    crm_client.page(address, status=404)
    assert "分级" not in crm_client.page(f"{home}/reports/").text
    crm_session.rollback()
    reading = select(SavedReport.id)
    assert crm_session.scalars(reading).all() == []
    assert parse_qs(urlsplit(build).query)["of"] == ["customer"]


def test_a_saved_report_is_changed_in_its_place_or_saved_anew(desk, crm_client, crm_session):
    home = f"/crm/{desk.workspace.id}/reports"
    build = f"{home}/build?of=customer&rows=tier"
    saved = crm_client.post(build, data={"name": "分级", "once": "one"}).headers["Location"]
    number = saved.rsplit("/", 1)[1]
    assert f"report={number}" in crm_client.get(saved).get_data(as_text=True)

    changing = f"{home}/build?of=customer&rows=team&report={number}"
    page = crm_client.get(changing).get_data(as_text=True)
    assert 'value="分级"' in page
    version = re.search('<input[^>]*name="version"[^>]*value="([^"]+)"', page)[1]
    data = {"name": "按团队", "version": version, "once": "two"}
    assert crm_client.post(changing, data=data).headers["Location"] == saved
    assert crm_client.post(changing, data=data | {"once": "three"}).status_code == 409
    assert crm_client.post(changing, data=data | {"once": "four", "name": " "}).status_code == 422
    other = crm_client.post(changing, data=data | {"once": "five", "as_new": "1"})
    assert other.headers["Location"] != saved
    crm_client.page(f"{home}/build?of=customer&report=999999", status=404)

    crm_session.rollback()
    names = crm_session.execute(select(SavedReport.name, SavedReport.definition)).all()
    assert [(name, plain["groups"]) for name, plain in names] == [("按团队", ["team"])] * 2


def test_the_builder_offers_tags_own_fields_and_tiers_and_keeps_what_has_no_menu(desk, crm_client):
    query = "of=customer&rows=custom.printer_brand&columns=tags&tier=vip,key&q=机&amount.from=1"
    crm_client.page(f"/crm/{desk.workspace.id}/reports/build?{query}")
    page = crm_client.get(f"/crm/{desk.workspace.id}/reports/build?{query}").get_data(as_text=True)

    for name in ("tier", "tags", "custom.printer_brand", "owner_id"):
        assert (f'<select class="input" id="f-{name}"' in page) == (name != "owner_id")
    assert '<option value="vip,key" selected>' in page
    assert '<input type="hidden" name="q" value="机">' in page
    assert '<option value="custom.printer_brand" selected>' in page


@pytest.mark.parametrize(
    "query",
    [
        "paid_at.to=9999-12-31",
        "paid_at.from=0001-01-01",
        "paid_at.to=9999-12-31T10:00",
        "owner_id=99999999999999999999",
        "paid_at=none&paid_at.from=2025-01-01",
        "paid_at.from=2025-01-01&paid_at=none",
    ],
)
def test_odd_ends_and_numbers_in_an_address_break_no_list_and_no_report(desk, crm_client, query):
    home = f"/crm/{desk.workspace.id}"
    crm_client.page(f"{home}/order/?view=all&{query}")
    crm_client.page(f"{home}/reports/build?of=order&rows=month&{query}")


@pytest.mark.parametrize("key", ['a"b', "a\0b", "$", "a.b", "😀", "", "规模"])
def test_odd_keys_of_own_fields_break_no_list(desk, crm_client, key):
    crm_client.page(
        f"/crm/{desk.workspace.id}/customer/", query_string={"view": "all", f"custom.{key}": "1"}
    )
