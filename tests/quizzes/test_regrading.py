"""A question was wrong: it is voided or its key corrected, and whoever had it follows."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories.assessment import definition, make_question, make_revision
from tests.factories.people import make_employee
from tests.factories.quizzes import make_paper
from tests.quizzes.correcting import WHY, begin, decide, item_of, kinds_of, plan, sit, worth
from training_platform.assessment import deciding
from training_platform.assessment.keys import Fix
from training_platform.assessment.models import Question
from training_platform.assessment.regrading import Change, RegradeState
from training_platform.core import clock
from training_platform.core.db import writing
from training_platform.core.errors import (
    RuleError,
)
from training_platform.core.jobs import run_due
from training_platform.notices.models import Notice
from training_platform.people.viewer import viewer_of
from training_platform.quizzes import regrade_jobs, services
from training_platform.quizzes import regrade_queries as queries
from training_platform.quizzes.models import Attempt, AttemptStep
from training_platform.quizzes.queries import find_attempt
from training_platform.quizzes.result_models import (
    QuizRegrade,
)
from training_platform.quizzes.rules import StepKind
from training_platform.quizzes.services import Step, regrading
from training_platform.records.queries import subjects_with


def test_a_plan_lists_whose_result_would_change_and_changes_nothing(session, question, trainer):
    other = session.scalars(select(Question).where(Question.id > question.id)).first()
    people = [make_employee(session) for _ in range(4)]
    ids = [
        sit(session, people[0]),
        sit(session, people[1], wrong=[question.id]),
        sit(session, people[2], wrong=[question.id, other.id]),
        sit(session, people[3], wrong=[other.id]),
    ]
    before = [worth(session, each) for each in ids]

    accepted = plan(session, question, trainer)
    assert [item_of(session, accepted, each).change for each in ids] == [
        Change.SAME,
        Change.GAINED,
        Change.UP,
        Change.SAME,
    ]
    decide(session, accepted, trainer, deciding.drop_regrade)
    rekeyed = plan(session, question, trainer, Fix.REKEY)
    assert [item_of(session, rekeyed, each).change for each in ids] == [
        Change.LOST,
        Change.GAINED,
        Change.UP,
        Change.DOWN,
    ]

    assert session.get_one(QuizRegrade, rekeyed).state is RegradeState.READY
    assert [worth(session, each) for each in ids] == before


def test_a_voided_question_counts_in_full_also_for_who_left_it_out(session, question, trainer):
    people = [make_employee(session) for _ in range(2)]
    wrong_id = sit(session, people[0], wrong=[question.id])
    left_out_id = sit(session, people[1], unanswered=[question.id])
    steps = session.scalar(select(func.count()).select_from(AttemptStep))

    decide(session, plan(session, question, trainer, Fix.VOID), trainer)

    assert worth(session, wrong_id) == worth(session, left_out_id) == (100, True)
    assert session.scalar(select(func.count()).select_from(AttemptStep)) == steps


def test_a_pass_gained_runs_the_path_of_a_pass_once(session, question, trainer):
    person = make_employee(session)
    attempt_id = sit(session, person, wrong=[question.id])
    regrade_id = plan(session, question, trainer)

    decide(session, regrade_id, trainer)
    with writing():
        again = regrading.apply_item(session, item_of(session, regrade_id, attempt_id).id)

    assert again is False
    assert worth(session, attempt_id) == (100, True)
    assert kinds_of(session, person) == ["quiz_failed", "correction", "quiz_passed"]
    assert "paper" in subjects_with(session, person.id, "quiz_passed")
    told = session.scalars(select(Notice).where(Notice.kind == "quiz_pass_gained")).one()
    assert (told.employee_id, told.values["reason"]) == (person.id, WHY)


def test_a_pass_that_would_be_lost_stays_unless_it_was_taken_by_itself(session, question, trainer):
    kept, taken = make_employee(session), make_employee(session)
    kept_id, taken_id = sit(session, kept), sit(session, taken)
    regrade_id = plan(session, question, trainer, Fix.REKEY)
    with writing():
        item = item_of(session, regrade_id, taken_id)
        with pytest.raises(RuleError):
            deciding.take_pass(session, item, trainer, "  ")
        deciding.take_pass(session, item, trainer, "She knew the key.")

    decide(session, regrade_id, trainer)

    assert worth(session, kept_id) == (100, True)
    assert kinds_of(session, kept) == ["quiz_passed"]
    assert worth(session, taken_id) == (50, False)
    assert kinds_of(session, taken) == ["quiz_passed", "correction", "quiz_failed"]
    assert "paper" not in subjects_with(session, taken.id, "quiz_passed")
    told = session.scalars(select(Notice).where(Notice.kind == "quiz_pass_taken")).one()
    assert (told.employee_id, told.values["reason"]) == (taken.id, "She knew the key.")


def test_the_history_keeps_what_each_question_counted(session, question, trainer):
    attempt_id = sit(session, make_employee(session), wrong=[question.id])
    before = session.get_one(Attempt, attempt_id).marks

    decide(session, plan(session, question, trainer), trainer)

    (change,) = queries.changes_of(session, attempt_id)
    assert (change.old_percent, change.percent) == (50, 100)
    assert change.old_marks == before
    assert (change.actor_id, change.reason) == (trainer.id, WHY)
    with pytest.raises(Exception, match="append-only"):
        session.connection().exec_driver_sql("DELETE FROM quiz_result_change")
    session.rollback()


def test_a_regrade_is_taken_back_as_a_whole(session, question, trainer):
    people = [make_employee(session) for _ in range(2)]
    ids = [sit(session, people[0], wrong=[question.id]), sit(session, people[1])]
    before = [worth(session, each) for each in ids]
    regrade_id = plan(session, question, trainer, Fix.REKEY)
    with writing():
        deciding.take_pass(session, item_of(session, regrade_id, ids[1]), trainer, "Against it.")
    decide(session, regrade_id, trainer)
    assert [worth(session, each) for each in ids] == [(100, True), (50, False)]

    decide(session, regrade_id, trainer, regrading.revert_regrade, "The key was right.")

    assert [worth(session, each) for each in ids] == before
    assert session.get_one(QuizRegrade, regrade_id).state is RegradeState.REVERTED
    assert "paper" not in subjects_with(session, people[0].id, "quiz_passed")
    assert "paper" in subjects_with(session, people[1].id, "quiz_passed")
    assert len(queries.changes_of(session, ids[0])) == 2, "nothing of it is forgotten"


def test_other_texts_of_the_question_stay_as_they_are(session, question, trainer):
    old_id = sit(session, make_employee(session), wrong=[question.id])
    data = definition(stem={"zh": "另一问法", "en": "Asked in another way"}) | {"id": question.id}
    question.revision_id = make_revision(session, "question", question.id, data).id
    session.commit()
    new_id = sit(session, make_employee(session), wrong=[question.id])

    decide(session, plan(session, question, trainer), trainer)

    assert worth(session, old_id) == (50, False)
    assert worth(session, new_id) == (100, True)


def test_a_text_that_only_explains_better_follows(session, question, trainer):
    old_id = sit(session, make_employee(session), wrong=[question.id])
    data = definition(explanation={"zh": "讲得更清楚", "en": "Clearer"}) | {"id": question.id}
    question.revision_id = make_revision(session, "question", question.id, data).id
    session.commit()

    decide(session, plan(session, question, trainer), trainer)

    assert worth(session, old_id) == (100, True)


def test_a_plan_goes_on_where_it_stopped(session, question, trainer, monkeypatch):
    ids = [sit(session, make_employee(session), wrong=[question.id]) for _ in range(2)]
    monkeypatch.setattr(regrade_jobs, "CHUNK", 1)
    compare, calls = regrading.compare, []

    def dies_once(session, regrade_id, attempt_id):
        calls.append(attempt_id)
        if len(calls) == 2:
            raise RuntimeError("killed")
        compare(session, regrade_id, attempt_id)

    monkeypatch.setattr(regrading, "compare", dies_once)
    regrade_id = plan(session, question, trainer)
    assert session.get_one(QuizRegrade, regrade_id).state is RegradeState.PLANNING

    with clock.stopped(clock.now() + timedelta(minutes=5)):
        run_due()

    assert calls == [ids[0], ids[1], ids[1]], "what was compared is not compared again"
    session.expire_all()
    assert session.get_one(QuizRegrade, regrade_id).state is RegradeState.READY


def test_the_points_are_exact_where_thirds_make_a_whole(session, question, trainer):
    """Three thirds of other questions stay a whole; rounding each would cost the pass."""
    paper = make_paper(session, id="thirds", pass_percent=50, sections=thirds(session, question))
    person = make_employee(session)
    attempt = begin(session, paper.id, person)
    row = find_attempt(session, attempt.token, lock=True)
    for position, place in enumerate(attempt.layout[:3]):
        order = place["order"]
        fields = {f"answer-{n}": str(order.index(n if n == 0 else 3)) for n in range(3)}
        step = Step(StepKind.ANSWER, "tab", position, position, fields)
        services.save_step(session, row, viewer_of(session, person), step)
    services.submit_attempt(session, attempt.id, viewer_of(session, person))
    attempt_id = attempt.id
    session.commit()
    assert worth(session, attempt_id) == (25, False)

    decide(session, plan(session, question, trainer, Fix.VOID), trainer)

    assert worth(session, attempt_id) == (50, True)


def thirds(session, question):
    asked = [make_question(session, "matching", topic="thirds").id for _ in range(3)]
    return [{"questions": [*asked, question.id], "points": 1}]
