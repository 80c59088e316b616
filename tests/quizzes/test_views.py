import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.factories.assessment import make_question
from tests.factories.people import make_employee
from tests.factories.quizzes import fields_for, make_paper, take
from tests.page import untimed
from training_platform.assessment.marking import KINDS
from training_platform.core import clock
from training_platform.core.db import db
from training_platform.core.permissions import Right
from training_platform.people.models import Employee
from training_platform.quizzes.models import Attempt, AttemptState, AttemptStep

MARK = "KEYMARK7"


@pytest.fixture
def session(session: Session) -> Session:
    """Rows stay readable after a commit: reading anew would take the lock that requests need."""
    session.expire_on_commit = False
    return session


@pytest.fixture
def employee(session: Session, client: Any) -> Employee:
    made = make_employee(session)
    session.commit()
    client.sign_in(made)
    return made


def paper_of_all_kinds(session: Session, **changes: Any) -> Any:
    ids = [make_question(session, kind, topic="all", mark=MARK).id for kind in KINDS]
    return make_paper(session, sections=[{"questions": ids, "points": 1}], count=8, **changes)


def begin(client: Any, session: Session, paper: Any) -> Attempt:
    assert client.post(f"/quizzes/{paper.id}/start").status_code == 303
    attempt = session.scalars(select(Attempt).order_by(Attempt.id.desc())).first()
    assert attempt is not None
    session.commit()
    return attempt


def refresh(session: Session, attempt: Attempt) -> None:
    session.refresh(attempt)
    session.commit()


def test_the_whole_quiz_works_without_a_script(
    session: Session, client: Any, employee: Employee
) -> None:
    paper = paper_of_all_kinds(session)
    session.commit()
    assert paper.title["en"] in client.page("/quizzes/").text
    assert "Start the quiz" in client.page(f"/quizzes/{paper.id}").text
    attempt = begin(client, session, paper)
    address = f"/quizzes/attempts/{attempt.token}"
    answers = [fields_for(session, place) for place in attempt.layout]
    session.commit()
    for position, given in enumerate(answers):
        page = client.page(f"{address}?q={position + 1}")
        assert f"Question {position + 1} of 8" in page.text
        fields = {"position": str(position), "go": "next", **given}
        response = client.post(f"{address}?q={position + 1}", data=fields)
        assert response.status_code == 303, position
    assert response.headers["Location"].endswith("/check")
    assert "All 8 questions are answered" in client.page(f"{address}/check").text
    client.page(f"{address}/print")
    response = client.post(f"{address}/submit")
    assert response.headers["Location"].endswith("/result")
    result = client.page(f"{address}/result").text
    assert "Passed with distinction" in result
    assert MARK in result
    again = client.post(f"{address}/submit")
    assert again.status_code == 303


def test_no_key_leaves_the_server_before_it_may_be_seen(
    session: Session, client: Any, employee: Employee
) -> None:
    paper = paper_of_all_kinds(session, review="after_pass")
    session.commit()
    attempt = begin(client, session, paper)
    address = f"/quizzes/attempts/{attempt.token}"
    bodies = [client.get("/quizzes/"), client.get(f"/quizzes/{paper.id}")]
    for number in range(1, 9):
        bodies += [client.get(f"{address}?q={number}&lang={lang}") for lang in ("zh", "en")]
        step = {
            "client": "c",
            "sequence": number,
            "kind": "answer",
            "position": number - 1,
            "fields": {"answer": "0"},
        }
        bodies.append(client.post(f"{address}/steps", json=step))
    bodies += [client.get(f"{address}/check"), client.get(f"{address}/print")]
    client.post(f"{address}/submit")
    bodies.append(client.get(f"{address}/result"))
    for response in bodies:
        assert response.status_code == 200, response.request.path
        assert MARK not in response.get_data(as_text=True), response.request.path
        assert '"correct"' not in response.get_data(as_text=True)
    assert "shown once you have passed" in bodies[-1].get_data(as_text=True)


