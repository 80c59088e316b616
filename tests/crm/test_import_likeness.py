"""Duplicates of an import beyond equal numbers and names, and names that only look alike."""

import pytest
from sqlalchemy import event, func, select

from tests.crm.lists import HEAD, check, row, sheet, step
from training_platform.core.db import db
from training_platform.crm.importing import likeness
from training_platform.crm.models import CrmEvent, Customer, ImportState, Lead
from training_platform.crm.services import imports, records


def known_customer(desk, **values) -> Customer:
    given = {
        "name": "青梧精密仪器有限公司",
        "contact_name": "周试练",
        "mobile": "16499999999",
        "owner_id": desk.seller.id,
        "city": "苏州",
        **values,
    }
    return records.create_record(desk, Customer, given)


def named(desk, name: str) -> int:
    return desk.session.scalar(select(func.count()).where(Customer.name == name))


@pytest.mark.parametrize(
    ("known", "column", "text", "reason"),
    [
        ({"email": "Zhou@qingwu.example"}, "邮箱", "zhou@QINGWU.example", "same_email"),
        (
            {"credit_code": "91320594MA1MXXXX0A"},
            "统一社会信用代码",
            "91320594ma1mxxxx0a",
            "same_credit_code",
        ),
        ({"former_name": "云岫第1机械有限公司"}, "备注", "", "former_name"),
        ({}, "曾用名", "青梧精密仪器", "former_name"),
    ],
)
def test_rows_repeat_records_for_the_reasons_of_the_form(desk, known, column, text, reason):
    customer = known_customer(desk, **known)
    found = check(desk, sheet([*row(1), text], head=[*HEAD, column]))

    assert found.problems == {}
    assert found.duplicates["2"]["reason"] == reason
    assert found.duplicates["2"]["id"] == customer.id


# ---- Names that look alike -----------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "person", "reason"),
    [
        ("青梧精密仪表有限公司", "王小满", "similar_name"),
        ("青梧仪器设备有限公司", "周试练", "same_person"),
        ("青梧仪器设备有限公司", "王小满", None),
    ],
)
def test_row_with_a_name_like_a_record_gets_a_hint(desk, name, person, reason):
    known = known_customer(desk)
    found = check(desk, sheet(row(1, 客户名称=name, 联系人=person)))

    hint = found.duplicates.get("2", {})
    assert (hint.get("reason"), hint.get("id")) == (reason, known.id if reason else None)


def test_hint_decides_nothing(desk):
    known_customer(desk)
    found = check(desk, sheet(row(1, 客户名称="青梧精密仪表有限公司")))
    found = step(desk, found.id, imports.choose_duplicates, {"all": "skip"}, "")
    found = step(desk, found.id, imports.commit_import)

    assert found.result["skipped"] == 0
    assert named(desk, "青梧精密仪表有限公司") == 1
    made = desk.session.scalars(select(CrmEvent).where(CrmEvent.act == "import")).one()
    assert "duplicate_reason" not in made.context


def test_row_with_a_hint_is_created_without_a_reason(desk):
    known_customer(desk)
    found = check(desk, sheet(row(1, 客户名称="青梧精密仪表有限公司")))

    found = step(desk, found.id, imports.choose_duplicates, {"2": "create"}, "")

    assert found.choices == {"2": "create"}


def test_row_with_a_hint_is_left_out_where_the_person_says_so(desk):
    known_customer(desk)
    found = check(desk, sheet(row(1, 客户名称="青梧精密仪表有限公司"), row(2)))
    found = step(desk, found.id, imports.choose_duplicates, {"2": "skip"}, "")
    found = step(desk, found.id, imports.commit_import)

    assert found.result["skipped"] == 1
    assert named(desk, "青梧精密仪表有限公司") == 0
    assert named(desk, "云岫第2机械有限公司") == 1


def test_row_with_a_hint_updates_the_record_that_was_shown(desk):
    known = known_customer(desk)
    found = check(desk, sheet(row(1, 客户名称="青梧精密仪表有限公司", 联系人="李新")))
    known_customer(desk, name="青梧精密仪表厂", mobile="16499999998")  # more alike by now
    found = step(desk, found.id, imports.choose_duplicates, {"2": "update"}, "")
    found = step(desk, found.id, imports.commit_import)

    after = records.find_record(desk, Customer, known.id)
    assert (after.name, after.contact_name) == ("青梧精密仪表有限公司", "李新")
    found = step(desk, found.id, imports.revert_import)
    assert found.state is ImportState.REVERTED
    assert records.find_record(desk, Customer, known.id).contact_name == "周试练"


def test_record_of_somebody_else_is_not_updated_by_a_hint(desk):
    known = known_customer(desk, owner_id=9)
    found = check(desk, sheet(row(1, 客户名称="青梧精密仪表有限公司")))
    found = step(desk, found.id, imports.choose_duplicates, {"2": "update"}, "")
    found = step(desk, found.id, imports.commit_import)

    assert found.result["skipped"] == 1
    assert records.find_record(desk, Customer, known.id).version == 1


def test_leads_get_hints_but_not_from_those_that_became_customers(desk):
    lead = {"company": "青梧精密仪器有限公司", "person": "周试练", "source": "trade_fair"}
    lead |= {"received_at": desk.now}
    records.create_record(desk, Lead, lead | {"status": "converted"})
    rows = [["青梧精密仪表有限公司", "赵六", "16400000009", "展会"]]
    head = ["公司名称", "联系人", "手机", "来源"]
    assert check(desk, sheet(*rows, head=head), "lead").duplicates == {}

    open_lead = records.create_record(desk, Lead, lead | {"status": "assigned"})
    found = check(desk, sheet(*rows, head=head), "lead")
    assert found.duplicates["2"]["id"] == open_lead.id


def test_hints_take_the_same_few_statements_for_many_rows(desk, monkeypatch):
    def statements(count: int) -> int:
        ran: list[str] = []
        listen = lambda *args: ran.append(args[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listen)
        check(desk, sheet(*(row(number) for number in range(count))))
        event.remove(db.engine, "before_cursor_execute", listen)
        return len(ran)

    assert statements(40) - statements(2) <= 2


def test_in_very_large_lists_only_names_that_begin_alike_are_compared(desk, monkeypatch):
    known_customer(desk)
    monkeypatch.setattr(likeness, "MOST_COMPARED", 0)
    begins = check(desk, sheet(row(1, 客户名称="青梧精密仪表有限公司")))
    differs = check(desk, sheet(row(1, 客户名称="大青梧精密仪器有限公司")))

    assert "2" in begins.duplicates
    assert "2" not in differs.duplicates


# ---- Pages ---------------------------------------------------------------------------


def test_page_shows_similar_names_apart_with_their_reason(desk, crm_client):
    known = known_customer(desk)
    found = check(
        desk, sheet(row(1, 客户名称="青梧精密仪表有限公司"), row(2, 联系电话="16499999999"))
    )
    address = f"/crm/{desk.workspace.id}/imports/{found.id}"

    page = crm_client.get(f"{address}?show=alike&lang=en").get_data(as_text=True)
    assert "Similar name" in page
    assert f"/customer/{known.id}" in page
    assert 'name="row:2"' in page
    assert 'name="row:3"' not in page
    page = crm_client.get(f"{address}?show=duplicates&lang=en").get_data(as_text=True)
    assert 'name="row:2"' not in page
    assert 'name="row:3"' in page
