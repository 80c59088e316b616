"""Timelines, people, corrections."""

import pytest

from tests.counting import count_statements
from tests.factories.people import make_department, make_employee
from tests.factories.records import make_record
from training_platform.core.permissions import Right
from training_platform.people.models import Competency
from training_platform.people.viewer import viewer_of
from training_platform.records import queries, services
from training_platform.records.rules import Effect


@pytest.fixture
def employee(session):
    return make_employee(session, name="林知夏", name_latin="Lin Zhixia")


@pytest.fixture
def hr(session):
    return make_employee(session, rights=(Right.HR,))


def main_of(response):
    """Return the page without its shell, whose tokens and addresses differ anyway."""
    return response.data.partition(b"<main")[2].partition(b"</main>")[0]


def correction(**changes):
    return {
        "version": 0,
        "effect": "values",
        "changes": "86 %, not 80 %",
        "reason": "One answer was marked wrongly",
        "evidence": "Protocol 12",
    } | changes


def test_the_own_record_is_a_timeline(client, session, employee):
    make_record(session, employee, "quiz_passed", "p", percent=92, outcome="distinction")
    make_record(session, make_employee(session), title={"zh": "别人", "en": "Somebody's"})
    session.commit()
    client.sign_in(employee)

    page = client.page("/records/")

    assert "Quiz passed: Customer Data Basics" in page.text
    assert "92 % Distinction" in page.text
    assert "Somebody's" not in page.text


@pytest.mark.parametrize("address", ["/records/", "/archives/people", "/archives/people/{id}"])
def test_pages_need_few_statements(client, session, employee, hr, address):
    for number in range(30):
        make_record(session, employee, subject=f"course-{number}")
        make_record(session, make_employee(session))
    address = address.format(id=employee.id)
    client.sign_in(employee if address == "/records/" else hr)

    # A person's archive asks for hours, competencies, certificates and attachments too.
    assert count_statements(client, address) <= (19 if address.endswith(str(employee.id)) else 13)


def test_a_filter_shows_one_kind(client, session, employee):
    make_record(session, employee, "quiz_passed", "p")
    make_record(session, employee, "course_completed", "c")
    session.commit()
    client.sign_in(employee)

    page = client.page("/records/?kind=quizzes")

    assert "Quiz passed" in page.text
    assert "Course completed" not in page.text


def test_an_empty_record_says_what_will_stand_there(client, session, employee):
    session.commit()
    client.sign_in(employee)

    assert "The first finished lesson will stand here." in client.page("/records/").text


def test_hr_finds_people_by_pinyin_and_counts_their_courses(client, session, employee, hr):
    make_record(session, employee, "course_completed", "a")
    make_record(session, employee, "course_completed", "b")
    session.commit()
    client.sign_in(hr)

    page = client.page("/archives/people?q=linzhixia")

    rows = page.select("//tbody/tr")
    assert len(rows) == 1
    assert "林知夏" in rows[0].text_content()
    assert rows[0].xpath("td[@data-label='Courses completed']")[0].text_content() == "2"


def test_a_head_sees_the_own_tree_only(client, session, employee):
    team = make_department(session, code="TEAM", parent=make_department(session))
    other = make_department(session, code="OTHER")
    below = make_employee(session, name="在下", department=team)
    stranger = make_employee(session, name="外人", department=other)
    session.commit()
    client.sign_in(make_employee(session, rights=(Right.DEPARTMENT_HEAD,)))

    page = client.page("/archives/people")

    assert "在下" in page.text
    assert "外人" not in page.text
    client.page(f"/archives/people/{below.id}")
    client.page(f"/archives/people/{stranger.id}", status=404)


def test_the_old_addresses_lead_on_to_the_archive_with_their_filters(client, session, employee):
    other = make_department(session, code="OTHER")
    stranger = make_employee(session, department=other)
    session.commit()
    client.sign_in(make_employee(session, rights=(Right.DEPARTMENT_HEAD,)))

    people = client.get("/records/people?q=lin&page=2")
    person = client.get(f"/records/people/{employee.id}?kind=quizzes")

    assert (people.status_code, people.location) == (301, "/archives/people?q=lin&page=2")
    assert person.location == f"/archives/people/{employee.id}?kind=quizzes"
    assert client.get(f"/records/people/{stranger.id}").status_code == 404


