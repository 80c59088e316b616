"""Today: a first step for newcomers, due days in order, what each right sees."""

from datetime import timedelta

import pytest

from tests.factories.curricula import lessons_of, make_assignment, make_course
from tests.factories.home import make_attempt, make_paper, make_progress
from tests.factories.people import make_employee
from tests.factories.records import make_record
from training_platform.core import clock
from training_platform.core.permissions import Right
from training_platform.home import addresses
from training_platform.people.viewer import viewer_of
from training_platform.records import services as records
from training_platform.records.rules import Effect


def test_a_newcomer_sees_a_first_step_and_no_empty_shelves(session, client):
    newcomer = make_employee(session)
    course = make_course(session, "basics")
    make_assignment(session, newcomer.id, course, clock.today() + timedelta(days=14))
    client.sign_in(newcomer)

    page = client.page("/")

    assert "Xiaoman" in page.h1  # the English page greets by the Latin name
    assert "小满" in client.page("/?lang=zh").h1
    assert "/courses/basics/l1" in page.links()
    assert "Start your first lesson" in page.text
    assert "This week" not in page.text
    assert "Certificates" not in page.select("//main")[0].text_content()


def test_without_any_course_the_catalogue_is_offered(session, client):
    client.sign_in(make_employee(session))

    page = client.page("/")

    assert "Look through the courses" in page.text


def test_due_courses_stand_nearest_first_and_overdue_in_words(session, client):
    employee = make_employee(session)
    today = clock.today()
    for name, days in (("later", 20), ("late", -2), ("soon", 1)):
        course = make_course(session, name)
        make_assignment(session, employee.id, course, today + timedelta(days=days))
    client.sign_in(employee)

    page = client.page("/")

    due = page.select("//section[@aria-labelledby='due']")[0].text_content()
    assert due.index("Course late") < due.index("Course soon") < due.index("Course later")
    assert "Overdue by 2 days" in due
    assert "1 day left" in due
    assert (today - timedelta(days=2)).isoformat() in due


def test_an_open_quiz_goes_first(session, client):
    employee = make_employee(session)
    make_assignment(session, employee.id, make_course(session, "basics"), clock.today())
    attempt = make_attempt(session, employee, make_paper(session), minutes_left=12)
    client.sign_in(employee)

    page = client.page("/")

    primary = page.select("//main//a[@data-kind='primary']")
    assert [link.get("href") for link in primary] == [addresses.attempt(attempt.token)]
    assert "12 min left" in page.text


def test_finished_lessons_count_as_todays_minutes(session, client):
    employee = make_employee(session)
    course = make_course(session, "basics")
    make_assignment(session, employee.id, course)
    make_progress(session, employee, course, lessons_of(session, course)[0])
    client.sign_in(employee)

    page = client.page("/")

    assert page.select("//*[@class='ring-number']")[0].text == "4"
    assert "1 of 2 lessons" in page.text
    assert "1 day, 4 min" in page.text


def test_a_failed_quiz_that_waits_is_no_button(session, client):
    employee = make_employee(session)
    paper = make_paper(session, course_id="basics")
    course = make_course(session, "basics", lessons=1, paper=paper.id)
    make_assignment(session, employee.id, course)
    make_progress(session, employee, course, *lessons_of(session, course))
    make_attempt(session, employee, paper, 50)
    client.sign_in(employee)

    page = client.page("/")

    assert "Go to the quiz" not in page.text
    assert "opens " in page.text


@pytest.mark.parametrize(
    ("right", "words"),
    [
        (Right.TRAINER, "Most missed questions"),
        (Right.HR, "Certificates that end"),
        (Right.EXECUTIVE, "Departments"),
        (Right.ADMIN, "Failed jobs"),
        (Right.DEPARTMENT_HEAD, "Pass rate"),
    ],
)
def test_each_right_sees_its_block_and_nobody_elses(session, client, company, right, words):
    client.sign_in(make_employee(session, rights=(right,)))

    assert words in client.page("/").text


def test_hr_sees_cases_as_they_were_corrected(session, client, company):
    first, second = (make_employee(session, name=name) for name in ("个案甲", "个案乙"))
    kept, voided = (make_record(session, each, "hr_case_opened") for each in (first, second))
    day = (clock.today() - timedelta(days=4)).isoformat()
    second_person = viewer_of(session, make_employee(session, rights=(Right.HR,)))
    for record, effect, values in (
        (kept, Effect.VALUES, {"happened_on": (clock.today().isoformat(), day)}),
        (voided, Effect.VOID, {}),
    ):
        records.correct_record(
            session,
            record,
            viewer_of(session, company.hr),
            effect=effect,
            reason="wrong",
            changes="",
            evidence="mail",
            expected_count=0,
            approver=second_person,
            values=values,
        )
    client.sign_in(company.hr)

    cases = client.page("/?show=hr").select("//section[@aria-labelledby='cases']")[0]

    assert "个案甲" in cases.text_content()
    assert day in cases.text_content()
    assert "个案乙" not in cases.text_content()
    assert f"/archives/people/{first.id}" in [link.get("href") for link in cases.iter("a")]


def test_a_block_of_another_right_is_never_shown(session, client, company):
    client.sign_in(make_employee(session))

    page = client.page("/?show=hr")

    assert "Certificates that end" not in page.text


def test_the_executive_sees_totals_without_names(client, company):
    client.sign_in(company.executive)

    page = client.page("/?show=company")

    assert "Department CR1" in page.text
    assert not [name for name in (*company.names, "头一", "头二") if name in page.body]


def test_small_departments_show_no_rates(session, client, company):
    client.sign_in(company.executive)

    rows = client.page("/?show=company").select("//tbody/tr")

    of_two = next(row for row in rows if "Department CR1" in row.text_content())
    assert [cell.text_content().strip() for cell in of_two.findall("td")] == ["2", "–", "–", "–"]


@pytest.mark.parametrize("show", ["mine", "team", "hr", "company", "teaching", "operations"])
def test_today_needs_few_statements(session, client, company, count_statements, show):
    everything = tuple(right for right in Right)
    person = make_employee(session, rights=everything, headed=company.relations)
    make_assignment(session, person.id, company.course, clock.today())
    client.sign_in(person)
    client.page("/")  # touches the session once

    with count_statements() as seen:
        client.page(f"/?show={show}")

    assert len(seen) <= 19, "\n".join(seen)


def test_ones_own_page_needs_few_statements_beyond_the_viewer(session, client, count_statements):
    person = make_employee(session)
    make_assignment(session, person.id, make_course(session, "basics"), clock.today())
    client.sign_in(person)

    with count_statements() as seen:
        client.page("/")

    # the page asks eight; each feature that may wait for somebody asks one of its own,
    # external training three: what waits for her, what she owes, what she began
    assert len([each for each in seen if not each.startswith(("BEGIN", "PRAGMA"))]) - 2 <= 8 + 9
