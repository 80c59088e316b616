"""After a check was found wrong: corrected results, regrades of a task, and what never changes."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.factories.disputes import LONG, SHORT, asks
from tests.factories.people import make_employee
from tests.factories.practicals import SLUG, hand_in, make_attempt
from tests.factories.records import (
    approve_correction,
    propose_turning,
    record_of,
    turn_result,
)
from tests.practicals.sitting import publish
from training_platform.assessment import deciding
from training_platform.assessment.disputes import services as disputes
from training_platform.assessment.disputes.models import Dispute
from training_platform.assessment.disputes.rules import Ground, Verdict
from training_platform.assessment.disputes.services import Claim, Ruling
from training_platform.consequences.models import RewardRecommendation
from training_platform.core import clock
from training_platform.core.db import db, writing
from training_platform.core.errors import InvalidTransitionError, NotPermittedError, RuleError
from training_platform.core.jobs import run_due
from training_platform.core.permissions import Right
from training_platform.notices.models import Notice
from training_platform.people.viewer import viewer_of
from training_platform.practicals import disputing, queries, regrade_queries, work
from training_platform.practicals.models import (
    Practical,
    PracticalAttempt,
    PracticalEvidence,
    PracticalGrading,
)
from training_platform.practicals.regrading import Change, RegradeState, Worth, change_of
from training_platform.practicals.result_models import (
    PracticalRegrade,
    PracticalResultChange,
)
from training_platform.practicals.rules import Mode
from training_platform.practicals.services import regrading
from training_platform.records.models import TrainingRecord
from training_platform.records.queries import subjects_with
from training_platform.records.rules import Effect

WHY = "The check did not know the short name of the firm."


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (Worth(8000, 80, True), Worth(8000, 80, True), Change.SAME),
        (Worth(8000, 80, True), Worth(8001, 80, True), Change.UP),
        (Worth(8000, 80, True), Worth(7999, 80, True), Change.DOWN),
        (Worth(7000, 70, False), Worth(8000, 80, True), Change.GAINED),
        (Worth(8000, 80, True), Worth(9000, 90, False), Change.LOST),
        (Worth(8000, 80, True), Worth(None, None, False), Change.FAULT),
    ],
)
def test_how_a_result_changes(old, new, expected):
    assert change_of(old, new) is expected


@pytest.fixture
def session(crm_session):
    publish(crm_session, SLUG, asks(LONG))
    return crm_session


@pytest.fixture
def trainer(session):
    return viewer_of(session, make_employee(session, rights=(Right.TRAINER,)))


def sit(session, employee, firm=LONG, *, boxes="12", mode=Mode.EXAM):
    """Hand in an exam with these answers, and have it graded; return its id."""
    attempt = make_attempt(session, employee.id, mode=mode)
    attempt.number = 1
    hand_in(session, attempt, {"firm": firm, "boxes": boxes, "city": "苏州"})
    attempt_id = attempt.id
    session.commit()
    work.grade_handed_in(attempt_id)
    return attempt_id


def plan(session, trainer):
    """Correct the task, publish it, and compare every attempt; return the regrade's id."""
    publish(session, SLUG, asks(SHORT))
    session.commit()
    with writing():
        found = regrading.plan_regrade(session, session.get_one(Practical, SLUG), trainer, WHY)
        regrade_id = found.id
    run_due()
    return regrade_id


def decide(session, regrade_id, trainer, act=regrading.apply_regrade, *reason):
    """Decide about a regrade, and let the job do it."""
    with writing():
        regrade = session.get_one(PracticalRegrade, regrade_id)
        act(session, regrade, trainer, *reason, expected_version=regrade.version)
    run_due()


def worth(session, attempt_id):
    session.expire_all()
    attempt = session.get_one(PracticalAttempt, attempt_id)
    return attempt.percent, attempt.is_passed


def kinds_of(session, employee):
    """Return the kinds of somebody's training records, in their order."""
    rows = select(TrainingRecord.kind).where(TrainingRecord.employee_id == employee.id)
    return list(session.scalars(rows.order_by(TrainingRecord.position)))


def item_of(session, regrade_id, attempt_id):
    return regrade_queries.item_of(session, regrade_id, attempt_id)


