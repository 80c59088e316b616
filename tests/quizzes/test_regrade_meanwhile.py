"""What happens beside a regrade: attempts that are submitted meanwhile, disputes, statistics."""


from sqlalchemy import select

from tests.factories.people import make_employee
from tests.quizzes.correcting import WHY, answer, begin, decide, dispute, item_of, plan, sit, worth
from training_platform.assessment.disputes.rules import Verdict
from training_platform.assessment.disputes.services import Ruling
from training_platform.assessment.models import Question
from training_platform.core.db import writing
from training_platform.people.viewer import viewer_of
from training_platform.quizzes import regrade_queries as queries
from training_platform.quizzes import services
from training_platform.quizzes.result_models import QuizResultChange
from training_platform.quizzes.services import regrading


def test_who_submits_after_the_decision_is_marked_by_it(session, question, trainer):
    sit(session, make_employee(session))
    late = make_employee(session)
    attempt = begin(session, "paper", late)
    answer(session, attempt, late, wrong=[question.id])
    attempt_id = attempt.id
    session.commit()
    regrade_id = plan(session, question, trainer)
    assert item_of(session, regrade_id, attempt_id) is None
    decide(session, regrade_id, trainer)

    with writing():
        services.submit_attempt(session, attempt_id, viewer_of(session, late))

    assert worth(session, attempt_id) == (100, True)
    decide(session, regrade_id, trainer, regrading.revert_regrade, "The key was right.")
    assert worth(session, attempt_id) == (50, False)


def test_who_submits_between_plan_and_decision_is_not_left_out(session, question, trainer):
    sit(session, make_employee(session), wrong=[question.id])
    regrade_id = plan(session, question, trainer)
    late_id = sit(session, make_employee(session), wrong=[question.id])
    passed_id = sit(session, make_employee(session))

    decide(session, regrade_id, trainer)

    assert worth(session, late_id) == (100, True)
    assert item_of(session, regrade_id, late_id).is_applied
    assert worth(session, passed_id) == (100, True)


def test_points_from_a_dispute_outlive_a_regrade_and_its_end(session, question, trainer):
    person = make_employee(session)
    attempt_id = sit(session, person, wrong=[question.id])
    regrade_id = plan(session, question, trainer)
    dispute(session, person, attempt_id, question, trainer, Ruling(Verdict.POINTS, "Known.", 1))
    assert worth(session, attempt_id) == (100, True)

    decide(session, regrade_id, trainer)
    decide(session, regrade_id, trainer, regrading.revert_regrade, "The key was right.")

    assert worth(session, attempt_id) == (100, True)
    causes = session.scalars(select(QuizResultChange.cause)).all()
    assert [each.split(":")[0] for each in causes] == ["dispute"]


def test_points_from_a_dispute_about_another_question_stay(session, question, trainer):
    other = session.scalars(select(Question).where(Question.id > question.id)).first()
    person = make_employee(session)
    attempt_id = sit(session, person, wrong=[question.id, other.id])
    dispute(session, person, attempt_id, other, trainer, Ruling(Verdict.POINTS, "Known.", 1))
    assert worth(session, attempt_id) == (50, False)

    decide(session, plan(session, question, trainer), trainer)

    assert worth(session, attempt_id) == (100, True)


def test_a_question_held_wrong_waits_until_it_is_corrected(session, question, trainer):
    person, other = make_employee(session), make_employee(session)
    attempt_id = sit(session, person, wrong=[question.id])
    other_id = sit(session, other, wrong=[question.id])

    found = dispute(session, person, attempt_id, question, trainer, Ruling(Verdict.CHECK, WHY))

    assert worth(session, attempt_id) == (50, False)
    assert [each.id for each in queries.held_wrong(session, question.id)] == [found.id]
    decide(session, plan(session, question, trainer, dispute=found), trainer)
    assert worth(session, attempt_id) == worth(session, other_id) == (100, True)
    assert not queries.held_wrong(session, question.id)
