"""No key, reason or explanation leaves the platform before its time: no byte, no header."""

import pytest
from sqlalchemy import select

from tests.factories.assessment import definition
from tests.factories.content import (
    publish_competencies,
    publish_course,
    publish_curricula,
    publish_paper,
    publish_question,
)
from tests.factories.people import make_employee
from tests.factories.quizzes import fields_for
from tests.test_pages import visit
from training_platform.assessment.marking import KINDS
from training_platform.core.events import emit
from training_platform.people.events import EmployeeJoined
from training_platform.quizzes.models import Attempt, AttemptState

CHECKS, ASKED, BANK = "ZZCHECKZZ", "ZZASKEDZZ", "ZZBANKZZ"
SECRET = (CHECKS, ASKED, BANK, '"correct"', "&#34;correct")
FREE_TEXT = {"short_answer", "numeric", "gap_text"}


def question(kind, slug, mark, **more):
    """Return a question whose key, reasons and explanation carry the mark, and a number each."""
    data = definition(kind, mark=f"{mark}{kind}", **more)
    data["explanation"] = {lang: f"{mark}{lang} explains {kind}" for lang in ("zh", "en")}
    data["stem"] = {"zh": f"题目 {slug}", "en": f"Stem {slug}"}
    return data | {"id": slug}


@pytest.fixture
def house(session):
    """Courses whose lessons check every kind, and papers of every kind and review policy."""
    session.expire_on_commit = False
    publish_competencies(session)
    publish_course(session, slug="course", lessons=len(KINDS), complete_when=[{"lessons": "all"}])
    asked = []
    for number, kind in enumerate(sorted(KINDS), start=1):
        lesson = f"course/lesson-{number}"
        publish_question(session, question(kind, f"course/check-{number}", CHECKS, lesson=lesson))
        publish_question(session, question(kind, f"asked/{number}", ASKED, lesson=lesson))
        publish_question(session, question(kind, f"bank/{number}", BANK))
        asked.append(f"asked/{number}")
    for policy in ("never", "after_pass", "after_submission"):
        slug = policy.replace("_", "-")
        publish_paper(session, slug=slug, questions=asked, review=policy, course="course")
    publish_curricula(session, specialist=[{"course": "course", "required": True, "due_days": 14}])
    learner = make_employee(session)
    emit(session, EmployeeJoined(learner.id))
    session.commit()
    return learner


def found(response, words=SECRET):
    """Return which marks are in a response: its address, its headers, its body."""
    everything = f"{response.location} {response.headers} {response.get_data(as_text=True)}"
    return [word for word in words if word in everything]


def begin(client, session, slug):
    assert client.post(f"/quizzes/{slug}/start").status_code == 303
    attempt = session.scalars(
        select(Attempt).where(Attempt.paper_id == slug, Attempt.state == AttemptState.IN_PROGRESS)
    ).one()
    layout, token = attempt.layout, attempt.token
    session.rollback()
    return token, layout


def answered(client, session, token, layout, *, right):
    """Answer everything, by the page and by the script; return all that came back."""
    address = f"/quizzes/attempts/{token}"
    for position, place in enumerate(layout):
        fields = fields_for(session, place, right=right)
        session.rollback()
        step = {
            "kind": "answer",
            "client": "tab",
            "sequence": position + 1,
            "position": position,
            "fields": fields,
        }
        yield client.post(f"{address}/steps", json=step)
        yield client.post(f"{address}/steps", json=step | {"kind": "odd"})
        yield client.post(f"{address}/steps", json=step | {"client": "other"})
        yield client.post(address, data={"position": position, "go": "next"} | fields)
        for language in ("zh", "en"):
            page = f"{address}?q={position + 1}&lang={language}"
            yield client.get(page)
            yield client.get(page, headers={"HX-Request": "true"})
            yield client.get(page, headers={"Accept": "application/json"})
    yield from (client.get(f"{address}/{end}") for end in ("check", "print", "result"))


