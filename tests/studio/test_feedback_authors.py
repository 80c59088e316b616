"""What authors read of lessons: figures that are right, no names, no shares of a few."""

from datetime import timedelta

import pytest

from tests.counting import count_statements
from tests.factories.curricula import lessons_of, make_course
from tests.factories.home import make_attempt, make_paper, make_progress
from tests.factories.people import make_department, make_employee
from training_platform.core import clock
from training_platform.core.permissions import Right
from training_platform.curricula.models import LessonProgress
from training_platform.people.viewer import viewer_of
from training_platform.studio.feedback import services
from training_platform.studio.feedback.queries.lessons import lessons_of as figures_of
from training_platform.studio.feedback.queries.lessons import most_left, sentences
from training_platform.studio.feedback.queries.stuck import stuck_counts, stuck_people
from training_platform.studio.feedback.rules import (
    LEAST_RATERS,
    LessonVoices,
    RatingLevel,
    Voices,
    idle_days,
    weakest,
)

MARK = "ZZSENTENCEZZ"
PAGES = ("", "calls", "calls/sentences", "calls/stuck")


@pytest.fixture
def course(session):
    return make_course(session, "calls", lessons=3, paper=make_paper(session).id)


def rate(session, lesson, levels, sentence=""):
    """Let new people rate a lesson; return them."""
    people = [make_employee(session) for _level in levels]
    for person, level in zip(people, levels, strict=True):
        actor = viewer_of(session, person)
        services.rate_lesson(session, lesson, actor, level)
        if sentence:
            services.write_sentence(session, lesson, actor, sentence)
    return people


def read(session, person, lesson, opened, **more):
    session.add(
        LessonProgress(
            employee_id=person.id,
            lesson_id=lesson.id,
            course_id=lesson.course_id,
            first_opened_at=opened,
            **({"opened_at": opened} | more),
        )
    )


def test_shares_wait_for_five_and_the_weakest_lesson_is_the_least_clear():
    few = Voices(helped=0, okay=0, unclear=LEAST_RATERS - 1)
    some = Voices(helped=3, okay=1, unclear=1)
    worse = Voices(helped=3, okay=1, unclear=2)

    assert (few.helped_percent, few.unclear_percent) == (None, None)
    assert some.helped_percent == 60
    listed = [LessonVoices(str(number), "", each) for number, each in enumerate((few, some, worse))]
    assert weakest(listed) is listed[2]
    assert weakest(listed[:1]) is None
    assert weakest([LessonVoices("", "", Voices(helped=9))]) is None
    assert [idle_days(each) for each in (None, "7", "30", "8", "x")] == [14, 7, 30, 14, 14]


def test_a_lessons_figures_count_people_as_an_author_understands_them(session, course):
    first, second, third = lessons_of(session, course)
    now = clock.now()
    long_ago, lately = now - timedelta(days=20), now - timedelta(days=3)
    people = [make_employee(session) for _number in range(6)]
    for person, minutes in zip(people, (2, 4, 9, 300), strict=False):  # the last came back later
        at = long_ago + timedelta(minutes=minutes)
        read(session, person, first, long_ago, finished_at=at, check_tries=1, is_check_right=True)
    read(session, people[4], first, long_ago, check_tries=2, is_check_right=True)  # stopped
    read(session, people[5], first, lately)  # may still go on
    read(session, people[0], second, long_ago)  # skipped: she opened the third
    read(session, people[0], third, lately)
    rate(session, first, [RatingLevel.HELPED] * 2 + [RatingLevel.UNCLEAR])
    session.flush()

    one, two, three = figures_of(session, course, "en")

    assert (one.opened, one.finished, one.dropped) == (6, 4, 1)
    assert (one.answered, one.first_try, one.median_seconds) == (5, 4, 240)
    assert (two.opened, two.finished, two.dropped, two.median_seconds) == (1, 0, 0, None)
    assert (three.opened, three.dropped) == (1, 0)
    assert one.voices == Voices(helped=2, unclear=1)
    assert one.current == 3
    assert two.voices.total == 0


def test_a_sentence_tells_neither_who_nor_among_few_what_was_chosen(session, course):
    first, second, _third = lessons_of(session, course)
    rate(session, first, [RatingLevel.UNCLEAR] * (LEAST_RATERS - 1), "few")
    rate(session, second, [RatingLevel.UNCLEAR] * LEAST_RATERS, "enough")

    rows = session.execute(sentences(course.id)).all()

    assert {(row.sentence, row.level) for row in rows} == {
        ("few", None),
        ("enough", RatingLevel.UNCLEAR),
    }
    assert "employee_id" not in rows[0]._fields
    assert session.execute(sentences(course.id, level="helped")).all() == []
    assert len(session.execute(sentences(course.id, level="unclear")).all()) == LEAST_RATERS


