"""After a customer is anonymized, no page, list, search, report or export names a person of it."""

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from tests.crm.lists import check, import_all, row, see, sheet, step
from tests.crm.selling import make_activity, make_contact, play
from tests.factories.crm import TYPED_CUSTOMER
from training_platform.crm.importing.writing import created_ids
from training_platform.crm.models import Contact, Customer
from training_platform.crm.queries import lists
from training_platform.crm.registry import ENTITIES
from training_platform.crm.services import exports, imports, records, retention

WHO, THEN = "郑试练", "钱试练"
OWN_FIELD = {"remarks": f"{WHO}分机 8086"}


@pytest.fixture
def forgotten(desk, customer) -> Customer:
    """A customer whose persons were changed, deleted and written about, then anonymized."""
    records.change_record(desk, customer, {"contact_name": WHO} | OWN_FIELD)
    records.change_record(desk, customer, {"contact_name": THEN})
    contact = make_contact(desk, customer, name=WHO)
    records.change_record(desk, contact, {"name": THEN})
    deleted = make_contact(desk, customer, name=WHO)
    records.delete_record(desk, deleted)
    make_activity(desk, customer_id=customer.id, subject=f"{WHO}来电", summary=f"{THEN}来电")
    play(desk, 15)  # the sales director
    version = records.find_record(desk, Customer, customer.id).version
    retention.retain(desk, customer, "anonymize", expected_version=version)
    desk.session.flush()
    return customer


def texts_at(crm_client, address):
    response = crm_client.get(address, follow_redirects=True)
    assert response.status_code in {200, 404, 409}, address
    return response.get_data(as_text=True)


@pytest.mark.parametrize("entity", [e.name for e in ENTITIES.values() if e.has_list])
def test_lists_and_reports_name_nobody(desk, forgotten, crm_client, base, entity):
    for address in (
        f"{base}/{entity}/?view=all&sort=-id",
        f"{base}/reports/build?of={entity}&measure=count",
    ):
        shown = texts_at(crm_client, address)
        assert WHO not in shown, address
        assert THEN not in shown, address


def test_pages_beside_the_record_name_nobody(desk, forgotten, crm_client, base):
    for path in (
        "",
        "states",
        "alerts",
        "tasks",
        "duplicates",
        "exports",
        "imports",
        "dashboard",
        "reports/",
        "reports/metrics/churn",
        "reports/metrics/usage",
        f"customer/{forgotten.id}",
        f"customer/{forgotten.id}?tab=changes",
        f"customer/{forgotten.id}/edit",
    ):
        shown = texts_at(crm_client, f"{base}/{path}")
        assert WHO not in shown, path
        assert THEN not in shown, path


@pytest.mark.parametrize("entity", ["customer", "contact", "activity"])
def test_exported_files_name_nobody(desk, forgotten, entity):
    every = ",".join(ENTITIES[entity].fields)
    asked = {"view": "all", "columns": every, "sort": "-id"}
    state = lists.read_state(desk, ENTITIES[entity], MultiDict(asked))
    wish = exports.Wish(purpose="季度回访名单", is_unmasked=True)
    event, _is_free = exports.request_export(desk, state, wish)  # the director asks nobody

    told = exports.export_file(desk, state, event).decode()

    assert WHO not in told
    assert THEN not in told


def test_an_import_shows_its_rows_no_more(desk, crm_client, base):
    """Right and wrong rows, and what an updated customer was before."""
    data = sheet(row(1, 联系人=WHO), row(2, 联系人=THEN), row(3, 联系人=WHO, 联系电话="12"))
    found = import_all(desk, data)
    made = next(created_ids(found))
    again = sheet(row(1, 联系人=THEN))
    second = check(desk, again)
    second = step(desk, second.id, imports.choose_duplicates, {"all": "update"}, "")
    second = step(desk, second.id, imports.commit_import)
    play(desk, 15)
    customer = records.find_record(desk, Customer, made)
    retention.retain(desk, customer, "anonymize", expected_version=customer.version)
    desk.session.flush()

    for each in (found.id, second.id):
        for path in ("", "?show=duplicates", "/sample", "/errors.csv"):
            shown = texts_at(crm_client, f"{base}/imports/{each}{path}")
            assert WHO not in shown, path
            assert THEN not in shown, path
        assert WHO not in str(see(desk, each).result)


@pytest.mark.parametrize("who", [WHO, THEN])
def test_searches_find_nobody(desk, forgotten, crm_client, base, who):
    for address in (f"search?q={who}", f"customer/?view=all&q={who}", f"contact/?view=all&q={who}"):
        shown = texts_at(crm_client, f"{base}/{address}")
        assert TYPED_CUSTOMER["name"] not in shown, address


def test_the_director_finds_the_contacts_as_nameless_rows(desk, forgotten):
    names = select(Contact.name).where(Contact.customer_id == forgotten.id)

    assert desk.session.scalars(names).all() == [""]
