"""The pages as people use them: without a script, by the right people, with few statements."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from tests.factories.curricula import (
    make_assignment,
    make_course,
    make_curriculum,
)
from tests.factories.people import make_department, make_employee
from tests.page import untimed
from training_platform.core import clock, jobs
from training_platform.core.db import db
from training_platform.core.permissions import Right
from training_platform.curricula.models import (
    Assignment,
    AssignmentRule,
    AssignmentState,
    Course,
    LessonProgress,
)

MARKERS = ("EXPLANATION", "WHY-WRONG", "WHY-OTHER")


@pytest.fixture
def signed_in(session, client, learner):
    """A client of a learner with one course of two lessons that have check questions."""
    course = make_course(session, "basics", checks=True, paper="basics")
    make_curriculum(session, "specialist", [(course, True, 14)])
    make_assignment(session, learner.id, course, clock.today() + timedelta(days=3))
    client.sign_in(learner)
    return client


@contextmanager
def counted(app):
    """Collect the selects of what happens inside."""
    statements = []

    def note(_connection, _cursor, statement, *_rest):
        if statement.lstrip().upper().startswith("SELECT"):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize(
    "address", ["/curriculum", "/courses/", "/courses/basics", "/courses/basics/l1"]
)
def test_learners_pages(signed_in, address, lang):
    page = signed_in.page(f"{address}?lang={lang}")

    assert page.h1


def test_lesson_needs_few_statements(app, signed_in):
    signed_in.get("/courses/basics/l1")

    with counted(app) as statements:
        signed_in.get("/courses/basics/l1")

    assert len(statements) <= 2 + 6, "\n".join(statements)


@pytest.mark.parametrize("address", ["/curriculum", "/courses/", "/courses/basics"])
def test_pages_need_at_most_twelve_statements(app, session, signed_in, address):
    for _each in range(12):
        make_course(session)
    session.commit()

    with counted(app) as statements:
        signed_in.get(address)

    assert len(statements) <= 12, "\n".join(statements)


def test_reading_writes_nothing(session, signed_in):
    signed_in.get("/courses/basics/l1")

    assert session.scalars(select(LessonProgress)).all() == []


def test_nothing_of_the_answer_is_in_the_page_before_it_is_given(signed_in):
    body = signed_in.get("/courses/basics/l1").get_data(as_text=True)

    assert not [word for word in MARKERS if word in body]


def test_whole_lesson_without_a_script(session, signed_in):
    refused = signed_in.post("/courses/basics/l1/finish")
    assert refused.status_code == 422
    assert "Answer the check question first" in refused.get_data(as_text=True)

    answered = signed_in.post("/courses/basics/l1/answer", data={"answer": "1"})
    assert answered.status_code == 303
    assert answered.location == "/courses/basics/l1#check"
    page = signed_in.page("/courses/basics/l1")
    assert "EXPLANATION because it is right." in page.text
    assert "WHY-WRONG" in page.text

    again = signed_in.page("/courses/basics/l1?again=1")
    assert "EXPLANATION" not in again.text

    finished = signed_in.post("/courses/basics/l1/finish")
    assert (finished.status_code, finished.location) == (303, "/courses/basics/l2")
    assert "You finished this lesson." in signed_in.page("/courses/basics/l1").text


def test_after_the_last_lesson_the_course_leads_to_its_quiz(signed_in):
    for slug in ("l1", "l2"):
        signed_in.post(f"/courses/basics/{slug}/answer", data={"answer": "0"})
        last = signed_in.post(f"/courses/basics/{slug}/finish")

    assert last.location == "/courses/basics"
    assert "/quizzes/basics" in signed_in.page("/courses/basics").links()


def test_htmx_gets_only_the_question(signed_in):
    response = signed_in.post(
        "/courses/basics/l1/answer", data={"answer": "0"}, headers={"HX-Request": "true"}
    )

    body = response.get_data(as_text=True)
    assert response.status_code == 200
    assert body.lstrip().startswith("<section")
    assert "EXPLANATION" in body


def test_empty_answer_is_asked_for(signed_in):
    response = signed_in.post("/courses/basics/l1/answer", data={})

    assert response.status_code == 422
    assert "Choose or write an answer first." in response.get_data(as_text=True)


def test_place_is_kept_across_devices(app, session, signed_in, learner):
    assert signed_in.post("/courses/basics/l2/place").status_code == 204
    assert signed_in.post("/courses/basics/l2/place", data={"percent": "62"}).status_code == 204

    other = app.test_client()
    other.sign_in(learner)

    assert 'data-place="62"' in other.get("/courses/basics/l2").get_data(as_text=True)
    assert "/courses/basics/l2" in other.page("/courses/basics").links()
    assert signed_in.post("/courses/basics/l2/place", data={"percent": "162"}).status_code == 422


@pytest.mark.parametrize("address", ["/courses/gone", "/courses/gone/l1"])
def test_withdrawn_course_is_like_an_unknown_one(session, signed_in, learner, address):
    make_course(session, "gone", is_withdrawn=True)
    session.commit()

    gone = signed_in.get(address)
    unknown = signed_in.get(address.replace("gone", "none"))

    assert gone.status_code == unknown.status_code == 404
    assert untimed(gone).replace(b"gone", b"none") == untimed(unknown)


def test_begun_course_may_be_finished_after_its_withdrawal(session, signed_in):
    signed_in.post("/courses/basics/l1/place")
    session.get_one(Course, "basics").is_withdrawn = True
    session.commit()

    assert "withdrawn" in signed_in.page("/courses/basics/l1").text
    assert "withdrawn" in signed_in.page("/courses/basics").text


def test_catalogue_finds_by_lesson_area_and_state(session, signed_in):
    make_course(session, "elsewhere", area="teamwork", level="advanced", job_roles=["manager"])
    session.commit()

    def found(query):
        links = signed_in.page(f"/courses/?{query}").links()
        return {id for id in ("basics", "elsewhere") if f"/courses/{id}" in links}

    assert found("q=basics") == {"basics"}
    assert found("area=teamwork") == {"elsewhere"}
    assert found("level=advanced") == {"elsewhere"}
    assert found("job_role=specialist") == {"basics"}
    assert found("state=mine") == {"basics"}
    assert found("q=lesson+l1") == {"basics", "elsewhere"}
    assert found("q=nothing") == set()


def test_course_is_added_to_ones_own_and_taken_off(session, signed_in, learner):
    make_course(session, "extra")
    session.commit()

    signed_in.post("/courses/extra/enrol")
    signed_in.post("/courses/extra/enrol")
    assert "Course extra" in signed_in.page("/curriculum").text
    signed_in.post("/courses/extra/leave")

    assert "Course extra" not in signed_in.page("/curriculum").text


# ---- Heads and HR ---------------------------------------------------------------------------


@pytest.fixture
def house(session):
    """Two departments with a head and a member each, and HR."""
    own, other = make_department(session, "OWN"), make_department(session, "OTHER")
    people = {
        "head": make_employee(session, headed=own, department=own, name="Head"),
        "head2": make_employee(session, headed=other, department=other, name="Head two"),
        "member": make_employee(session, department=own, name="Member"),
        "hr": make_employee(session, rights=(Right.HR,), name="HR"),
        "trainer": make_employee(session, rights=(Right.TRAINER,), name="Trainer"),
    }
    make_course(session, "basics")
    session.commit()
    return people


def rows(session, *columns):
    """Read, and let go of the write lock that a job's session takes."""
    found = [tuple(row) for row in session.execute(select(*columns))]
    session.commit()
    return found


