"""The team page: its scope, its numbers, reminding."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories.curricula import make_assignment
from tests.factories.people import make_department, make_employee
from training_platform.core import clock, jobs
from training_platform.core.permissions import Right
from training_platform.curricula.models import Assignment
from training_platform.notices.models import Notice


def reminders(session):
    session.rollback()
    return session.scalar(select(func.count()).where(Notice.kind == "reminder_from_head"))


def assignments(session):
    """Return assignment and employee of each row, and give the write lock back."""
    rows = session.execute(
        select(Assignment.id, Assignment.employee_id).order_by(Assignment.id)
    ).all()
    session.rollback()
    return rows


def test_the_head_sees_the_department_with_its_sub_departments(client, company):
    client.sign_in(company.head)

    page = client.page("/team?state=all")

    assert all(name in page.text for name in company.names)
    assert "1 of 2 quizzes taken are passed" in page.text
    assert "50.0" in page.text
    assert "4 people" in page.text


@pytest.mark.parametrize(
    "address", ["/", "/?show=team", "/team", "/team?state=all", "/team/stuck", "/search?q=标记"]
)
def test_another_head_sees_no_name_of_customer_relations(client, company, address):
    client.sign_in(company.head2)

    page = client.page(address)

    assert not [name for name in company.names if name in page.body]
    assert "quizzes taken are passed" not in page.text or "0 of 0" in page.text


def test_another_department_is_answered_like_an_unknown_one(client, company):
    client.sign_in(company.head2)

    foreign = client.get(f"/team?department={company.relations.id}")
    unknown = client.get("/team?department=999999")

    assert foreign.status_code == unknown.status_code == 404


def test_hr_chooses_any_department(client, company):
    client.sign_in(company.hr)

    page = client.page(f"/team?department={company.relations.id}&state=all")

    assert "标记乙" in page.text
    assert "头二" not in page.text


def test_a_line_manager_sees_only_who_reports_to_her(session, client, company):
    manager = make_employee(session, name="组长")
    report = make_employee(session, name="组员", manager=manager)
    make_assignment(session, report.id, company.course, clock.today())
    client.sign_in(manager)

    page = client.page("/team?state=all")

    assert "组员" in page.text
    assert not [name for name in company.names if name in page.body]


@pytest.mark.parametrize("right", [None, Right.TRAINER, Right.EXECUTIVE, Right.ADMIN])
def test_others_have_no_team_page(session, client, company, right):
    client.sign_in(make_employee(session, rights=(right,) if right else ()))

    assert client.get("/team").status_code == 403


def test_the_list_shows_the_overdue_first_and_leaves_out_what_is_far_away(client, company):
    client.sign_in(company.head)

    table = client.page("/team").select("//section[@id='due-list']//tbody")[0].text_content()

    assert table.index("标记甲") < table.index("标记乙")
    assert "标记丙" not in table


def test_search_narrows_the_list(client, company):
    client.sign_in(company.head)

    table = client.page("/team?q=标记乙").select("//section[@id='due-list']//tbody")[0]

    assert "标记甲" not in table.text_content()


def test_stuck_people_come_with_the_reason(client, company):
    client.sign_in(company.head)

    text = client.page("/team/stuck").text

    assert "failed 2 times, best result 70 points" in text
    assert "1 of 3 lessons" in text


def test_a_reminder_goes_out_once_a_day(session, client, company):
    client.sign_in(company.head)
    ids = [row.id for row in assignments(session)]

    first = client.post("/team/remind", data={"assignment": ids[:2]})
    client.post("/team/remind", data={"one": ids[0]})

    assert first.status_code == 303
    assert reminders(session) == 2


def test_nobody_reminds_people_of_others(session, client, company):
    client.sign_in(company.head2)
    ident = assignments(session)[0].id

    foreign = client.post("/team/remind", data={"one": ident})
    unknown = client.post("/team/remind", data={"one": 999999})

    assert foreign.status_code == unknown.status_code == 404
    assert reminders(session) == 0


def test_reminding_all_overdue_is_a_job_that_repeats_nothing(session, client, company):
    client.sign_in(company.head)

    client.post("/team/remind", data={"action": "all"})
    client.post("/team/remind", data={"action": "all"})
    jobs.run_due()

    assert reminders(session) == 1


def test_assigning_goes_on_with_the_people_chosen(session, client, company):
    client.sign_in(company.head)
    rows = assignments(session)

    answer = client.post(
        "/team/remind", data={"action": "assign", "assignment": [row.id for row in rows]}
    )

    assert answer.status_code == 303
    assert answer.location == "/curricula/assign?" + "&".join(
        f"employee={row.employee_id}" for row in rows
    )


def test_choosing_nobody_is_said_and_does_nothing(session, client, company):
    client.sign_in(company.head)

    client.post("/team/remind", data={"back": "/team?state=overdue"})

    assert "Choose at least one row first." in client.page("/team").text
    assert reminders(session) == 0


def test_the_list_is_paged(session, client, company):
    department = make_department(session, "CR")
    for _ in range(30):
        person = make_employee(session, department=department)
        make_assignment(session, person.id, company.course, clock.today() + timedelta(days=2))
    client.sign_in(company.head)

    page = client.page("/team")

    assert len(page.select("//section[@id='due-list']//tbody/tr")) == 25
    assert "1–25 of 32" in page.text


@pytest.mark.parametrize("address", ["/team", "/team/stuck", "/search?q=标记"])
def test_team_pages_need_few_statements(client, company, count_statements, address):
    client.sign_in(company.head)

    with count_statements() as seen:
        client.page(address)

    assert len(seen) <= 19, "\n".join(seen)
