"""Failing twice, going through the course again, passing: to the one certificate."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tests.factories.content import publish_competencies, publish_course, publish_paper
from tests.factories.curricula import lessons_of, make_course
from tests.factories.people import make_employee, make_job_role
from tests.factories.quizzes import take
from training_platform.certificates.models import Certificate
from training_platform.core import clock
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Right
from training_platform.curricula import queries, services
from training_platform.curricula.models import Course, CourseProgress, LessonProgress
from training_platform.people.viewer import viewer_of
from training_platform.quizzes import services as quizzes
from training_platform.quizzes.models import Attempt, Paper
from training_platform.records.models import TrainingRecord

START = datetime(2026, 11, 2, 1, tzinfo=UTC)
ANSWER = {"choice": 0}
pytestmark = pytest.mark.usefixtures("no_reaction_failed")


@pytest.fixture
def course(session):
    make_job_role(session)
    publish_competencies(session)
    publish_course(session, slug="basics", complete_when=[{"lessons": "all"}, {"paper": "exam"}])
    publish_paper(session, slug="exam", course="basics")
    return session.get_one(Course, "basics")


def on_day(day):
    return clock.stopped(START + timedelta(days=day))


def finish_all(session, course, learner):
    viewer = viewer_of(session, learner)
    for number, lesson in enumerate(lessons_of(session, course)):
        with clock.stopped(clock.now() + timedelta(minutes=number)):
            if lesson.check_question_id:
                services.answer_check(session, lesson, viewer, ANSWER)
            services.finish_lesson(session, lesson, viewer)


def fail_twice(session, course, learner):
    """Read the course on day 0, fail on days 1 and 3: retraining is due."""
    paper = session.get_one(Paper, "exam")
    with on_day(0):
        finish_all(session, course, learner)
    for day in (1, 3):
        with on_day(day):
            take(session, paper, learner)
    return paper


def progress(session):
    session.flush()
    return session.scalars(select(CourseProgress).execution_options(populate_existing=True)).one()


def records_of(session, kind):
    found = select(TrainingRecord.subject).where(TrainingRecord.kind == kind)
    return sorted(session.scalars(found))


def test_two_fails_open_the_lessons_anew(session, course, learner):
    fail_twice(session, course, learner)

    assert progress(session).lessons_done == 0
    assert progress(session).retraining_since is not None
    assert queries.next_lesson(session, learner.id).lesson_id == "basics/lesson-1"
    page = queries.lesson_page(session, "basics/lesson-1", learner.id, "en")
    assert (page.finished_at, page.check_tries, page.place_percent) == (None, 0, 0)


def test_reading_again_opens_another_attempt_and_passing_it_completes_once(
    session, course, learner
):
    paper = fail_twice(session, course, learner)
    viewer = viewer_of(session, learner)
    with on_day(4), pytest.raises(RuleError):
        quizzes.start_attempt(session, paper, viewer)

    with on_day(5):
        finish_all(session, course, learner)
        assert progress(session).lessons_done == 2
    assert records_of(session, "lesson_finished") == [
        "basics/lesson-1",
        "basics/lesson-1",
        "basics/lesson-2",
        "basics/lesson-2",
    ]
    with on_day(6):
        attempt = take(session, paper, learner, right=3)

    assert (attempt.number, attempt.is_passed) == (3, True)
    assert records_of(session, "course_completed") == ["basics"]
    subjects = [(each.kind, each.subject) for each in session.scalars(select(Certificate))]
    assert subjects == [("course", "basics")]
    assert progress(session).retraining_since is None


def test_half_of_the_lessons_again_is_not_enough(session, course, learner):
    paper = fail_twice(session, course, learner)
    viewer = viewer_of(session, learner)
    with on_day(5):
        first = lessons_of(session, course)[0]
        services.answer_check(session, first, viewer, ANSWER)
        services.finish_lesson(session, first, viewer)

        assert progress(session).lessons_done == 1
    with on_day(6), pytest.raises(RuleError):
        quizzes.start_attempt(session, paper, viewer)


def test_a_third_fail_asks_for_the_lessons_a_third_time(session, course, learner):
    paper = fail_twice(session, course, learner)
    with on_day(5):
        finish_all(session, course, learner)
    with on_day(6):
        take(session, paper, learner)
    assert progress(session).lessons_done == 0

    with on_day(7):
        finish_all(session, course, learner)
    with on_day(8):
        assert take(session, paper, learner, right=3).is_passed

    assert len(records_of(session, "lesson_finished")) == 6
    assert len(records_of(session, "retraining_due")) == 2


def test_lessons_left_open_count_as_before_once_hr_lets_her_pass(session, course, learner):
    paper = fail_twice(session, course, learner)
    hr = viewer_of(session, make_employee(session, rights=(Right.HR,)))
    last = max(session.scalars(select(Attempt)), key=lambda each: each.number)
    with on_day(4):
        quizzes.reopen_attempt(session, last, hr, "We talked it over.")
        take(session, paper, learner, right=3)

    assert progress(session).completed_at is not None
    assert progress(session).lessons_done == 2
    session.expire_all()
    assert all(session.scalars(select(LessonProgress.finished_at)))


def test_retraining_of_a_quiz_without_a_course_changes_nothing(session, learner):
    make_course(session)
    services.begin_retraining(session, learner.id, "no-course")

    assert session.scalars(select(CourseProgress)).all() == []


def test_lesson_and_course_say_that_it_is_once_more(app, session, client, course, learner):
    fail_twice(session, course, learner)
    session.commit()
    client.sign_in(learner)

    assert "once more" in client.page("/courses/basics/lesson-1").text
    assert "another attempt at the quiz opens" in client.page("/courses/basics").text