def test_a_plan_lists_whose_result_would_change_and_changes_nothing(session, trainer):
    people = [make_employee(session) for _ in range(5)]
    ids = [
        sit(session, people[0]),
        sit(session, people[1], SHORT),
        sit(session, people[2], SHORT, boxes="9"),
        sit(session, people[3], boxes="9"),
        sit(session, people[4], "another"),
    ]
    before = [worth(session, each) for each in ids]
    seals = list(session.execute(select(PracticalEvidence.attempt_id, PracticalEvidence.sha256)))

    regrade_id = plan(session, trainer)

    assert [item_of(session, regrade_id, each).change for each in ids] == [
        Change.LOST,
        Change.GAINED,
        Change.UP,
        Change.DOWN,
        Change.SAME,
    ]
    assert session.get_one(PracticalRegrade, regrade_id).state is RegradeState.READY
    assert [worth(session, each) for each in ids] == before
    assert seals == list(
        session.execute(select(PracticalEvidence.attempt_id, PracticalEvidence.sha256))
    )


def test_a_pass_that_would_be_lost_stays_unless_it_was_taken_by_itself(session, trainer):
    kept, taken = make_employee(session), make_employee(session)
    kept_id, taken_id = sit(session, kept), sit(session, taken)
    regrade_id = plan(session, trainer)
    with writing():
        item = item_of(session, regrade_id, taken_id)
        deciding.take_pass(session, item, trainer, "The full name is against the standard.")

    decide(session, regrade_id, trainer)

    assert worth(session, kept_id) == (100, True)
    assert kinds_of(session, kept) == ["practical_passed"]
    assert worth(session, taken_id) == (70, False)
    assert kinds_of(session, taken) == ["practical_passed", "correction", "practical_failed"]
    assert SLUG not in subjects_with(session, taken.id, "practical_passed")
    correction = session.scalars(
        select(TrainingRecord).where(TrainingRecord.kind == "correction")
    ).one()
    corrected = session.get_one(TrainingRecord, correction.corrects_id)
    assert corrected.kind == "practical_passed"
    assert correction.value.data["reason"] == "The full name is against the standard."
    told = session.scalars(select(Notice).where(Notice.kind == "practical_pass_taken")).one()
    assert told.employee_id == taken.id


def test_taking_a_pass_needs_a_reason(session, trainer):
    attempt_id = sit(session, make_employee(session))
    item = item_of(session, plan(session, trainer), attempt_id)

    with pytest.raises(RuleError):
        deciding.take_pass(session, item, trainer, "  ")


def test_a_pass_gained_runs_the_path_of_a_pass_once(session, trainer):
    person = make_employee(session)
    attempt_id = sit(session, person, SHORT)
    regrade_id = plan(session, trainer)

    decide(session, regrade_id, trainer)
    with writing():
        again = regrading.apply_item(session, item_of(session, regrade_id, attempt_id).id)

    assert again is False
    assert worth(session, attempt_id) == (100, True)
    assert kinds_of(session, person) == ["practical_failed", "correction", "practical_passed"]
    assert SLUG in subjects_with(session, person.id, "practical_passed")
    assert SLUG not in subjects_with(session, person.id, "practical_failed")
    rewards = select(func.count()).select_from(RewardRecommendation)
    assert session.scalar(rewards) == 1, "a pass at 100 % at the first try earns points"


def test_points_without_a_pass_correct_the_record_that_stands(session, trainer):
    person = make_employee(session)
    attempt_id = sit(session, person, SHORT, boxes="9")

    decide(session, plan(session, trainer), trainer)

    assert worth(session, attempt_id) == (60, False)
    assert kinds_of(session, person) == ["practical_failed", "correction"]
    assert SLUG in subjects_with(session, person.id, "practical_failed")


def test_the_history_says_who_from_what_to_what_and_by_which_text(session, trainer):
    attempt_id = sit(session, make_employee(session), SHORT)

    decide(session, plan(session, trainer), trainer)

    (change,) = regrade_queries.changes_of(session, attempt_id)
    assert (change.old_grading.percent, change.new_grading.percent) == (70, 100)
    assert change.old_grading.revision_id != change.new_grading.revision_id
    assert (change.actor_id, change.reason) == (trainer.id, WHY)


