"""The pages of exams: from the list to the one result, and what nobody may see before it."""

import pytest
from sqlalchemy import select

from tests.conftest import Browser
from tests.factories.exams import TASK, make_exam
from tests.factories.people import make_employee
from training_platform.core.db import db
from training_platform.core.permissions import Right
from training_platform.exams.models import ExamSitting
from training_platform.practicals.models import PracticalAttempt
from training_platform.quizzes.models import Attempt


@pytest.fixture
def person(crm_session):
    make_exam(crm_session)
    return make_employee(crm_session)


@pytest.fixture
def client(crm_app, crm_session, person):
    crm_app.test_client_class = Browser
    browser = crm_app.test_client()
    crm_session.commit()
    browser.sign_in(person)
    return browser


def begin(client):
    answer = client.post("/exams/whole/start")
    assert answer.status_code == 303, answer.text
    return answer.location


def of(model):
    db.session.rollback()
    found = db.session.scalars(select(model)).one()
    db.session.expunge(found)
    db.session.rollback()
    return found


def test_an_exam_is_sat_part_by_part_and_says_nothing_until_it_is_over(client):
    page = begin(client)
    first = client.post(f"{page}/next").location
    assert first.startswith("/quizzes/attempts/")
    inside = client.get(f"{first}?lang=en").text
    assert page in inside, "the way back to the overview"
    assert client.post(f"{page}/next").location == first, "a second tab goes on with it"

    submitted = client.post(f"{first}/submit", follow_redirects=True)
    assert submitted.request.path == page, "no result of the part: back to the whole"
    assert client.get(f"{first}/result").location == page
    before = client.get(page).text
    assert "Handed in" in before
    assert "adds" not in before
    assert first not in before

    second = client.post(f"{page}/next").location
    assert second.startswith("/practicals/attempts/")
    assert client.get(f"/practicals/{TASK}").status_code == 200
    attempt = of(PracticalAttempt)
    assert page in client.get(f"/crm/{attempt.workspace_id}/").text
    done = client.post(f"{second}/submit", follow_redirects=True)
    assert done.request.path == page
    assert "Not passed yet" in done.text
    assert "0 %, adds 0" in done.text

    for part in (first, second):
        answer = client.get(f"{part}/result")
        assert answer.status_code == 200
        assert page in answer.text
        assert "Start the make-up" not in answer.text


def test_a_sealed_part_shows_neither_solution_nor_replay_to_anybody(client, crm_app):
    page = begin(client)
    client.post(client.post(f"{page}/next").location + "/submit")
    second = client.post(f"{page}/next").location
    db.session.rollback()
    attempt = db.session.scalars(select(PracticalAttempt)).one()
    trainer = make_employee(db.session(), rights=(Right.TRAINER,))
    db.session.flush()
    # handed in, but the reaction that closes the sitting has not run yet
    attempt.submitted_at, attempt.state = attempt.started_at, "submitted"
    db.session.commit()
    reader = crm_app.test_client()
    reader.sign_in(trainer)
    db.session.rollback()

    for look in ("solution", "replay"):
        assert client.get(f"{second}/{look}").status_code == 404
    for look in ("solution", "replay", "result"):
        assert reader.get(f"{second}/{look}").status_code == 404
    token = of(Attempt).token
    assert reader.get(f"/quizzes/attempts/{token}/result").status_code == 404
    assert second not in reader.get(f"/practicals/{TASK}/attempts").text


def test_a_part_that_is_open_by_itself_is_named(client):
    assert client.post("/quizzes/whole-paper/start").status_code == 303
    refused = client.post("/exams/whole/start")

    assert refused.status_code == 422
    assert "Theory of whole" in refused.text


def test_a_paper_that_runs_in_an_exam_does_not_begin_by_itself(client):
    client.post(begin(client) + "/next")
    refused = client.post("/quizzes/whole-paper/start")

    assert refused.status_code == 422
    assert "part of an exam" in refused.text


def test_exams_stand_where_learners_look(client):
    for page in ("/", "/quizzes/", "/curriculum", "/exams/"):
        assert "Exam whole" in client.get(page).text, page

    page = begin(client)
    assert page in client.get("/").text, "the sitting that runs"


def test_a_colleague_learns_nothing_of_a_sitting_and_a_trainer_after_it(client, crm_app):
    page = begin(client)
    colleague = make_employee(db.session())
    trainer = make_employee(db.session(), rights=(Right.TRAINER,))
    db.session.commit()
    others = {}
    for who in (colleague, trainer):
        others[who.id] = crm_app.test_client()
        others[who.id].sign_in(who)
        db.session.rollback()
    colleague_id, trainer_id = colleague.id, trainer.id
    db.session.rollback()
    assert others[trainer_id].get(page).status_code == 404

    client.post(client.post(f"{page}/next").location + "/submit")
    client.post(client.post(f"{page}/next").location + "/submit")

    assert others[trainer_id].get(page).status_code == 200
    assert page in others[trainer_id].get("/exams/whole/sittings").text
    assert others[colleague_id].get(page).status_code == 404
    assert of(ExamSitting).is_passed is False
