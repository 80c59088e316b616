"""What exams lead to: a case with its rule and decision, points with theirs."""

import pytest
from sqlalchemy import select

from tests.factories.consequences import make_case, make_pass
from tests.factories.people import make_employee
from training_platform.consequences import services
from training_platform.consequences.models import HrCase, RewardRecommendation
from training_platform.consequences.rules import CaseState, Decision, Policy, RewardState
from training_platform.consequences.texts import case_rule, reward_rule
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.core.events import FailedReaction, emit
from training_platform.core.permissions import Right
from training_platform.notices.models import Notice
from training_platform.people.viewer import viewer_of
from training_platform.quizzes.events import AttemptReopened
from training_platform.records import services as records
from training_platform.records.models import TrainingRecord
from training_platform.records.rules import Effect


@pytest.fixture
def person(session):
    return make_employee(session)


@pytest.fixture
def hr(session):
    return viewer_of(session, make_employee(session, rights=(Right.HR,)))


def decide(session, case, actor, reason="Talked; she works with her mentor."):
    services.decide_case(
        session, case, actor, Decision.COACHING, reason, expected_version=case.version
    )


def recommendation(session):
    return session.scalars(select(RewardRecommendation)).one_or_none()


def correct(session, record, hr, effect=Effect.VALUES, **values):
    records.correct_record(
        session,
        record,
        hr,
        effect=effect,
        reason="marked wrongly",
        changes="",
        evidence="mail",
        expected_count=records.count_corrections(session, record.id),
        approver=viewer_of(session, make_employee(session, rights=(Right.HR,))),
        values=values,
    )


def kinds(session, model):
    return set(session.scalars(select(model.kind)))


def test_a_fail_that_the_ladder_hands_over_is_a_case_that_names_its_rule(app, session, person):
    case = make_case(session, person.id)

    assert (case.employee_id, case.state, case.number) == (person.id, CaseState.OPEN, 2)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert case_rule(case.rule) == (
            "Default rules, fail 2: HR is told and talks to you. Only HR opens another attempt."
        )


def test_the_same_record_opens_one_case(session, person):
    case = make_case(session, person.id)

    services.open_case(session, case.record_id)

    assert len(session.scalars(select(HrCase)).all()) == 1


def test_a_decision_has_a_name_a_reason_and_a_record(session, person, hr):
    case = make_case(session, person.id)

    decide(session, case, hr)

    assert (case.state, case.decision, case.decided_by_id) == (
        CaseState.DECIDED,
        Decision.COACHING,
        hr.id,
    )
    assert case.reason == "Talked; she works with her mentor."
    assert "hr_case_decided" in kinds(session, TrainingRecord)
    assert "hr_case_decided" in kinds(session, Notice)


def test_a_case_is_decided_once_with_a_reason_and_by_somebody_else(session, person, hr):
    case = make_case(session, person.id)
    own = viewer_of(session, make_employee(session, rights=(Right.HR,)))
    case.employee_id = own.id
    session.flush()

    with pytest.raises(NotPermittedError):
        decide(session, case, own)
    with pytest.raises(RuleError):
        decide(session, case, hr, reason=" ")
    seen = case.version
    decide(session, case, hr)
    with pytest.raises(InvalidTransitionError):
        decide(session, case, hr)
    with pytest.raises(ConflictError):
        services.decide_case(session, case, hr, Decision.NO_ACTION, "Late.", expected_version=seen)


def test_a_case_settles_itself_when_the_exam_is_passed(session, person):
    case = make_case(session, person.id)

    make_pass(session, person.id, outcome="passed", number=3)

    assert case.state is CaseState.SETTLED
    assert case.decision is None


def test_an_attempt_that_hr_opens_decides_the_case(session, person, hr):
    case = make_case(session, person.id)

    emit(session, AttemptReopened(1, person.id, case.subject, hr.id, "Her mentor helped."))

    assert (case.state, case.decision) == (CaseState.DECIDED, Decision.FURTHER_ATTEMPT)
    assert (case.decided_by_id, case.reason) == (hr.id, "Her mentor helped.")
    assert session.scalars(select(FailedReaction)).all() == []


def test_a_pass_with_distinction_is_recommended_with_its_rule(app, session, person):
    make_pass(session, person.id)

    found = recommendation(session)
    assert (found.employee_id, found.points, found.state) == (person.id, 2, RewardState.PROPOSED)
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert reward_rule(found.kind, found.rule) == (
            "Quiz passed with distinction: 2 points. Only the first attempt counts."
        )


