"""Reading, answering, finishing lessons; and where somebody stands."""

import pytest
from sqlalchemy import select

from tests.curricula.acts import RIGHT, WRONG, active, kinds
from tests.factories.curricula import lessons_of, make_assignment, make_course
from training_platform.core import clock
from training_platform.core.errors import RuleError
from training_platform.curricula import queries, services
from training_platform.curricula.models import CourseProgress, LessonProgress

pytestmark = pytest.mark.usefixtures("no_reaction_failed")


def test_place_is_kept_and_the_last_one_holds(session, viewer):
    (lesson,) = lessons_of(session, make_course(session, lessons=1))

    services.keep_place(session, lesson, viewer, 80)
    services.keep_place(session, lesson, viewer, 30)

    page = queries.lesson_page(session, lesson.id, viewer.id, "en")
    assert page.place_percent == 30
    assert session.scalar(select(CourseProgress.last_lesson_id)) == lesson.id


@pytest.mark.parametrize("percent", [-1, 101])
def test_place_outside_the_lesson_is_refused(session, viewer, percent):
    (lesson,) = lessons_of(session, make_course(session, lessons=1))

    with pytest.raises(RuleError):
        services.keep_place(session, lesson, viewer, percent)


def test_check_question_takes_any_number_of_tries(session, viewer):
    (lesson,) = lessons_of(session, make_course(session, lessons=1, checks=True))

    assert not services.answer_check(session, lesson, viewer, WRONG).is_right
    assert services.answer_check(session, lesson, viewer, RIGHT).is_right

    progress = session.scalars(select(LessonProgress)).one()
    assert (progress.check_tries, progress.is_check_right) == (2, True)


@pytest.mark.parametrize("answer", [None, {}, {"choice": 9}, {"text": "?"}])
def test_no_answer_is_no_try(session, viewer, answer):
    (lesson,) = lessons_of(session, make_course(session, lessons=1, checks=True))

    with pytest.raises(RuleError):
        services.answer_check(session, lesson, viewer, answer)


def test_lesson_is_not_finished_before_its_check_question_is_answered(session, viewer, learner):
    (lesson,) = lessons_of(session, make_course(session, lessons=1, checks=True))

    with pytest.raises(RuleError):
        services.finish_lesson(session, lesson, viewer)

    services.answer_check(session, lesson, viewer, WRONG)
    services.finish_lesson(session, lesson, viewer)
    assert "lesson_finished" in kinds(session, learner)


def test_lesson_finished_twice_leaves_one_record(session, viewer, learner):
    first, _second = lessons_of(session, make_course(session))

    services.finish_lesson(session, first, viewer)
    services.finish_lesson(session, first, viewer)

    assert kinds(session, learner) == ["lesson_finished"]
    assert session.scalar(select(CourseProgress.lessons_done)) == 1


def test_whoever_learns_a_course_has_it_on_the_list(session, viewer, learner):
    course = make_course(session)

    services.finish_lesson(session, lessons_of(session, course)[0], viewer)

    assert active(session, learner) == [(course.id, False, None)]


def test_next_lesson_is_the_first_unfinished_one(session, viewer, learner):
    course = make_course(session, lessons=3)
    make_assignment(session, learner.id, course, clock.today())
    services.finish_lesson(session, lessons_of(session, course)[0], viewer)

    following = queries.next_lesson(session, learner.id, "en")

    assert (following.lesson_id, following.lesson_title) == (f"{course.id}/l2", "Lesson l2")
    assert (following.lessons_done, following.lesson_count) == (1, 3)


def test_withdrawn_course_is_offered_only_to_those_who_began_it(session, viewer, learner):
    begun, fresh = make_course(session), make_course(session)
    for course in (begun, fresh):
        make_assignment(session, learner.id, course)
    services.open_lesson(session, lessons_of(session, begun)[0], viewer)
    begun.is_withdrawn = fresh.is_withdrawn = True
    session.flush()

    assert [each.course_id for each in queries.learning(session, learner.id, "en")] == [begun.id]


def test_search_finds_courses_and_lessons_but_nothing_withdrawn(session, viewer):
    make_course(session, "visible", lessons=1)
    make_course(session, "gone", lessons=1, is_withdrawn=True)

    assert [hit.href for hit in queries.search(session, viewer, "course vis")] == [
        "/courses/visible"
    ]
    assert "/courses/gone/l1" not in [
        hit.href for hit in queries.search(session, viewer, "lesson l1")
    ]
    assert queries.search(session, viewer, "  ") == []
