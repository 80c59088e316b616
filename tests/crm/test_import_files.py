"""Files to import: read whatever the encoding, their columns recognised and mapped."""

import io
from datetime import datetime

import pytest
import xlsxwriter
from sqlalchemy import select

from tests.crm.lists import GOOD, HEAD, check, import_all, row, send, sheet, step
from training_platform.core.errors import RuleError
from training_platform.core.list_files import MAX_BYTES, read_upload
from training_platform.crm.importing import running, template
from training_platform.crm.importing.checking import check_rows
from training_platform.crm.models import (
    Customer,
)
from training_platform.crm.services import imports

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
        (book([]), "a.xlsx", "first sheet is empty"),
        (sheet(), "a.csv", "no rows below"),
        (book([HEAD]), "a.xlsx", "no rows below"),
        (sheet(row(1)), "a.xlsx", "named XLSX but is none"),
        (b"PK\x03\x04 broken", "a.xlsx", "cannot be read"),
        (b"\xd0\xcf\x11\xe0" + b"\0" * 600, "a.xls", "old XLS"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "a.csv", "neither an XLSX nor a CSV"),
        (sheet(head=[f"c{number}" for number in range(200)]), "a.csv", "columns; 100 are the most"),
        (book([[f"c{number}" for number in range(200)]]), "a.xlsx", "100 columns"),
        (b"a\n" * 50_002, "a.csv", "50,000 rows"),
        ("Größe;Straße\n".encode("latin-1"), "a.csv", "CSV in UTF-8"),
        (b"x" * (MAX_BYTES + 1), "a.csv", "20 MB"),
        (sheet(row(1)) + b"a" * 5000 + b"\0b", "a.csv", "holds zero bytes"),
        (("\ufeff" + "a\nb\0c\n").encode("utf-16-le"), "a.csv", "neither an XLSX nor a CSV"),
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