def test_the_form_goes_where_its_button_leads_and_flags(
    session: Session, client: Any, employee: Employee
) -> None:
    paper = make_paper(session, count=3)
    session.commit()
    attempt = begin(client, session, paper)
    address = f"/quizzes/attempts/{attempt.token}"
    for go, target in (
        ("next", "q=3"),
        ("prev", "q=1"),
        ("3", "q=3"),
        ("99", "q=3"),
        ("flag", "q=2"),
        ("check", "/check"),
        ("odd", "q=2"),
    ):
        response = client.post(address, data={"position": "1", "go": go, "answer": "1"})
        assert target in response.headers["Location"], go
    page = client.page(f"{address}?q=2")
    assert page.select('//button[@data-flagged and @value="2"]')
    assert page.select('//input[@type="radio" and @checked]')
    assert "Flagged" in client.page(f"{address}/check").text
    for odd in ("0", "-1", "abc", "9" * 30):
        client.page(f"{address}?q={odd}")


def test_a_second_device_is_told_and_may_go_on(
    session: Session, client: Any, employee: Employee, app: Any
) -> None:
    paper = make_paper(session)
    session.commit()
    attempt = begin(client, session, paper)
    address = f"/quizzes/attempts/{attempt.token}"
    client.post(address, data={"position": "0", "answer": "0"})
    other: FlaskClient = app.test_client()
    other.sign_in(employee)  # type: ignore[attr-defined]
    refused = other.post(address, data={"position": "0", "answer": "1", "go": "next"})
    assert refused.status_code == 409
    body = refused.get_data(as_text=True)
    assert "another window" in body
    assert '<input type="hidden" name="answer" value="1">' in body
    step = {"client": "x", "sequence": 1, "kind": "answer", "position": 0, "fields": {}}
    assert other.post(f"{address}/steps", json=step).status_code == 409
    taken = other.post(address, data={"position": "0", "answer": "1", "take_over": "1"})
    assert taken.status_code == 303
    assert client.post(address, data={"position": "0", "answer": "2"}).status_code == 409


def test_the_script_hears_the_truth_about_each_step(
    session: Session, client: Any, employee: Employee
) -> None:
    paper = make_paper(session)
    session.commit()
    attempt = begin(client, session, paper)
    address = f"/quizzes/attempts/{attempt.token}/steps"
    step = {
        "client": "t",
        "sequence": 1,
        "kind": "answer",
        "position": 0,
        "fields": {"answer": "1"},
        "score": 100,
        "is_passed": True,
        "employee_id": 1,
    }
    report = client.post(address, json=step).get_json()
    assert report["answered"] == [1]
    assert re.fullmatch(r"\d\d:\d\d:\d\d", report["saved_at"])
    flag = {"client": "t", "sequence": 2, "kind": "flag", "position": 1, "on": True}
    assert client.post(address, json=flag).get_json()["flagged"] == [2]
    for wrong in (
        None,
        [],
        {"kind": "submit"},
        {**step, "sequence": "1"},
        {**step, "position": 9},
        {**step, "client": 5},
        {**step, "sequence": None},
    ):
        refused = client.post(address, json=wrong, headers={"Accept": "application/json"})
        assert refused.status_code == 422, wrong
    big = {**step, "fields": {"answer": "x" * 30_000}}
    assert client.post(address, json=big).status_code == 413
    refresh(session, attempt)
    assert (attempt.percent, attempt.is_passed) == (None, None)
    assert session.scalars(select(AttemptStep.kind)).all() == ["answer", "flag"]


def test_when_the_time_is_over_the_page_says_so(
    session: Session, client: Any, employee: Employee
) -> None:
    paper = make_paper(session)
    session.commit()
    attempt = begin(client, session, paper)
    attempt.started_at -= timedelta(minutes=9)
    attempt.deadline_at -= timedelta(minutes=9)
    session.commit()
    address = f"/quizzes/attempts/{attempt.token}"
    assert "The time is over" in client.page(address).text
    step = {"client": "t", "sequence": 1, "kind": "answer", "position": 0, "fields": {}}
    assert client.post(f"{address}/steps", json=step).status_code == 410
    assert client.post(address, data={"position": "0", "answer": "1"}).status_code == 303
    assert client.post(f"{address}/submit").status_code == 303
    refresh(session, attempt)
    assert attempt.state is AttemptState.SUBMITTED
    assert attempt.submitted_at == attempt.deadline_at
    assert client.get(address).headers["Location"].endswith("/result")


