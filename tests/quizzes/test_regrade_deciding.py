"""Who plans and decides a regrade, what is refused, and the pages for it."""

import pytest
from sqlalchemy import select

from tests.factories.people import make_employee
from tests.quizzes.correcting import WHY, plan, signed_in, sit, worth
from training_platform.assessment import deciding
from training_platform.assessment.keys import Fix
from training_platform.assessment.regrading import Change
from training_platform.core.errors import (
    ConflictError,
    InvalidTransitionError,
    NotPermittedError,
    RuleError,
)
from training_platform.core.jobs import run_due
from training_platform.core.permissions import Right
from training_platform.people.viewer import viewer_of
from training_platform.quizzes.models import Attempt
from training_platform.quizzes.result_models import (
    QuizRegrade,
    QuizRegradeItem,
)
from training_platform.quizzes.services import regrading
from training_platform.quizzes.services.regrading import Proposal


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
        deciding.drop_regrade(session, regrade, trainer, expected_version=seen)
    with pytest.raises(InvalidTransitionError):
        deciding.drop_regrade(session, regrade, trainer, expected_version=regrade.version)


def test_whoevers_own_result_changes_leaves_it_to_a_colleague(session, question, trainer):
    other = make_employee(session, rights=(Right.TRAINER,))
    sit(session, other, wrong=[question.id])
    regrade = session.get_one(QuizRegrade, plan(session, question, trainer))

    with pytest.raises(NotPermittedError):
        regrading.apply_regrade(
            session, regrade, viewer_of(session, other), expected_version=regrade.version
        )


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
    assert f'href="{page}"' in client.get(f"/assessment/questions/{asked}").text
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
