"""Importing files: checked, mended, written, reverted."""

import io
from datetime import UTC, datetime

import pytest
from sqlalchemy import delete, func, select

from tests.crm.lists import HEAD, check, import_all, row, see, sheet, step
from training_platform.core import clock
from training_platform.core.errors import InvalidTransitionError, NotFoundError, RuleError
from training_platform.core.files import StoredFile
from training_platform.core.jobs import run_due
from training_platform.crm.desk import open_desk
from training_platform.crm.importing import running
from training_platform.crm.models import (
    Contact,
    CrmEvent,
    Customer,
    ImportState,
    Lead,
)
from training_platform.crm.services import imports, records
from training_platform.crm.services.workspaces import reset_workspace

# ---- The trial run -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"客户名称": "云岫"}, "name", "V01"),
        ({"联系电话": "1641234567"}, "mobile", "V02"),
        ({"联系电话": "164123456789"}, "mobile", "V02"),
        ({"所属行业": "魔法"}, "industry", "V04"),
        ({"需求描述": ""}, "needs", "V00"),
        ({"联系人": ""}, "contact_name", "V00"),
        ({"联系人": "=HYPERLINK(1)"}, "contact_name", "V00"),
        ({"职位": "经\x07理"}, "contact_title", "V00"),
    ],
)
def test_wrong_cell_is_marked_with_its_rule(desk, changes, field, code):
    found = check(desk, sheet(row(1), row(2, **changes)))

    assert found.wrong_count == 1
    assert {name: each["code"] for name, each in found.problems["3"].items()} == {field: code}


def test_trial_run_writes_nothing_but_its_event(desk):
    before = desk.session.scalar(select(func.count()).select_from(Customer))
    found = check(desk, sheet(row(1), row(2, 联系电话="12")))

    assert found.state is ImportState.CHECKED
    assert desk.session.scalar(select(func.count()).select_from(Customer)) == before
    event = desk.session.scalars(select(CrmEvent).order_by(CrmEvent.seq.desc())).first()
    assert (event.act, event.context["rows"], event.context["wrong"]) == ("import_preview", 2, 1)


def test_cells_are_mended_in_place(desk):
    found = check(desk, sheet(row(1), row(2, 联系电话="164 0000 000")))
    found = step(desk, found.id, imports.mend_cells, {("3", "mobile"): "164 0000 0002"})
    assert found.wrong_count == 0

    step(desk, found.id, imports.commit_import)
    mended = desk.session.scalars(select(Customer).where(Customer.mobile == "16400000002")).one()
    assert mended.name == "云岫第2机械有限公司"


def test_only_wrong_rows_and_known_columns_are_mended(desk):
    found = check(desk, sheet(row(1), row(2, 联系电话="12")))
    cells = {("2", "name"): "改掉对的行", ("3", "owner_id"): "9", ("3", "mobile"): "16400000002"}
    found = step(desk, found.id, imports.mend_cells, cells)

    assert found.mends == {"3": {"mobile": "16400000002"}}


# ---- Duplicates ----------------------------------------------------------------------


def own_customer(desk, **values) -> Customer:
    given = {
        "name": "云岫第1机械有限公司",
        "mobile": "16499999999",
        "owner_id": desk.seller.id,
        "city": "苏州",
        **values,
    }
    return records.create_record(desk, Customer, given)


def test_rows_that_repeat_a_record_or_a_row_are_found(desk):
    known = own_customer(desk)
    found = check(
        desk, sheet(row(1, 客户名称="云岫第1机械(有限公司)"), row(2), row(3, 联系电话=row(2)[3]))
    )

    assert found.duplicates["2"]["id"] == known.id
    assert found.duplicates["2"]["reason"] == "same_name"
    assert found.duplicates["4"] == {"reason": "same_mobile", "line": 3}


def test_duplicates_are_skipped_unless_told_otherwise(desk):
    own_customer(desk)
    found = import_all(desk, sheet(row(1), row(2)))

    assert found.result["skipped"] == 1
    assert len(list(running.batches.created_ids(found))) == 1


