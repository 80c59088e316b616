"""The command line: the first administrator, and staff lists."""

import pytest
from sqlalchemy import func, select

from tests.factories.people import make_department, make_job_role
from training_platform.core.db import db
from training_platform.people.models import AccessGrant, Employee, StaffImport

LIST = """工号,姓名,邮箱,部门编码,岗位编码,上级工号,入职日期,用户名
CR-0001,李强,liqiang@company.example,CR,,,2024-03-01,liqiang
CR-0002,王小满,wangxiaoman@company.example,CR,specialist,CR-0001,2026-03-01,
"""
ADMIN = ["--username", "admin", "--name", "周明", "--email", "admin@company.example"]


@pytest.fixture
def run(app, tmp_path):
    """Run a command as from a shell: a process of its own."""
    runner = app.test_cli_runner()

    def run(*arguments):
        db.session.commit()
        return runner.invoke(args=["people", *arguments])

    return run


@pytest.fixture
def staff_file(session, tmp_path):
    make_department(session)
    make_job_role(session)
    session.commit()
    path = tmp_path / "staff.csv"
    path.write_text(LIST, "utf-8-sig")
    return path


def count_people(session):
    return session.scalar(select(func.count()).select_from(Employee))


def test_the_first_administrator_gets_a_link_that_sets_the_password(client, session, run):
    result = run("add-admin", *ADMIN)

    assert result.exit_code == 0, result.output
    address = result.output.splitlines()[-1]
    assert address.startswith("http")
    admin = session.scalars(select(Employee)).one()
    assert (admin.username, admin.name_latin) == ("admin", "Zhou Ming")
    assert session.scalars(select(AccessGrant.right)).all() == ["admin"]
    session.commit()
    assert client.get("/" + address.split("/", 3)[3]).status_code == 200


def test_a_second_administrator_of_the_same_name_is_refused_in_words(session, run):
    run("add-admin", *ADMIN)

    result = run("add-admin", *ADMIN, "--staff-number", "ADMIN-2")

    assert result.exit_code == 1
    assert "user name" in result.output
    assert count_people(session) == 1


def test_a_staff_list_is_only_checked_without_apply(session, run, staff_file):
    result = run("import", str(staff_file))

    assert result.exit_code == 0, result.output
    assert "2 create" in result.output
    assert "Dry run" in result.output
    assert count_people(session) == 0
    assert session.scalars(select(StaffImport)).all() == []


def test_a_staff_list_is_applied_and_the_second_time_changes_nothing(session, run, staff_file):
    first = run("import", str(staff_file), "--apply")
    again = run("import", str(staff_file), "--apply")

    assert first.exit_code == again.exit_code == 0, first.output + again.output
    assert "2 create" in first.output
    assert "2 unchanged" in again.output
    assert count_people(session) == 2


def test_wrong_rows_are_named_with_their_line_and_nothing_is_changed(session, run, staff_file):
    staff_file.write_text(LIST.replace("liqiang@", "liqiang"), "utf-8-sig")

    result = run("import", str(staff_file), "--apply")

    assert result.exit_code == 1
    assert f"{staff_file}:2: email:" in result.output
    assert "nothing was changed" in result.output
    assert count_people(session) == 0


def test_what_is_no_staff_list_is_refused_in_words(session, run, staff_file):
    staff_file.write_bytes(b"\x00\x01\x02")

    result = run("import", str(staff_file))

    assert result.exit_code == 1
    assert result.output.startswith("Error: ")
    assert "Traceback" not in result.output
