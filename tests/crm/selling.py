"""Records of a sale, made where a test needs them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from training_platform.crm.desk import Desk
from training_platform.crm.models import (
    Activity,
    Contact,
    Contract,
    Customer,
    Lead,
    Opportunity,
    Payment,
    Product,
    Seller,
)
from training_platform.crm.services.records import create_record, find_record
from training_platform.crm.services.stages import open_opportunity


def play(desk: Desk, seller_id: int) -> None:
    """Take another seller's desk."""
    desk.seller = find_record(desk, Seller, seller_id)
    desk.layer.seller_id = seller_id


def make_customer(desk: Desk, **values: Any) -> Customer:
    given = {
        "name": "绍兴聆泉精密部件有限公司",
        "contact_name": "宋闻溪",
        "contact_title": "采购经理",
        "mobile": "15412349001",
        "industry": "machinery",
        "region": "east",
        "owner_id": desk.seller.id,
        "claimed_at": desk.now,
    }
    return create_record(desk, Customer, given | values)


def make_contact(desk: Desk, customer: Customer, **values: Any) -> Contact:
    return create_record(desk, Contact, {"customer_id": customer.id, "name": "宋闻溪"} | values)


def make_lead(desk: Desk, **values: Any) -> Lead:
    given = {
        "company": "温州漱石泵业有限公司",
        "person": "葛临川",
        "title": "设备主管",
        "mobile": "16012349002",
        "email": "ge@shushi.example",
        "industry": "machinery",
        "region": "east",
        "source": "trade_fair",
        "status": "assigned",
        "owner_id": desk.seller.id,
        "received_at": desk.now,
    }
    return create_record(desk, Lead, given | values)


def make_opportunity(desk: Desk, customer: Customer | None = None, **values: Any) -> Opportunity:
    customer = customer or make_customer(desk)
    given = {
        "name": "数控机床年度维保",
        "customer_id": customer.id,
        "amount": Decimal("186000.00"),
        "expected_close_on": (desk.now + timedelta(days=30)).date(),
    }
    return open_opportunity(desk, given | values)


def make_contract(desk: Desk, opportunity: Opportunity, **values: Any) -> Contract:
    given = {
        "customer_id": opportunity.customer_id,
        "opportunity_id": opportunity.id,
        "amount": opportunity.amount,
        "status": "signed",
        "signed_at": desk.now,
        "owner_id": opportunity.owner_id,
    }
    return create_record(desk, Contract, given | values)


def make_payment(desk: Desk, **values: Any) -> Payment:
    given = {"kind": "payment", "amount": Decimal("1000.00"), "paid_at": desk.now}
    return create_record(desk, Payment, given | values)


def make_product(desk: Desk, **values: Any) -> Product:
    given = {
        "code": f"TX-{desk.layer.next_id}",
        "name": "数控车床",
        "english_name": "CNC lathe",
        "line": "equipment",
        "unit": "台",
        "list_price_amount": Decimal("80000.00"),
    }
    return create_record(desk, Product, given | values)


def make_activity(desk: Desk, **values: Any) -> Activity:
    given = {
        "method": "call",
        "subject": "电话跟进",
        "owner_id": desk.seller.id,
        "done_at": desk.now,
    }
    return create_record(desk, Activity, given | values)
