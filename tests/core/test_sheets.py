"""Tables as people send them: encodings are told apart, spreadsheets read whatever their name."""

import io
import zipfile
from datetime import date

import openpyxl
import pytest
import xlsxwriter

from training_platform.core import list_files, sheets
from training_platform.core.workbooks import About

SIMPLE = "客户名称,联系人,需求\n云岫机械有限公司,王小满,需要报价\n"
TRADITIONAL = "客戶名稱,聯絡人,需求\n臺中精密機械股份有限公司,陳大文,需要報價\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_encoding_of_simplified_text_is_recognised(encoding):
    sheet = sheets.read_csv(SIMPLE.encode(encoding))

    assert sheet.encoding == encoding
    assert sheet.rows[0] == ["客户名称", "联系人", "需求"]


def test_big5_is_not_taken_for_gb18030():
    sheet = sheets.read_csv(TRADITIONAL.encode("big5"))

    assert (sheet.encoding, sheet.rows[1][0]) == ("big5", "臺中精密機械股份有限公司")


def test_given_encoding_that_does_not_fit_is_refused():
    with pytest.raises(sheets.SheetError, match=sheets.WRONG_ENCODING):
        sheets.read_csv(SIMPLE.encode("gb18030"), "utf-8")


def test_pictures_and_old_spreadsheets_are_no_text():
    with pytest.raises(sheets.SheetError, match=sheets.OLD_EXCEL):
        sheets.read_csv(b"\xd0\xcf\x11\xe0" + b"\0" * 100)
    with pytest.raises(sheets.SheetError):
        sheets.read_csv(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")


def book(write) -> bytes:
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as workbook:
        write(workbook.add_worksheet())
    return data.getvalue()


def test_numbers_of_a_spreadsheet_read_as_they_were_typed():
    data = book(lambda sheet: sheet.write_row(0, 0, ["手机", 16412345678, 12.5, True]))

    assert sheets.read_xlsx(data, most_rows=10).rows == [["手机", "16412345678", "12.5", "TRUE"]]


def test_formulas_are_noticed():
    plain = book(lambda sheet: sheet.write(0, 0, "=no formula here") and None)
    with_one = book(lambda sheet: sheet.write_formula(1, 0, "=1+1", value=2))

    assert sheets.read_xlsx(with_one, most_rows=10).has_formulas
    assert sheets.read_xlsx(plain, most_rows=10) is not None


def test_macros_under_the_name_of_a_plain_spreadsheet_are_noticed_and_never_run():
    plain = book(lambda sheet: [sheet.write_row(n, 0, ["姓名", "课程"]) for n in (0, 1)])
    data = io.BytesIO(plain)
    with zipfile.ZipFile(data, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"\xd0\xcf\x11\xe0 Sub Auto_Open()")

    sheet = sheets.read_xlsx(data.getvalue(), most_rows=10)

    assert (sheet.rows, sheet.has_macros) == ([["姓名", "课程"]] * 2, True)
    assert list_files.read_upload(data.getvalue(), "list.xlsx").notes == ["macros"]
    assert not sheets.read_xlsx(plain, most_rows=10).has_macros


def test_too_many_columns_are_refused_before_they_are_read():
    data = book(lambda sheet: sheet.write_row(0, 0, list(range(200))))

    with pytest.raises(sheets.SheetError, match=sheets.TOO_WIDE):
        sheets.read_xlsx(data, most_rows=10, most_columns=100)


def test_something_else_in_a_zip_is_no_spreadsheet():
    with pytest.raises(sheets.SheetError, match=sheets.NOT_XLSX):
        sheets.read_xlsx(b"PK\x03\x04 nothing", most_rows=10)


@pytest.mark.parametrize("text", ["=1+1", "+86", "-2", "@cmd"])
def test_written_csv_runs_no_formula(text):
    assert sheets.read_csv(sheets.write_csv([[text]])).rows == [[f"'{text}"]]


def test_written_spreadsheet_holds_texts_as_they_are():
    rows = [["手机", "公式"], ["16412345678", "=1+1"]]
    data = sheets.write_xlsx(rows, name="客户", choices={1: ["是", "否"]})

    sheet = sheets.read_xlsx(data, most_rows=10)
    assert (sheet.rows[:2], sheet.has_formulas) == (rows, False)


def test_written_spreadsheet_has_typed_cells_prints_and_explains_itself():
    rows = [
        ["证书", "有效至", "人数"],
        ["客户资料管理基础", date(2026, 3, 1), 12],
        ["=1+1", None, 0],
    ]
    about = About("说明", [("用途", "审计" * 80)], [["列名", "含义"], ["人数", "当日人数"]])
    data = sheets.write_xlsx(rows, name="证书", about=about)

    sheet, explained = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    page, cells = sheet.page_setup, [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[1:] == [["客户资料管理基础", cells[1][1], 12], ["=1+1", None, 0]]
    assert cells[1][1].date() == date(2026, 3, 1)
    assert (sheet["A3"].data_type, sheet["B2"].is_date) == ("s", True)
    assert (page.orientation, page.fitToHeight) == ("landscape", 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert (sheet.freeze_panes, sheet.print_title_rows) == ("A2", "$1:$1")
    assert sheet.column_dimensions["A"].width >= 16
    assert explained.row_dimensions[1].height >= 5 * explained.row_dimensions[4].height
    assert [cell.value for cell in explained[4]] == ["人数", "当日人数"]


def test_a_typed_row_reads_in_a_csv_as_in_a_spreadsheet():
    written = sheets.write_csv([["-1", date(2026, 3, 1), None, -1.5]])
    assert sheets.read_csv(written).rows == [["'-1", "2026-03-01", "", "-1.5"]]


def test_one_cell_in_the_last_corner_does_not_take_all_memory():
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as workbook:
        page = workbook.add_worksheet()
        page.write(0, 0, "name")
        page.write(1_048_575, 16_383, "far away")

    with pytest.raises(sheets.SheetError) as caught:
        sheets.read_xlsx(made.getvalue(), most_rows=100)

    assert caught.value.reason == sheets.TOO_WIDE