def test_a_regrade_is_taken_back_as_a_whole(session, trainer):
    people = [make_employee(session) for _ in range(3)]
    ids = [
        sit(session, people[0], SHORT),
        sit(session, people[1], SHORT, boxes="9"),
        sit(session, people[2]),
    ]
    before = [worth(session, each) for each in ids]
    regrade_id = plan(session, trainer)
    with writing():
        deciding.take_pass(session, item_of(session, regrade_id, ids[2]), trainer, "Against it.")
    decide(session, regrade_id, trainer)
    assert [worth(session, each) for each in ids] != before

    decide(session, regrade_id, trainer, regrading.revert_regrade, "The correction was wrong.")

    assert [worth(session, each) for each in ids] == before
    assert session.get_one(PracticalRegrade, regrade_id).state is RegradeState.REVERTED
    assert SLUG not in subjects_with(session, people[0].id, "practical_passed")
    assert SLUG in subjects_with(session, people[2].id, "practical_passed")
    assert kinds_of(session, people[2])[-2:] == ["correction", "practical_passed"]
    assert len(regrade_queries.changes_of(session, ids[0])) == 2, "nothing of it is forgotten"


def test_a_dropped_plan_changes_nothing_and_lets_another_begin(session, trainer):
    attempt_id = sit(session, make_employee(session), SHORT)
    regrade_id = plan(session, trainer)
    practical = session.get_one(Practical, SLUG)
    with pytest.raises(RuleError):
        regrading.plan_regrade(session, practical, trainer, WHY)
    session.rollback()

    decide(session, regrade_id, trainer, deciding.drop_regrade)

    assert worth(session, attempt_id) == (70, False)
    regrading.plan_regrade(session, practical, trainer, WHY)
    regrade = session.get_one(PracticalRegrade, regrade_id)
    with pytest.raises(InvalidTransitionError):
        regrading.apply_regrade(session, regrade, trainer, expected_version=regrade.version)


def test_without_a_correction_there_is_nothing_to_regrade(session, trainer):
    sit(session, make_employee(session))

    with pytest.raises(RuleError):
        regrading.plan_regrade(session, session.get_one(Practical, SLUG), trainer, WHY)


def test_whoevers_own_result_changes_leaves_it_to_a_colleague(session, trainer):
    other = make_employee(session, rights=(Right.TRAINER,))
    sit(session, other, SHORT)
    regrade = session.get_one(PracticalRegrade, plan(session, trainer))

    with pytest.raises(NotPermittedError):
        regrading.apply_regrade(
            session, regrade, viewer_of(session, other), expected_version=regrade.version
        )


def test_a_result_that_changed_since_the_plan_is_left_alone(session, trainer):
    person = make_employee(session)
    attempt_id = sit(session, person, SHORT)
    regrade_id = plan(session, trainer)
    dispute(session, person, attempt_id, trainer, Ruling(Verdict.POINTS, "It is right.", 30))
    assert worth(session, attempt_id) == (100, True)

    decide(session, regrade_id, trainer)

    assert item_of(session, regrade_id, attempt_id).is_skipped
    assert kinds_of(session, person).count("practical_passed") == 1


def test_a_plan_goes_on_where_it_stopped(session, trainer, monkeypatch):
    ids = [sit(session, make_employee(session), SHORT) for _ in range(2)]
    grade_by, calls = work.grade_by, []

    def dies_once(attempt_id, revision_id):
        calls.append(attempt_id)
        if len(calls) == 2:
            raise RuntimeError("killed")
        return grade_by(attempt_id, revision_id)

    monkeypatch.setattr(work, "grade_by", dies_once)
    regrade_id = plan(session, trainer)
    assert session.get_one(PracticalRegrade, regrade_id).state is RegradeState.PLANNING

    with clock.stopped(clock.now() + timedelta(minutes=5)):
        run_due()

    assert calls == [ids[0], ids[1], ids[1]], "what was compared is not compared again"
    session.expire_all()
    assert session.get_one(PracticalRegrade, regrade_id).state is RegradeState.READY


def dispute(session, person, attempt_id, trainer, ruling):
    """Dispute the first check of an attempt, and have it decided; return the dispute's id."""
    with writing():
        attempt = session.get_one(PracticalAttempt, attempt_id)
        grading = queries.holding_grading(session, attempt)
        about = disputing.disputed(session, attempt, grading, "firm")
        found = disputes.open_dispute(
            session, about, viewer_of(session, person), Claim(Ground.ANOTHER_WAY)
        )
        disputes.decide_dispute(session, found, trainer, ruling, expected_version=found.version)
        dispute_id = found.id
    run_due()
    return dispute_id


