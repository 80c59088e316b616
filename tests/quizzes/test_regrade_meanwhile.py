"""What happens beside a regrade: attempts that are submitted meanwhile, disputes, statistics."""

import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

from sqlalchemy import select

from tests.factories.assessment import make_revision
from tests.factories.people import make_employee
from tests.quizzes.correcting import WHY, answer, begin, decide, dispute, item_of, plan, sit, worth
from training_platform.assessment.disputes.rules import Verdict
from training_platform.assessment.disputes.services import Ruling
from training_platform.assessment.keys import Fix
from training_platform.assessment.models import AnswerCount, Question
from training_platform.assessment.queries import QuestionFilter, questions_by_wrong_rate
from training_platform.content.events import RevisionPublished
from training_platform.content.queries import revision_data
from training_platform.core.db import db, writing
from training_platform.core.events import emit
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.quizzes import regrade_jobs, services
from training_platform.quizzes import regrade_queries as queries
from training_platform.quizzes.result_models import QuizRegrade, QuizResultChange
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
    other = session.scalars(select(Question).where(Question.id != question.id)).first()
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


def counted(session, question):
    """Return how often the question was answered, and how often wrong."""
    rows = select(AnswerCount.seen_count, AnswerCount.wrong_count).where(
        AnswerCount.question_id == question.id, AnswerCount.choice == ""
    )
    return tuple(session.execute(rows).one())


def test_the_statistics_count_by_what_holds_now(session, question, trainer):
    people = [make_employee(session) for _ in range(3)]
    for each in people[:2]:
        sit(session, each, wrong=[question.id])
    sit(session, people[2])
    late = make_employee(session)
    attempt = begin(session, "paper", late)
    answer(session, attempt, late, wrong=[question.id])
    attempt_id = attempt.id
    session.commit()
    regrade_id = plan(session, question, trainer, Fix.REKEY)
    assert counted(session, question) == (3, 2), "a plan changes nothing"

    decide(session, regrade_id, trainer)
    assert counted(session, question) == (3, 1), "the pass that stays was got by the old key"
    with writing():
        services.submit_attempt(session, attempt_id, viewer_of(session, late))
    assert counted(session, question) == (4, 1)
    most = session.execute(questions_by_wrong_rate(QuestionFilter(topic="paper"))).first()
    assert (most.id, most.wrong_count) == (question.id, 1)

    decide(session, regrade_id, trainer, regrading.revert_regrade, "The key was right.")
    assert counted(session, question) == (4, 3)


def test_a_submission_under_way_at_a_decision_is_not_missed(app, session, question, trainer):
    """It was marked by the old key before the decision, and is committed after it."""
    sit(session, make_employee(session), wrong=[question.id])
    first, second = (handing_in(session, question) for _ in range(2))
    asked = SimpleNamespace(id=question.id)
    session.commit()

    while_submitting(app, first, lambda inner: correct(inner, asked, trainer))
    assert worth(session, first[0]) == (100, True)
    session.rollback()

    while_submitting(app, second, lambda inner: take_back(inner, trainer))
    assert worth(session, first[0]) == worth(session, second[0]) == (50, False)
    assert counted(session, question) == (3, 3)


def handing_in(session, question):
    """Return an attempt that lacks only its end, and whose it is."""
    person = make_employee(session)
    attempt = begin(session, "paper", person)
    answer(session, attempt, person, wrong=[question.id])
    return attempt.id, person.id


def correct(session, question, trainer):
    decide(session, plan(session, question, trainer), trainer)


def take_back(session, trainer):
    regrade_id = session.scalars(select(QuizRegrade.id)).one()
    session.rollback()
    decide(session, regrade_id, trainer, regrading.revert_regrade, "The key was right.")


def while_submitting(app, subject, act):
    """Act, with all its jobs, while an attempt is graded and not committed."""
    marked, acted = threading.Event(), threading.Event()

    def submit():
        with app.app_context(), writing() as inner:
            viewer = viewer_of(inner, inner.get_one(Employee, subject[1]))
            services.submit_attempt(inner, subject[0], viewer)
            marked.set()
            acted.wait(0.8)

    def decided():
        assert marked.wait(20)
        with app.app_context():
            act(db.session())
        acted.set()

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(submit), pool.submit(decided)]:
            each.result(timeout=30)


def republish(session, question, **changes):
    """Publish the question anew, with other words for some of its parts."""
    with writing():
        found = session.get_one(Question, question.id)
        data = {**revision_data(session, found.revision_id), **changes}
        revision = make_revision(session, "question", question.id, data)
        found.revision_id = revision.id
        emit(session, RevisionPublished("question", question.id, revision.id, 1))


def test_a_decision_holds_for_a_text_that_only_explains_otherwise(session, question, trainer):
    sit(session, make_employee(session))
    decide(session, plan(session, question, trainer), trainer)

    republish(session, question, explanation={"zh": "换个说法。", "en": "In other words."})

    attempt_id = sit(session, make_employee(session), wrong=[question.id])
    assert worth(session, attempt_id) == (100, True)
    regrade_id = session.scalars(select(QuizRegrade.id)).one()
    session.commit()
    decide(session, regrade_id, trainer, regrading.revert_regrade, "The key was right.")
    assert worth(session, attempt_id) == (50, False)


def test_a_text_with_another_key_stands_for_itself(session, question, trainer):
    sit(session, make_employee(session))
    decide(session, plan(session, question, trainer), trainer)
    options = revision_data(session, question.revision_id)["options"]
    other = [{**each, "correct": index == 2} for index, each in enumerate(options)]
    session.commit()

    republish(session, question, options=other)

    assert worth(session, sit(session, make_employee(session), wrong=[question.id])) == (50, False)
    republish(session, question, options=options)  # set back: the decision holds again
    assert worth(session, sit(session, make_employee(session), wrong=[question.id])) == (100, True)


def test_who_submits_while_answers_are_counted_anew_is_counted_once(
    session, question, trainer, monkeypatch
):
    def meanwhile(regrade_id):
        found = count_ahead(regrade_id)
        sit(session, make_employee(session), unanswered=[question.id])
        return found

    count_ahead = regrade_jobs._count_ahead
    monkeypatch.setattr(regrade_jobs, "_count_ahead", meanwhile)
    sit(session, make_employee(session), unanswered=[question.id])
    sit(session, make_employee(session), wrong=[question.id])

    decide(session, plan(session, question, trainer), trainer)

    assert counted(session, question) == (3, 2)