def test_duplicate_can_update_the_record_with_filled_cells_only(desk):
    known = own_customer(desk, remarks="老客户")
    found = check(desk, sheet(row(1, 联系人="李新"), head=HEAD))
    found = step(desk, found.id, imports.choose_duplicates, {"2": "update"}, "")
    step(desk, found.id, imports.commit_import)

    after = records.find_record(desk, Customer, known.id)
    assert (after.contact_name, after.city, after.remarks) == ("李新", "苏州", "老客户")
    assert after.version == 2


def test_creating_a_duplicate_needs_a_reason(desk):
    own_customer(desk)
    found = check(desk, sheet(row(1)))
    with pytest.raises(RuleError, match="V11"):
        imports.choose_duplicates(desk, found, {"all": "create"}, " ", found.version)
    desk.session.rollback()

    found = step(desk, found.id, imports.choose_duplicates, {"all": "create"}, "另一家分公司")
    step(desk, found.id, imports.commit_import)
    event = desk.session.scalars(select(CrmEvent).where(CrmEvent.act == "import")).one()
    assert event.context["duplicate_reason"] == "另一家分公司"


def test_record_of_somebody_else_is_not_updated(desk):
    known = own_customer(desk, owner_id=9)
    found = check(desk, sheet(row(1, 联系人="李新")))
    assert "may_update" not in found.duplicates["2"]

    found = step(desk, found.id, imports.choose_duplicates, {"all": "update"}, "")
    found = step(desk, found.id, imports.commit_import)
    assert found.result["skipped"] == 1
    assert records.find_record(desk, Customer, known.id).version == 1


# ---- Writing -------------------------------------------------------------------------


def test_right_rows_are_written_and_wrong_ones_left_out(desk):
    found = import_all(desk, sheet(row(1), row(2, 联系电话="12"), row(3)))

    made = desk.session.scalars(
        select(Customer).where(Customer.id.in_(running.batches.created_ids(found)))
    ).all()
    assert [each.contact_name for each in made] == ["王小满", "王小满"]
    assert {each.owner_id for each in made} == {desk.seller.id}
    assert len({each.code for each in made}) == 2
    assert found.result["refused"] == 1
    assert found.state is ImportState.DONE


def test_each_row_has_its_event_and_the_import_one_more(desk):
    found = import_all(desk, sheet(row(1), row(2)))

    acts = desk.session.scalars(select(CrmEvent.act).order_by(CrmEvent.seq)).all()
    assert acts == ["import_preview", "import", "import", "import_commit"]
    event = desk.session.scalars(select(CrmEvent).where(CrmEvent.act == "import")).first()
    assert event.changes["name"] == [None, "云岫第1机械有限公司"]
    assert event.context["import_id"] == found.id


def test_leads_wait_to_be_assigned(desk):
    head = ["公司名称", "联系人", "手机", "来源"]
    import_all(desk, sheet(["云岫线索有限公司", "赵六", "16400000009", "展会"], head=head), "lead")

    lead = desk.session.scalars(select(Lead).where(Lead.company == "云岫线索有限公司")).one()
    assert (lead.status, lead.owner_id, lead.source) == ("unassigned", None, "trade_fair")


def test_contacts_find_their_customer_by_name_or_number(desk):
    known = own_customer(desk)
    rows = [["王五", known.name], ["赵六", known.code], ["钱七", "没有这家公司"]]
    found = import_all(desk, sheet(*rows, head=["姓名", "所属客户"]), "contact")

    names = select(Contact.name).where(Contact.customer_id == known.id).order_by(Contact.id)
    assert desk.session.scalars(names).all() == ["王五", "赵六"]
    assert found.problems["4"]["customer_id"]["code"] == "V00"


def test_import_goes_on_where_a_crash_stopped_it(desk, monkeypatch):
    monkeypatch.setattr(running.batches, "BATCH", 2)
    found = check(desk, sheet(*(row(number) for number in range(5))))
    write_batch, calls = running.batches.write_batch, []

    def crash_at_the_second(*args):
        calls.append(1)
        if len(calls) == 2:
            raise OSError("the power went")
        write_batch(*args)

    monkeypatch.setattr(running.batches, "write_batch", crash_at_the_second)
    with pytest.raises(OSError, match="power"):
        step(desk, found.id, imports.commit_import)
    assert see(desk, found.id).done_count == 2
    running.run(found.id, lambda _done, _total: None)

    found = see(desk, found.id)
    assert found.state is ImportState.DONE
    names = select(Customer.name).where(Customer.name.like("云岫第%"))
    assert sorted(desk.session.scalars(names)) == [f"云岫第{n}机械有限公司" for n in range(5)]