def terms(person, **changes):
    due = (clock.today() + timedelta(days=9)).isoformat()
    return {
        "course_id": "basics",
        "due_on": due,
        "is_required": "1",
        "employee": person.id,
    } | changes


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("/curricula/assignments", {"head", "head2", "hr"}),
        ("/curricula/assign", {"head", "head2", "hr"}),
        ("/curricula/manage/", {"hr"}),
        ("/curricula/manage/rules", {"hr"}),
        ("/curricula/manage/rules/new", {"hr"}),
    ],
)
def test_areas_are_open_to_those_who_may(client, house, address, allowed):
    for name, employee in house.items():
        client.sign_in(employee)
        status = client.get(address).status_code
        assert status == (200 if name in allowed else 403), name


def test_head_assigns_after_a_check(session, client, house):
    member_id = house["member"].id
    client.sign_in(house["head"])

    check = client.page("/curricula/assign/check", query_string=terms(house["member"]))
    assert "Member" in check.text
    session.commit()
    data = {field.get("name"): field.get("value") for field in check.select("//main//input")}
    assert client.post("/curricula/assign/check", data=data).status_code == 303
    assert client.post("/curricula/assign/check", data=data).status_code == 303

    assigned = rows(session, Assignment.employee_id, Assignment.is_required)
    assert assigned == [(member_id, True)]
    assert "Member" in client.page("/curricula/assignments").text


def test_check_tells_who_has_it_already(session, client, house):
    client.sign_in(house["head"])
    make_assignment(
        session, house["member"].id, db.session.get_one(Course, "basics"), clock.today()
    )
    session.commit()

    check = client.page("/curricula/assign/check", query_string=terms(house["member"]))

    assert "Have it already" in check.text
    assert "There is nothing to do" in check.text