def test_anothers_attempt_is_as_unknown_as_none(
    session: Session, client: Any, employee: Employee
) -> None:
    running = take(session, make_paper(session), make_employee(session), submit=False)
    closed = take(session, make_paper(session), make_employee(session))
    session.commit()
    for token in (running.token, closed.token):
        for end in ("", "/check", "/print", "/result"):
            unknown = client.get(f"/quizzes/attempts/{'x' * 22}{end}")
            other = client.get(f"/quizzes/attempts/{token}{end}")
            assert other.status_code == unknown.status_code == 404
            assert _plain(other, token) == _plain(unknown, "x" * 22)
        for end in ("", "/submit", "/steps"):
            assert client.post(f"/quizzes/attempts/{token}{end}").status_code == 404
    refresh(session, running)
    assert running.state is AttemptState.IN_PROGRESS


def _plain(response: Any, token: str) -> bytes:
    return untimed(response).replace(token.encode(), b"")


def test_trainers_see_answers_of_closed_attempts_and_hr_only_the_score(
    session: Session, client: Any
) -> None:
    paper = paper_of_all_kinds(session)
    closed = take(session, paper, make_employee(session), right=3)
    running = take(session, make_paper(session), make_employee(session), submit=False)
    trainer = make_employee(session, rights=(Right.TRAINER,))
    hr = make_employee(session, rights=(Right.HR,))
    session.commit()
    client.sign_in(trainer)
    assert MARK in client.page(f"/quizzes/attempts/{closed.token}/result").body
    assert client.get(f"/quizzes/attempts/{running.token}/result").status_code == 404
    client.sign_in(hr)
    page = client.page(f"/quizzes/attempts/{closed.token}/result")
    assert MARK not in page.body
    assert "37 %" in page.text


def test_hr_opens_another_attempt(session: Session, client: Any) -> None:
    employee, hr = make_employee(session), make_employee(session, rights=(Right.HR,))
    paper = make_paper(session)

    start = datetime(2026, 1, 5, tzinfo=UTC)
    with clock.stopped(start):
        take(session, paper, employee)
    with clock.stopped(start + timedelta(days=1)):
        failed = take(session, paper, employee)
    session.commit()
    client.sign_in(hr)
    assert employee.name in client.page("/quizzes/retraining").text
    address = f"/quizzes/attempts/{failed.token}/reopen"
    assert client.post(address, data={"reason": ""}).status_code == 422
    assert client.post(address, data={"reason": "We talked."}).status_code == 303
    assert "Nobody waits" in client.page("/quizzes/retraining").text
    client.sign_in(employee)
    assert "Start the make-up" in client.page(f"/quizzes/{paper.id}").text
    assert client.get("/quizzes/retraining").status_code == 403


def test_a_refused_start_says_why(session: Session, client: Any, employee: Employee) -> None:
    paper = make_paper(session)
    take(session, paper, employee)
    session.commit()
    response = client.post(f"/quizzes/{paper.id}/start")
    assert response.status_code == 422
    assert "The make-up opens on" in response.get_data(as_text=True)


def test_the_page_of_a_question_needs_few_statements(
    session: Session, client: Any, employee: Employee
) -> None:
    paper = make_paper(session)
    session.commit()
    attempt = begin(client, session, paper)
    address = f"/quizzes/attempts/{attempt.token}?q=1"
    client.get(address)
    seen: list[str] = []
    listener = lambda _c, _cur, statement, *_rest: seen.append(statement)  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listener)
    client.page(address)
    event.remove(db.engine, "before_cursor_execute", listener)
    selects = [each for each in seen if each.startswith("SELECT")]
    assert len(selects) <= 6, selects