def test_who_does_not_get_on_is_counted_for_all_and_named_within_reach_only(session, course):
    first = lessons_of(session, course)[0]
    relations, marketing = make_department(session, "CR"), make_department(session, "MK")
    failed = make_employee(session, department=relations)
    idle = make_employee(session, department=marketing)
    busy, done = make_employee(session), make_employee(session)
    paper = make_paper(session, "other")
    for percent in (40, 50):
        make_attempt(session, failed, session.get_one(type(paper), course.paper_id), percent)
        make_attempt(session, busy, paper, percent)  # another quiz
    ago = clock.now() - timedelta(days=20)
    make_progress(session, idle, course, first, at=ago)
    make_progress(session, busy, course, first)
    make_progress(session, done, course, first, at=ago, completed=True)
    trainer = viewer_of(session, make_employee(session, rights=(Right.TRAINER,)))
    head = make_employee(session, rights=(Right.TRAINER,), headed=marketing, department=marketing)

    counts = {(row.reason, row.lesson_id): row.people for row in stuck_counts(session, course, 14)}

    assert counts == {("failed", None): 1, ("idle", first.id): 1}
    assert ("idle", first.id) not in {
        (row.reason, row.lesson_id) for row in stuck_counts(session, course, 30)
    }
    assert session.execute(stuck_people(course, 14, trainer)).all() == []
    named = session.execute(stuck_people(course, 14, viewer_of(session, head))).all()
    assert [row.id for row in named] == [idle.id]


def test_authors_read_without_names_and_nobody_else_reads_at_all(session, client, course):
    lesson = lessons_of(session, course)[0]
    levels = [RatingLevel.HELPED] * 3 + [RatingLevel.UNCLEAR] * 2
    people = rate(session, lesson, levels, MARK)
    ago = clock.now() - timedelta(days=20)
    for person in people:
        make_progress(session, person, course, lesson, at=ago)
    trainer = make_employee(session, rights=(Right.TRAINER,))
    names = [person.name for person in people]
    session.commit()
    client.sign_in(trainer)
    pages = [client.page(f"/studio/feedback/{each}") for each in PAGES]

    assert "60 %" in pages[0].text
    assert "3 · 0 · 2" in pages[1].text
    assert MARK in pages[1].text
    assert MARK in pages[2].text
    assert "5 people" in pages[3].text
    assert not [name for page in pages for name in names if name in page.body]
    assert "/studio/feedback/calls" in client.page("/courses/calls").links()
    assert "/studio/feedback/calls" in client.page("/studio/").links()
    client.sign_in(people[0])
    for each in PAGES:
        answer = client.get(f"/studio/feedback/{each}")
        assert answer.status_code == 403
        assert MARK not in answer.text


def test_more_courses_people_and_ratings_take_no_more_statements(session, client, course):
    trainer = make_employee(session, rights=(Right.TRAINER,))
    lessons = lessons_of(session, course)
    rate(session, lessons[0], [RatingLevel.OKAY], "short")
    session.commit()
    client.sign_in(trainer)
    addresses = [f"/studio/feedback/{each}" for each in PAGES]
    empty = client.page("/studio/feedback/?q=nothing-like-it")
    assert "No course found" in empty.text
    before = [count_statements(client, each) for each in addresses]
    for number in range(3):
        more = lessons_of(session, make_course(session, f"more-{number}", lessons=2))
        rate(session, more[0], [RatingLevel.UNCLEAR] * LEAST_RATERS, "why")
    for person in rate(session, lessons[1], [RatingLevel.OKAY] * 6, "more"):
        make_progress(session, person, course, lessons[1], at=clock.now() - timedelta(days=40))
    session.commit()

    assert [count_statements(client, each) for each in addresses] == before


def test_the_desk_names_the_lessons_in_which_people_stop(session, client, course):
    first, second, _third = lessons_of(session, course)
    long_ago = clock.now() - timedelta(days=20)
    for number in range(12):
        person = make_employee(session)
        read(session, person, first, long_ago, finished_at=long_ago if number < 8 else None)
        if number < 8:
            read(session, person, second, long_ago, finished_at=long_ago if number < 6 else None)

    (row,) = most_left(session, "en", 5)

    assert (row.id, row.opened, row.dropped) == (first.id, 12, 4), "two are too few to be named"
    trainer = make_employee(session, rights=(Right.TRAINER,))
    session.commit()
    client.sign_in(trainer)
    assert "4 of 12 opened it and went no further" in client.page("/studio/").text
