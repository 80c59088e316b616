"""Pages of records: what they show, who may change what, and what happens to what was typed."""

import re

import pytest
from sqlalchemy import select

from tests.factories.crm import KNOWN_CUSTOMER
from tests.factories.crm import TYPED_CUSTOMER as GOOD
from tests.factories.people import make_employee
from training_platform.core.permissions import Right
from training_platform.crm.models import Activity, CrmEvent, Customer, Lead, Quote, QuoteLine
from training_platform.crm.queries.sellers import within_reach
from training_platform.crm.registry import ENTITIES
from training_platform.crm.services import records

OPEN = [name for name, entity in ENTITIES.items() if entity.is_open]
LISTED = [name for name, entity in ENTITIES.items() if entity.has_list]


def text_of(response, status=200):
    assert response.status_code == status, response.get_data(as_text=True)[:2000]
    return response.get_data(as_text=True)


def hidden(text, name):
    return re.search(rf'name="{name}" value="([^"]*)"', text).group(1)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_list_and_every_form_shows(crm_client, base, language):
    for name in LISTED:
        text = text_of(crm_client.get(f"{base}/{name}/?view=all&lang={language}"))
        assert text.count("<h1>") == 1, name
    for name in OPEN:
        assert 'name="once"' in text_of(crm_client.get(f"{base}/{name}/new")), name


def test_every_kind_of_record_has_its_page(crm_client, desk, base):
    for name in LISTED:
        model = ENTITIES[name].model
        found = desk.session.scalars(
            select(model).where(within_reach(desk, model)).order_by(model.id)
        ).first()
        if found is None:
            continue
        assert crm_client.get(f"{base}/{name}/{found.id}").status_code == 200, name
        assert crm_client.get(f"{base}/{name}/{found.id}?tab=changes").status_code == 200, name


@pytest.mark.parametrize(
    ("entity", "about"),
    [
        ("quote_line", "product_id"),
        ("order_line", "product_id"),
        ("survey", "ticket_id"),
        ("campaign_member", "customer_id"),
        ("target", "seller_id"),
    ],
)
def test_record_without_a_name_is_called_by_what_it_is_about(crm_client, desk, base, entity, about):
    known, model = ENTITIES[entity].fields[about], ENTITIES[entity].model
    seen = within_reach(desk, model), getattr(model, about).is_not(None)
    record = desk.session.scalars(select(model).where(*seen).order_by(model.id)).first()
    named = records.find_record(desk, ENTITIES[known.refers_to].model, getattr(record, about))

    shown = text_of(crm_client.get(f"{base}/{entity}/{record.id}?lang=zh"))

    heading = shown[shown.index("<h1") : shown.index("</h1>")]
    assert records.title_of(named) in heading
    assert f"#{record.id}" not in heading


def test_lines_of_a_quote_stand_there_once(crm_client, desk, base):
    own = select(Quote.id).where(within_reach(desk, Quote))
    wanted = select(QuoteLine).where(QuoteLine.quote_id.in_(own)).order_by(QuoteLine.id)
    line = desk.session.scalars(wanted).first()

    shown = text_of(crm_client.get(f"{base}/quote/{line.quote_id}?lang=en"))

    assert 'id="lines"' in shown
    assert f"/quote_line/{line.id}" not in shown


def test_new_customer_is_saved_once_for_two_posts(crm_client, crm_session, desk, base):
    once = hidden(text_of(crm_client.get(f"{base}/customer/new")), "once")

    first = crm_client.post(f"{base}/customer/new", data=GOOD | {"once": once})
    second = crm_client.post(f"{base}/customer/new", data=GOOD | {"once": once})

    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    found = crm_session.scalars(select(Customer).where(Customer.name == GOOD["name"])).all()
    assert [each.owner_id for each in found] == [desk.seller.id]


def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(crm_client, base):
    typed = GOOD | {"mobile": "1540999", "email": "zhou@", "remarks": "别忘了发票"}

    text = text_of(crm_client.post(f"{base}/customer/new?lang=en", data=typed), 422)

    assert "V02 Mobile: enter 11 digits" in text
    assert "V03" in text
    for kept in ("1540999", "zhou@", "别忘了发票", GOOD["name"], "周试练"):
        assert kept in text
    assert 'href="#f-mobile"' in text
    assert 'aria-invalid="true"' in text


def test_errors_are_chinese_too(crm_client, base):
    text = text_of(
        crm_client.post(f"{base}/customer/new?lang=zh", data=GOOD | {"mobile": "1540999"}),
        422,
    )

    assert "V02 手机：应为以 1 开头的 11 位数字" in text


