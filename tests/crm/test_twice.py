"""A form that is sent twice (a double click, Back and Save) saves once, and says so."""

import pytest
from sqlalchemy import func, select

from tests.factories.crm import TYPED_CUSTOMER
from tests.page import Page
from training_platform.crm.models import Activity, Lead

SAID = "This form was saved before, so nothing was added."
LEAD = {
    "company": "塞北演练包装有限公司",
    "person": "吴演练",
    "mobile": "15409997766",
    "source": "website",
}
FORMS = {
    "a record": ("lead/new", LEAD, Lead),
    "a follow-up": ("customer/{id}/follow-up", {"summary": "谈了价格", "method": "call"}, Activity),
    "a task": (
        "tasks/new",
        {"subject": "寄样品", "method": "task", "due_at": "2025-07-01T10:00"},
        Activity,
    ),
}


def rows_of(session, model):
    session.rollback()
    return session.scalar(select(func.count()).select_from(model))


@pytest.mark.parametrize("what", FORMS)
def test_the_second_save_leads_where_the_first_led_and_tells_that_nothing_was_added(
    crm_client, crm_session, base, customer, what
):
    path, fields, model = FORMS[what]
    path, fields = path.format(id=customer.id), fields | {"once": "the-same"}
    first = crm_client.post(f"{base}/{path}", data=fields)
    crm_client.get(first.location)  # its own message is read
    rows = rows_of(crm_session, model)

    second = crm_client.post(f"{base}/{path}", data=fields)

    assert second.status_code == 303
    assert second.location == first.location
    assert SAID in crm_client.get(second.location).text
    assert rows_of(crm_session, model) == rows


def test_something_else_in_a_form_that_was_saved_is_kept_and_may_be_saved_too(
    crm_client, crm_session, base
):
    """Back leads to the filled form: its token was used, and what is typed next is not lost."""
    first = crm_client.post(f"{base}/lead/new", data=LEAD | {"once": "the-same"})
    crm_client.get(first.location)
    other = LEAD | {"company": "塞南演练包装有限公司", "mobile": "15409997767"}
    rows = rows_of(crm_session, Lead)

    answer = crm_client.post(f"{base}/lead/new?lang=en", data=other | {"once": "the-same"})

    assert answer.status_code == 422
    assert f"This form was saved before: {LEAD['company']}." in answer.text
    assert other["company"] in answer.text
    once = Page(answer).select("//input[@name='once']/@value")[0]
    assert once != "the-same"
    assert crm_client.post(f"{base}/lead/new", data=other | {"once": once}).status_code == 303
    assert rows_of(crm_session, Lead) == rows + 1


def test_the_first_save_says_nothing_of_a_second(crm_client, base):
    made = crm_client.post(f"{base}/customer/new", data=TYPED_CUSTOMER | {"once": "new"})

    assert SAID not in crm_client.get(made.location).text
