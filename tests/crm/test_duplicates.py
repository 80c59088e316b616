"""Suspected duplicates: found by keys and by names that look alike, with the reason in words."""

import pytest

from training_platform.crm.models import Contact, Customer, Lead
from training_platform.crm.queries.duplicates import clusters
from training_platform.crm.rules.duplicates import Traits, is_strong, reasons_for, traits_of
from training_platform.crm.services.duplicates import find_candidates
from training_platform.crm.services.records import create_record, delete_record

FIRM = {
    "name": "杭州溪岚精工机械有限公司",
    "contact_name": "骆知夏",
    "mobile": "15412340001",
    "email": "luo@xilan.example",
    "credit_code": "91999999MA0000001X",
}


@pytest.fixture
def firm(desk):
    return create_record(desk, Customer, FIRM)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ({"name": "杭州溪岚精工机械股份有限公司"}, "same_name"),
        ({"name": "杭州溪岚精工机械 (有限公司)"}, "same_name"),
        ({"name": "杭州溪嵐精工機械有限公司"}, "same_name"),
        ({"name": "别的公司", "mobile": "+86 154-1234-0001"}, "same_mobile"),
        ({"name": "别的公司", "email": "LUO@xilan.example"}, "same_email"),
        ({"name": "别的公司", "credit_code": "91999999ma0000001x"}, "same_credit_code"),
        ({"name": "杭州溪岚精密机械有限公司"}, "similar_name"),
        ({"name": "杭州溪岚工贸有限公司", "contact_name": "骆知夏"}, "same_person"),
    ],
)
def test_a_variant_of_a_customer_is_found_with_its_reason(desk, firm, typed, reason):
    found = {each.id: each for each in find_candidates(desk, "customer", typed)}

    assert reason in found[firm.id].reasons


def test_another_firm_is_no_candidate(desk, firm):
    typed = {"name": "昆明远岫酒店用品有限公司", "mobile": "16012340009"}

    assert firm.id not in {each.id for each in find_candidates(desk, "customer", typed)}


def test_a_former_name_is_found(desk):
    renamed = create_record(
        desk, Customer, {"name": "苏州栖梧智造有限公司", "former_name": "苏州栖梧五金厂"}
    )

    found = find_candidates(desk, "customer", {"name": "苏州栖梧五金厂"})

    assert next(each.reasons for each in found if each.id == renamed.id) == ("former_name",)


def test_leads_and_contacts_are_looked_at_too(desk, firm):
    lead = create_record(
        desk,
        Lead,
        {"company": "杭州溪岚精工机械", "source": "website", "received_at": desk.now},
    )
    contact = create_record(
        desk, Contact, {"customer_id": firm.id, "name": "沈青禾", "mobile": "15412340001"}
    )

    found = {(each.entity, each.id) for each in find_candidates(desk, "customer", FIRM)}

    assert {("customer", firm.id), ("lead", lead.id), ("contact", contact.id)} <= found


def test_at_most_five_come_and_the_surest_first(desk, firm):
    for number in range(8):
        create_record(desk, Customer, {"name": f"杭州溪岚精工机械{number}有限公司"})

    found = find_candidates(desk, "customer", FIRM)

    assert len(found) == 5
    assert found[0].id == firm.id


def test_the_record_itself_and_deleted_ones_are_left_out(desk, firm):
    other = create_record(desk, Customer, FIRM | {"name": "杭州溪岚精工机械"})
    delete_record(desk, other)

    found = find_candidates(desk, "customer", FIRM, exclude_id=firm.id)

    assert not {firm.id, other.id} & {each.id for each in found if each.entity == "customer"}


def test_a_customers_own_contacts_are_no_duplicates_of_it(desk, firm):
    own = {"customer_id": firm.id, "name": "骆知夏", "mobile": "15412340002"}
    contact = create_record(desk, Contact, own)
    values = {"mobile": contact.mobile}

    assert find_candidates(desk, "customer", values, exclude_id=firm.id) == []
    assert [each.id for each in find_candidates(desk, "customer", values)] == [contact.id]


def test_a_converted_lead_is_left_out(desk, firm):
    lead = create_record(
        desk,
        Lead,
        {
            "company": FIRM["name"],
            "source": "website",
            "status": "converted",
            "received_at": desk.now,
        },
    )

    assert ("lead", lead.id) not in {
        (each.entity, each.id) for each in find_candidates(desk, "customer", FIRM)
    }


def test_only_the_strong_ones_leave_out_what_merely_looks_alike(desk, firm):
    similar = create_record(desk, Customer, {"name": "杭州溪岚精密机械有限公司"})

    found = find_candidates(desk, "customer", FIRM, only_strong=True)

    assert firm.id in {each.id for each in found}
    assert similar.id not in {each.id for each in found}


def test_nothing_typed_finds_nothing(desk):
    assert find_candidates(desk, "customer", {}) == []
    assert find_candidates(desk, "customer", {"name": " ", "mobile": None}) == []


def test_reasons_that_oblige_an_answer():
    assert is_strong(("same_mobile",))
    assert not is_strong(("similar_name",))
    assert reasons_for(Traits(), Traits()) == ()
    assert traits_of({"company": "甲乙丙有限公司"}).name_key == "甲乙丙"


def test_clusters_bring_together_what_hangs_together(desk, firm):
    by_name = create_record(desk, Customer, {"name": "杭州溪岚精工机械", "mobile": "16012340002"})
    by_mobile = create_record(desk, Customer, {"name": "完全不同商行", "mobile": "16012340002"})

    found = next(each for each in clusters(desk) if firm in each.customers)

    assert set(found.customers) == {firm, by_name, by_mobile}
    assert found.reasons == ("same_mobile", "same_name")