def refused(client):
    """Ask for what learners may not see: the bank, its statistics, the files themselves."""
    addresses = ["/assessment/questions", "/assessment/questions?q=explains", "/records/people"]
    addresses += [f"/assessment/questions/asked/{number}" for number in range(1, len(KINDS) + 1)]
    addresses += ["/question_bank/questions/asked/1.yaml", "/static/../question_bank/papers/x.yaml"]
    for address in addresses:
        response = client.get(address)
        assert response.status_code in {403, 404}, address
        yield response


def searched(client):
    for words in ("explains", "why0", "Stem", "题目", "waiting", "等待", ASKED, CHECKS):
        # What was typed comes back in the field: that is no leak, so it is looked for in results.
        response = client.get("/search", query_string={"q": words})
        response.set_data(response.get_data().replace(words.encode(), b""))
        yield response


@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_leaves_before_anything_is_answered(session, client, house, language):
    client.sign_in(house)
    tokens = [
        begin(client, session, slug)[0] for slug in ("never", "after-pass", "after-submission")
    ]
    with client.session_transaction() as cookie:
        cookie["lang"] = language

    pages = [page.response for _address, page in visit(client, "/", language)]
    for token in tokens:
        address = f"/quizzes/attempts/{token}"
        pages += [client.get(f"{address}{end}") for end in ("", "/check", "/print", "/result")]
        pages += [client.get(f"{address}?q={number}") for number in range(len(KINDS) + 2)]
    for number in range(1, len(KINDS) + 1):
        pages += [client.get(f"/courses/course/lesson-{number}{end}") for end in ("", "?again=1")]
    places = "/records/ /notices /courses/ /curriculum /quizzes/ /account/data.json /certificates/"
    pages += [client.get(address) for address in places.split()]
    pages += [*searched(client), *refused(client)]

    assert len(pages) > 60
    assert {each.request.path: hit for each in pages if (hit := found(each))} == {}


@pytest.mark.parametrize(
    "case",
    [
        ("never", True, False),
        ("never", False, False),
        ("after-pass", False, False),
        ("after-pass", True, True),
        ("after-submission", False, True),
        ("after-submission", True, True),
    ],
    ids=lambda case: f"{case[0]}-{'right' if case[1] else 'wrong'}",
)
def test_what_was_asked_is_shown_after_submission_as_the_paper_allows(session, client, house, case):
    slug, right, is_shown = case
    client.sign_in(house)
    token, layout = begin(client, session, slug)

    before = list(answered(client, session, token, layout, right=right))
    handed_in = client.post(f"/quizzes/attempts/{token}/submit")
    assert {each.request.path: hit for each in [*before, handed_in] if (hit := found(each))} == {}
    result = client.get(f"/quizzes/attempts/{token}/result?lang=en")

    assert result.status_code == 200
    assert (ASKED in result.get_data(as_text=True)) is is_shown
    if is_shown:
        explained = [kind for kind in KINDS if f"{ASKED}en explains {kind}" in result.text]
        assert sorted(explained) == sorted(KINDS)
    assert found(result, (CHECKS, BANK)) == []
    elsewhere = [
        page.response for address, page in visit(client, "/", "en") if token not in address
    ]
    assert {each.request.path: hit for each in elsewhere if (hit := found(each))} == {}


def test_a_check_question_explains_itself_only_where_it_was_answered(session, client, house):
    client.sign_in(house)
    wrong = {"answer-0-choice": "1", "answer-1": "color"}  # the first by name is the gap text
    assert client.post("/courses/course/lesson-1/answer", data=wrong).status_code == 303

    lessons = [client.get(f"/courses/course/lesson-{n}") for n in range(1, len(KINDS) + 1)]

    assert found(lessons[0], (CHECKS,)) == [CHECKS]
    assert [found(each) for each in lessons[1:]] == [[]] * (len(KINDS) - 1)
