"""A part is corrected after its exam was over: what becomes of the one result."""

import pytest
from sqlalchemy import select

from tests.exams.test_sittings import go_on, kinds, sit, take_paper, take_task
from tests.factories.exams import make_exam
from tests.factories.people import make_employee
from tests.factories.records import (
    approve_correction,
    propose_turning,
    record_of,
    turn_result,
)
from training_platform.assessment.keys import Fix
from training_platform.assessment.models import Question
from training_platform.core.db import writing
from training_platform.core.errors import ConflictError, NotPermittedError, RuleError
from training_platform.core.jobs import run_due
from training_platform.core.permissions import Right
from training_platform.exams import changes, queries, services
from training_platform.exams.models import Exam, ExamResultChange
from training_platform.notices.models import Notice
from training_platform.people.viewer import viewer_of
from training_platform.practicals.models import PracticalAttempt, PracticalGrading
from training_platform.practicals.rules import Cause
from training_platform.practicals.services.correcting import Because, change_result
from training_platform.quizzes.models import Attempt
from training_platform.quizzes.result_models import QuizRegrade
from training_platform.quizzes.services import regrading
from training_platform.quizzes.services.regrading import Proposal
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import Effect

WHY = "The check did not know the short name of the firm."


@pytest.fixture
def person(crm_session):
    return make_employee(crm_session)


@pytest.fixture
def trainer(crm_session):
    return viewer_of(crm_session, make_employee(crm_session, rights=(Right.TRAINER,)))


def finished(session, person, pass_percent):
    """Return a sitting at 60 %: the paper is all right, the workspace stayed empty."""
    sitting = sit(session, make_exam(session, pass_percent=pass_percent), person)
    take_paper(session, go_on(session, sitting, person), person)
    take_task(session, go_on(session, sitting, person), person)
    session.refresh(sitting)
    assert sitting.percent == 60
    return sitting


def correct(session, sitting, percent, actor, cause="regrade:1"):
    """Let another grading hold for the task of a sitting, as disputes and regrades do."""
    attempt = session.get_one(PracticalAttempt, sitting.parts[1].attempt_id)
    stands = session.get_one(PracticalGrading, attempt.grading_id)
    grading = PracticalGrading(
        attempt_id=attempt.id,
        cause=cause,
        kind=Cause.REGRADED,
        revision_id=stands.revision_id,
        points=percent * 100,
        percent=percent,
        is_passed=percent >= 80,
        outcomes=[],
        graded_at=stands.graded_at,
    )
    session.add(grading)
    session.flush()
    change_result(session, attempt.id, grading, Because(cause, actor.id, WHY))
    session.refresh(sitting)


def changes_of(session):
    return session.scalars(select(ExamResultChange).order_by(ExamResultChange.id)).all()


def test_a_corrected_part_changes_the_result_of_the_exam_once(crm_session, person, trainer):
    sitting = finished(crm_session, person, 90)

    correct(crm_session, sitting, 50, trainer)
    services.settle(crm_session, sitting.id)

    assert (sitting.score, sitting.percent, sitting.is_passed) == (80_00, 80, False)
    assert kinds(crm_session) == ["exam_failed", "correction"]
    (change,) = changes_of(crm_session)
    assert (change.old_score, change.score, change.reason) == (60_00, 80_00, WHY)
    assert (change.actor_id, change.is_kept) == (trainer.id, False)
    told = select(Notice.values).where(Notice.kind == "exam_result_changed")
    assert crm_session.scalars(told).one()["percent"] == 80


def test_a_pass_gained_stands_in_the_record_beside_what_it_corrects(crm_session, person, trainer):
    sitting = finished(crm_session, person, 75)

    correct(crm_session, sitting, 50, trainer)

    assert sitting.is_passed
    rows = crm_session.scalars(select(TrainingRecord).order_by(TrainingRecord.id)).all()
    assert [each.kind for each in rows] == ["exam_failed", "correction", "exam_passed"]
    assert (rows[1].corrects_id, rows[1].subject) == (rows[0].id, "void")
    assert rows[2].value.data["percent"] == 80


def lose(session, person, trainer):
    """Return a sitting whose pass would go: its task is worth less than it was."""
    sitting = finished(session, person, 75)
    correct(session, sitting, 50, trainer)
    correct(session, sitting, 20, trainer, "regrade:2")
    return sitting


def test_a_pass_is_never_taken_away_silently(crm_session, person, trainer):
    sitting = lose(crm_session, person, trainer)

    assert (sitting.percent, sitting.is_passed) == (80, True), "all of the result stays"
    kept = changes_of(crm_session)[-1]
    assert (kept.score, kept.is_passed, kept.is_kept) == (68_00, False, True)
    assert kinds(crm_session)[-1] == "exam_passed"


