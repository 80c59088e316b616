"""A customer has one main contact, however the contacts came to it."""

import pytest
from sqlalchemy import select

from tests.crm.selling import make_contact, make_customer
from training_platform.core.errors import ConflictError
from training_platform.crm.importing.checking import Checked
from training_platform.crm.importing.duplicates import Duplicate
from training_platform.crm.importing.writing import write_batch
from training_platform.crm.models import Contact, CrmImport
from training_platform.crm.registry import ENTITIES
from training_platform.crm.services import contacts, entry, merging
from training_platform.crm.services.records import find_record

MAIN = {"is_primary": True}


@pytest.fixture
def crm_app(shared_crm_app):
    return shared_crm_app


def mains(desk, customer) -> list[str]:
    desk.session.flush()
    found = select(Contact.name).where(Contact.customer_id == customer.id, Contact.is_primary)
    return list(desk.session.scalars(found))


def merge(desk, survivor, *losers):
    ids = (survivor.id, *(each.id for each in losers))
    return merging.merge(desk, merging.Plan("customer", ids, survivor.id))[1]


def test_after_a_merge_the_main_contact_is_the_survivors(desk, customer):
    other = make_customer(desk)
    make_contact(desk, customer, name="宋闻溪", **MAIN)
    make_contact(desk, other, name="葛临川", **MAIN)

    merge(desk, customer, other)

    assert mains(desk, customer) == ["宋闻溪"]


def test_a_survivor_without_one_gets_the_first_of_the_others(desk, customer):
    others = [make_customer(desk), make_customer(desk, mobile="15412349003")]
    for each, name in zip(others, ("葛临川", "曾问樵"), strict=True):
        make_contact(desk, each, name=name, **MAIN)

    merge(desk, customer, *others)

    assert mains(desk, customer) == ["葛临川"]


def test_an_undone_merge_gives_each_its_main_contact_back(desk, customer):
    other = make_customer(desk)
    make_contact(desk, customer, name="宋闻溪", **MAIN)
    make_contact(desk, other, name="葛临川", **MAIN)
    event = merge(desk, customer, other)

    merging.undo_merge(desk, event.seq)

    assert (mains(desk, customer), mains(desk, other)) == (["宋闻溪"], ["葛临川"])


def test_whoever_becomes_the_main_contact_takes_the_place_of_the_one_before(desk, customer):
    before = make_contact(desk, customer, name="宋闻溪", **MAIN)
    raw = {"customer_id": str(customer.id), "name": "葛临川", "is_primary": "1"}

    entry.create_entry(desk, ENTITIES["contact"], raw)
    assert mains(desk, customer) == ["葛临川"]

    before = find_record(desk, Contact, before.id)
    changed = {"is_primary": "1"}
    entry.change_entry(desk, before, changed, expected_version=before.version, is_partial=True)
    assert mains(desk, customer) == ["宋闻溪"]


def test_a_conflict_leaves_the_main_contact_as_it_was(desk, customer):
    make_contact(desk, customer, name="宋闻溪", **MAIN)
    other = make_contact(desk, customer, name="葛临川")

    with pytest.raises(ConflictError):
        entry.change_entry(
            desk, other, {"is_primary": "1"}, expected_version=other.version + 1, is_partial=True
        )

    assert mains(desk, customer) == ["宋闻溪"]


def test_a_file_makes_no_second_main_contact(desk, customer):
    """It replaces none either: a revert could not give the place back."""
    known = make_customer(desk)
    make_contact(desk, known, name="宋闻溪", **MAIN)
    rows = [{"customer_id": known.id, "name": "葛临川", **MAIN}]
    rows += [{"customer_id": customer.id, "name": name, **MAIN} for name in ("曾问樵", "郑试练")]

    given = contacts.without_second_mains(desk, rows)

    assert [each["is_primary"] for each in given] == [False, True, False]


def test_a_contact_that_a_file_updates_becomes_no_second_main_one(desk, customer):
    make_contact(desk, customer, name="宋闻溪", **MAIN)
    other = make_contact(desk, customer, name="葛临川", mobile="16400000001")
    row = Checked(2, {"is_primary": "是", "title": "总监"}, {"title": "总监", **MAIN})
    found = CrmImport(entity="contact", result={}, choices={"2": "update"}, done_count=0)
    known = Duplicate("same_mobile", other.id, may_update=True)

    write_batch(desk, found, [(row, known)])

    assert mains(desk, customer) == ["宋闻溪"]
    assert find_record(desk, Contact, other.id).title == "总监"
