"""Rules V01 to V17 where people meet them: at the field, with the code, in both languages.

Form, one field in place, quick log, several rows of a list: nothing typed is lost in any of them.
"""

import html
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.factories.crm import KNOWN_CUSTOMER
from tests.factories.crm import TYPED_CUSTOMER as GOOD
from training_platform.crm.models import (
    Activity,
    Contact,
    CrmEvent,
    Customer,
    Lead,
    Order,
    Payment,
    Seller,
    Ticket,
)
from training_platform.crm.services import records, stages

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def refused_at(response, field, status=422):
    """Return the text of the error that stands at a field."""
    text = response.get_data(as_text=True)
    assert response.status_code == status, text[:2000]
    found = re.search(rf'id="f-{field}-error"[^>]*>.*?</span>(.*?)</span>', text, re.DOTALL)
    assert found, f"no error at {field}"
    return html.unescape(found.group(1)).strip()


def ticket_of(desk, customer, **values):
    given = {
        "customer_id": customer.id,
        "subject": "噪音",
        "channel": "phone",
        "category": "repair",
        "owner_id": desk.seller.id,
        "received_at": desk.now,
    }
    return records.create_record(desk, Ticket, given | values)


def test_every_rule_of_a_form_speaks_both_languages(crm_client, desk, base, customer):
    own = {"customer_id": f"#{customer.id}", "name": "年度维保", "expected_close_on": "2030-01-01"}
    order = {"customer_id": f"#{customer.id}", "amount": "100"}
    pooled = records.create_record(desk, Customer, {"name": "公海试练机械"})
    wrong = (
        ("customer", GOOD | {"name": "甲乙"}, "name", "V01"),
        ("customer", GOOD | {"mobile": "1540999"}, "mobile", "V02"),
        ("customer", GOOD | {"email": "zhou@"}, "email", "V03"),
        ("customer", GOOD | {"industry": "spaceships"}, "industry", "V04"),
        (
            "customer",
            GOOD | {"next_follow_up_at": "2020-01-01T10:00"},
            "next_follow_up_at",
            "V06",
        ),
        ("opportunity", own | {"amount": "0"}, "amount", "V10"),
        ("customer", GOOD, "name", "V11"),
        ("contact", {"customer_id": f"#{pooled.id}", "name": "周试练"}, "customer_id", "V13"),
        ("order", order | {"ordered_at": "2024-01-10T10:00"}, "ordered_at", "V17"),
    )
    for entity, typed, field, code in wrong:
        for language in ("zh", "en"):
            response = crm_client.post(f"{base}/{entity}/new?lang={language}", data=typed)

            told = refused_at(response, field)
            assert told.startswith(code), told
            assert bool(CHINESE.search(re.sub("“.*?”", "", told))) is (language == "zh"), told
            text = html.unescape(response.get_data(as_text=True))
            assert all(value in text for value in typed.values() if value != "spaceships"), code


def test_tier_cannot_be_posted(crm_client, base, customer):
    data = {"only": "tier", "tier": "vip", "version": "1"}

    response = crm_client.post(f"{base}/customer/{customer.id}/edit?lang=en", data=data)

    assert response.status_code == 422
    assert "V05" in response.get_data(as_text=True)


def test_quick_log_refuses_a_past_date_at_its_field_and_keeps_the_rest(crm_client, base, customer):
    data = {"method": "call", "summary": "谈好了", "next_follow_up_at": "2020-01-01T10:00"}

    response = crm_client.post(f"{base}/customer/{customer.id}/follow-up", data=data)

    assert refused_at(response, "next_follow_up_at").startswith("V06")
    assert "谈好了" in response.get_data(as_text=True)
    assert "2020-01-01T10:00" in response.get_data(as_text=True)
    assert f'href="{base}/customer/{customer.id}?lang=' in response.get_data(as_text=True)


def test_next_follow_up_logged_on_an_opportunity_is_its_customers(
    crm_client, crm_session, desk, base, customer
):
    values = {"customer_id": customer.id, "name": "年度维保", "amount": Decimal("100.00")}
    deal = stages.open_opportunity(desk, values | {"expected_close_on": desk.now.date()})
    data = {"method": "call", "summary": "谈好了", "next_follow_up_at": "2030-01-08T10:00"}

    response = crm_client.post(f"{base}/opportunity/{deal.id}/follow-up", data=data)

    assert response.status_code == 303
    crm_session.expire_all()
    found = crm_session.scalars(select(Customer).where(Customer.id == customer.id)).one()
    assert found.next_follow_up_at.year == 2030


def test_next_follow_up_with_a_colleagues_customer_is_refused_at_its_field(
    crm_client, crm_session, desk, base
):
    theirs = records.create_record(desk, Customer, KNOWN_CUSTOMER | {"owner_id": 3})
    ticket = ticket_of(desk, theirs)
    data = {"method": "call", "summary": "谈好了", "next_follow_up_at": "2030-01-08T10:00"}

    response = crm_client.post(f"{base}/ticket/{ticket.id}/follow-up", data=data)

    assert refused_at(response, "next_follow_up_at").startswith("V13")
    assert crm_session.scalars(select(Activity).where(Activity.ticket_id == ticket.id)).all() == []


