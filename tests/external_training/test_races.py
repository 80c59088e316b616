"""Twenty at once: a budget is never overspent, and a step is taken once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from tests.factories.external_training import decide, make_at, make_budget, make_office
from training_platform.core.db import db, writing
from training_platform.core.errors import DomainError
from training_platform.external_training import services
from training_platform.external_training.models import (
    ExternalTrainingApplication,
    ExternalTrainingEvent,
    TrainingBudget,
)
from training_platform.external_training.rules import Act, Decision, State
from training_platform.external_training.services import Verdict
from training_platform.people.models import Employee
from training_platform.people.viewer import viewer_of

pytestmark = pytest.mark.race
CROWD = 20


def all_at_once(app, tasks):
    """Let every task approve in a thread and a transaction of its own; return what became of it."""
    gate = threading.Barrier(len(tasks))

    def one(task):
        application_id, approver_id, seen = task
        with app.app_context():
            gate.wait()
            try:
                with writing() as session:
                    application = session.get_one(ExternalTrainingApplication, application_id)
                    viewer = viewer_of(session, session.get_one(Employee, approver_id))
                    verdict = Verdict(Decision.APPROVED)
                    services.decide(session, application, viewer, verdict, expected_version=seen)
            except DomainError as refused:
                return type(refused).__name__
            finally:
                db.session.remove()
            return "approved"

    with ThreadPoolExecutor(len(tasks)) as pool:
        return list(pool.map(one, tasks))


def test_of_20_approvals_at_once_none_overspends(session, app):
    office = make_office(session)
    budget_id = make_budget(session, office["head"].department, "24500.00").id  # seven of 3,500
    tasks = []
    for number in range(CROWD):
        made = make_at(session, office, State.IN_APPROVAL, title=f"T{number}")
        decide(session, made, office["head"])
        tasks.append((made.id, office["leader"].id, made.version))
    session.commit()

    said = all_at_once(app, tasks)

    budget = session.get_one(TrainingBudget, budget_id, populate_existing=True)
    assert said.count("approved") == 7
    assert (budget.committed_amount, budget.state.free) == (Decimal(24500), Decimal(0))
    assert budget.reserved_amount == Decimal(3500) * 13


def test_of_20_decisions_of_one_step_one_counts(session, app):
    office = make_office(session)
    make_budget(session, office["head"].department)
    made = make_at(session, office, State.IN_APPROVAL)
    decide(session, made, office["head"])
    leaders = (office["leader"].id, office["leader2"].id)
    tasks = [(made.id, leaders[number % 2], made.version) for number in range(CROWD)]
    ident = made.id
    session.commit()

    said = all_at_once(app, tasks)

    approvals = select(func.count()).where(
        ExternalTrainingEvent.application_id == ident, ExternalTrainingEvent.act == Act.APPROVE
    )
    assert said.count("approved") == 1
    assert session.scalar(approvals) == 2
