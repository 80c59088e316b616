"""Sitting a paper, and having a question of it corrected: what the tests of regrades share."""

from sqlalchemy import select

from tests.factories.quizzes import fields_for
from training_platform.assessment.disputes import services as disputes
from training_platform.assessment.disputes.rules import Ground
from training_platform.assessment.disputes.services import Claim
from training_platform.assessment.keys import Fix
from training_platform.assessment.models import Question
from training_platform.core.db import writing
from training_platform.core.jobs import run_due
from training_platform.people.viewer import viewer_of
from training_platform.quizzes import regrade_queries as queries
from training_platform.quizzes import services
from training_platform.quizzes.disputing import disputed
from training_platform.quizzes.models import Attempt, Paper
from training_platform.quizzes.queries import find_attempt
from training_platform.quizzes.result_models import QuizRegrade
from training_platform.quizzes.rules import StepKind
from training_platform.quizzes.services import Step, regrading
from training_platform.quizzes.services.regrading import Proposal
from training_platform.records.models import TrainingRecord

WHY = "The second answer is right, too."


def begin(session, paper_id, employee):
    """Start an attempt at a paper."""
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
    """Return the percent of an attempt, and whether it is passed."""
    session.expire_all()
    attempt = session.get_one(Attempt, attempt_id)
    return attempt.percent, attempt.is_passed


def kinds_of(session, employee):
    """Return what somebody's training record says of quizzes, in order."""
    rows = select(TrainingRecord.kind).where(TrainingRecord.employee_id == employee.id)
    return [
        kind
        for kind in session.scalars(rows.order_by(TrainingRecord.position))
        if kind.startswith("quiz") or kind == "correction"
    ]


def item_of(session, regrade_id, attempt_id):
    """Return what a plan says of an attempt."""
    return queries.item_of(session, regrade_id, attempt_id)


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


def signed_in(session, client, employee):
    """Commit, and let the client be this person."""
    session.commit()
    client.sign_in(employee)
    session.rollback()
    return client