def test_a_trainer_takes_the_pass_with_a_reason(crm_session, person, trainer):
    sitting = lose(crm_session, person, trainer)
    kept = changes_of(crm_session)[-1]
    with pytest.raises(RuleError):
        services.take_pass(crm_session, sitting, trainer, " ", change_id=kept.id)
    services.take_pass(crm_session, sitting, trainer, "Against the rules.", change_id=kept.id)

    assert (sitting.percent, sitting.is_passed) == (68, False)
    assert kinds(crm_session)[-2:] == ["correction", "exam_failed"]
    told = select(Notice.values).where(Notice.kind == "exam_pass_taken")
    assert crm_session.scalars(told).one()["reason"] == "Against the rules."
    with pytest.raises(ConflictError):
        services.take_pass(crm_session, sitting, trainer, "Again.", change_id=kept.id)


def test_nobody_decides_about_the_own_pass(crm_session, person, trainer):
    sitting = lose(crm_session, person, trainer)
    own = viewer_of(crm_session, person)
    colleague = viewer_of(crm_session, make_employee(crm_session, rights=(Right.HR,)))

    for actor in (own, colleague):
        with pytest.raises(NotPermittedError):
            services.take_pass(crm_session, sitting, actor, "Mine.", change_id=1)


def test_a_regrade_taken_back_restores_the_result(crm_session, person, trainer):
    sitting = finished(crm_session, person, 75)
    correct(crm_session, sitting, 50, trainer)

    correct(crm_session, sitting, 0, trainer, "revert:1")

    assert (sitting.percent, sitting.is_passed) == (60, False)
    assert kinds(crm_session)[-2:] == ["correction", "exam_failed"]


def test_a_plan_says_what_would_become_of_exams(crm_session, person, trainer):
    sitting = finished(crm_session, person, 75)
    attempt_id = sitting.parts[1].attempt_id

    (line,) = changes.foreseen(crm_session, {attempt_id: 50_00})

    assert (line.name, line.old_percent, line.percent) == (person.name, 60, 80)
    assert (line.was_passed, line.is_passed, line.is_kept) == (False, True, False)
    assert sitting.percent == 60


def test_a_voided_question_of_the_paper_lifts_the_result_of_the_exam(crm_session, person, trainer):
    session = crm_session
    sitting = sit(session, make_exam(session, pass_percent=90), person)
    take_paper(session, go_on(session, sitting, person), person, right=False)
    take_task(session, go_on(session, sitting, person), person)
    session.refresh(sitting)
    before = sitting.score
    attempt = session.get_one(Attempt, sitting.parts[0].attempt_id)
    place = attempt.layout[0]
    session.commit()

    with writing():
        question = session.get_one(Question, place["question"])
        proposal = Proposal(Fix.VOID, WHY, place["revision"])
        regrade_id = regrading.plan_regrade(session, question, trainer, proposal).id
    run_due()
    with writing():
        regrade = session.get_one(QuizRegrade, regrade_id)
        regrading.apply_regrade(session, regrade, trainer, expected_version=regrade.version)
    run_due()

    session.expire_all()
    assert sitting.score > before
    (change,) = changes_of(session)
    assert (change.old_score, change.score, change.reason) == (before, sitting.score, WHY)
    assert kinds(session) == ["exam_failed", "correction"], "the part has no record of its own"


def test_two_persons_correct_its_record_and_the_exam_follows(crm_session, person):
    sitting = finished(crm_session, person, 50)
    two = [make_employee(crm_session, rights=(Right.HR,)) for _one in range(2)]

    turn_result(crm_session, record_of(crm_session, person, "exam_passed"), two, percent=45)
    services.settle(crm_session, sitting.id)

    assert (sitting.percent, sitting.is_passed, sitting.is_distinction) == (45, False, False)
    assert kinds(crm_session) == ["exam_passed", "correction", "exam_failed"]
    (change,) = changes_of(crm_session)
    assert (change.old_percent, change.was_passed, change.is_kept) == (60, True, False)
    step = queries.standing_of(crm_session, person.id, crm_session.scalars(select(Exam)).one()).step
    assert step.action == "wait", "a lost pass climbs the ladder as every fail"


def test_a_void_exam_is_neither_passed_nor_failed_and_opens_again(crm_session, person, trainer):
    sitting = finished(crm_session, person, 50)
    two = [make_employee(crm_session, rights=(Right.HR,)) for _one in range(2)]
    passed = record_of(crm_session, person, "exam_passed")

    found = propose_turning(crm_session, passed, two[0], effect=Effect.VOID)
    approve_correction(crm_session, found, two[1])
    correct(crm_session, sitting, 50, trainer)

    assert (sitting.percent, sitting.is_passed) == (60, None), "a corrected part does not revive it"
    exam = crm_session.scalars(select(Exam)).one()
    assert queries.standing_of(crm_session, person.id, exam).step.can_start
