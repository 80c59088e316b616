"""What a curriculum asks for, what completes a course, what comes next: tables of cases."""

from datetime import UTC, date, datetime, timedelta

import pytest

from training_platform.curricula.rules import (
    Ask,
    CourseState,
    DueState,
    Entry,
    Item,
    Standing,
    choose_next,
    combine,
    due_day,
    due_state,
    in_order,
    is_complete,
    plan_sync,
    waits_for,
)

DAY = date(2026, 11, 21)
NOW = datetime(2026, 11, 21, 8, tzinfo=UTC)
A = Item("a", "onboarding", 1, True, 14)
B = Item("b", "advanced", 2, False, None)


def entry(item, due_on=None):
    return Entry(item.course_id, item.phase, item.position, item.is_required, due_on)


@pytest.mark.parametrize(
    ("items", "standing", "name", "ids"),
    [
        ([A], [], "added", ["a"]),
        ([A], [Standing("a", entry(A, DAY))], "unchanged", ["a"]),
        ([A], [Standing("a", None, is_asked=True)], "added", ["a"]),
        ([A], [Standing("a", None, is_completed=True)], "already_completed", ["a"]),
        ([], [Standing("a", entry(A, DAY))], "removed", ["a"]),
        ([], [Standing("a", entry(A), is_completed=True)], "kept_because_completed", ["a"]),
        ([], [Standing("a", entry(A), is_asked=True)], "kept_because_asked", ["a"]),
        ([], [Standing("a", None, is_asked=True)], "kept_because_asked", []),
        ([], [Standing("a", None, is_asked=True)], "removed", []),
        (
            [Item("a", "onboarding", 1, False, None)],
            [Standing("a", entry(A, DAY))],
            "changed",
            ["a"],
        ),
        ([Item("a", "advanced", 7, True, 14)], [Standing("a", entry(A, DAY))], "changed", ["a"]),
    ],
)
def test_plan(items, standing, name, ids):
    plan = plan_sync(items, standing, DAY)

    assert [getattr(each, "course_id", each) for each in getattr(plan, name)] == ids


def test_due_day_once_given_stays():
    given = Standing("a", entry(A, DAY - timedelta(days=100)))

    assert plan_sync([A], [given], DAY).unchanged == ("a",)


def test_elective_that_becomes_required_is_due_from_the_new_day():
    elective = Standing("a", Entry("a", "onboarding", 1, False, None))

    (changed,) = plan_sync([A], [elective], DAY).changed

    assert changed.due_on == DAY + timedelta(days=14)


@pytest.mark.parametrize(
    ("start", "days", "is_required", "expected"),
    [
        (date(2026, 1, 31), 28, True, date(2026, 2, 28)),
        (date(2027, 12, 31), 60, True, date(2028, 2, 29)),
        (date(2026, 12, 31), 1, True, date(2027, 1, 1)),
        (date(2026, 11, 21), 0, True, date(2026, 11, 21)),
        (date(2026, 11, 21), None, True, None),
        (date(2026, 11, 21), 14, False, None),
    ],
)
def test_due_day(start, days, is_required, expected):
    assert due_day(start, days, is_required=is_required) == expected


@pytest.mark.parametrize(
    ("asks", "expected"),
    [
        ([], None),
        ([None, None], None),
        ([Ask(False)], Ask(False)),
        ([Ask(False), Ask(True, DAY)], Ask(True, DAY)),
        ([Ask(True, DAY), Ask(True, DAY - timedelta(1))], Ask(True, DAY - timedelta(1))),
        ([Ask(True, DAY), Ask(True, None)], Ask(True, DAY)),
    ],
)
def test_two_sides_ask(asks, expected):
    assert combine(*asks) == expected


BOTH = [{"lessons": "all"}, {"paper": "p"}]


@pytest.mark.parametrize(
    ("conditions", "finished", "passed", "expected"),
    [
        (BOTH, {"c/1", "c/2"}, {"p"}, True),
        (BOTH, {"c/1", "c/2", "other/1"}, {"p", "q"}, True),
        (BOTH, {"c/1"}, {"p"}, False),
        (BOTH, {"c/1", "c/2"}, {"q"}, False),
        ([{"lessons": "all"}], {"c/1", "c/2"}, set(), True),
        ([{"practical": "x"}], {"c/1", "c/2"}, {"p"}, False),
        ([], {"c/1", "c/2"}, {"p"}, False),
    ],
)
def test_course_is_complete(conditions, finished, passed, expected):
    assert is_complete(conditions, ["c/1", "c/2"], finished, passed) is expected


def test_course_without_lessons_is_not_complete_by_having_none():
    assert not is_complete([{"lessons": "all"}], [], set(), set())


@pytest.mark.parametrize(
    ("due_on", "expected"),
    [
        (None, DueState.NONE),
        (DAY - timedelta(1), DueState.OVERDUE),
        (DAY, DueState.SOON),
        (DAY + timedelta(7), DueState.SOON),
        (DAY + timedelta(8), DueState.LATER),
    ],
)
def test_due_state(due_on, expected):
    assert due_state(due_on, DAY) is expected


def course(id, **changes):
    values = {
        "title": {"en": id},
        "lesson_count": 3,
        "lessons_done": 0,
        "is_required": True,
        "due_on": None,
        "is_completed": False,
        "phase": None,
        "position": 0,
        "lesson_id": f"{id}/1",
    } | changes
    return CourseState(course_id=id, **values)


OVERDUE = course("overdue", due_on=DAY - timedelta(1))
BEGUN = course("begun", last_at=NOW, due_on=DAY + timedelta(30))
SOON = course("soon", due_on=DAY + timedelta(3))
LATER = course("later", due_on=DAY + timedelta(9))
ELECTIVE = course("elective", is_required=False)
WAITING = course("waiting", due_on=DAY + timedelta(1), after=("soon",))
QUIZ_LEFT = course("quiz-left", lesson_id=None, due_on=DAY - timedelta(5), last_at=NOW)


@pytest.mark.parametrize(
    ("courses", "expected"),
    [
        ([], None),
        ([ELECTIVE, LATER, SOON, BEGUN, OVERDUE], "overdue"),
        ([ELECTIVE, LATER, SOON, BEGUN], "begun"),
        ([ELECTIVE, LATER, SOON], "soon"),
        ([ELECTIVE, LATER], "later"),
        ([ELECTIVE], "elective"),
        ([WAITING, SOON], "soon"),
        ([WAITING], None),
        ([course("waiting", after=("soon",), last_at=NOW)], "waiting"),
        ([WAITING, course("soon", is_completed=True)], "waiting"),
        ([QUIZ_LEFT, LATER], "later"),
        ([QUIZ_LEFT], None),
    ],
)
def test_next_lesson(courses, expected):
    chosen = choose_next(courses, DAY)

    assert (chosen.course_id if chosen else None) == expected


def test_what_waits_goes_last_and_completed_is_left_out():
    done = course("done", is_completed=True)

    assert [each.course_id for each in in_order([WAITING, done, LATER], DAY)] == [
        "later",
        "waiting",
    ]
    assert waits_for(WAITING, {"soon"}) == ()


def test_next_step_of_a_course_with_all_lessons_read_is_the_course():
    assert QUIZ_LEFT.href == "/courses/quiz-left"
    assert SOON.href == "/courses/soon/1"
