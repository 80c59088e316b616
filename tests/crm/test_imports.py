"""Importing files: read whatever the encoding, checked, mended, written, reverted."""

import csv
import io
from datetime import UTC, datetime

import pytest
import xlsxwriter
from sqlalchemy import func, select

from training_platform.core import clock
from training_platform.core.db import writing
from training_platform.core.errors import InvalidTransitionError, NotFoundError, RuleError
from training_platform.core.jobs import run_due
from training_platform.crm.desk import open_desk
from training_platform.crm.importing import running, template
from training_platform.crm.importing.checking import check_rows
from training_platform.crm.importing.reading import MAX_BYTES, read_upload
from training_platform.crm.models import (
    Contact,
    CrmEvent,
    CrmImport,
    Customer,
    ImportState,
    Lead,
)
from training_platform.crm.services import imports, records
from training_platform.crm.services.workspaces import reset_workspace

HEAD = ["客户名称", "联系人", "职位", "联系电话", "所属行业", "需求描述"]
GOOD = ["云岫机械有限公司", "王小满", "采购经理", "16412345678", "机械制造", "备件报价"]


def row(number: int, **changes: str) -> list[str]:
    texts = dict(zip(HEAD, GOOD, strict=True))
    texts |= {"客户名称": f"云岫第{number}机械有限公司", "联系电话": f"164{number:08d}"}
    return list((texts | changes).values())


def sheet(*rows: list[str], head: list[str] = HEAD, encoding: str = "utf-8") -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([head, *rows])
    return text.getvalue().encode(encoding)


def send(desk, data: bytes, name: str = "list.csv", entity: str = "customer") -> int:
    found = imports.upload_file(desk, entity, read_upload(data, name), data, name)
    return found.id


def step(desk, import_id: int, act, *values) -> CrmImport:
    """Take one step as a page does: in a transaction of its own, then the job."""
    desk.session.commit()
    with writing() as session:
        here = open_desk(session, desk.workspace, desk.actor, is_writing=True)
        found = imports.find_import(here, import_id)
        act(here, found, *values, found.version)
    running.run(import_id, lambda _done, _total: None)
    return see(desk, import_id)


def see(desk, import_id: int) -> CrmImport:
    desk.session.rollback()
    here = open_desk(desk.session, desk.workspace, desk.actor, is_writing=True)
    desk.layer, desk.seller = here.layer, here.seller
    return imports.find_import(here, import_id)


def check(desk, data: bytes, entity: str = "customer") -> CrmImport:
    import_id = send(desk, data, entity=entity)
    mapping = imports.find_import(desk, import_id).mapping
    return step(desk, import_id, imports.choose_mapping, mapping)


def import_all(desk, data: bytes, entity: str = "customer") -> CrmImport:
    return step(desk, check(desk, data, entity).id, imports.commit_import)


# ---- Reading -------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_file_is_read_whatever_its_encoding(desk, encoding):
    found = import_all(desk, sheet(row(1), encoding=encoding))

    assert found.encoding == encoding
    assert desk.session.scalars(
        select(Customer.contact_name).where(Customer.name == "云岫第1机械有限公司")
    ).all() == ["王小满"]


def test_big5_is_read_and_traditional_words_find_their_list(desk):
    texts = row(1, 客户名称="臺中精密機械公司", 联系人="陳大文", 职位="經理", 所属行业="機械製造")
    texts[-1] = "需要報價"
    head = ["客戶名稱", "聯繫人", "職位", "聯繫電話", "所屬行業", "需求描述"]
    found = check(desk, sheet(texts, head=head, encoding="big5"))

    assert (found.encoding, found.wrong_count) == ("big5", 0)
    assert found.mapping == [
        "name", "contact_name", "contact_title", "mobile", "industry", "needs",
    ]  # fmt: skip


def test_another_encoding_can_be_chosen(desk):
    data = sheet(row(1), encoding="gb18030")
    import_id = send(desk, data)

    with pytest.raises(RuleError, match="encoding"):
        read_upload(data, "list.csv", "utf-8")
    upload = read_upload(data, "list.csv", "gb18030")
    found = imports.find_import(desk, import_id)
    imports.choose_encoding(desk, found, upload, found.version)
    assert found.encoding == "gb18030"


def book(rows: list[list[object]]) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as workbook:
        page = workbook.add_worksheet()
        for number, cells in enumerate(rows):
            page.write_row(number, 0, cells)
    return data.getvalue()


def test_spreadsheet_named_csv_is_read_as_what_it_is():
    upload = read_upload(book([HEAD, GOOD]), "list.csv")

    assert upload.rows == [(2, GOOD)]
    assert upload.notes == ["renamed"]


