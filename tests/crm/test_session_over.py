"""The session ends while a form is open: what was typed is read back, and goes along later."""

import pytest
from sqlalchemy import func, select

from tests.factories.crm import TYPED_CUSTOMER
from tests.page import Page
from training_platform.crm.models import Customer

SITE = {"Origin": "http://localhost"}


@pytest.fixture
def late(crm_client):
    """A browser whose session is over, with a form of the practice company still open."""
    crm_client.delete_cookie("session")
    return crm_client


def refused(client, address, fields, headers=SITE):
    """Send a form; return the page that asks to sign in."""
    response = client.post(address, data=fields, headers=headers)
    assert response.status_code == 401
    return Page(response)


def read_back(page):
    """Return what the page says was entered: names and values."""
    pairs = page.tree.xpath("//section[@aria-labelledby='typed']//dl/div")
    return {each.find("dt").text_content(): each.find("dd").text_content() for each in pairs}


def carried(page):
    """Return the fields that the page would send once more."""
    fields = page.tree.xpath("//form[@id='again']//input[@type='hidden']")
    return {each.get("name"): each.get("value") for each in fields}


def test_what_was_typed_stands_under_the_names_and_choices_that_the_form_showed(late, base):
    shown = read_back(refused(late, f"{base}/customer/new?lang=en", TYPED_CUSTOMER))

    assert shown["Customer name"] == TYPED_CUSTOMER["name"]
    assert shown["Industry"] == "Machinery"
    assert not set(shown) & set(TYPED_CUSTOMER)  # no name of a column


def test_it_stands_there_in_chinese_for_a_chinese_reader(late, base):
    shown = read_back(refused(late, f"{base}/customer/new?lang=zh", TYPED_CUSTOMER))

    assert shown["客户名称"] == TYPED_CUSTOMER["name"]
    assert shown["所属行业"] == "机械制造"


def test_a_follow_up_is_read_back_by_its_own_names(late, base):
    fields = {"summary": "谈了价格", "method": "call", "next_step": "寄样品", "once": "x"}
    shown = read_back(refused(late, f"{base}/customer/1/follow-up?lang=zh", fields))

    assert shown == {"沟通内容": "谈了价格", "方式": "电话", "下一步": "寄样品"}


def test_a_task_is_read_back_by_its_own_names(late, base):
    fields = {"subject": "寄样品", "method": "task", "customer_id": "#1 华东机械有限公司"}
    shown = read_back(refused(late, f"{base}/tasks/new?lang=en", fields))

    assert shown["What is to be done"] == "寄样品"
    assert shown["Customer"] == "#1 华东机械有限公司"


def test_other_forms_are_read_back_by_the_labels_of_their_fields(late, base):
    fields = {"to": "proposal", "evidence": "样品已确认", "version": "1"}
    shown = read_back(refused(late, f"{base}/opportunity/1/stage?lang=en", fields))

    assert shown["What shows that the exit criterion is met"] == "样品已确认"
    assert "version" not in " ".join(shown).lower()


def test_a_name_that_nobody_knows_reads_like_words(late, base):
    shown = read_back(refused(late, f"{base}/customer/new?lang=en", {"never_heard_of": "x"}))

    assert shown == {"Never heard of": "x"}


def test_after_signing_in_again_the_form_goes_on_without_retyping(
    crm_app, late, crm_session, base, trainee
):
    crm_app.config["WTF_CSRF_ENABLED"] = True
    before = crm_session.scalar(select(func.count()).select_from(Customer))
    crm_session.commit()
    fields = {**TYPED_CUSTOMER, "once": "kept-token", "remarks": "第一行\n第二行"}
    page = refused(late, f"{base}/customer/new?lang=en", fields)
    late.sign_in(trainee)  # in another tab; the tokens of this one are stale now

    ready = late.post(f"{base}/customer/new", data=carried(page), headers=SITE)
    assert ready.status_code == 400
    assert "Look at what you had entered, then send it." in ready.text
    done = late.post(f"{base}/customer/new", data=carried(Page(ready)), headers=SITE)

    assert done.status_code == 303
    crm_session.rollback()
    made = crm_session.scalars(select(Customer).where(Customer.name == fields["name"])).one()
    assert (made.mobile, made.remarks) == (fields["mobile"], fields["remarks"])
    assert crm_session.scalar(select(func.count()).select_from(Customer)) == before + 1


def test_a_form_from_a_strangers_page_is_never_offered_again(late, base):
    foreign = ("https://elsewhere.example", "http://localhost@elsewhere.example", "null")

    for headers in ({}, *({"Origin": each} for each in foreign)):
        page = refused(late, f"{base}/customer/new", TYPED_CUSTOMER, headers)
        assert not page.tree.xpath("//form[@id='again']")
        assert read_back(page)


def test_passwords_and_files_are_not_carried_by_a_page(late, base):
    page = refused(late, "/account/password", {"password": "old", "new_password": "fresh-secret"})
    assert "fresh-secret" not in page.body
    assert not page.tree.xpath("//form[@id='again']")
