"""The score of leads in lists: a column, an order and a filter, the same as on the lead's page."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.crm.selling import make_customer, make_lead
from training_platform.crm.models import Lead, WebVisit
from training_platform.crm.queries import filters, lists
from training_platform.crm.queries.scores import scores, scores_of
from training_platform.crm.registry import ENTITIES
from training_platform.crm.services.conversion import score_lead
from training_platform.crm.services.records import create_record

LEAD = ENTITIES["lead"]


def visit(desk, customer, days: int) -> None:
    values = {"customer_id": customer.id, "page": "price", "seconds_count": 30}
    create_record(desk, WebVisit, values | {"visited_at": desk.now - timedelta(days=days)})


def make_hot_lead(desk, **values) -> Lead:
    best = {
        "company": "绍兴聆泉精密部件有限公司",
        "source": "referral",
        "potential": "high",
        "expected_amount": Decimal("90000.00"),
        "expected_close_on": desk.now.date(),
    }
    return make_lead(desk, **best | values)


def test_score_in_sql_is_the_score_of_the_page(desk):
    firm = make_customer(desk)
    for days in (1, 30, 89, 91, -1):
        visit(desk, firm, days)
    make_hot_lead(desk)
    make_lead(desk, company="无名之辈", mobile=firm.mobile, person="", email="")
    make_lead(desk, company="没有号码的公司", mobile=None, industry=None, source="phone")

    leads = desk.session.scalars(select(Lead.id)).all()
    found = {row.lead_id: row.score for row in desk.session.execute(scores(desk))}

    assert found == {ident: score.total for ident, score in scores_of(desk, leads).items()}
    assert len(set(found.values())) > 10


def test_list_of_leads_shows_orders_and_filters_by_score(desk, crm_client, base):
    hot = make_hot_lead(desk)
    cold = make_lead(desk, company="荆溪闲置商贸有限公司", source="online_ad", industry="other")
    address = f"{base}/lead/?view=all&q={{}}&lang=en"

    page = crm_client.get(address.format(hot.company)).get_data(as_text=True)
    assert "Lead score" in page
    assert f">{score_lead(desk, hot).total}<" in page
    for grade, lead, is_there in (
        ("hot", hot, True),
        ("cold", hot, False),
        ("cold,hot", cold, True),
        ("warm", cold, False),
    ):
        page = crm_client.get(address.format(lead.company) + f"&score={grade}")
        assert (f"lead/{lead.id}" in page.get_data(as_text=True)) is is_there, grade


@pytest.mark.parametrize(("order", "is_first"), [("-score", max), ("score", min)])
def test_leads_are_ordered_by_score(desk, order, is_first):
    make_hot_lead(desk)
    state = lists.ListState(LEAD, "all", order=order)

    rows = desk.session.scalars(lists.statement(desk, state)).all()

    by_id = scores_of(desk, [lead.id for lead in rows])
    found = [by_id[lead.id].total for lead in rows]
    assert found == sorted(found, reverse=order.startswith("-"))
    assert found[0] == is_first(found)


def test_unknown_grades_find_nothing_and_others_keep_no_such_filter(desk):
    wanted = filters.read_filters(LEAD, {"score": ["hot"]})
    assert wanted == {"score": ["hot"]}
    assert filters.read_filters(ENTITIES["customer"], {"score": ["hot"]}) == {}

    where = filters.conditions(desk, LEAD, {"score": ["boiling"]})
    assert desk.session.scalars(select(Lead.id).where(*where)).all() == []


def test_filter_and_order_by_score_go_together(desk):
    hot = make_hot_lead(desk)
    state = lists.ListState(LEAD, "all", {"score": ["hot"]}, order="-score")

    rows = desk.session.scalars(lists.statement(desk, state)).all()

    assert hot.id in {lead.id for lead in rows}
    assert lists.page_of(desk, state, 1).total == len(rows)
