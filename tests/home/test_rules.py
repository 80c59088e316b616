"""Greeting, steps, shares, months."""

from datetime import UTC, date, datetime

import pytest

from training_platform.core.text import given_name
from training_platform.curricula.rules import CourseState
from training_platform.home import rules


def course(id: str, **changes: object) -> CourseState:
    values = {
        "title": {"en": id},
        "lesson_count": 3,
        "lessons_done": 0,
        "is_required": True,
        "due_on": None,
        "is_completed": False,
        "phase": None,
        "position": 0,
        "lesson_id": f"{id}/l1",
    } | changes
    return CourseState(course_id=id, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("hour", "part"),
    [(4, "evening"), (5, "morning"), (11, "morning"), (12, "afternoon"), (18, "evening")],
)
def test_the_greeting_follows_the_hour(hour, part):
    assert rules.part_of_day(datetime(2026, 1, 5, hour, tzinfo=UTC)) == part


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("王小满", "小满"),
        ("李伟", "李伟"),
        ("欧阳小满", "小满"),
        ("欧阳锋", "欧阳锋"),
        ("Anna Berg", "Anna"),
        ("", ""),
    ],
)
def test_people_are_greeted_by_their_given_name(name, given):
    assert given_name(name) == given


@pytest.mark.parametrize(
    ("name", "shown", "given"),
    [
        ("王小满", "Wang Xiaoman", "Xiaoman"),
        ("王小满", "王小满", "小满"),
        ("王小满", "Madonna", "Madonna"),
        ("Anna Berg", "Anna Berg", "Anna"),
    ],
)
def test_the_latin_name_of_a_chinese_one_begins_with_the_surname(name, shown, given):
    assert given_name(name, shown) == given


def test_what_waits_for_another_course_is_no_step():
    steps = rules.open_steps(
        [course("first"), course("second", after=("first",))], date(2026, 1, 5)
    )

    assert [step.course.course_id for step in steps] == ["first"]


def test_after_the_last_lesson_comes_the_quiz_unless_it_is_closed():
    done = course("a", lesson_id=None, paper_id="p", last_at=datetime(2026, 1, 4, tzinfo=UTC))

    assert rules.open_steps([done], date(2026, 1, 5))[0].kind is rules.StepKind.QUIZ
    assert rules.open_steps([done], date(2026, 1, 5), {"p"}) == []


def test_an_overdue_course_goes_first():
    late = course("late", due_on=date(2026, 1, 1), position=9)
    begun = course("begun", last_at=datetime(2026, 1, 4, tzinfo=UTC))

    steps = rules.open_steps([begun, late], date(2026, 1, 5))

    assert [step.course.course_id for step in steps] == ["late", "begun"]


def test_months_cross_the_year():
    assert rules.month_starts(date(2026, 2, 28), 3) == [
        date(2025, 12, 1),
        date(2026, 1, 1),
        date(2026, 2, 1),
    ]
    assert rules.next_month(date(2026, 12, 31)) == date(2027, 1, 1)


def test_a_share_of_nothing_is_none():
    assert rules.Rate("", 0, 0).percent is None
    assert rules.total([rules.Rate("", 1, 2), rules.Rate("", 1, 2)]).percent == 50


def test_a_quiz_takes_no_longer_than_its_time():
    start = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)

    assert rules.quiz_minutes(start, datetime(2026, 1, 5, 9, 2, 1, tzinfo=UTC), 15) == 3
    assert rules.quiz_minutes(start, datetime(2026, 1, 5, 11, 0, tzinfo=UTC), 15) == 15
