"""What completes a course and a curriculum, and what follows."""

import pytest
from sqlalchemy import select

from tests.curricula.acts import finish_all, kinds, pass_paper
from tests.factories.curricula import lessons_of, make_course, make_curriculum, make_lesson
from training_platform.curricula import services
from training_platform.curricula.models import Assignment, AssignmentState, CourseProgress
from training_platform.people.models import Competency
from training_platform.records import services as records
from training_platform.records.models import CompetencyLevel

pytestmark = pytest.mark.usefixtures("no_reaction_failed")


@pytest.mark.parametrize("quiz_first", [True, False])
def test_course_is_complete_in_either_order(session, viewer, learner, quiz_first):
    course = make_course(session, paper="paper-1")
    steps = [
        lambda: pass_paper(session, learner, "paper-1"),
        lambda: finish_all(session, course, viewer),
    ]

    first, second = steps if quiz_first else reversed(steps)
    first()
    assert "course_completed" not in kinds(session, learner)
    second()

    assert kinds(session, learner).count("course_completed") == 1
    assert session.scalar(select(CourseProgress.completed_at)) is not None
    assert session.scalar(select(Assignment.state)) is AssignmentState.COMPLETED


def test_quiz_of_another_course_completes_nothing(session, viewer, learner):
    course = make_course(session, paper="paper-1")
    finish_all(session, course, viewer)

    pass_paper(session, learner, "paper-2")

    assert "course_completed" not in kinds(session, learner)


def test_completed_course_raises_competencies_and_never_lowers_them(session, viewer, learner):
    for number, id in enumerate(("data-quality", "listening")):
        name = {"zh": id, "en": id}
        session.add(Competency(id=id, code=id, name=name, levels=[name] * 4, position=number))
    session.flush()
    records.raise_competency(session, learner.id, "listening", 3, "review")
    course = make_course(session, competencies={"data-quality": 2, "listening": 1})

    finish_all(session, course, viewer)

    levels = dict(
        session.execute(select(CompetencyLevel.competency_id, CompetencyLevel.level)).all()
    )
    assert levels == {"data-quality": 2, "listening": 3}


def test_completed_stays_completed_when_a_lesson_is_added(session, viewer, learner):
    course = make_course(session, lessons=1)
    finish_all(session, course, viewer)
    make_lesson(session, course, "l2", 2)

    finish_all(session, course, viewer)

    assert kinds(session, learner).count("course_completed") == 1
    assert session.scalar(select(Assignment.state)) is AssignmentState.COMPLETED


def test_withdrawn_lesson_is_not_asked_for(session, viewer, learner):
    course = make_course(session)
    first, second = lessons_of(session, course)
    second.is_withdrawn = True
    session.flush()

    services.finish_lesson(session, first, viewer)

    assert "course_completed" in kinds(session, learner)


def test_curriculum_is_complete_with_its_required_courses(session, viewer, learner):
    needed, extra = make_course(session, lessons=1), make_course(session, lessons=1)
    make_curriculum(session, "specialist", [(needed, True, 14), (extra, False, None)])

    finish_all(session, needed, viewer)
    assert kinds(session, learner).count("curriculum_completed") == 1
    finish_all(session, extra, viewer)

    assert kinds(session, learner).count("curriculum_completed") == 1