@pytest.mark.parametrize(
    "changes", [{"course_id": ""}, {"due_on": ""}, {"due_on": "2020-01-01"}, {"employee": ""}]
)
def test_impossible_terms_come_back_with_the_reason(client, house, changes):
    client.sign_in(house["head"])

    page = client.page(
        "/curricula/assign/check", query_string=terms(house["member"], **changes), status=422
    )

    assert "There is a problem" in page.text


def test_person_of_another_department_is_like_an_unknown_one(session, client, house):
    client.sign_in(house["head2"])

    data = terms(house["member"])
    session.commit()

    foreign = client.get("/curricula/assign/check", query_string=data)
    unknown = client.get("/curricula/assign/check", query_string=data | {"employee": 999999})
    posted = client.post("/curricula/assign/check", data=data | {"once": "x"})

    assert foreign.status_code == unknown.status_code == posted.status_code == 404
    assert untimed(foreign).replace(b"employee=%d" % data["employee"], b"employee=999999") == (
        untimed(unknown)
    )
    assert rows(session, Assignment.id) == []


def test_assignment_of_another_department_is_like_an_unknown_one(session, client, house):
    row = make_assignment(session, house["member"].id, session.get_one(Course, "basics"))
    session.commit()
    row_id = row.id
    client.sign_in(house["head2"])
    session.commit()

    foreign = client.post(f"/curricula/assignments/{row_id}/withdraw")
    unknown = client.post("/curricula/assignments/999999/withdraw")

    assert foreign.status_code == unknown.status_code == 404
    assert untimed(foreign).replace(b"/%d/" % row_id, b"/999999/") == untimed(unknown)
    assert "Member" not in client.page("/curricula/assignments").text


def test_head_withdraws_what_was_assigned(session, client, house):
    row = make_assignment(session, house["member"].id, session.get_one(Course, "basics"))
    row_id = row.id
    client.sign_in(house["head"])

    assert client.post(f"/curricula/assignments/{row_id}/withdraw").status_code == 303

    assert rows(session, Assignment.state) == [(AssignmentState.REMOVED,)]


def rule_data(**changes):
    return {
        "name": "All",
        "course_id": "basics",
        "job_role_id": "",
        "department_id": "",
        "hired_since": "",
        "is_required": "1",
        "due_days": "30",
        "once": "once",
    } | changes


def test_rule_is_looked_at_made_changed_and_stopped(session, client, house):
    client.sign_in(house["hr"])
    preview = client.post("/curricula/manage/rules/new", data=rule_data(preview="1"))
    assert "The rule means 5 people" in preview.get_data(as_text=True)
    assert rows(session, AssignmentRule.id) == []

    assert client.post("/curricula/manage/rules/new", data=rule_data()).status_code == 303
    assert client.post("/curricula/manage/rules/new", data=rule_data()).status_code == 303
    ((rule_id, version),) = rows(session, AssignmentRule.id, AssignmentRule.version)
    address = f"/curricula/manage/rules/{rule_id}"
    assert client.page(address).h1 == "Change the rule “All”"

    changed = client.post(address, data=rule_data(name="Everybody", version=version))
    assert changed.status_code == 303
    assert client.post(address, data=rule_data(name="Late", version=version)).status_code == 409
    stopped = client.post(f"{address}/deactivate", data={"version": version + 1})
    assert stopped.status_code == 303
    assert "Stopped" in client.page("/curricula/manage/rules").text


def test_rule_without_a_course_comes_back(client, house):
    client.sign_in(house["hr"])

    response = client.post(
        "/curricula/manage/rules/new", data=rule_data(course_id="", due_days="0")
    )

    assert response.status_code == 422


def test_many_people_are_assigned_by_a_job(session, client, house):
    own = make_department(session, "OWN")
    people = [make_employee(session, department=own) for _each in range(51)]
    session.commit()
    ids = [each.id for each in people]
    client.sign_in(house["head"])
    data = terms(house["member"], employee=ids, once="many")
    session.commit()

    assert client.post("/curricula/assign/check", data=data).status_code == 303
    assert rows(session, Assignment.id) == []
    jobs.run_due()

    assert len(rows(session, Assignment.id)) == 51


def test_manage_shows_the_curricula(session, client, house):
    make_curriculum(session, "specialist", [(session.get_one(Course, "basics"), True, 14)])
    session.commit()
    client.sign_in(house["hr"])

    assert "Curriculum specialist" in client.page("/curricula/manage/").text


def test_heads_see_the_courses_on_the_record_page_of_their_people(session, client, house):
    make_assignment(session, house["member"].id, session.get_one(Course, "basics"))
    session.commit()
    client.sign_in(house["head"])

    page = client.page(f"/archives/people/{house['member'].id}")

    assert "Course basics" in page.text
