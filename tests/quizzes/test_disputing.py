"""One question of a quiz is disputed: who may, what is shown, and what points do."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from tests.factories.assessment import make_question
from tests.factories.people import make_employee
from tests.factories.quizzes import fields_for, make_paper, take
from training_platform.assessment.disputes import services as disputes
from training_platform.assessment.disputes.models import Dispute
from training_platform.assessment.disputes.rules import Ground, Verdict
from training_platform.assessment.disputes.services import Claim, Ruling
from training_platform.core import clock
from training_platform.core.db import writing
from training_platform.core.errors import RuleError
from training_platform.core.permissions import Right
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of
from training_platform.quizzes import services
from training_platform.quizzes.disputing import disputed, shown_numbers
from training_platform.quizzes.models import Attempt
from training_platform.quizzes.queries import find_attempt
from training_platform.quizzes.result_models import QuizResultChange
from training_platform.quizzes.rules import StepKind
from training_platform.quizzes.services import Step
from training_platform.records.models import TrainingRecord

MARK = "KEYMARK7"


@pytest.fixture
def person(session):
    return make_employee(session)


@pytest.fixture
def trainer(session):
    return viewer_of(session, make_employee(session, rights=(Right.TRAINER,)))


@pytest.fixture
def attempt(session, person):
    """An attempt whose first question is wrong, and the other right."""
    actor = viewer_of(session, person)
    attempt = services.start_attempt(session, make_paper(session), actor)
    row = find_attempt(session, attempt.token, lock=True)
    for position, place in enumerate(attempt.layout):
        fields = fields_for(session, place, right=position > 0)
        step = Step(StepKind.ANSWER, "tab", position, position, fields)
        services.save_step(session, row, actor, step)
    services.submit_attempt(session, attempt.id, actor)
    session.refresh(attempt)
    return attempt


def about(attempt, number=1):
    return disputed(attempt, {"zh": "测验", "en": "Quiz"}, number)


def claim(session, attempt, person):
    actor = viewer_of(session, person)
    return disputes.open_dispute(session, about(attempt), actor, Claim(Ground.ANOTHER_WAY))


def test_only_a_lost_question_of_a_finished_attempt_is_disputed(attempt):
    assert (about(attempt).got, about(attempt).most) == (0, attempt.layout[0]["points"])
    assert about(attempt, 2) is None, "all its points"
    assert about(attempt, 99) is None
    attempt.is_sealed = True
    assert about(attempt) is None, "its exam is not over"


def test_fifteen_days_and_no_longer(session, attempt, person):
    with clock.stopped(attempt.submitted_at + timedelta(days=17)), pytest.raises(RuleError):
        claim(session, attempt, person)


def test_points_correct_the_result_and_the_record(session, attempt, person, trainer):
    assert attempt.is_passed is False
    found = claim(session, attempt, person)
    ruling = Ruling(Verdict.POINTS, "That is right, too.", about(attempt).most)

    disputes.decide_dispute(session, found, trainer, ruling, expected_version=found.version)

    session.refresh(attempt)
    assert (attempt.percent, attempt.is_passed) == (100, True)
    kinds = select(TrainingRecord.kind).order_by(TrainingRecord.position)
    assert list(session.scalars(kinds)) == ["quiz_failed", "correction", "quiz_passed"]
    change = session.scalars(select(QuizResultChange)).one()
    assert (change.actor_id, change.reason) == (trainer.id, "That is right, too.")


def test_a_rejected_dispute_changes_nothing(session, attempt, person, trainer):
    found = claim(session, attempt, person)
    before = attempt.points
    ruling = Ruling(Verdict.REJECT, "The lesson says so.")
    disputes.decide_dispute(session, found, trainer, ruling, expected_version=found.version)

    session.refresh(attempt)
    assert attempt.points == before
    assert session.scalars(select(QuizResultChange)).first() is None


def test_the_page_takes_a_dispute_and_colleagues_find_nothing(session, client, attempt, person):
    address = f"/quizzes/attempts/{attempt.token}/questions/1/dispute"
    colleague = make_employee(session)
    session.commit()
    client.sign_in(colleague)
    session.rollback()
    assert client.get(address).status_code == 404
    client.sign_in(person)
    session.rollback()
    assert client.get(address).status_code == 200

    client.post(address, data={"ground": "another_way", "text": "See the guide."})

    found = session.scalars(select(Dispute)).one()
    assert (found.subject_kind, found.check_key) == ("quiz_attempt", "1")


@pytest.fixture
def hidden(session, person):
    """A failed attempt at a paper that shows its answers after a pass only; a marker in its key."""
    asked = [make_question(session, "true_false", topic="hid", mark=MARK).id for _ in range(3)]
    paper = make_paper(session, sections=[{"questions": asked, "points": 1}], review="after_pass")
    attempt = take(session, paper, person, right=1)
    session.refresh(attempt)
    assert attempt.is_passed is False
    return attempt


def test_a_question_of_a_hidden_key_is_disputed_without_being_shown_it(
    session, client, hidden, person, trainer
):
    token, trainer_id = hidden.token, trainer.id
    result = f"/quizzes/attempts/{token}/result"
    session.commit()
    client.sign_in(person)
    session.rollback()
    page = client.get(result).text
    address = f"/quizzes/attempts/{token}/questions/2/dispute"
    assert address in page
    form = client.get(address)
    client.post(address, data={"ground": "unclear"})
    found = session.scalars(select(Dispute)).one()
    shown = client.get(f"/disputes/{found.id}").text

    for text in (page, form.text, shown):
        assert MARK not in text
        assert "Not right" not in text
        assert "0 of 1 points" not in text
    assert "Shown once you have passed" in shown

    session.rollback()
    client.sign_in(session.get_one(Employee, trainer_id))
    session.rollback()
    shown = client.get(f"/disputes/{found.id}/decide").text
    assert MARK in shown
    assert "sees no key" in shown


def test_a_hidden_key_does_not_tell_which_questions_were_lost(session, client, hidden, person):
    """The first was right, the others wrong: pages and answers are the same for all."""
    token = hidden.token
    session.commit()
    client.sign_in(person)
    session.rollback()
    page = client.get(f"/quizzes/attempts/{token}/result").text
    for number in (1, 2, 3):
        address = f"/quizzes/attempts/{token}/questions/{number}/dispute"
        assert address in page
        assert client.get(address).status_code == 200
        assert client.post(address, data={"ground": "unclear"}).status_code == 303


@pytest.fixture
def closed(session, person):
    """A passed attempt at a paper that never shows its answers; its second question is wrong."""
    asked = [make_question(session, "true_false", topic="shut", mark=MARK).id for _ in range(3)]
    paper = make_paper(
        session, sections=[{"questions": asked, "points": 1}], review="never", pass_percent=30
    )
    attempt = take(session, paper, person, right=1)
    session.refresh(attempt)
    assert attempt.is_passed is True
    return attempt


def test_a_paper_that_never_shows_its_answers_is_disputed_without_them(
    session, client, closed, person, trainer
):
    """Any question, the right one too, and no page says which was lost; also after a pass."""
    token, attempt_id, trainer_id = closed.token, closed.id, trainer.id
    result, asked = f"/quizzes/attempts/{token}/result", f"/quizzes/attempts/{token}/questions"
    session.commit()
    client.sign_in(person)
    session.rollback()
    pages = [client.get(result).text]
    for number in (1, 2, 3):
        assert f"{asked}/{number}/dispute" in pages[0]
        pages.append(client.get(f"{asked}/{number}/dispute").text)
        assert client.post(f"{asked}/{number}/dispute", data={"ground": "unclear"}).location
    found = session.scalars(select(Dispute.id).order_by(Dispute.id)).all()
    assert len(found) == 3
    session.rollback()
    pages += [client.get(f"/disputes/{each}").text for each in found]

    for text in pages:
        for told in (MARK, "Not right", "0 of 1 points", "1 of 1 points", "once you have passed"):
            assert told not in text
    assert "Not shown for this quiz" in pages[-1]
    client.sign_in(session.get_one(Employee, trainer_id))
    session.rollback()
    decided = client.get(f"/disputes/{found[1]}/decide").text
    assert MARK in decided
    assert "sees no key of this quiz" in decided
    with writing():
        dispute = session.get_one(Dispute, found[1])
        viewer = viewer_of(session, session.get_one(Employee, trainer_id))
        ruling = Ruling(Verdict.POINTS, "Both readings are right.", Decimal(1))
        disputes.decide_dispute(session, dispute, viewer, ruling, expected_version=dispute.version)
    assert session.get_one(Attempt, attempt_id).percent == 66
    session.rollback()

    client.sign_in(session.get_one(Employee, person.id))
    session.rollback()
    assert MARK not in client.get(f"/disputes/{found[1]}").text


def test_a_closed_paper_shows_its_questions_again_only_for_a_dispute(closed):
    """All while one can be disputed; afterwards what was disputed; none where nothing was lost."""
    assert shown_numbers("never", closed, []) == [1, 2, 3]
    with clock.stopped(closed.submitted_at + timedelta(days=17)):
        assert shown_numbers("never", closed, ["2"]) == [2]
        assert shown_numbers("after_pass", closed, []) == [1, 2, 3]
    closed.points = closed.max_points
    assert shown_numbers("never", closed, ["2"]) == [2]
    assert disputed(closed, {}, 1, blind=True) is None
