"""The pages of mentored practice, as trainee, mentor, head and colleague use them."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader
from sqlalchemy import select

from tests.counting import count_statements
from tests.factories.mentoring import (
    TEXTS,
    hand_in,
    make_entry,
    make_mentor,
    make_practice,
    share,
    sign_off,
)
from tests.factories.people import make_department, make_employee
from training_platform.core import clock
from training_platform.core.permissions import Right
from training_platform.mentoring import services
from training_platform.mentoring.models import Practice, PracticeEntry, PracticeQuestion
from training_platform.mentoring.rules import State
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of

TODAY = clock.today()
PLAN = {
    "title": "Tickets in order",
    "kind": "project",
    "about": "Sort them.",
    "starts_on": TODAY.isoformat(),
    "due_on": (TODAY + timedelta(days=30)).isoformat(),
    "goal_1": "Fewer open tickets",
    "measure_1": "20 at most",
}
ENTRY = {"day": TODAY.isoformat(), "hours": "1.5", "done": "Sorted.", "learned": "To ask."}


@pytest.fixture
def ids(session):
    """The ids of a trainee, a mentor, and their running practice."""
    trainee = make_employee(session, name="林玥")
    mentor = make_mentor(session, department=make_department(session, "MK"))
    practice = make_practice(session, trainee, mentor)
    found = {"trainee": trainee.id, "mentor": mentor.id, "practice": practice.id}
    session.commit()
    return found


@pytest.fixture
def act(session):
    """Return a function that lets something happen, and lets go of the database."""

    def do(make, *args, **kwargs):
        made = make(session, *args, **kwargs)
        session.commit()
        session.expunge_all()
        return made

    return do


@pytest.fixture
def sign_in(session, client):
    def enter(employee_id):
        client.sign_in(session.get_one(Employee, employee_id))
        session.rollback()

    return enter


def address(ids, page=""):
    return f"/practice-work/{ids['practice']}{page}"


def practice_of(session, ids):
    session.rollback()
    return session.get_one(Practice, ids["practice"])


def test_a_mentor_assigns_by_name_and_lands_on_the_practice(session, client, ids, sign_in):
    sign_in(ids["mentor"])
    department_id = str(session.scalars(select(Employee.department_id)).first())
    session.rollback()
    plan = PLAN | {"mentor_id": str(ids["mentor"]), "department_id": department_id}
    page = client.post("/practice-work/new", data=plan | {"trainee": "nobody", "measure_1": ""})
    assert page.status_code == 422
    assert "There is nobody of this name" in page.text

    made = client.post("/practice-work/new", data=plan | {"trainee": "林玥", "once": "a"})

    assert made.status_code == 303
    assert (
        client.post("/practice-work/new", data=plan | {"trainee": "林玥", "once": "a"}).location
        == made.location
    )
    assert "Fewer open tickets" in client.page(made.location).text


def test_a_goal_without_a_measure_is_refused_beside_it(session, client, ids, sign_in):
    sign_in(ids["trainee"])
    department_id = str(session.scalars(select(Employee.department_id)).first())
    session.rollback()
    plan = PLAN | {"mentor_id": str(ids["mentor"]), "department_id": department_id}

    page = client.post("/practice-work/new", data=plan | {"measure_1": ""})

    assert page.status_code == 422
    assert 'id="measure_1-error"' in page.text
    assert "Sort them." in page.text


def test_the_trainee_writes_and_corrects_and_the_mentor_comments(session, client, ids, sign_in):
    sign_in(ids["trainee"])
    file = (io.BytesIO(b"plan"), "plan.txt")
    assert client.post(address(ids, "/log/new"), data=ENTRY | {"hours": "99"}).status_code == 422
    wrong = client.post(
        address(ids, "/log/new"), data=ENTRY | {"file": (io.BytesIO(b"MZ"), "run.exe")}
    )
    assert wrong.status_code == 422
    assert client.post(address(ids, "/log/new"), data=ENTRY | {"file": file}).status_code == 303
    assert client.get(address(ids, "/log/1/1/file")).data == b"plan"
    change = ENTRY | {"version": "1", "hours": "2", "reason": "Wrong."}
    assert client.post(address(ids, "/log/1/correct"), data=change).status_code == 303
    assert client.post(address(ids, "/log/1/correct"), data=change).status_code == 409
    sign_in(ids["mentor"])

    assert client.post(address(ids, "/log/1"), data={"text": "Well done."}).status_code == 303

    page = client.page(address(ids, "/log/1"))
    assert "Well done." in page.text
    assert "1.5 hours" in page.text
    assert client.get(address(ids, "/log/1/2/file")).data == b"plan"
    assert "2 hours" in client.page(address(ids, "/log")).text
    assert client.get(address(ids, "/log/new")).status_code == 403
    session.rollback()
    assert len(session.scalars(select(PracticeEntry)).all()) == 2


def test_a_question_is_answered_from_the_desk(session, client, ids, sign_in):
    sign_in(ids["trainee"])
    assert client.post(address(ids, "/questions"), data={"text": ""}).status_code == 422
    assert client.post(address(ids, "/questions"), data={"text": "Which?"}).status_code == 303
    asked_id = session.scalars(select(PracticeQuestion.id)).one()
    session.rollback()
    question = address(ids, f"/questions/{asked_id}")
    sign_in(ids["mentor"])
    assert question in client.page("/practice-work/desk").links()
    assert "1 question to answer" in client.page("/").text

    answered = {"text": "The oldest.", "version": "1"}
    assert client.post(question, data=answered).status_code == 303
    assert client.post(question, data=answered).status_code == 409

    assert question not in client.page("/practice-work/desk").links()
    assert "The oldest." in client.page(address(ids, "/questions")).text


def test_the_report_is_kept_handed_in_and_signed_off(session, client, ids, sign_in):
    sign_in(ids["trainee"])
    draft = client.post(
        address(ids, "/report/draft"), data={"version": "0", "done": "Begun."}
    ).get_json()
    assert draft["version"] == 1
    lost = client.post(address(ids, "/report/draft"), data={"version": "0", "done": "Elsewhere."})
    assert lost.status_code == 409
    assert "Begun." in client.page(address(ids, "/report")).body
    half = client.post(address(ids, "/report"), data={"version": "1", "done": "All."})
    assert half.status_code == 422
    whole = TEXTS.parts() | {"version": "1", "act": "hand_in"}
    assert client.post(address(ids, "/report"), data=whole).status_code == 303
    sign_in(ids["mentor"])
    assert TEXTS.recommended in client.page(address(ids, "/report")).text
    practice = practice_of(session, ids)
    goals, seen = [goal.id for goal in practice.goals], practice.version
    session.rollback()
    form = {f"goal_{goal}": "reached" for goal in goals} | {"version": str(seen)}
    page = client.post(address(ids, "/sign-off"), data=form)
    assert page.status_code == 422
    form |= {f"remark_{goal}": "Seen." for goal in goals}

    assert client.post(address(ids, "/sign-off"), data=form).status_code == 303

    assert practice_of(session, ids).state is State.SIGNED_OFF
    assert "Mentored practice: Tickets in order" in _record_of(client, sign_in, ids)


def _record_of(client, sign_in, ids):
    sign_in(ids["trainee"])
    return client.page("/records/").text


def test_a_report_comes_back_with_the_reason(session, client, ids, act, sign_in):
    act(lambda session: hand_in(session, session.get_one(Practice, ids["practice"])))
    sign_in(ids["mentor"])
    seen = practice_of(session, ids).version
    session.rollback()
    assert client.post(address(ids, "/return"), data={"version": str(seen)}).status_code == 422

    form = {"version": str(seen), "reason": "Where are the figures?"}
    assert client.post(address(ids, "/return"), data=form).status_code == 303

    sign_in(ids["trainee"])
    assert "Where are the figures?" in client.page(address(ids)).text
    assert TEXTS.done in client.page(address(ids, "/report")).body


def test_a_shared_report_is_found_read_and_taken_back(session, client, ids, act, sign_in):
    act(lambda session: sign_off(session, session.get_one(Practice, ids["practice"])))
    reader = act(lambda session: make_employee(session).id)
    shared = f"/practice-work/library/{ids['practice']}"

    def post(person, page, **form):
        sign_in(ids[person])
        seen = practice_of(session, ids).version
        session.rollback()
        return client.post(address(ids, page), data=form | {"version": str(seen)}).status_code

    assert post("trainee", "/share") == 422
    assert post("trainee", "/share", audience="everybody") == 303
    sign_in(reader)
    assert client.get(shared).status_code == 404
    assert post("mentor", "/share/allow") == 303
    sign_in(reader)
    assert shared in client.page("/practice-work/library?q=tickets").links()
    assert shared not in client.page("/practice-work/library?q=rebate").links()
    assert TEXTS.learned in client.page(shared).text
    assert client.get(address(ids)).status_code == 404
    assert client.get(address(ids, "/report/en.pdf")).status_code == 200

    assert post("mentor", "/share/end") == 303

    sign_in(reader)
    assert client.get(shared).status_code == 404
    assert client.get(address(ids, "/report/en.pdf")).status_code == 404


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh", ("实践锻炼总结报告", "导师", "达成")), ("en", ("Closing report", "Mentor", "Reached"))],
)
def test_the_pdf_speaks_either_language(client, ids, act, sign_in, lang, words):
    act(lambda session: sign_off(session, session.get_one(Practice, ids["practice"])))
    sign_in(ids["trainee"])

    response = client.get(address(ids, f"/report/{lang}.pdf"))

    reader = PdfReader(io.BytesIO(response.data))
    text = "".join(page.extract_text() for page in reader.pages)
    assert all(word in text for word in (*words, "林玥", TEXTS.done))
    assert reader.trailer["/Root"]["/Lang"] in {"zh-CN", "en"}


def test_a_head_finds_what_is_overdue_and_hr_cancels_it(session, client, ids, sign_in):
    practice = practice_of(session, ids)
    practice.starts_on, practice.due_on = (TODAY - timedelta(days=each) for each in (20, 3))
    seen = practice.version + 1
    hr = make_employee(session, rights=(Right.HR,)).id
    department = session.get_one(Employee, ids["trainee"]).department_id
    session.commit()
    sign_in(hr)
    page = client.page(f"/practice-work/all?overdue=1&department={department}&state=running&q=林玥")
    assert address(ids) in page.links()
    assert "Overdue by 3 days" in page.text
    assert client.get("/practice-work/all?department=999999").status_code == 404
    assert address(ids) in client.page(f"/archives/people/{ids['trainee']}").links()

    form = {"version": str(seen), "reason": "The project was stopped."}
    assert client.post(address(ids, "/cancel"), data=form).status_code == 303
    assert client.post(address(ids, "/cancel"), data=form).status_code == 409

    assert address(ids) not in client.page("/practice-work/all?overdue=1").links()
    assert "The project was stopped." in client.page(address(ids)).text


def test_today_says_what_is_due(client, ids, sign_in):
    sign_in(ids["trainee"])

    page = client.page("/")

    assert address(ids) in page.links()
    assert f"Due on {TODAY + timedelta(days=10)}" in page.text


@pytest.mark.parametrize("part", ["", "/log", "/questions"])
def test_a_practice_asks_no_more_for_a_longer_story(session, client, ids, sign_in, part):
    def tell_more(count):
        practice = practice_of(session, ids)
        own = viewer_of(session, practice.trainee)
        for _each in range(count):
            make_entry(session, practice)
            services.ask(session, practice, own, "And now?")
        session.commit()

    tell_more(1)
    sign_in(ids["trainee"])
    before = count_statements(client, address(ids, part))

    tell_more(4)

    assert count_statements(client, address(ids, part)) == before


@pytest.mark.parametrize("place", ["/practice-work/all", "/practice-work/library"])
def test_the_lists_ask_no_more_for_more_rows(session, client, ids, sign_in, place):
    share(session, practice_of(session, ids))
    hr = make_employee(session, rights=(Right.HR,)).id
    session.commit()
    sign_in(hr)
    before = count_statements(client, place)

    for _each in range(3):
        share(session, make_practice(session, make_employee(session)))
    session.commit()

    assert count_statements(client, place) == before