def test_committing_twice_writes_once(desk):
    found = import_all(desk, sheet(row(1)))

    with pytest.raises(InvalidTransitionError):
        imports.commit_import(desk, found, found.version)


def test_reset_ends_an_import(desk):
    found = check(desk, sheet(row(1)))
    imports.commit_import(desk, found, found.version)
    reset_workspace(desk.session, desk.workspace, desk.actor, 0)
    desk.session.commit()
    running.run(found.id, lambda _done, _total: None)

    desk.session.rollback()
    here = open_desk(desk.session, desk.workspace, desk.actor, is_writing=True)
    assert here.session.scalar(select(func.count()).where(Customer.name.like("云岫第1%"))) == 0
    with pytest.raises(NotFoundError):
        imports.find_import(here, found.id)


# ---- Revert --------------------------------------------------------------------------


def test_revert_takes_created_records_back_and_restores_changed_ones(desk):
    known = own_customer(desk)
    before = known.contact_name
    found = check(desk, sheet(row(1, 联系人="李新"), row(2)))
    found = step(desk, found.id, imports.choose_duplicates, {"all": "update"}, "")
    found = step(desk, found.id, imports.commit_import)
    found = step(desk, found.id, imports.revert_import)

    assert found.state is ImportState.REVERTED
    assert found.result["kept"] == []
    names = desk.session.scalars(select(Customer.name).where(Customer.name.like("云岫第%"))).all()
    assert names == ["云岫第1机械有限公司"]
    assert records.find_record(desk, Customer, known.id).contact_name == before


def test_revert_keeps_and_names_what_was_changed_or_used_since(desk):
    found = import_all(desk, sheet(row(1), row(2), row(3)))
    first, second, _third = running.batches.created_ids(found)
    records.change_record(desk, records.find_record(desk, Customer, first), {"city": "无锡"})
    records.create_record(desk, Contact, {"customer_id": second, "name": "王五"})
    found = step(desk, found.id, imports.revert_import)

    assert [(each["id"], each["reason"]) for each in found.result["kept"]] == [
        (first, "changed since the import"),
        (second, "other records refer to it"),
    ]
    kept = select(Customer.name).where(Customer.name.like("云岫第%")).order_by(Customer.id)
    assert desk.session.scalars(kept).all() == ["云岫第1机械有限公司", "云岫第2机械有限公司"]


# ---- Pages ---------------------------------------------------------------------------


@pytest.fixture
def pages(desk, crm_client):
    """The addresses of the workspace's imports, in the trainee's browser."""
    crm_client.home = f"/crm/{desk.workspace.id}/imports"
    return crm_client


def post_file(pages, data: bytes, name: str = "list.csv"):
    form = {"entity": "customer", "once": "t1", "file": (io.BytesIO(data), name)}
    return pages.post(pages.home, data=form, content_type="multipart/form-data")


def mapped(names: list[str], version: str) -> dict[str, str]:
    return {f"column-{at}": name for at, name in enumerate(names)} | {"version": version}


def test_whole_way_through_the_pages(pages):
    address = post_file(pages, sheet(row(1), row(2, 联系电话="12"), encoding="gb18030")).location
    page = pages.get(address).get_data(as_text=True)
    assert "GB18030" in page
    assert "云岫第1机械有限公司" in page

    names = ["name", "contact_name", "contact_title", "mobile", "industry", "needs"]
    pages.post(f"{address}/mapping", data=mapped(names, "1"))
    page = pages.get(address).get_data(as_text=True)
    assert "V02" in page
    assert 'name="cell:3:mobile"' in page
    version = page.split('name="version" value="')[1].split('"')[0]
    pages.post(f"{address}/mend", data={"version": version, "cell:3:mobile": "16400000002"})
    page = pages.get(address).get_data(as_text=True)
    assert "V02" not in page
    assert pages.get(f"{address}/sample").status_code == 200
    version = page.split('name="version" value="')[1].split('"')[0]
    pages.post(f"{address}/commit", data={"version": version})
    page = pages.get(address).get_data(as_text=True)
    version = page.split('name="version" value="')[1].split('"')[0]
    assert pages.post(f"{address}/revert", data={"version": version}).status_code == 303
    assert "version" not in pages.get(address).get_data(as_text=True).split("<form")[-1]