@pytest.mark.parametrize("right", [Right.EXECUTIVE, Right.TRAINER, Right.ADMIN])
def test_others_read_nobodys_record(client, session, employee, right):
    session.commit()
    client.sign_in(make_employee(session, rights=(right,)))

    assert client.get("/records/people").status_code == 403
    hidden = client.get(f"/records/people/{employee.id}")
    unknown = client.get("/records/people/99999")
    assert hidden.status_code == unknown.status_code == 404
    assert main_of(hidden) == main_of(unknown)


def test_a_correction_shows_beside_what_it_corrects(client, session, employee, hr):
    record = make_record(session, employee, "quiz_passed", "p", percent=80)
    session.commit()
    client.sign_in(hr)
    address = f"/records/people/{employee.id}/{record.id}/correction"
    assert "Quiz passed" in client.page(address).text

    response = client.post(address, data=correction())

    assert response.status_code == 303
    client.sign_in(employee)
    page = client.page("/records/")
    for words in (
        "80 %",
        "corrected",
        "Correction: Customer Data Basics",
        "What is right: 86 %, not 80 %",
        "Reason: One answer was marked wrongly",
        "Evidence: Protocol 12",
    ):
        assert words in page.text


def test_a_correction_needs_reason_and_evidence(client, session, employee, hr):
    record = make_record(session, employee)
    session.commit()
    client.sign_in(hr)

    response = client.post(
        f"/records/people/{employee.id}/{record.id}/correction",
        data=correction(reason="", evidence=""),
    )

    assert response.status_code == 422
    assert b"Name the evidence." in response.data


def test_two_corrections_at_once_do_not_pass_unseen(client, session, employee, hr):
    record = make_record(session, employee)
    session.commit()
    client.sign_in(hr)
    address = f"/records/people/{employee.id}/{record.id}/correction"

    first = client.post(address, data=correction())
    second = client.post(address, data=correction(reason="Another reason"))

    assert (first.status_code, second.status_code) == (303, 409)


def test_the_same_post_twice_corrects_once(client, session, employee, hr):
    record = make_record(session, employee)
    session.commit()
    client.sign_in(hr)
    address = f"/records/people/{employee.id}/{record.id}/correction"

    for _time in range(2):
        assert client.post(address, data=correction(once="token")).status_code == 303

    assert services.count_corrections(session, record.id) == 1


def test_a_head_may_read_but_not_correct(client, session, employee):
    record = make_record(session, employee)
    session.commit()
    client.sign_in(make_employee(session, rights=(Right.DEPARTMENT_HEAD,)))

    assert client.get(f"/records/people/{employee.id}/{record.id}/correction").status_code == 403


def test_a_void_record_no_longer_counts(session, employee, hr):
    record = make_record(session, employee, "quiz_passed", "p")

    services.correct_record(
        session,
        record,
        viewer_of(session, hr),
        effect=Effect.VOID,
        reason="r",
        changes="c",
        evidence="e",
        expected_count=0,
        approver=viewer_of(session, make_employee(session, rights=(Right.HR,))),
    )

    assert queries.subjects_with(session, employee.id, "quiz_passed") == set()


def test_erased_values_are_named_as_such(client, session, employee, hr):
    make_record(session, employee, "quiz_passed", "p")
    services.erase_values(session, employee.id, viewer_of(session, hr))
    session.commit()
    client.sign_in(employee)

    assert "Quiz passed: values erased" in client.page("/records/").text


def test_a_competency_only_rises(session, employee):
    session.add(
        Competency(id="dq", code="DQ", name={"zh": "质量", "en": "Q"}, levels=[], position=1)
    )
    session.flush()

    assert services.raise_competency(session, employee.id, "dq", 2, "course:a")
    assert not services.raise_competency(session, employee.id, "dq", 1, "course:b")
    assert services.raise_competency(session, employee.id, "dq", 3, "course:c")
    (standing,) = queries.standings(session, employee)
    assert standing.level == 3