@pytest.mark.parametrize(
    ("data", "name", "says"),
    [
        (b"", "a.csv", "empty"),
        (b" \n ", "a.csv", "empty"),
        (book([]), "a.xlsx", "empty"),
        (sheet(), "a.csv", "no rows below"),
        (book([HEAD]), "a.xlsx", "no rows below"),
        (sheet(row(1)), "a.xlsx", "named XLSX but is none"),
        (b"PK\x03\x04 broken", "a.xlsx", "cannot be read"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "a.xls", "old XLS"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.csv", "neither CSV nor XLSX"),
        (sheet(head=[f"c{number}" for number in range(200)]), "a.csv", "columns; 100 are the most"),
        (book([[f"c{number}" for number in range(200)]]), "a.xlsx", "100 columns"),
        (b"a\n" * 50_002, "a.csv", "50,000 rows"),
        (b"x" * (MAX_BYTES + 1), "a.csv", "20 MB"),
        (sheet(row(1)) + b"a" * 5000 + b"\0b", "a.csv", "neither CSV nor XLSX"),
        (("\ufeff" + "a\nb\0c\n").encode("utf-16-le"), "a.csv", "neither CSV nor XLSX"),
    ],
)
def test_what_is_no_list_is_refused_and_says_why(data, name, says):
    with pytest.raises(RuleError, match=says) as refused:
        read_upload(data, name)

    assert refused.value.field == "file"


def test_zeros_dates_and_merged_cells_of_a_spreadsheet_are_read_as_they_look():
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as made:
        page = made.add_worksheet()
        page.write_row(0, 0, ["电话", "号码", "下次跟进", "日期", "公司"])
        page.write_string(1, 0, "01012345678")
        page.write_number(1, 1, 16412345678)
        when = made.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        page.write_datetime(1, 2, datetime(2025, 8, 1, 9, 30), when)  # noqa: DTZ001  # a cell's
        page.write_number(1, 3, 45870)
        page.merge_range(1, 4, 2, 4, "云岫机械")
        page.write_string(2, 0, "x")
    upload = read_upload(data.getvalue(), "a.xlsx")

    assert upload.rows[0][1] == [
        "01012345678",
        "16412345678",
        "2025-08-01 09:30",
        "45870",
        "云岫机械",
    ]
    assert upload.rows[1][1][0] == "x"


def test_number_in_place_of_a_date_is_named_with_its_rule(desk):
    head = [*HEAD, "下次跟进时间"]
    found = check(desk, sheet([*row(1), "45870"], [*row(2), "2025-02-31 10:00"], head=head))

    codes = {line: each["next_follow_up_at"]["code"] for line, each in found.problems.items()}
    assert codes == {"2": "V06", "3": "V06"}


def test_rows_of_the_error_file_come_back_as_they_were_typed(desk):
    """Its marks before signs are taken off again: numbers are read, formulas stay refused."""
    rows = [row(1, 联系电话="+86 16400000001", 所属行业="没有"), row(2, 客户名称="=1+1")]
    found = check(desk, sheet(*rows))
    upload = running.load_upload(desk.session, found)
    data = template.error_file(found, list(check_rows(desk, found, upload.rows)))
    assert b"'+86" in data
    again = check(desk, data.replace("没有".encode(), "机械制造".encode()))

    assert list(again.problems) == ["3"]
    assert list(again.problems["3"]) == ["name"]


# ---- Mapping -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "head",
    [
        ["客户名称*", "联系人姓名", "职务", "手机号", "行业", "需求"],
        ["Customer name", "Contact", "Position", "Mobile", "Industry", "Needs"],
        ["company", "contact person", "job title", "phone", "sector", "requirements"],
    ],
)
def test_columns_are_recognised_in_both_languages_and_by_synonyms(desk, head):
    found = imports.find_import(desk, send(desk, sheet(row(1), head=head)))

    assert found.mapping == [
        "name", "contact_name", "contact_title", "mobile", "industry", "needs",
    ]  # fmt: skip


def test_required_columns_must_be_there_and_none_twice(desk):
    found = imports.find_import(desk, send(desk, sheet(row(1))))

    with pytest.raises(RuleError, match="required fields") as missing:
        imports.choose_mapping(desk, found, [*found.mapping[:-1], None], found.version)
    assert missing.value.values["names"] in {"需求", "Needs"}
    with pytest.raises(RuleError, match="twice"):
        imports.choose_mapping(desk, found, [*found.mapping[:-1], "name"], found.version)


def test_mapping_is_remembered_for_the_same_headers(desk):
    head = ["名字怪", *HEAD[1:]]
    first = send(desk, sheet(row(1), head=head))
    assert imports.find_import(desk, first).mapping[0] is None
    known = imports.find_import(desk, first).mapping[1:]
    step(desk, first, imports.choose_mapping, ["name", *known])

    assert imports.find_import(desk, send(desk, sheet(row(2), head=head))).mapping[0] == "name"


@pytest.mark.parametrize("entity", ["customer", "lead", "contact"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_template_is_read_back_with_every_column_known(desk, entity, language, kind):
    data = template.template_file(entity, language, kind)
    upload = read_upload(data, f"template.{kind}")
    found = imports.upload_file(desk, entity, upload, data, f"template.{kind}")

    assert None not in found.mapping


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
        pages.home,
        data=b"only the beginning came",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(50 * 1024 * 1024)},
    )

    assert response.status_code == 413
    assert "send it in parts" in response.get_data(as_text=True)


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


def test_import_of_another_workspace_is_unknown(pages, desk):
    assert pages.get(f"{pages.home}/999").status_code == 404
    assert pages.get(f"{pages.home}/template/customer/xx.csv").status_code == 404
    assert pages.get(f"{pages.home}/template/customer/zh.xlsx").status_code == 200
