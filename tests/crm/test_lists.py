"""Lists: views, filters, columns, order, pages, acts on several rows, and nobody else's records."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.counting import count_statements
from training_platform.crm.models import (
    Contact,
    CrmEvent,
    Customer,
    CustomField,
    Lead,
    Order,
    SavedView,
    Seller,
)
from training_platform.crm.queries import filters, tiers
from training_platform.crm.registry import ENTITIES
from training_platform.crm.rules.tiers import tier_of
from training_platform.crm.services import records

CUSTOMER = ENTITIES["customer"]


def make_customer(desk, name, **values):
    given = {"name": name, "owner_id": desk.seller.id, "industry": "food"}
    return records.create_record(desk, Customer, given | values)


def text_of(client, address):
    response = client.get(address)
    assert response.status_code == 200, address
    return response.get_data(as_text=True)


def chosen(desk, **wanted):
    where = filters.conditions(desk, CUSTOMER, wanted)
    return set(desk.session.scalars(select(Customer.id).where(*where)))


@pytest.mark.parametrize(
    ("paid", "tier"),
    [
        (None, "regular"),
        ("99999.99", "regular"),
        ("100000.00", "key"),
        ("499999.99", "key"),
        ("500000.00", "vip"),
    ],
)
def test_tier_begins_exactly_at_its_limit(paid, tier):
    assert tier_of(Decimal(paid) if paid else None) == tier


def test_tier_counts_paid_orders_of_twelve_months_less_refunds(desk):
    customer = make_customer(desk, "分级试练机械")

    def order(days, amount, **more):
        at = desk.now - timedelta(days=days)
        given = {"customer_id": customer.id, "ordered_at": at, "amount": Decimal(amount)}
        records.create_record(desk, Order, given | {"paid_at": at} | more)

    order(10, "500000.00", refunded_amount=Decimal("0.01"))
    order(400, "900000.00")
    order(5, "900000.00", paid_at=None)
    order(6, "900000.00", status="canceled")

    assert tiers.tiers_of(desk, [customer.id]) == {customer.id: "key"}
    assert customer.id in chosen(desk, tier=["key"])
    assert customer.id not in chosen(desk, tier=["vip", "regular"])


def test_filters_stack(desk):
    one = make_customer(desk, "筛选试练甲公司", tags=["华东", "高潜"], custom={"size": "大型"})
    two = make_customer(desk, "筛选试练乙公司", industry="retail", tags=["华东区"])

    assert chosen(desk, q="筛选试练") == {one.id, two.id}
    assert chosen(desk, q="筛选试练", industry=["food", "energy"]) == {one.id}
    assert chosen(desk, q="筛选试练", tags=["华东"]) == {one.id}
    assert chosen(desk, **{"q": "筛选试练", "custom.size": ["大型"]}) == {one.id}
    assert chosen(desk, q="筛选试练", owner_id=["none"]) == set()


def test_a_range_of_days_takes_its_last_day_whole(desk):
    at = desk.now.replace(hour=15) + timedelta(days=3)  # 23:00 in the company's zone
    made = make_customer(desk, "区间试练公司", next_follow_up_at=at)
    day = at.date().isoformat()

    assert made.id in chosen(desk, next_follow_up_at={"from": day, "to": day})
    assert made.id not in chosen(desk, next_follow_up_at={"from": "2030-01-01"})


def test_search_folds_width_case_and_traditional_characters(desk):
    made = make_customer(desk, "华东ＡＢＣ試練机械")

    assert made.id in chosen(desk, q="abc试练")


def test_odd_addresses_show_a_list(crm_client, base):
    for query in (
        "view=none",
        "view=saved-999",
        "sort=folded",
        "sort=-",
        "columns=layer_id,zz",
        "industry=zz&tier=zz&owner_id=zz,9",
        "next_follow_up_at.from=zz&page=9999",
        "q=%25_%5C%27",
        "custom.zz=1",
    ):
        text_of(crm_client, f"{base}/customer/?{query}")


def test_seller_sees_own_and_pool_only(crm_client, crm_session, desk, base):
    colleague = crm_session.scalars(
        select(Seller).where(Seller.team == desk.seller.team, Seller.role == "senior_agent")
    ).one()
    make_customer(desk, "自有试练公司", mobile="15400001111")
    make_customer(desk, "公海试练公司", owner_id=None, mobile="15400002222")
    make_customer(desk, "同事试练公司", owner_id=colleague.id)

    text = text_of(crm_client, f"{base}/customer/?view=all&q=试练公司")

    assert "自有试练公司" in text
    assert "15400001111" in text
    assert "公海试练公司" in text
    assert "154****2222" in text
    assert "同事试练公司" not in text


def test_contacts_go_with_their_customer(crm_client, desk, base):
    ours, theirs = make_customer(desk, "自有试练公司"), make_customer(desk, "同事试练", owner_id=3)
    own = records.create_record(desk, Contact, {"customer_id": ours.id, "name": "周试练"})
    other = records.create_record(desk, Contact, {"customer_id": theirs.id, "name": "吴试练"})

    text = text_of(crm_client, f"{base}/contact/?q=试练")

    assert "周试练" in text
    assert "吴试练" not in text
    assert crm_client.get(f"{base}/contact/{own.id}").status_code == 200
    assert crm_client.get(f"{base}/contact/{other.id}").status_code == 404


def test_lead_of_the_team_sees_the_teams(crm_client, desk, base):
    make_customer(desk, "自有试练公司")
    desk.layer.seller_id = 2

    assert "自有试练公司" in text_of(crm_client, f"{base}/customer/?view=team&q=试练公司")


def test_first_pages_counts_are_the_views_counts(crm_client, desk, base):
    make_customer(desk, "今日试练公司", next_follow_up_at=desk.now + timedelta(hours=3))
    make_customer(desk, "超期试练公司", next_follow_up_at=desk.now - timedelta(days=3))

    today = text_of(crm_client, f"{base}/customer/?view=today")
    overdue = text_of(crm_client, f"{base}/customer/?view=overdue")
    home = text_of(crm_client, f"{base}/")

    assert "今日试练公司" in today
    assert "超期试练公司" not in today
    assert "超期试练公司" in overdue
    assert "超期试练公司" in home


def test_columns_order_and_saved_view(crm_client, crm_session, desk, base):
    make_customer(desk, "视图试练乙公司", city="苏州")
    make_customer(desk, "视图试练甲公司", city="无锡")
    query = {"view": "all", "q": "视图试练", "columns": "name,city", "sort": "-city"}

    response = crm_client.post(f"{base}/customer/views", data=query | {"name": "我的视图"})

    assert response.status_code == 303
    saved = crm_session.scalars(select(SavedView)).all()[-1]
    text = text_of(crm_client, f"{base}/customer/?view=saved-{saved.id}")
    assert "我的视图" in text
    assert text.index("苏州") < text.index("无锡")  # by city, the last one first
    assert 'data-label="City"' in text
    assert 'data-label="Mobile"' not in text
    crm_client.post(f"{base}/customer/views/{saved.id}/delete")
    assert "我的视图" not in text_of(crm_client, f"{base}/customer/")


def test_a_view_that_is_saved_again_is_the_newer_one(crm_client, crm_session, desk, base):
    """A double click makes one view, and who refines a view keeps its name."""
    for query in ({"q": "甲"}, {"q": "乙"}, {"q": "乙"}):
        form = query | {"view": "all", "name": "我的视图"}
        assert crm_client.post(f"{base}/customer/views", data=form).status_code == 303
    crm_client.post(f"{base}/lead/views", data={"view": "all", "name": "我的视图"})

    saved = crm_session.scalars(select(SavedView).where(SavedView.name == "我的视图")).all()
    assert [each.about for each in saved] == ["customer", "lead"]
    assert saved[0].definition["filters"]["q"] == "乙"


def test_fields_of_the_company_are_columns_and_filters(crm_client, desk, base):
    own = desk.session.scalars(select(CustomField).where(CustomField.about == "customer")).first()
    make_customer(desk, "自定试练公司", custom={own.key: "唯一的值"})
    query = f"view=all&q=自定试练&columns=name,custom.{own.key},custom.zz&lang=zh"

    text = text_of(crm_client, f"{base}/customer/?{query}")
    export = text_of(crm_client, f"{base}/customer/export?{query}")

    assert f'data-label="{own.label}"' in text
    assert "唯一的值" in text
    assert 'data-label="custom' not in text
    assert f'value="custom.{own.key}" checked' in text
    assert own.label in export


def test_page_beyond_the_last_is_the_last(crm_client, base):
    assert 'rel="next"' not in text_of(crm_client, f"{base}/customer/?view=all&page=99999")


def test_list_takes_as_many_statements_for_fifty_rows_as_for_one(crm_client, desk, base):
    make_customer(desk, "唯一试练公司")

    few = count_statements(crm_client, f"{base}/customer/?view=all&q=唯一试练公司")
    many = count_statements(crm_client, f"{base}/customer/?view=all")

    assert many <= few + 1
    assert many < 25


def bulk(client, base, act, *rows, entity="customer", **more):
    data = {"act": act, "ids": [row.id for row in rows], **more}
    return client.post(f"{base}/{entity}/bulk", data=data)


def test_tags_and_next_follow_up_of_several_rows(crm_client, crm_session, desk, base):
    one, two = make_customer(desk, "批量试练甲公司"), make_customer(desk, "批量试练乙公司")

    bulk(crm_client, base, "tag", one, two, tag="展会")
    bulk(crm_client, base, "untag", two, tag="展会")
    bulk(crm_client, base, "plan", one, two, at="2030-01-08T10:00")

    crm_session.expire_all()
    found = {
        each.name: each
        for each in crm_session.scalars(select(Customer).where(Customer.id.in_([one.id, two.id])))
    }
    assert [found[name].tags for name in ("批量试练甲公司", "批量试练乙公司")] == [["展会"], []]
    assert all(each.next_follow_up_at.year == 2030 for each in found.values())


def test_refused_row_keeps_all_rows_as_they_were(crm_client, crm_session, desk, base):
    own = make_customer(desk, "批量试练甲公司")
    pooled = make_customer(desk, "批量试练乙公司", owner_id=None)

    response = bulk(crm_client, base, "tag", own, pooled, tag="展会")

    assert response.status_code == 403
    crm_session.expire_all()
    assert crm_session.scalar(select(Customer.tags).where(Customer.id == own.id)) == []


def test_past_follow_up_of_several_rows_is_refused_with_its_code(crm_client, desk, base):
    own = make_customer(desk, "批量试练甲公司")

    response = bulk(crm_client, base, "plan", own, at="2020-01-08T10:00")

    assert response.status_code == 422
    assert "V06" in response.get_data(as_text=True)


def test_only_who_leads_hands_customers_over_and_says_why(crm_client, crm_session, desk, base):
    own = make_customer(desk, "批量试练甲公司")
    assert bulk(crm_client, base, "assign", own, seller_id=4, reason="x").status_code == 403
    desk.layer.seller_id = 2

    bulk(crm_client, base, "assign", own, seller_id=4, reason="")
    assert crm_session.scalar(select(Customer.owner_id).where(Customer.id == own.id)) == 1
    bulk(crm_client, base, "assign", own, seller_id=4, reason="区域调整")

    crm_session.expire_all()
    assert crm_session.scalar(select(Customer.owner_id).where(Customer.id == own.id)) == 4
    event = crm_session.scalars(select(CrmEvent).where(CrmEvent.act == "assign")).one()
    assert event.context["reason"] == "区域调整"


def test_several_rows_are_deleted_or_none(crm_client, crm_session, desk, base):
    own = make_customer(desk, "批量试练甲公司")
    held = make_customer(desk, "批量试练乙公司", is_on_legal_hold=True)

    bulk(crm_client, base, "delete", own, held)
    crm_session.expire_all()
    assert crm_session.scalar(select(Customer.id).where(Customer.id == own.id)) == own.id
    bulk(crm_client, base, "delete", own)

    crm_session.expire_all()
    assert crm_session.scalar(select(Customer.id).where(Customer.id == own.id)) is None


def test_rows_of_nobody_and_of_others_are_not_found(crm_client, base):
    for ids in ("999999999", "10000000,10000001"):
        data = {"act": "delete", "ids": ids.split(",")}
        assert crm_client.post(f"{base}/customer/bulk", data=data).status_code == 404


def test_leads_are_handed_over_through_the_rules_of_assignment(crm_client, crm_session, desk, base):
    lead = records.create_record(
        desk,
        Lead,
        {
            "company": "批量试练软件",
            "source": "website",
            "status": "assigned",
            "owner_id": desk.seller.id,
            "received_at": desk.now,
        },
    )

    bulk(crm_client, base, "assign", lead, entity="lead", seller_id=4, reason="请假")

    crm_session.expire_all()
    found = crm_session.scalars(select(Lead).where(Lead.id == lead.id)).one()
    assert (found.owner_id, found.assign_reason) == (4, "请假")
