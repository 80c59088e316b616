"""What other tests build on is published like real files."""

import pytest

from tests.factories import content
from training_platform.assessment.models import Question
from training_platform.assessment.schemas import QUESTION_KINDS
from training_platform.core.db import writing
from training_platform.curricula.models import Course, CurriculumItem, Lesson, LessonText
from training_platform.people.models import Competency
from training_platform.quizzes.models import Paper


@pytest.fixture
def app_context(app):
    with app.app_context():
        yield


@pytest.mark.parametrize("kind", QUESTION_KINDS)
def test_a_question_of_each_kind_can_be_published(app_context, kind):
    with writing() as session:
        revision = content.publish_question(session, kind=kind)
        question = session.get_one(Question, revision.slug)
        assert (question.kind, question.revision_id) == (kind, revision.id)


def test_course_paper_and_curriculum_fill_their_tables(app_context):
    with writing() as session:
        content.publish_competencies(session)
        content.publish_course(session, slug="alpha", lessons=3)
        content.publish_paper(session, slug="alpha", course="alpha")
        content.publish_curricula(session, specialist=[{"course": "alpha", "required": True}])
        assert session.get_one(Course, "alpha").lesson_count == 3
        assert session.get_one(Lesson, "alpha/lesson-3").position == 3
        text = session.get_one(LessonText, ("alpha/lesson-1", "en"))
        assert "Before the check" in text.html_before_check
        assert "After the check" in text.html_after_check
        assert session.get_one(Paper, "alpha").question_count == 3
        assert session.get_one(Competency, "data-quality").position == 0
        assert session.query(CurriculumItem).one().course_id == "alpha"


def test_publishing_the_same_again_makes_no_revision(app_context):
    with writing() as session:
        definition = content.question_definition()
        first = content.publish_question(session, definition, slug="topic/same")
        again = content.publish_question(session, definition, slug="topic/same")
        assert first is again