def test_granted_points_correct_this_attempt_and_leave_the_evidence(session, trainer):
    person, other = make_employee(session), make_employee(session)
    attempt_id, other_id = sit(session, person, SHORT), sit(session, other, SHORT)
    seal = session.get_one(PracticalEvidence, attempt_id).sha256

    dispute(session, person, attempt_id, trainer, Ruling(Verdict.POINTS, "Known there.", 15))

    assert worth(session, attempt_id) == (85, True)
    assert worth(session, other_id) == (70, False)
    assert kinds_of(session, person) == ["practical_failed", "correction", "practical_passed"]
    assert session.get_one(PracticalEvidence, attempt_id).sha256 == seal
    gradings = select(func.count()).where(PracticalGrading.attempt_id == attempt_id)
    assert session.scalar(gradings) == 2, "the first grading stays beside the second"


def test_a_check_held_wrong_changes_nothing_until_the_task_is_regraded(session, trainer):
    person = make_employee(session)
    attempt_id = sit(session, person, SHORT)

    dispute_id = dispute(session, person, attempt_id, trainer, Ruling(Verdict.CHECK, WHY))

    assert worth(session, attempt_id) == (70, False)
    waiting = regrade_queries.checks_held_wrong(session, SLUG, "practical_attempt")
    assert [each.id for each in waiting] == [dispute_id]
    decide(session, plan(session, trainer), trainer)
    assert worth(session, attempt_id) == (100, True)
    assert not regrade_queries.checks_held_wrong(session, SLUG, "practical_attempt")


def test_points_from_a_dispute_outlive_a_regrade(session, trainer):
    person = make_employee(session)
    attempt_id = sit(session, person, "another")
    dispute(session, person, attempt_id, trainer, Ruling(Verdict.POINTS, "Read aloud.", 15))
    assert worth(session, attempt_id) == (85, True)

    regrade_id = plan(session, trainer)

    assert item_of(session, regrade_id, attempt_id).change is Change.SAME


def test_nothing_of_a_corrections_history_can_be_changed(session, trainer):
    person = make_employee(session)
    attempt_id = sit(session, person, SHORT)
    dispute(session, person, attempt_id, trainer, Ruling(Verdict.POINTS, "Known there.", 15))

    for table in ("practical_correction", "practical_result_change"):
        with pytest.raises(Exception, match="append-only"):
            session.connection().exec_driver_sql(f"DELETE FROM {table}")
        session.rollback()
    assert session.scalar(select(func.count()).select_from(PracticalResultChange)) == 1


def test_the_decision_reaches_the_trainee(session, trainer):
    person = make_employee(session)
    attempt_id = sit(session, person, SHORT)

    dispute(session, person, attempt_id, trainer, Ruling(Verdict.REJECT, "The standard is clear."))

    told = session.scalars(select(Notice).where(Notice.kind == "dispute_rejected")).one()
    assert (told.employee_id, told.values["reason"]) == (person.id, "The standard is clear.")
    assert session.scalars(select(Dispute)).one().decided_by_id == trainer.id
    assert worth(session, attempt_id) == (70, False)
    assert db.session() is session


def test_two_persons_correct_its_record_and_the_task_follows(session):
    person = make_employee(session)
    two = [make_employee(session, rights=(Right.HR,)) for _one in range(2)]
    attempt_id = sit(session, person, SHORT)

    turn_result(session, record_of(session, person, "practical_failed"), two, percent=95)

    assert worth(session, attempt_id) == (95, True)
    grading = queries.holding_grading(session, session.get_one(PracticalAttempt, attempt_id))
    assert grading is not None
    assert grading.outcomes, "what the checks found stays to be read"
    assert kinds_of(session, person) == ["practical_failed", "correction", "practical_passed"]


def test_a_void_task_stays_void_when_the_task_is_corrected(session):
    person = make_employee(session)
    two = [make_employee(session, rights=(Right.HR,)) for _one in range(2)]
    attempt_id = sit(session, person, SHORT)
    failed = record_of(session, person, "practical_failed")
    approve_correction(
        session, propose_turning(session, failed, two[0], effect=Effect.VOID), two[1]
    )
    session.commit()

    publish(session, SLUG, asks(SHORT))

    assert regrade_queries.count_outdated(session, session.get_one(Practical, SLUG)) == 0
    assert worth(session, attempt_id) == (70, None)
    assert kinds_of(session, person) == ["practical_failed", "correction"]