def test_duplicate_is_shown_and_may_be_answered(crm_client, crm_session, base, customer):
    typed = GOOD | {"name": "江南试练机械"}

    text = text_of(crm_client.post(f"{base}/customer/new", data=typed), 422)
    assert "V11" in text
    assert f"/customer/{customer.id}" in text
    response = crm_client.post(
        f"{base}/customer/new", data=typed | {"duplicate_reason": "另一家分公司"}
    )

    assert response.status_code == 303
    assert (
        len(crm_session.scalars(select(Customer).where(Customer.mobile == GOOD["mobile"])).all())
        == 2
    )


def test_record_says_how_its_number_was_typed(crm_client, base):
    typed = GOOD | {"mobile": "+86 154-0999 8877"}
    made = crm_client.post(f"{base}/customer/new", data=typed)

    assert "typed: +86 154-0999 8877" in text_of(crm_client.get(f"{made.location}?lang=en"))
    crm_client.post(
        f"{made.location}/edit", data={"only": "mobile", "mobile": "15409998878", "version": "1"}
    )
    shown = text_of(crm_client.get(f"{made.location}?lang=en"))
    assert "15409998878" in shown
    assert "typed:" not in shown


def test_one_field_changes_in_place(crm_client, crm_session, base, customer):
    form = text_of(crm_client.get(f"{base}/customer/{customer.id}/fields/city"))
    data = {"only": "city", "version": hidden(form, "version"), "city": "苏州"}

    response = crm_client.post(f"{base}/customer/{customer.id}/edit", data=data)

    assert response.status_code == 303
    crm_session.expire_all()
    assert crm_session.scalar(select(Customer.city).where(Customer.id == customer.id)) == "苏州"


def test_wrong_value_in_place_comes_back_in_the_whole_form(crm_client, base, customer):
    data = {"only": "mobile", "version": "1", "mobile": "12"}

    text = text_of(crm_client.post(f"{base}/customer/{customer.id}/edit", data=data), 422)

    assert "V02" in text
    assert 'value="12"' in text
    assert GOOD["name"] in text


def test_of_two_tabs_the_second_sees_both_versions(crm_client, base, customer):
    address = f"{base}/customer/{customer.id}/edit"
    version = hidden(text_of(crm_client.get(address)), "version")
    first = crm_client.post(address, data=GOOD | {"version": version, "city": "苏州"})
    assert first.status_code == 303

    second = crm_client.post(f"{address}?lang=en", data=GOOD | {"version": version, "city": "无锡"})

    text = text_of(second, 409)
    now, typed = text.split("What you had entered")
    assert "苏州" in now
    assert "无锡" in typed


def test_two_tabs_in_place_see_both_versions_too(crm_client, base, customer):
    address = f"{base}/customer/{customer.id}/edit"
    data = {"only": "city", "version": "1"}
    assert crm_client.post(address, data=data | {"city": "苏州"}).status_code == 303

    text = text_of(crm_client.post(f"{address}?lang=en", data=data | {"city": "无锡"}), 409)

    assert "苏州" in text.split("What you had entered")[0]
    assert "无锡" in text.split("What you had entered")[1]


def test_follow_up_is_logged_with_what_comes_next(crm_client, crm_session, base, customer):
    page = text_of(crm_client.get(f"{base}/customer/{customer.id}"))
    data = {
        "once": hidden(page, "once"),
        "method": "visit",
        "summary": "看了样机，价格可以接受",
        "reaction": "希望缩短交期",
        "next_step": "发报价单",
        "next_follow_up_at": "2030-01-08T10:00",
    }

    for _twice in range(2):
        assert (
            crm_client.post(f"{base}/customer/{customer.id}/follow-up", data=data).status_code
            == 303
        )

    (made,) = crm_session.scalars(select(Activity).where(Activity.customer_id == customer.id)).all()
    assert (made.method, made.next_step) == ("visit", "发报价单")
    assert made.done_at is not None
    text = text_of(crm_client.get(f"{base}/customer/{customer.id}"))
    assert "看了样机" in text
    assert "2030-01-08" in text


def test_follow_up_without_a_summary_keeps_the_rest(crm_client, base, customer):
    data = {"method": "call", "summary": "", "next_step": "发报价单"}

    text = text_of(crm_client.post(f"{base}/customer/{customer.id}/follow-up", data=data), 422)

    assert "发报价单" in text
    assert "V00" in text


def test_first_follow_up_of_a_lead_is_noted(crm_client, crm_session, desk, base):
    lead = records.create_record(
        desk,
        Lead,
        {
            "company": "云帆试练软件",
            "source": "website",
            "status": "assigned",
            "owner_id": desk.seller.id,
            "received_at": desk.now,
        },
    )

    crm_client.post(f"{base}/lead/{lead.id}/follow-up", data={"summary": "已联系"})

    crm_session.expire_all()
    found = crm_session.scalars(select(Lead).where(Lead.id == lead.id)).one()
    assert found.first_followed_up_at is not None
    assert found.status == "following"


