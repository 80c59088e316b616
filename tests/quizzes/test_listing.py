"""The list of quizzes begins with what one's own curriculum asks."""

from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy.orm import Session

from tests.factories.curricula import make_assignment, make_course
from tests.factories.people import make_employee
from tests.factories.quizzes import make_paper
from training_platform.curricula.models import AssignmentState, Course
from training_platform.people.models import Employee

OWN, OTHERS = "From my courses", "Other quizzes"


@pytest.fixture
def employee(session: Session, client: Any) -> Employee:
    made = make_employee(session)
    session.commit()
    client.sign_in(made)
    return made


def course_with_quiz(session: Session, slug: str) -> Course:
    paper = make_paper(session, id=f"{slug}-quiz", course=slug)
    return make_course(session, slug, paper=paper.id)


def shown(client: Any, address: str = "/quizzes/") -> Sequence[tuple[str, list[str]]]:
    """Return the groups of the list: their headings, and the quizzes below each."""
    sections = client.page(address).select("//main//section[h2 or *//h2]")
    return [
        (each.xpath(".//h2")[0].text_content(), each.xpath(".//a[contains(@href, '-quiz')]/@href"))
        for each in sections
    ]


def test_own_quizzes_come_first_in_the_order_of_the_curriculum(
    session: Session, client: Any, employee: Employee
) -> None:
    _a, b, c = (course_with_quiz(session, slug) for slug in "abc")
    make_assignment(session, employee.id, c, position=1)
    make_assignment(session, employee.id, b, position=2)
    session.commit()

    assert shown(client) == [
        (OWN, ["/quizzes/c-quiz", "/quizzes/b-quiz"]),
        (OTHERS, ["/quizzes/a-quiz"]),
    ]


def test_a_withdrawn_assignment_makes_a_quiz_one_of_the_others(
    session: Session, client: Any, employee: Employee
) -> None:
    a, b = (course_with_quiz(session, slug) for slug in "ab")
    make_assignment(session, employee.id, a)
    make_assignment(session, employee.id, b, state=AssignmentState.REMOVED)
    session.commit()

    assert shown(client) == [(OWN, ["/quizzes/a-quiz"]), (OTHERS, ["/quizzes/b-quiz"])]


def test_a_search_keeps_the_groups(session: Session, client: Any, employee: Employee) -> None:
    alpha, _beta = (course_with_quiz(session, slug) for slug in ("alpha", "beta"))
    make_assignment(session, employee.id, alpha)
    session.commit()

    assert shown(client, "/quizzes/?q=beta") == [(OTHERS, ["/quizzes/beta-quiz"])]


def test_without_a_course_of_ones_own_there_is_one_list(
    session: Session, client: Any, employee: Employee
) -> None:
    course_with_quiz(session, "a")
    session.commit()

    page = client.page("/quizzes/")

    assert page.select("//main//h2") == []
    assert page.select("//main//a[@href='/quizzes/a-quiz']")


def test_the_groups_go_on_over_the_pages(session: Session, client: Any, employee: Employee) -> None:
    *_others, last = (course_with_quiz(session, f"c{number:02}") for number in range(27))
    make_assignment(session, employee.id, last)
    session.commit()

    first, second = shown(client), shown(client, "/quizzes/?page=2")

    assert [(heading, len(found)) for heading, found in first] == [(OWN, 1), (OTHERS, 24)]
    assert [(heading, len(found)) for heading, found in second] == [(OTHERS, 2)]
