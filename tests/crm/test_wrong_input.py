"""Wrong input to the work on a ticket and to the conversion of a lead: told, kept, no fault."""

import pytest

from tests.crm.selling import make_contact, make_customer, make_lead
from training_platform.crm.registry import ENTITIES
from training_platform.crm.services import entry, records, tickets

LONG = "很长的内容" * 801
UNSEEN = "看得见\x07看不见"


@pytest.fixture
def ticket(desk, customer):
    raw = {"subject": "输送带异响", "channel": "phone", "category": "repair", "severity": "high"}
    made = entry.create_entry(desk, ENTITIES["ticket"], raw | {"customer_id": str(customer.id)})
    return tickets.assign_ticket(desk, made, desk.seller.id, "", made.version)


def send(client, base, ticket, act, **data):
    address = f"{base}/ticket/{ticket.id}/work/{act}?lang=en"
    return client.post(address, data={"version": ticket.version, **data})


def expect_refused(response, field, *kept):
    """The page comes back with the error at its field and what was typed."""
    page = response.get_data(as_text=True)
    assert response.status_code == 422, page[:600]
    assert f'id="f-{field}-error"' in page
    for text in kept:
        assert text in page


# ---- A ticket ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "data", "field", "kept"),
    [
        ("step", {"kind": "replied", "text": " "}, "text", ""),
        ("step", {"kind": "replied", "text": LONG}, "text", LONG),
        ("step", {"kind": "note", "text": UNSEEN}, "text", "看得见"),
        ("step", {"kind": "note", "text": "空\x00字节"}, "text", "字节"),
        ("step", {"kind": "closed", "text": "已联系"}, "kind", "已联系"),
        ("step", {"text": "已联系"}, "kind", "已联系"),
        ("solve", {"solution": ""}, "solution", ""),
        ("solve", {"solution": LONG}, "solution", LONG),
        ("solve", {"solution": UNSEEN}, "solution", "看得见"),
        ("assign", {"seller_id": "", "reason": "我请假"}, "seller_id", "我请假"),
        ("assign", {"seller_id": "某某", "reason": "我请假"}, "seller_id", "我请假"),
        ("assign", {"seller_id": "99999999", "reason": "我请假"}, "seller_id", "我请假"),
        ("assign", {"seller_id": "9" * 40, "reason": "我请假"}, "seller_id", "我请假"),
        ("assign", {"seller_id": "2", "reason": LONG}, "reason", LONG),
        ("assign", {"seller_id": "2", "reason": UNSEEN}, "reason", "看得见"),
    ],
)
def test_wrong_input_to_a_ticket_is_told_at_its_field(
    crm_client, base, ticket, act, data, field, kept
):
    expect_refused(send(crm_client, base, ticket, act, **data), field, kept)


@pytest.mark.parametrize("reason", [" ", LONG, UNSEEN])
def test_wrong_reason_to_open_a_ticket_again_is_told_at_its_field(
    desk, crm_client, base, ticket, reason
):
    solved = tickets.solve_ticket(desk, ticket, "更换托辊轴承", ticket.version)

    response = send(crm_client, base, solved, "reopen", reopen_reason=reason)

    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert 'id="reopen-reason-error"' in page
    assert reason.strip()[:3] in page


@pytest.mark.parametrize("article", ["", "abc", "99999999", "9" * 40, "-1"])
def test_article_that_is_none_is_refused_in_words(crm_client, base, ticket, article):
    response = send(crm_client, base, ticket, "article", article_id=article)

    assert response.status_code == 422
    assert "not published" in response.get_data(as_text=True)


@pytest.mark.parametrize("version", ["", "abc", "0", "9" * 40])
def test_older_or_odd_version_is_a_conflict_that_keeps_the_text(crm_client, base, ticket, version):
    data = {"version": version, "kind": "replied", "text": "已约周五上门"}

    response = send(crm_client, base, ticket, "step", **data)

    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "What you did or said" in page
    assert "已约周五上门" in page


def test_survey_without_one_to_answer_is_refused_in_words(crm_client, base, ticket):
    response = send(crm_client, base, ticket, "answer")

    assert response.status_code == 422
    assert "no survey that waits" in response.get_data(as_text=True)


# ---- A lead --------------------------------------------------------------------------------------

DEAL = {"has_deal": "y", "name": "泵组更新", "amount": "86000", "expected_close_on": "2025-09-01"}


def convert(client, base, lead, **data):
    given = {"version": lead.version, "customer": "new", "contact": "new", **DEAL, **data}
    return client.post(f"{base}/lead/{lead.id}/convert?lang=en", data=given)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("name", ""),
        ("name", "名" * 201),
        ("name", UNSEEN),
        ("name", "空\x00字节"),
        ("amount", ""),
        ("amount", "0"),
        ("amount", "-5"),
        ("amount", "NaN"),
        ("amount", "1e30"),
        ("amount", "12.345"),
        ("amount", "八万"),
        ("expected_close_on", ""),
        ("expected_close_on", "2025-02-31"),
        ("expected_close_on", "明天"),
        ("customer", "99999999"),
        ("customer", "某某"),
    ],
)
def test_wrong_input_to_a_conversion_is_told_at_its_field(
    desk, crm_client, crm_session, base, field, typed
):
    lead = make_lead(desk)

    response = convert(crm_client, base, lead, **{field: typed})

    page = response.get_data(as_text=True)
    assert response.status_code == 422, page[:600]
    assert f'href="#{field}' in page or f"{field}-error" in page
    for name in DEAL.keys() - {field, "has_deal"}:
        assert f'value="{DEAL[name]}' in page, name
    crm_session.expire_all()
    assert records.find_record(desk, type(lead), lead.id).status == "assigned"


@pytest.mark.parametrize("reason", ["因" * 401, UNSEEN])
def test_wrong_reason_of_a_duplicate_is_told_at_its_field(desk, crm_client, base, reason):
    make_customer(desk, name="温州漱石泵业有限公司")

    response = convert(crm_client, base, make_lead(desk), duplicate_reason=reason)

    assert response.status_code == 422
    assert "duplicate_reason-error" in response.get_data(as_text=True)


@pytest.mark.parametrize("contact", ["99999999", "某某"])
def test_unknown_contact_is_told_at_its_field(desk, crm_client, base, contact):
    firm = make_customer(desk, name="温州漱石泵业有限公司")

    response = convert(crm_client, base, make_lead(desk), customer=firm.id, contact=contact)

    assert response.status_code == 422
    assert "contact-error" in response.get_data(as_text=True)


def test_contact_of_another_candidate_is_told_at_its_field(desk, crm_client, base):
    first = make_customer(desk, name="温州漱石泵业有限公司")
    second = make_customer(desk, name="温州漱石泵业公司", mobile="16012349002")
    theirs = make_contact(desk, second)

    response = convert(crm_client, base, make_lead(desk), customer=first.id, contact=theirs.id)

    assert response.status_code == 422
    assert "contact-error" in response.get_data(as_text=True)


@pytest.mark.parametrize("version", ["9" * 40, "77"])
def test_older_version_of_a_lead_is_a_conflict_that_keeps_the_text(desk, crm_client, base, version):
    response = convert(crm_client, base, make_lead(desk), version=version)

    assert response.status_code == 409
    assert "泵组更新" in response.get_data(as_text=True)


def test_lead_deleted_in_another_tab_keeps_what_was_typed(desk, crm_client, base):
    lead = make_lead(desk)
    records.delete_record(desk, lead)

    response = convert(crm_client, base, lead)

    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "泵组更新" in page.split("What you had entered")[1]
    assert "Expected close" in page