def test_tags_are_added_and_taken_away(crm_client, crm_session, base, customer):
    address = f"{base}/customer/{customer.id}/tags"

    crm_client.post(address, data={"tag": "年度维保"})
    crm_client.post(address, data={"tag": "高潜"})
    crm_client.post(address, data={"remove": "年度维保"})

    crm_session.expire_all()
    assert crm_session.scalar(select(Customer.tags).where(Customer.id == customer.id)) == ["高潜"]


def test_history_of_fields_names_both_values(crm_client, base, customer):
    crm_client.post(
        f"{base}/customer/{customer.id}/edit",
        data={"only": "industry", "version": "1", "industry": "food"},
    )

    text = text_of(crm_client.get(f"{base}/customer/{customer.id}?tab=changes&lang=zh"))

    assert "<del>机械制造</del>" in text
    assert "食品饮料" in text


def test_looks_are_written_down(crm_client, crm_session, desk, base, customer):
    crm_client.get(f"{base}/customer/{customer.id}").close()
    crm_client.get(f"{base}/search?q=试练").close()

    crm_session.expire_all()
    acts = crm_session.scalars(select(CrmEvent).where(CrmEvent.layer_id == desk.layer.id)).all()
    assert ("view", customer.id) in {(each.act, each.record_id) for each in acts}
    assert "试练" in {each.context.get("text") for each in acts if each.act == "search"}


def test_deleted_record_is_gone(crm_client, base, customer):
    address = f"{base}/customer/{customer.id}"
    assert crm_client.get(f"{address}/delete").status_code == 200

    crm_client.post(f"{address}/delete", data={"version": "1"})

    assert crm_client.get(address).status_code == 404
    assert crm_client.get(f"{address}/edit").status_code == 404


WORDS = {
    "en": ("deleted meanwhile", "What you had entered", "Back to the list: Customers"),
    "zh": ("已被删除", "你填写的内容", "返回列表：客户"),
}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("edit", GOOD | {"city": "无锡"}),
        ("edit", {"only": "city", "city": "无锡"}),
        ("follow-up", {"method": "call", "summary": "无锡的备件要报价"}),
        ("delete", {}),
    ],
)
def test_record_deleted_in_another_tab_is_a_conflict(
    crm_client, base, customer, path, data, language
):
    address = f"{base}/customer/{customer.id}"
    crm_client.post(f"{address}/delete", data={"version": "1"})

    late = crm_client.post(f"{address}/{path}?lang={language}", data=data | {"version": "1"})

    text = text_of(late, 409)
    deleted, typed, back = WORDS[language]
    assert deleted in text
    assert back in text
    assert f'href="{base}/customer/"' in text
    if data:
        assert typed in text
        assert "无锡" in text.split(typed)[1]


def test_deleted_record_of_a_colleague_stays_unknown(crm_client, desk, base):
    theirs = records.create_record(desk, Customer, KNOWN_CUSTOMER | {"owner_id": 3})
    records.delete_record(desk, theirs)

    data = GOOD | {"version": "1"}
    assert crm_client.post(f"{base}/customer/{theirs.id}/edit", data=data).status_code == 404


def test_record_of_anothers_layer_is_not_found(crm_client, crm_app, crm_session, base, customer):
    stranger = make_employee(crm_session)
    other = crm_app.test_client()
    other.sign_in(stranger)
    other.post("/crm/open")
    own = other.get("/crm/").location

    assert other.get(f"{own}customer/{customer.id}").status_code == 404
    assert other.get(f"{base}/customer/{customer.id}").status_code == 404
    assert other.get(f"{base}/").status_code == 404
    assert crm_client.get(f"{base}/customer/{customer.id}").status_code == 200


def test_trainer_reads_but_changes_nothing(crm_app, crm_session, base, customer):
    trainer = make_employee(crm_session, rights=(Right.TRAINER,))
    looker = crm_app.test_client()
    looker.sign_in(trainer)

    page = text_of(looker.get(f"{base}/customer/{customer.id}?lang=en"))
    assert "read only" in page
    assert 'id="log"' not in page
    assert looker.get(f"{base}/customer/").status_code == 200
    for path, data in (
        ("customer/new", GOOD),
        (f"customer/{customer.id}/edit", GOOD | {"version": "1"}),
        (f"customer/{customer.id}/follow-up", {"summary": "x"}),
        (f"customer/{customer.id}/tags", {"tag": "x"}),
        (f"customer/{customer.id}/delete", {"version": "1"}),
        (f"customer/{customer.id}/retention", {"act": "archive", "version": "1"}),
        ("customer/bulk", {"act": "delete", "ids": str(customer.id)}),
        ("customer/views", {"name": "x"}),
        ("tasks/new", {"subject": "x"}),
    ):
        assert looker.post(f"{base}/{path}", data=data).status_code == 403, path


