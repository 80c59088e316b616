"""A question was wrong: it is voided or its key corrected, and whoever had it follows."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories.assessment import definition, make_question, make_revision
from tests.factories.people import make_employee
from tests.factories.quizzes import fields_for, make_paper
from training_platform.assessment.disputes import services as disputes
from training_platform.assessment.disputes.rules import Ground, Verdict
from training_platform.assessment.disputes.services import Claim, Ruling
from training_platform.assessment.keys import Fix
from training_platform.assessment.models import Question
from training_platform.assessment.regrading import Change, RegradeState
from training_platform.core import clock
from training_platform.core.db import writing
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.core.jobs import run_due
from training_platform.core.permissions import Right
from training_platform.notices.models import Notice
from training_platform.people.viewer import viewer_of
from training_platform.quizzes import regrade_jobs, services
from training_platform.quizzes import regrade_queries as queries
from training_platform.quizzes.disputing import disputed
from training_platform.quizzes.models import Attempt, AttemptStep, Paper
from training_platform.quizzes.queries import find_attempt
from training_platform.quizzes.result_models import (
    QuizRegrade,
    QuizRegradeItem,
    QuizResultChange,
)
from training_platform.quizzes.rules import StepKind
from training_platform.quizzes.services import Step, regrading
from training_platform.quizzes.services.regrading import Proposal
from training_platform.records.models import TrainingRecord
from training_platform.records.queries import subjects_with

WHY = "The second answer is right, too."


@pytest.fixture
def trainer(session):
    return viewer_of(session, make_employee(session, rights=(Right.TRAINER,)))


@pytest.fixture
def paper(session):
    """Two questions of a point each; both are needed to pass."""
    return make_paper(session, questions=2, count=2, id="paper")


@pytest.fixture
def question(session, paper):
    """The question that was wrong: the first answer is the key, people choose the second."""
    return session.scalars(select(Question).where(Question.topic == "paper")).first()


def begin(session, paper_id, employee):
    actor = viewer_of(session, employee)
    return services.start_attempt(session, session.get_one(Paper, paper_id), actor)


def answer(session, attempt, employee, wrong=(), unanswered=()):
    """Answer all questions right, but for these."""
    actor = viewer_of(session, employee)
    row = find_attempt(session, attempt.token, lock=True)
    for position, place in enumerate(attempt.layout):
        if place["question"] not in unanswered:
            fields = fields_for(session, place, right=place["question"] not in wrong)
            step = Step(StepKind.ANSWER, "tab", position, position, fields)
            services.save_step(session, row, actor, step)


def sit(session, employee, wrong=(), unanswered=()):
    """Submit an attempt with these questions wrong; return its id."""
    attempt = begin(session, "paper", employee)
    answer(session, attempt, employee, wrong, unanswered)
    services.submit_attempt(session, attempt.id, viewer_of(session, employee))
    session.commit()
    return attempt.id


def plan(session, question, trainer, fix=Fix.ACCEPT, choice=1, **more):
    """Plan a regrade of the question, and compare every attempt; return its id."""
    with writing():
        found = session.get_one(Question, question.id)
        key = None if fix is Fix.VOID else {"choice": choice}
        proposal = Proposal(fix, WHY, found.revision_id, key, **more)
        regrade_id = regrading.plan_regrade(session, found, trainer, proposal).id
    run_due()
    return regrade_id


def decide(session, regrade_id, trainer, act=regrading.apply_regrade, *reason):
    """Decide about a regrade, and let the job do it."""
    with writing():
        regrade = session.get_one(QuizRegrade, regrade_id)
        act(session, regrade, trainer, *reason, expected_version=regrade.version)
    run_due()


def worth(session, attempt_id):
    session.expire_all()
    attempt = session.get_one(Attempt, attempt_id)
    return attempt.percent, attempt.is_passed


def kinds_of(session, employee):
    rows = select(TrainingRecord.kind).where(TrainingRecord.employee_id == employee.id)
    return [
        kind
        for kind in session.scalars(rows.order_by(TrainingRecord.position))
        if kind.startswith("quiz") or kind == "correction"
    ]


def item_of(session, regrade_id, attempt_id):
    return queries.item_of(session, regrade_id, attempt_id)


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
    decide(session, accepted, trainer, regrading.drop_regrade)
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
            regrading.take_pass(session, item, trainer, "  ")
        regrading.take_pass(session, item, trainer, "She knew the key.")

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


def test_a_regrade_is_taken_back_as_a_whole(session, question, trainer):
    people = [make_employee(session) for _ in range(2)]
    ids = [sit(session, people[0], wrong=[question.id]), sit(session, people[1])]
    before = [worth(session, each) for each in ids]
    regrade_id = plan(session, question, trainer, Fix.REKEY)
    with writing():
        regrading.take_pass(session, item_of(session, regrade_id, ids[1]), trainer, "Against it.")
    decide(session, regrade_id, trainer)
    assert [worth(session, each) for each in ids] == [(100, True), (50, False)]

    decide(session, regrade_id, trainer, regrading.revert_regrade, "The key was right.")

    assert [worth(session, each) for each in ids] == before
    assert session.get_one(QuizRegrade, regrade_id).state is RegradeState.REVERTED
    assert "paper" not in subjects_with(session, people[0].id, "quiz_passed")
    assert "paper" in subjects_with(session, people[1].id, "quiz_passed")
    assert len(queries.changes_of(session, ids[0])) == 2, "nothing of it is forgotten"


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


def dispute(session, person, attempt_id, question, trainer, ruling):
    """Dispute the question in an attempt, and have it decided; return the dispute."""
    with writing():
        attempt = session.get_one(Attempt, attempt_id)
        number = [each["question"] for each in attempt.layout].index(question.id) + 1
        about = disputed(attempt, {"zh": "测验", "en": "Quiz"}, number)
        actor = viewer_of(session, person)
        found = disputes.open_dispute(session, about, actor, Claim(Ground.ANOTHER_WAY))
        disputes.decide_dispute(session, found, trainer, ruling, expected_version=found.version)
    return found


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


def test_what_cannot_be_planned_says_why(session, question, trainer):
    with pytest.raises(RuleError, match="Nobody has answered"):
        propose(session, question, trainer, Fix.VOID)
    sit(session, make_employee(session))
    with pytest.raises(RuleError, match="whole answer"):
        propose(session, question, trainer, Fix.ACCEPT, None)
    with pytest.raises(RuleError, match="counts as right already"):
        propose(session, question, trainer, Fix.REKEY, {"choice": 0})
    with pytest.raises(RuleError, match="Give a reason"):
        propose(session, question, trainer, Fix.VOID, reason=" ")
    propose(session, question, trainer, Fix.VOID)
    with pytest.raises(RuleError, match="under way"):
        propose(session, question, trainer, Fix.VOID)
    with pytest.raises(NotPermittedError):
        propose(session, question, viewer_of(session, make_employee(session)), Fix.VOID)


def propose(session, question, actor, fix, key=None, reason=WHY):
    proposal = Proposal(fix, reason, question.revision_id, key)
    return regrading.plan_regrade(session, question, actor, proposal)


def test_of_two_decisions_at_once_one_holds(session, question, trainer):
    sit(session, make_employee(session), wrong=[question.id])
    regrade = session.get_one(QuizRegrade, plan(session, question, trainer))
    seen = regrade.version

    regrading.apply_regrade(session, regrade, trainer, expected_version=seen)
    with pytest.raises(ConflictError):
        regrading.drop_regrade(session, regrade, trainer, expected_version=seen)
    with pytest.raises(InvalidTransitionError):
        regrading.drop_regrade(session, regrade, trainer, expected_version=regrade.version)


def test_whoevers_own_result_changes_leaves_it_to_a_colleague(session, question, trainer):
    other = make_employee(session, rights=(Right.TRAINER,))
    sit(session, other, wrong=[question.id])
    regrade = session.get_one(QuizRegrade, plan(session, question, trainer))

    with pytest.raises(NotPermittedError):
        regrading.apply_regrade(
            session, regrade, viewer_of(session, other), expected_version=regrade.version
        )


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


def signed_in(session, client, employee):
    session.commit()
    client.sign_in(employee)
    session.rollback()
    return client


def test_a_trainer_corrects_a_question_on_its_pages(session, client, question, trainer):
    person, passed = make_employee(session, name="李雷"), make_employee(session, name="韩梅梅")
    attempt_id = sit(session, person, wrong=[question.id])
    sit(session, passed)
    token, asked = session.get_one(Attempt, attempt_id).token, question.id
    signed_in(session, client, session.get_one(type(person), trainer.id))
    address = f"/quizzes/questions/{asked}/regrades"
    assert f'href="{address}"' in client.get(f"/assessment/questions/{asked}").text
    assert client.get(address).status_code == 200
    refused = client.post(address, data={"fix": "accept", "reason": WHY})
    assert (refused.status_code, "whole answer" in refused.text) == (422, True)

    made = client.post(address, data={"fix": "rekey", "answer": "1", "reason": WHY})
    run_due()

    page = made.headers["Location"]
    text = client.get(page).text
    assert "李雷" in text
    assert "韩梅梅" in text
    assert "李雷" not in client.get(f"{page}?change=lost").text
    session.rollback()
    item = session.scalars(
        select(QuizRegradeItem).where(QuizRegradeItem.change == Change.LOST)
    ).one()
    version, row = item.regrade.version, f"{page}/results/{item.id}"
    session.rollback()
    assert client.get(row).status_code == 200
    client.post(row, data={"reason": "Against it."})
    assert "Against it." in client.get(page).text
    client.post(row, data={"act": "keep"})
    assert "Against it." not in client.get(page).text
    stale = client.post(f"{page}/apply", data={"version": version + 5})
    assert stale.status_code == 409
    client.post(f"{page}/apply", data={"version": version})
    run_due()
    assert worth(session, attempt_id) == (100, True)
    session.rollback()
    assert client.get(f"{page}/revert").status_code == 200
    signed_in(session, client, session.get_one(type(person), person.id))
    text = client.get(f"/quizzes/attempts/{token}/result").text
    assert "The key was corrected" in text
    assert WHY in text


def test_colleagues_and_hr_do_not_see_a_regrade(session, client, question, trainer):
    sit(session, make_employee(session), wrong=[question.id])
    regrade_id, asked = plan(session, question, trainer), question.id
    for rights in ((), (Right.HR,)):
        signed_in(session, client, make_employee(session, rights=rights))
        assert client.get(f"/quizzes/regrades/{regrade_id}").status_code == 403
        assert client.get(f"/quizzes/questions/{asked}/regrades").status_code == 403
