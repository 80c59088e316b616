"""Rows of an import that stand among records of another kind: a hint, which decides nothing."""

import pytest
from sqlalchemy import func, select

from tests.crm.lists import check, row, sheet, step
from tests.crm.selling import make_customer, make_lead
from training_platform.crm.models import Customer, Lead
from training_platform.crm.services import imports

LEADS = ["公司名称", "联系人", "手机", "来源", "邮箱"]


def a_lead(**changes: str) -> list[str]:
    given = {"company": "青梧仪器有限公司", "person": "赵试练", "mobile": "16400000009"}
    given |= {"source": "展会", "email": ""} | changes
    return list(given.values())


@pytest.mark.parametrize(
    "known",
    [
        {"mobile": "16400000001"},
        {"company": "云岫第1机械（有限公司）"},
    ],
)
def test_a_customer_who_is_a_lead_gets_a_hint(desk, known):
    lead = make_lead(desk, **known)

    found = check(desk, sheet(row(1), row(2)))

    hint = found.duplicates["2"]
    assert (hint["reason"], hint["entity"], hint["id"]) == ("is_lead", "lead", lead.id)
    assert "3" not in found.duplicates


@pytest.mark.parametrize(
    ("known", "given"),
    [
        ({"mobile": "16400000009"}, {}),
        ({"name": "青梧仪器（有限公司）"}, {}),
        ({"former_name": "青梧仪器有限公司"}, {}),
        ({"email": "Zhao@qingwu.example"}, {"email": "zhao@QINGWU.example"}),
    ],
)
def test_a_lead_that_is_a_customer_gets_a_hint(desk, known, given):
    customer = make_customer(desk, **known)

    found = check(desk, sheet(a_lead(**given), head=LEADS), "lead")

    hint = found.duplicates["2"]
    assert (hint["reason"], hint["id"]) == ("is_customer", customer.id)


def test_a_lead_that_became_a_customer_is_none_any_more(desk):
    make_lead(desk, mobile="16400000001", status="converted")

    assert check(desk, sheet(row(1))).duplicates == {}


def test_a_duplicate_of_its_own_kind_goes_first(desk):
    make_lead(desk, mobile="16400000001")
    customer = make_customer(desk, mobile="16400000001")

    found = check(desk, sheet(row(1)))

    assert found.duplicates["2"]["id"] == customer.id


def test_the_row_is_written_unless_the_person_leaves_it_out(desk):
    make_lead(desk, mobile="16400000001")
    make_lead(desk, mobile="16400000002")
    found = check(desk, sheet(row(1), row(2)))
    found = step(desk, found.id, imports.choose_duplicates, {"2": "skip", "all": "skip"}, "")
    found = step(desk, found.id, imports.commit_import)

    made = desk.session.scalars(select(Customer.mobile).where(Customer.mobile.like("1640000000%")))
    assert (found.result["skipped"], made.all()) == (1, ["16400000002"])


def test_no_record_of_another_kind_is_updated(desk):
    lead = make_lead(desk, mobile="16400000001")
    found = check(desk, sheet(row(1)))
    found = step(desk, found.id, imports.choose_duplicates, {"2": "update"}, "")
    step(desk, found.id, imports.commit_import)

    assert desk.session.scalars(select(Lead.version).where(Lead.id == lead.id)).one() == 1
    count = select(func.count()).where(Customer.mobile == "16400000001")
    assert desk.session.scalar(count) == 0


def test_the_page_names_the_lead_and_offers_no_update(desk, crm_client):
    lead = make_lead(desk, mobile="16400000001")
    found = check(desk, sheet(row(1)))
    address = f"/crm/{desk.workspace.id}/imports/{found.id}"

    page = crm_client.get(f"{address}?show=elsewhere&lang=en").get_data(as_text=True)

    assert f"/lead/{lead.id}" in page
    assert "Already a lead" in page
    assert "Update the record" not in page
    assert "belongs to somebody else" not in page