def test_pool_customer_shows_masked_and_refuses_changes(crm_client, crm_session, desk, base):
    pooled = records.create_record(desk, Customer, KNOWN_CUSTOMER | {"owner_id": None})
    address = f"{base}/customer/{pooled.id}"

    text = text_of(crm_client.get(address))
    refused = crm_client.post(f"{address}/edit", data={"only": "city", "version": "1", "city": "x"})

    assert "154****8877" in text
    assert GOOD["mobile"] not in text
    assert refused.status_code == 403
    crm_session.expire_all()
    denied = select(CrmEvent).where(CrmEvent.layer_id == desk.layer.id, CrmEvent.act == "deny")
    assert crm_session.scalars(denied).first() is not None


def test_anonymized_fields_are_truly_blank(crm_client, crm_session, desk, base, customer):
    address = f"{base}/customer/{customer.id}/retention"
    assert crm_client.post(address, data={"act": "archive", "version": "1"}).status_code == 403
    desk.layer.seller_id = 2  # the lead of the team

    crm_client.post(address, data={"act": "anonymize", "version": "1"})

    crm_session.expire_all()
    found = crm_session.scalars(select(Customer).where(Customer.id == customer.id)).one()
    assert found.retention == "anonymized"
    assert [found.contact_name, found.mobile, found.email, found.remarks] == [None] * 4


def test_legal_hold_keeps_the_data(crm_client, crm_session, desk, base, customer):
    address = f"{base}/customer/{customer.id}/retention"
    desk.layer.seller_id = 2

    crm_client.post(address, data={"act": "hold", "version": "1"})
    crm_client.post(f"{address}?lang=en", data={"act": "anonymize", "version": "2"})
    text = text_of(crm_client.get(f"{base}/customer/{customer.id}?lang=en"))

    assert "its data must be kept" in text
    crm_session.expire_all()
    assert crm_session.scalar(select(Customer.mobile).where(Customer.id == customer.id))


def test_tasks_are_added_and_ticked_off(crm_client, crm_session, desk, base, customer):
    add = {"subject": "寄样品", "method": "task", "due_at": "2025-06-30T18:00"}

    assert crm_client.post(f"{base}/tasks/new", data=add).status_code == 303
    task = crm_session.scalars(select(Activity).where(Activity.subject == "寄样品")).one()
    assert "寄样品" in text_of(crm_client.get(f"{base}/tasks"))
    crm_client.post(f"{base}/tasks/{task.id}/done", data={"version": "1"})

    assert "寄样品" not in text_of(crm_client.get(f"{base}/tasks"))


def test_search_finds_by_name_and_number(crm_client, base, customer):
    for words in ("江南试练", customer.code, "15409998877"):
        assert GOOD["name"] in text_of(crm_client.get(f"{base}/search?q={words}"))


def test_saving_a_form_unchanged_changes_no_own_field(crm_client, crm_session, desk, base):
    found = crm_session.scalars(
        select(Customer).where(Customer.owner_id == desk.seller.id).order_by(Customer.id)
    ).all()
    known = next(each for each in found if "lines_count" in each.custom and each.email)
    before, address = dict(known.custom), f"{base}/customer/{known.id}/edit"
    page = text_of(crm_client.get(address))
    typed = dict(re.findall(r'name="(custom\.[a-z_]+)"[^>]*value="([^"]*)"', page))
    assert typed["custom.lines_count"] == str(before["lines_count"])

    form = typed | {"city": "无锡", "version": hidden(page, "version")}
    text_of(crm_client.post(address, data=GOOD | {"name": known.name} | form), 303)

    crm_session.expire_all()
    now = crm_session.scalars(select(Customer).where(Customer.id == known.id)).one()
    assert (now.city, now.custom["lines_count"]) == ("无锡", before["lines_count"])


def test_a_reference_beyond_the_sellers_reach_may_stay(
    crm_client, crm_session, desk, base, customer
):
    theirs = crm_session.scalars(
        select(Customer).where(~within_reach(desk, Customer)).order_by(Customer.id)
    ).first()
    records.change_record(desk, customer, {"referred_by_id": theirs.id})
    address = f"{base}/customer/{customer.id}/edit"
    page = text_of(crm_client.get(address))
    shown = hidden(page, "referred_by_id") if 'name="referred_by_id" value' in page else ""
    kept = shown or f"#{theirs.id} {theirs.name}"

    form = GOOD | {"referred_by_id": kept, "city": "无锡", "version": hidden(page, "version")}
    text_of(crm_client.post(address, data=form), 303)

    crm_session.expire_all()
    now = crm_session.scalars(select(Customer).where(Customer.id == customer.id)).one()
    assert (now.city, now.referred_by_id) == ("无锡", theirs.id)