@pytest.mark.parametrize(
    ("data", "field", "kept"),
    [
        ({"act": "plan", "at": "2020-01-08T10:00"}, "at", "2020-01-08T10:00"),
        ({"act": "plan", "at": ""}, "at", ""),
        ({"act": "tag", "tag": "很长" * 20}, "tag", "很长" * 20),
        ({"act": "assign", "reason": "区域调整", "seller_id": ""}, "seller_id", "区域调整"),
        ({"act": "assign", "reason": "", "seller_id": "4"}, "reason", 'value="4" selected'),
    ],
)
def test_refused_act_on_rows_keeps_rows_and_texts(
    crm_client, desk, base, customer, data, field, kept
):
    desk.layer.seller_id = 2
    back = f"{base}/customer/?view=all&q=江南试练"

    response = crm_client.post(
        f"{base}/customer/bulk", data=data | {"ids": str(customer.id), "back": back}
    )

    told = refused_at(response, field)
    assert told.startswith("V06") or data.get("at") is None or not data["at"]
    text = response.get_data(as_text=True)
    assert kept in text
    assert re.search(rf'value="{customer.id}"[^>]*checked', text)
    assert f'href="{base}/customer/?lang=' in text
    assert f'value="{back}"' in html.unescape(text)


def test_acts_that_rows_do_not_have_are_not_found(crm_client, crm_session, desk, base):
    desk.layer.seller_id = 20
    payment = crm_session.scalars(select(Payment).order_by(Payment.id)).first()
    seller = crm_session.scalars(select(Seller).order_by(Seller.id)).first()
    for entity, ident, data in (
        ("payment", payment.id, {"act": "delete"}),
        ("payment", payment.id, {"act": "tag", "tag": "x"}),
        ("payment", payment.id, {"act": "plan", "at": "2030-01-01T10:00"}),
        ("payment", payment.id, {"act": "assign", "seller_id": "4", "reason": "x"}),
        ("seller", seller.id, {"act": "delete"}),
    ):
        response = crm_client.post(f"{base}/{entity}/bulk", data=data | {"ids": str(ident)})
        assert response.status_code == 404, (entity, data)
    crm_session.expire_all()
    assert crm_session.scalar(select(Payment.id).where(Payment.id == payment.id)) == payment.id


def test_closed_ticket_is_not_handed_on_with_others(crm_client, crm_session, desk, base, customer):
    ticket = ticket_of(desk, customer, status="closed")
    desk.layer.seller_id = 2

    data = {"act": "assign", "ids": str(ticket.id), "seller_id": "4", "reason": "请假"}
    assert crm_client.post(f"{base}/ticket/bulk", data=data).status_code == 409

    crm_session.expire_all()
    found = crm_session.scalars(select(Ticket).where(Ticket.id == ticket.id)).one()
    assert (found.status, found.owner_id) == ("closed", desk.seller.id)


@pytest.fixture
def closed_order(desk, customer):
    return records.create_record(
        desk,
        Order,
        {
            "customer_id": customer.id,
            "ordered_at": desk.now - timedelta(days=200),
            "paid_at": desk.now - timedelta(days=199),
            "amount": Decimal("100.00"),
            "owner_id": desk.seller.id,
        },
    )


def test_order_of_a_closed_month_is_read_only(crm_client, crm_session, base, closed_order):
    address = f"{base}/order/{closed_order.id}"
    data = {"only": "status", "status": "canceled", "version": "1"}

    assert refused_at(crm_client.post(f"{address}/edit", data=data), "status").startswith("V17")
    crm_client.post(f"{address}/delete", data={"version": "1"})
    shown = crm_client.get(address)
    rows = crm_client.post(f"{base}/order/bulk", data={"act": "delete", "ids": closed_order.id})

    assert "V17" in shown.get_data(as_text=True)
    assert (rows.status_code, "V17" in rows.get_data(as_text=True)) == (422, True)
    crm_session.expire_all()
    assert crm_session.scalar(select(Order.status).where(Order.id == closed_order.id)) == "open"


def test_mended_form_does_not_write_over_another_tab(crm_client, crm_session, base, customer):
    address = f"{base}/customer/{customer.id}/edit"
    assert (
        crm_client.post(address, data={"only": "city", "version": "1", "city": "苏州"}).status_code
        == 303
    )
    old = crm_client.post(address, data=GOOD | {"version": "1", "mobile": "12", "city": "无锡"})
    assert refused_at(old, "mobile").startswith("V02")
    version = re.search(r'name="version" value="(\d+)"', old.get_data(as_text=True)).group(1)

    mended = crm_client.post(address, data=GOOD | {"version": version, "city": "无锡"})

    assert mended.status_code == 409
    crm_session.expire_all()
    assert crm_session.scalar(select(Customer.city).where(Customer.id == customer.id)) == "苏州"