def test_a_plain_pass_is_not_recommended(session, person):
    make_pass(session, person.id, outcome="passed", percent=85)

    assert recommendation(session) is None


def test_a_practical_exam_counts_from_the_percentage_of_the_policy(session, person):
    make_pass(session, person.id, outcome="passed", kind="practical_passed", percent=95)

    assert recommendation(session).points == 5


def test_a_change_of_the_policy_holds_from_now_on(session, person, hr):
    make_pass(session, person.id)
    services.edit_policy(session, hr, Policy(quiz_points=8), expected_version=1)
    other = make_employee(session)
    make_pass(session, other.id)

    found = session.scalars(select(RewardRecommendation).order_by(RewardRecommendation.id)).all()
    assert [each.points for each in found] == [2, 8]
    assert found[0].rule["quiz_points"] == 2


def test_of_two_who_change_the_policy_the_second_is_told(session, hr):
    services.edit_policy(session, hr, Policy(quiz_points=8), expected_version=1)

    with pytest.raises(ConflictError):
        services.edit_policy(session, hr, Policy(quiz_points=1), expected_version=1)


@pytest.mark.parametrize(
    "wrong", [{"quiz_points": -1}, {"quiz_points": 101}, {"practical_percent": 0}]
)
def test_a_policy_keeps_to_its_bounds(session, hr, wrong):
    with pytest.raises(RuleError):
        services.edit_policy(session, hr, Policy(**wrong), expected_version=1)


def test_points_that_are_given_stand_in_the_record(session, person, hr):
    make_pass(session, person.id)
    found = recommendation(session)

    services.decide_recommendation(
        session, found, hr, RewardState.APPROVED, "", expected_version=found.version
    )

    assert "reward_approved" in kinds(session, TrainingRecord)
    assert "reward_approved" in kinds(session, Notice)
    with pytest.raises(InvalidTransitionError):
        services.decide_recommendation(
            session, found, hr, RewardState.DECLINED, "No.", expected_version=found.version
        )


def test_declining_needs_a_reason_and_leaves_no_record(session, person, hr):
    make_pass(session, person.id)
    found = recommendation(session)

    with pytest.raises(RuleError):
        services.decide_recommendation(
            session, found, hr, RewardState.DECLINED, "", expected_version=found.version
        )
    services.decide_recommendation(
        session,
        found,
        hr,
        RewardState.DECLINED,
        "Help from others.",
        expected_version=found.version,
    )

    assert "reward_approved" not in kinds(session, TrainingRecord)


def test_what_a_voided_record_had_led_to_is_taken_back(session, person, hr):
    record = make_pass(session, person.id)
    found = recommendation(session)

    correct(session, record, hr, effect=Effect.VOID)

    assert found.state is RewardState.WITHDRAWN


def test_a_corrected_result_changes_what_is_recommended_until_it_is_decided(session, person, hr):
    record = make_pass(session, person.id, outcome="passed", kind="practical_passed", percent=96)
    found = recommendation(session)

    correct(session, record, hr, percent=(96, 70))
    assert (found.state, found.closed_at is None) == (RewardState.WITHDRAWN, False)

    correct(session, record, hr, percent=(70, 98))
    assert (found.state, found.percent, found.closed_at) == (RewardState.PROPOSED, 98, None)

    services.decide_recommendation(
        session, found, hr, RewardState.APPROVED, "", expected_version=found.version
    )
    correct(session, record, hr, percent=(98, 70))
    assert (found.state, found.percent) == (RewardState.APPROVED, 98)


def test_a_result_corrected_upward_is_recommended(session, person, hr):
    record = make_pass(session, person.id, outcome="passed", kind="practical_passed", percent=60)
    assert recommendation(session) is None

    correct(session, record, hr, percent=(60, 96))

    assert (recommendation(session).points, recommendation(session).percent) == (5, 96)


def test_what_comes_after_its_record_was_voided_leads_to_nothing(session, person, hr):
    record = make_pass(session, person.id, outcome="passed", kind="practical_passed", percent=60)
    case = make_case(session, person.id)
    opened = session.get_one(TrainingRecord, case.record_id)
    session.delete(case)
    correct(session, record, hr, percent=(60, 96))
    session.delete(recommendation(session))
    for each in (record, opened):
        correct(session, each, hr, effect=Effect.VOID)

    services.recommend(session, record.id)  # as a reaction that is tried again does
    services.open_case(session, opened.id)

    assert recommendation(session) is None
    assert session.scalars(select(HrCase)).all() == []
