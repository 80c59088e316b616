"""Staff imports: dry run, row errors, encodings, undo."""

import io
from datetime import date

import pytest
import xlsxwriter
from sqlalchemy import func, select

from tests.factories.people import make_department, make_employee, make_job_role
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.core.permissions import SYSTEM, Right
from training_platform.people import staff_list
from training_platform.people.models import Employee, EmployeeStatus, StaffImport
from training_platform.people.services import imports
from training_platform.people.viewer import viewer_of

HEADER = "工号,姓名,邮箱,部门编码,岗位编码,上级工号,入职日期,用户名"
GOOD = f"""{HEADER}
CR-0001,李强,liqiang@company.example,CR,,,2024-03-01,liqiang
CR-0002,王小满,wangxiaoman@company.example,客户关系部,客户关系专员,CR-0001,2026/3/1,
"""
BROKEN = f"""{HEADER}
CR-0001,李强,liqiang@company.example,CR,,,2024-03-01,liqiang
CR-0001,李强二,li2@company.example,CR,,,,
CR-0003,,nomail,XX,astronaut,CR-9999,31.2.2026,王
"""


@pytest.fixture
def staff(session):
    make_department(session, name={"zh": "客户关系部", "en": "Customer Relations"})
    make_job_role(session)


def check(session, text, encoding="utf-8-sig", actor=SYSTEM):
    lines = staff_list.parse(text.encode(encoding), "staff.csv")
    return imports.check_import(session, actor, lines, "staff.csv")


def apply(session, found):
    imports.apply_import(session, found, SYSTEM, expected_version=found.version)
    session.flush()


def undo(session, found):
    left = imports.undo_import(session, found, SYSTEM, expected_version=found.version)
    session.flush()
    return left


def by_number(session, number):
    return session.scalars(select(Employee).where(Employee.staff_number == number)).one()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_every_encoding_says_the_same(session, staff, encoding):
    found = check(session, GOOD, encoding)

    assert imports.counts_of(found.rows) == {"create": 2, "update": 0, "unchanged": 0, "wrong": 0}
    assert found.rows[1]["values"]["name"] == "王小满"


def test_a_dry_run_changes_nobody(session, staff):
    check(session, GOOD)

    assert session.scalar(select(func.count()).select_from(Employee)) == 0


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_broken_rows_say_row_column_and_reason(session, staff, encoding):
    found = check(session, BROKEN, encoding)

    errors = [(row["number"], e["field"], e["reason"]) for row in found.rows for e in row["errors"]]
    assert set(errors) == {
        (3, "staff_number", "The same stands in an earlier row."),
        (4, "name", "This is missing."),
        (4, "email", "This is no e-mail address."),
        (4, "department", "There is no such department."),
        (4, "job_role", "There is no such job role."),
        (4, "manager", "Nobody has this staff number."),
        (4, "hired_on", "Write the day as 2026-03-01."),
        (4, "username", "Use 2 to 40 Latin letters, digits, dots or hyphens."),
    }


def test_a_list_with_a_wrong_row_is_not_applied_at_all(session, staff):
    found = check(session, BROKEN)

    with pytest.raises(RuleError):
        apply(session, found)


def test_an_applied_list_creates_people_with_their_managers(session, staff):
    apply(session, check(session, GOOD))

    person = by_number(session, "CR-0002")
    assert person.manager.name == "李强"
    assert (person.username, person.hired_on) == ("wangxiaoman", date(2026, 3, 1))
    assert person.job_role_id == "specialist"


def test_the_same_list_again_changes_nothing(session, staff):
    apply(session, check(session, GOOD))

    again = check(session, GOOD)

    assert imports.counts_of(again.rows)["unchanged"] == 2


def test_changed_fields_are_named_before_they_are_written(session, staff):
    apply(session, check(session, GOOD))

    found = check(session, GOOD.replace("李强,liqiang@", "李强,qiang@"))

    assert [row["changed"] for row in found.rows] == [["email"], []]
    apply(session, found)
    assert by_number(session, "CR-0001").email == "qiang@company.example"


def test_a_list_is_applied_once(session, staff):
    found = check(session, GOOD)
    apply(session, found)

    with pytest.raises(InvalidTransitionError):
        apply(session, found)


def test_a_list_that_somebody_else_applied_meanwhile_is_a_conflict(session, staff):
    found = check(session, GOOD)
    seen = found.version
    apply(session, found)

    with pytest.raises(ConflictError):
        imports.apply_import(session, found, SYSTEM, expected_version=seen)


def test_circles_of_managers_are_refused(session, staff):
    found = check(
        session,
        f"{HEADER}\n"
        "CR-0001,李强,a@company.example,CR,,CR-0002,,liqiang\n"
        "CR-0002,王敏,b@company.example,CR,,CR-0001,,wangmin\n",
    )

    assert imports.counts_of(found.rows)["wrong"] == 2


def test_undo_takes_back_people_who_have_not_signed_in(session, staff):
    found = check(session, GOOD)
    apply(session, found)

    undo(session, found)

    active = select(func.count()).where(Employee.status == EmployeeStatus.ACTIVE)
    assert session.scalar(active) == 0
    assert found.state == "undone"