def test_changed_number_of_another_customer_is_answered_at_its_field(
    crm_client, desk, base, customer
):
    other = records.create_record(
        desk,
        Customer,
        {"name": "另一试练电子", "owner_id": desk.seller.id, "credit_code": "91999999TEST00001X"},
    )
    for name, value in (("mobile", GOOD["mobile"]), ("credit_code", other.credit_code)):
        record = other if name == "mobile" else customer
        data = {"only": name, "version": "1", name: value}

        response = crm_client.post(f"{base}/customer/{record.id}/edit", data=data)

        assert refused_at(response, name).startswith("V11")


# ---- What is masked, held, forgotten, and who asked for it --------------------------------


def test_form_of_a_colleagues_record_keeps_contact_data_masked(crm_client, crm_session, desk, base):
    theirs = records.create_record(
        desk, Customer, KNOWN_CUSTOMER | {"owner_id": 1, "email": "z@a.example"}
    )
    contact = records.create_record(
        desk, Contact, {"customer_id": theirs.id, "name": "周试练", "wechat": "zhou-weixin"}
    )
    desk.layer.seller_id = 2
    address = f"{base}/customer/{theirs.id}"

    for shown in (
        crm_client.get(f"{address}/edit"),
        crm_client.get(f"{address}/fields/mobile"),
        crm_client.get(f"{base}/contact/{contact.id}/edit"),
        crm_client.get(f"{address}?tab=changes"),
    ):
        text = shown.get_data(as_text=True)
        assert shown.status_code == 200
        assert GOOD["mobile"] not in text
        assert "z@a.example" not in text or "z***@a.example" in text
        assert "zhou-weixin" not in text
    typed = GOOD | {"mobile": "154****8877", "email": "z***@a.example", "city": "苏州"}
    assert crm_client.post(f"{address}/edit", data=typed | {"version": "1"}).status_code == 303

    crm_session.expire_all()
    found = crm_session.scalars(select(Customer).where(Customer.id == theirs.id)).one()
    assert (found.mobile, found.email, found.city) == (
        GOOD["mobile"],
        "z@a.example",
        "苏州",
    )


def test_history_forgets_what_was_anonymized(crm_client, crm_session, desk, base, customer):
    contact = records.create_record(
        desk, Contact, {"customer_id": customer.id, "name": "吴试练", "mobile": "15409990000"}
    )
    lead = records.create_record(
        desk,
        Lead,
        {
            "company": GOOD["name"],
            "person": "郑试练",
            "mobile": "15409991111",
            "source": "website",
            "status": "converted",
            "received_at": desk.now,
            "owner_id": 1,
            "converted_customer_id": customer.id,
        },
    )
    records.change_record(desk, customer, {"mobile": "15409992222"})
    desk.layer.seller_id = 2

    data = {"act": "anonymize", "version": "2"}
    assert crm_client.post(f"{base}/customer/{customer.id}/retention", data=data).location

    crm_session.expire_all()
    found = crm_session.scalars(select(Lead).where(Lead.id == lead.id)).one()
    assert (found.person, found.mobile, found.company) == (None, None, GOOD["name"])
    for path in (
        f"customer/{customer.id}?tab=changes",
        f"contact/{contact.id}?tab=changes",
        f"lead/{lead.id}?tab=changes",
        "",
    ):
        text = crm_client.get(f"{base}/{path}").get_data(as_text=True)
        for gone in ("8877", "2222", "0000", "1111"):
            assert f"15409{gone}" not in text, path
            assert f"****{gone}" not in text, path
        assert not {"周试练", "吴试练", "郑试练"} & set(re.findall(".试练", text)), path


def test_what_hangs_on_a_held_customer_is_kept(crm_client, crm_session, desk, base, customer):
    contact = records.create_record(desk, Contact, {"customer_id": customer.id, "name": "吴试练"})
    records.change_record(desk, customer, {"is_on_legal_hold": True})

    crm_client.post(f"{base}/contact/{contact.id}/delete", data={"version": "1"})

    crm_session.expire_all()
    assert crm_session.scalar(select(Contact.id).where(Contact.id == contact.id)) == contact.id


def test_guessed_number_is_not_found_and_stands_in_the_log(crm_client, crm_session, desk, base):
    theirs = records.create_record(desk, Customer, KNOWN_CUSTOMER | {"owner_id": 3})

    for path in (f"customer/{theirs.id}", "customer/99999999", f"customer/{theirs.id}/edit"):
        assert crm_client.get(f"{base}/{path}").status_code == 404

    crm_session.expire_all()
    denied = crm_session.scalars(select(CrmEvent).where(CrmEvent.act == "deny")).all()
    assert [each.context["status"] for each in denied] == [404] * 3