def test_file_without_headers_is_told_that_it_needs_some(pages):
    address = post_file(pages, sheet(row(1), head=row(2))).location

    page = pages.get(f"{address}?lang=en").get_data(as_text=True)

    assert "must hold the headers" in page


def test_missing_columns_are_named_in_the_page_s_language(pages):
    address = post_file(pages, sheet(row(1))).location
    response = pages.post(f"{address}/mapping?lang=zh", data=mapped(["name"], "1"))

    assert "联系人、职位、手机" in response.get_data(as_text=True)


def test_wrong_text_of_a_list_stays_until_another_is_chosen(pages):
    address = post_file(pages, sheet(row(1), row(2, 所属行业="魔法"))).location
    names = ["name", "contact_name", "contact_title", "mobile", "industry", "needs"]
    pages.post(f"{address}/mapping", data=mapped(names, "1"))

    page = pages.get(f"{address}?lang=zh").get_data(as_text=True)

    offered = page.split('name="cell:3:industry"')[1].split("</select>")[0]
    assert '<option value="魔法" selected>' in offered
    assert '<option value="机械制造">' in offered


def test_refused_mapping_keeps_what_was_chosen(pages):
    address = post_file(pages, sheet(row(1))).location
    response = pages.post(f"{address}/mapping", data=mapped(["name", "remarks"], "1"))

    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert '<option value="remarks" selected>' in page


def test_old_page_cannot_overwrite_a_newer_choice(pages):
    address = post_file(pages, sheet(row(1))).location
    names = ["name", "contact_name", "contact_title", "mobile", "industry", "needs"]
    pages.post(f"{address}/mapping", data=mapped(names, "1"))

    assert pages.post(f"{address}/mapping", data=mapped(names, "1")).status_code == 409


def test_refused_file_says_why_beside_the_field(pages):
    response = post_file(pages, b"", "a.csv")

    assert response.status_code == 422
    assert "file-error" in response.get_data(as_text=True)


def test_file_of_fifty_megabytes_is_refused_before_it_is_read(pages):
    response = pages.post(
        f"{pages.home}?lang=en",
        data=b"only the beginning came",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(50 * 1024 * 1024)},
    )

    assert response.status_code == 413
    page = response.get_data(as_text=True)
    assert "at most 20 MB" in page.split('id="file-error"')[1].split("</p>")[0]


@pytest.mark.parametrize("version", ["²", "9" * 5000, "-1", "", "x"])
def test_version_that_is_no_number_is_an_old_page(pages, version):
    address = post_file(pages, sheet(row(1))).location

    assert pages.post(f"{address}/mapping", data={"version": version}).status_code == 409


def test_large_file_waits_for_the_job(pages, crm_app, monkeypatch):
    monkeypatch.setattr("training_platform.crm.views.imports.AT_ONCE", 1)
    address = post_file(pages, sheet(row(1), row(2))).location
    names = ["name", "contact_name", "contact_title", "mobile", "industry", "needs"]
    pages.post(f"{address}/mapping", data=mapped(names, "1"))
    assert "import-progress" in pages.get(address).get_data(as_text=True)
    with crm_app.app_context(), clock.stopped(datetime.now(UTC)):
        run_due()

    assert "import-progress" not in pages.get(address).get_data(as_text=True)


def test_import_whose_file_is_no_longer_kept_asks_for_it_again(pages, desk):
    address = post_file(pages, sheet(row(1))).location
    desk.session.execute(delete(StoredFile).where(StoredFile.purpose == "crm_import"))

    response = pages.get(f"{address}?lang=en")

    assert response.status_code == 404
    assert "Send it again" in response.get_data(as_text=True)


def test_import_of_another_workspace_is_unknown(pages, desk):
    assert pages.get(f"{pages.home}/999").status_code == 404
    assert pages.get(f"{pages.home}/template/customer/xx.csv").status_code == 404
    assert pages.get(f"{pages.home}/template/customer/zh.xlsx").status_code == 200
