"""Rating a lesson: one voice a person and lesson, a sentence after it, and what becomes of both."""

import io
import json
import zipfile
from datetime import timedelta

import pytest

from tests.factories.curricula import lessons_of, make_course
from tests.factories.people import make_employee
from training_platform.core import clock, files
from training_platform.core.errors import RuleError
from training_platform.core.events import emit
from training_platform.people.events import EmployeeAnonymized
from training_platform.people.viewer import viewer_of
from training_platform.records import my_data
from training_platform.studio.feedback import services
from training_platform.studio.feedback.models import LessonRating
from training_platform.studio.feedback.rules import LONGEST_SENTENCE, RatingLevel

MARK = "ZZSENTENCEZZ"


@pytest.fixture
def course(session):
    return make_course(session, "calls", lessons=2)


@pytest.fixture
def lesson(session, course):
    return lessons_of(session, course)[0]


@pytest.fixture
def learner(session):
    return make_employee(session)


def ratings(session):
    session.rollback()
    session.expire_all()
    rows = session.query(LessonRating).order_by(LessonRating.lesson_id, LessonRating.employee_id)
    return [(row.lesson_id, row.level, row.sentence) for row in rows]


def test_a_second_tap_takes_the_place_of_the_first_and_keeps_the_sentence(session, learner, lesson):
    actor = viewer_of(session, learner)
    services.rate_lesson(session, lesson, actor, RatingLevel.UNCLEAR)
    services.write_sentence(session, lesson, actor, "  Step three is missing. ")
    with clock.stopped(clock.now() + timedelta(days=3)):
        services.rate_lesson(session, lesson, actor, RatingLevel.HELPED)

    (row,) = session.query(LessonRating).all()

    assert (row.level, row.sentence) == (RatingLevel.HELPED, "Step three is missing.")
    assert row.changed_at - row.rated_at >= timedelta(days=2)


def test_a_sentence_needs_a_tap_and_has_an_end(session, learner, lesson):
    actor = viewer_of(session, learner)
    with pytest.raises(RuleError):
        services.write_sentence(session, lesson, actor, "Good.")
    services.rate_lesson(session, lesson, actor, RatingLevel.OKAY)
    with pytest.raises(RuleError):
        services.write_sentence(session, lesson, actor, "字" * (LONGEST_SENTENCE + 1))

    kept = services.write_sentence(session, lesson, actor, "字" * LONGEST_SENTENCE)

    assert len(kept.sentence) == LONGEST_SENTENCE


def test_one_tap_saves_without_a_script_and_the_lesson_shows_it(session, client, learner, lesson):
    session.commit()
    client.sign_in(learner)
    before = client.page("/courses/calls/l1")
    assert "One tap is enough" in before.text

    answer = client.post("/lesson-ratings/calls/l1", data={"level": "unclear"})
    client.post("/lesson-ratings/calls/l1", data={"sentence": MARK})

    assert (answer.status_code, answer.location) == (303, "/courses/calls/l1#rating")
    after = client.page("/courses/calls/l1")
    (chosen,) = after.select("//section[@id='rating']//button[@aria-current='true']")
    assert chosen.get("value") == "unclear"
    assert MARK in after.text
    assert ratings(session) == [("calls/l1", RatingLevel.UNCLEAR, MARK)]


def test_htmx_gets_the_panel_alone_and_a_refusal_keeps_what_was_typed(
    session, client, learner, lesson
):
    session.commit()
    client.sign_in(learner)
    part = {"HX-Request": "true"}
    tapped = client.post("/lesson-ratings/calls/l1", data={"level": "okay"}, headers=part)
    long = "y" * (LONGEST_SENTENCE + 1)
    refused = client.post("/lesson-ratings/calls/l1", data={"sentence": long}, headers=part)
    odd = client.post("/lesson-ratings/calls/l1", data={"level": "great"})
    missing = client.post("/lesson-ratings/calls/unknown", data={"level": "okay"})

    assert "<html" not in tapped.text
    assert 'aria-current="true"' in tapped.text
    assert (refused.status_code, odd.status_code, missing.status_code) == (422, 422, 404)
    assert long in refused.text
    assert ratings(session) == [("calls/l1", RatingLevel.OKAY, "")]


def test_the_learners_page_shows_her_own_rating_only(session, client, learner, lesson):
    other = viewer_of(session, make_employee(session))
    services.rate_lesson(session, lesson, other, RatingLevel.HELPED)
    services.write_sentence(session, lesson, other, MARK)
    session.commit()
    client.sign_in(learner)

    pages = [client.page(each) for each in ("/courses/calls/l1", "/courses/calls", "/")]

    assert not [page for page in pages if MARK in page.body or "Lesson feedback" in page.body]
    assert pages[0].select("//section[@id='rating']//button[@aria-current]") == []


def test_ones_data_holds_ratings_and_whoever_is_forgotten_leaves_no_sentence(
    session, app, learner, lesson
):
    for person in (learner, make_employee(session)):
        actor = viewer_of(session, person)
        services.rate_lesson(session, lesson, actor, RatingLevel.HELPED)
        services.write_sentence(session, lesson, actor, f"{MARK}{person.id}")
    with app.test_request_context():
        packed = files.read(session.get_one(files.StoredFile, my_data.pack(session, learner.id)))
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        told = archive.read("lesson_ratings.json").decode()
    assert [each["sentence"] for each in json.loads(told)] == [f"{MARK}{learner.id}"]

    emit(session, EmployeeAnonymized(learner.id))
    session.commit()

    kept = {row.employee_id: row.sentence for row in session.query(LessonRating)}
    assert kept.pop(learner.id) == ""
    assert all(MARK in sentence for sentence in kept.values())
    assert len(kept) == 1