def test_a_list_that_was_undone_can_be_sent_again(session, staff):
    found = check(session, GOOD)
    apply(session, found)
    undo(session, found)

    again = check(session, GOOD)
    assert imports.counts_of(again.rows)["wrong"] == 0
    apply(session, again)

    active = select(func.count()).where(Employee.status == EmployeeStatus.ACTIVE)
    assert session.scalar(active) == 2


def test_undo_keeps_who_has_signed_in_and_says_so(session, staff):
    found = check(session, GOOD)
    apply(session, found)
    by_number(session, "CR-0002").password_hash = "set by herself"
    session.flush()

    left = undo(session, found)

    kept = [item["reason"] for item in left if item["staff_number"] == "CR-0002"]
    assert kept == ["Has signed in already. Mark the person as left instead."]
    assert by_number(session, "CR-0002").status is EmployeeStatus.ACTIVE


def test_undo_restores_fields_that_nobody_changed_since(session, staff):
    apply(session, check(session, GOOD))
    changed = check(session, GOOD.replace("李强,liqiang@", "李大强,qiang@"))
    apply(session, changed)
    boss = by_number(session, "CR-0001")
    boss.email = "newest@company.example"
    session.flush()

    left = undo(session, changed)

    assert (boss.name, boss.email) == ("李强", "newest@company.example")
    assert len(left) == 1


def test_hr_cannot_change_an_administrator_by_a_list(session, staff):
    admin = make_employee(session, rights=(Right.ADMIN,), staff_number="CR-0001")
    hr = viewer_of(session, make_employee(session, rights=(Right.HR,)))

    found = check(session, GOOD.replace("liqiang@", "stolen@"), actor=hr)

    assert found.rows[0]["errors"][0]["reason"] == "You may not change this person's account."
    assert admin.email != "stolen@company.example"


def test_only_hr_and_administrators_import(session, staff):
    trainer = viewer_of(session, make_employee(session, rights=(Right.TRAINER,)))

    with pytest.raises(NotPermittedError):
        check(session, GOOD, actor=trainer)


def test_a_spreadsheet_is_read_with_its_dates_and_numbers():
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["Staff number", "Name", "E-mail", "Department code", "Joined"])
        sheet.write_row(1, 0, [1042, "李娜", "lina@company.example", "CR"])
        sheet.write_datetime(1, 4, date(2026, 3, 1), book.add_format({"num_format": "yyyy-mm-dd"}))

    (line,) = staff_list.parse(out.getvalue(), "staff.xlsx")

    assert line.values["staff_number"] == "1042"
    assert line.values["hired_on"] == "2026-03-01"


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "a.csv"),
        (b"\n\n", "a.csv"),
        (HEADER.encode(), "a.csv"),
        (b"name,email\nA,b@c.example\n", "a.csv"),
        (b"\xff\xfe\x00\x01\x80", "a.csv"),
        (b"PK\x03\x04 no archive", "a.xlsx"),
        (b"\xd0\xcf\x11\xe0 an old file", "a.xls"),
        (b"x" * (2 * 1024 * 1024 + 1), "a.csv"),
        ((HEADER + "\n" + "1,A,a@b.example,CR\n" * 5001).encode(), "a.csv"),
    ],
)
def test_what_is_no_staff_list_is_refused_beside_the_file(data, name):
    with pytest.raises(RuleError) as refusal:
        staff_list.parse(data, name)

    assert refusal.value.field == "file"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_is_a_list_that_can_be_read(language):
    (line,) = staff_list.parse(staff_list.template_csv(language), "template.csv")

    assert set(line.values) == set(staff_list.HEADERS)


def test_the_whole_way_through_the_pages(client, session, staff):
    admin = make_employee(session, rights=(Right.ADMIN,))
    session.commit()
    client.sign_in(admin)
    upload = {"file": (io.BytesIO(GOOD.encode("gb18030")), "staff.csv"), "once": "abc"}

    address = client.post("/admin/imports", data=upload).location
    client.page(address)
    upload["file"] = (io.BytesIO(GOOD.encode("gb18030")), "staff.csv")
    assert client.post("/admin/imports", data=upload).location == address
    found = session.scalars(select(StaffImport)).one()
    versions = [found.version, found.version + 1]
    session.rollback()
    done = client.post(f"{address}/apply", data={"version": versions[0]})

    assert done.status_code == 303
    client.page(address)
    undone = client.post(f"{address}/undo", data={"version": versions[1]})
    assert undone.status_code == 303
    client.page(address)
    client.page("/admin/imports")


def test_wrong_rows_are_shown_with_their_column(client, session, staff):
    admin = make_employee(session, rights=(Right.ADMIN,))
    session.commit()
    client.sign_in(admin)
    upload = {"file": (io.BytesIO(BROKEN.encode()), "staff.csv"), "once": "abc"}

    page = client.page(client.post("/admin/imports", data=upload).location)

    assert "Row 4" in page.text
    assert "There is no such department." in page.text
