"""A quiz whose training record two persons corrected: the attempt is worth what the record says."""

import pytest

from tests.factories.people import make_employee
from tests.factories.records import approve_correction, propose_turning, record_of, turn_result
from tests.quizzes.correcting import begin, decide, plan, sit
from training_platform.core.events import emit
from training_platform.core.permissions import Right
from training_platform.quizzes import queries, regrade_queries
from training_platform.quizzes.models import Attempt, Paper
from training_platform.records.events import ResultCorrected
from training_platform.records.rules import Effect


@pytest.fixture
def owner(session):
    return make_employee(session)


@pytest.fixture
def two(session):
    """Return two persons of human resources."""
    return [make_employee(session, rights=(Right.HR,)) for _one in range(2)]


def standing(session, owner):
    """Return where somebody stands with the paper."""
    return queries.standing_of(session, owner.id, session.get_one(Paper, "paper"))


def test_a_quiz_follows_its_record(session, paper, question, owner, two):
    session.commit()
    attempt_id = sit(session, owner, wrong={question.id})
    turn_result(session, record_of(session, owner, "quiz_failed"), two, percent=100)

    attempt = session.get_one(Attempt, attempt_id)
    assert (attempt.percent, attempt.is_passed) == (100, True)
    assert standing(session, owner).step.action == "nothing"
    assert standing(session, owner).fail_count == 0
    (change,) = regrade_queries.changes_of(session, attempt_id)
    assert (change.old_percent, change.reason) == (50, "Power cut")
    again = ResultCorrected(
        source=f"quizzes:attempt:{attempt_id}",
        employee_id=owner.id,
        is_passed=False,
        percent=0,
        is_void=False,
        cause=change.cause,
        actor_id=None,
        reason="",
    )
    emit(session, again)
    assert attempt.is_passed, "each correction changes a result once"

    turn_result(session, record_of(session, owner, "quiz_passed"), two, percent=50)

    assert (attempt.percent, attempt.is_passed) == (50, False)
    assert standing(session, owner).fail_count == 1


def test_a_percent_that_two_persons_set_right_is_that_of_the_quiz_too(session, paper, owner, two):
    session.commit()
    attempt_id = sit(session, owner)
    passed = record_of(session, owner, "quiz_passed")
    found = propose_turning(session, passed, two[0], effect=Effect.VALUES, percent=90)
    approve_correction(session, found, two[1])

    attempt = session.get_one(Attempt, attempt_id)
    assert (attempt.percent, attempt.is_passed) == (90, True)


def test_the_attempt_page_says_that_its_record_was_corrected(
    client, session, paper, question, owner, two
):
    session.commit()
    attempt_id = sit(session, owner, wrong={question.id})
    turn_result(session, record_of(session, owner, "quiz_failed"), two)
    token = session.get_one(Attempt, attempt_id).token
    session.commit()
    client.sign_in(owner)

    page = client.page(f"/quizzes/attempts/{token}/result")

    assert "The record was corrected by two persons" in page.text
    assert "Two persons set this score right in the training record" in page.text


def test_a_void_pass_leaves_neither_pass_nor_fail_and_the_quiz_opens_again(
    client, session, paper, question, trainer, owner, two
):
    session.commit()
    attempt_id = sit(session, owner)
    found = propose_turning(
        session, record_of(session, owner, "quiz_passed"), two[0], effect=Effect.VOID
    )
    approve_correction(session, found, two[1])
    session.commit()

    assert session.get_one(Attempt, attempt_id).is_passed is None
    assert standing(session, owner).step.action == "first_attempt"
    decide(session, plan(session, question, trainer), trainer)
    assert session.get_one(Attempt, attempt_id).is_passed is None, "a regrade does not revive it"
    client.sign_in(owner)
    assert "No longer counts" in client.page("/quizzes/paper").text
    assert begin(session, "paper", owner).number == 2
