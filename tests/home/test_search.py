"""Search: groups, scope, the palette's fragment."""

import pytest

from tests.factories.curricula import make_course, make_question
from tests.factories.people import make_employee
from training_platform.core.permissions import Right


def test_courses_lessons_and_pages_are_found(session, client):
    make_course(session, "basics")
    client.sign_in(make_employee(session))

    assert "/courses/basics" in client.page("/search?q=course basics").links()
    assert "/courses/basics/l1" in client.page("/search?q=lesson l1").links()
    assert "Places" in client.page("/search?q=toda").text


@pytest.mark.parametrize(("right", "sees"), [(Right.HR, True), (Right.ADMIN, True), (None, False)])
def test_people_are_found_by_right_only(session, client, company, right, sees):
    client.sign_in(make_employee(session, name="找人", rights=(right,) if right else ()))

    hits = client.page("/search?q=标记").select("//main//li")

    assert bool(hits) == sees


def test_plain_employees_find_nobody_else(session, client, company):
    client.sign_in(make_employee(session))

    page = client.page("/search?q=标记")

    assert "Nothing found" in page.text
    assert "标记甲" not in page.body


@pytest.mark.parametrize(("right", "sees"), [(Right.TRAINER, True), (None, False)])
def test_questions_are_for_trainers(session, client, right, sees):
    make_question(session, "topic/which-one")
    client.sign_in(make_employee(session, rights=(right,) if right else ()))

    links = client.page("/search?q=Which one").links()

    assert ("/assessment/questions/topic/which-one" in links) == sees


def test_the_palette_gets_a_list_without_a_page_around(session, client):
    make_course(session, "basics")
    client.sign_in(make_employee(session))

    answer = client.get("/search?q=basics", headers={"HX-Request": "true", "X-Fragment": "palette"})

    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert 'href="/courses/basics"' in answer.text


@pytest.mark.parametrize("query", ["", "   ", "%", "_" * 300, "'; drop table", "\\", "😀"])
def test_odd_queries_are_answered(session, client, query):
    client.sign_in(make_employee(session))

    assert client.page("/search?q=" + query).h1


def test_a_stranger_is_sent_to_sign_in(client):
    assert client.get("/search?q=x").status_code == 303
