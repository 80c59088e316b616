"""Counting statements, and a company with two departments that may not know of each other."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from tests.factories.curricula import lessons_of, make_assignment, make_course
from tests.factories.home import make_attempt, make_paper, make_progress
from tests.factories.people import make_department, make_employee
from training_platform.core import clock
from training_platform.core.permissions import Right
from training_platform.curricula.models import Course
from training_platform.people.models import Department, Employee


@pytest.fixture
def count_statements() -> Callable[[], "Iterator[list[str]]"]:
    """Return a context that collects the statements which run inside it."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        seen: list[str] = []

        def note(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
            seen.append(statement)

        event.listen(Engine, "before_cursor_execute", note)
        try:
            yield seen
        finally:
            event.remove(Engine, "before_cursor_execute", note)

    return counting  # type: ignore[return-value]


@dataclass
class Company:
    """Customer Relations with its people in trouble, and Sales beside it."""

    relations: Department
    sales: Department
    course: Course
    head: Employee
    head2: Employee
    hr: Employee
    executive: Employee
    names: tuple[str, ...]


@pytest.fixture
def company(session: Session) -> Company:
    """People of Customer Relations carry marker names that nobody of Sales may see."""
    relations = make_department(session, "CR")
    sub = make_department(session, "CR1", parent=relations)
    sales = make_department(session, "SALES")
    paper = make_paper(session)
    course = make_course(session, "basics", lessons=3, paper=paper.id)
    today, now = clock.today(), clock.now()
    first = make_employee(session, name="标记甲", department=relations)
    second = make_employee(session, name="标记乙", department=sub)
    third = make_employee(session, name="标记丙", department=sub)
    for employee, days in ((first, -3), (second, 5), (third, 60)):
        make_assignment(session, employee.id, course, today + timedelta(days=days))
    make_attempt(session, first, paper, 60, at=now - timedelta(days=2))
    make_attempt(session, first, paper, 70, at=now - timedelta(days=1))
    make_attempt(session, second, paper, 90)
    make_progress(
        session, third, course, lessons_of(session, course)[0], at=now - timedelta(days=20)
    )
    head = make_employee(session, name="头一", department=relations, headed=relations)
    head2 = make_employee(session, name="头二", department=sales, headed=sales)
    return Company(
        relations,
        sales,
        course,
        head,
        head2,
        make_employee(session, name="人事", department=sales, rights=(Right.HR,)),
        make_employee(session, name="领导", department=sales, rights=(Right.EXECUTIVE,)),
        ("标记甲", "标记乙", "标记丙"),
    )
