"""Two trainers decide about one regrade at the same moment, on a served platform."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from tests.factories.disputes import make_quiz_regrade
from tests.factories.people import make_employee
from tests.factories.quizzes import make_paper, take
from tests.served import ask, served, visit
from training_platform.assessment.regrading import RegradeState
from training_platform.core.permissions import Right
from training_platform.quizzes.result_models import QuizRegrade

pytestmark = pytest.mark.race
CROWD = 8


def at_once(port, visitors, posts):
    """Send one post for each visitor at the same moment; return the statuses."""
    gate = threading.Barrier(len(visitors))

    def send(visitor, address, form):
        gate.wait()
        form = {"csrf_token": visitor.csrf} | form
        return ask(port, "POST", address, visitor=visitor, form=form).status

    with ThreadPoolExecutor(len(visitors)) as pool:
        return sorted(pool.map(send, visitors, *zip(*posts, strict=True)))


def test_of_many_who_decide_or_plan_at_once_one_does(session, database_url, tmp_path):
    attempt = take(session, make_paper(session), make_employee(session), right=1)
    trainers = [make_employee(session, rights=(Right.TRAINER,)).id for _ in range(CROWD)]
    visitors = [visit(session, each) for each in trainers]
    regrade = make_quiz_regrade(session, attempt.token, trainers[0]).regrade
    regrade_id, version, other = regrade.id, regrade.version, attempt.layout[1]["question"]
    session.commit()
    acts = [("apply", "drop")[number % 2] for number in range(CROWD)]
    page, form = f"/quizzes/regrades/{regrade_id}", {"version": version}
    decisions = [(f"{page}/{act}", form) for act in acts]
    plans = [(f"/quizzes/questions/{other}/regrades", {"fix": "void", "reason": "Wrong."})] * CROWD

    with served(database_url, tmp_path / "instance", WARM_TEMPLATES="0") as server:
        decided = at_once(server.port, visitors, decisions)
        planned = at_once(server.port, visitors, plans)

    assert decided == [303, *[409] * (CROWD - 1)]
    assert planned == [303, *[422] * (CROWD - 1)]
    session.expire_all()
    states = dict(session.execute(select(QuizRegrade.question_id, QuizRegrade.state)).all())
    assert len(states) == 2
    taken = {RegradeState.APPLYING, RegradeState.APPLIED, RegradeState.DROPPED}
    assert states[attempt.layout[0]["question"]] in taken
