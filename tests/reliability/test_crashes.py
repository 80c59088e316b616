"""What was acknowledged is there, whatever happens to the server."""

import http.client
import random
import shutil
import subprocess
import threading
import time

import pytest
from sqlalchemy import select

from tests.factories.people import make_employee
from tests.factories.quizzes import make_paper, take
from tests.served import ask, served
from training_platform.core import events, jobs
from training_platform.core.events import FailedReaction
from training_platform.quizzes.events import AttemptGraded
from training_platform.quizzes.models import Attempt, AttemptState, AttemptStep

ROUNDS = [pytest.param(3, marks=pytest.mark.race), pytest.param(30, marks=pytest.mark.soak)]


def save(port, sitting, sequence):
    step = {
        "kind": "answer",
        "client": "crash",
        "sequence": sequence,
        "position": sitting.position,
        "fields": sitting.fields,
    }
    path = f"/quizzes/attempts/{sitting.token}/steps"
    return ask(port, "POST", path, visitor=sitting.visitor, data=step, timeout=5)


@pytest.mark.parametrize("rounds", ROUNDS)
def test_kill_9_loses_no_acknowledged_answer(rounds, company, look, database_url, tmp_path):
    sittings, acknowledged, sequence = company.savers, set(), iter(range(1, 1_000_000))
    with look() as session:
        deadlines = dict(session.execute(select(Attempt.token, Attempt.deadline_at)).all())
    chance = random.Random(20261121)
    with served(database_url, tmp_path / "instance", workers=2, WARM_TEMPLATES="0") as server:
        for _round in range(rounds):
            is_over = threading.Event()

            def answer(sitting, is_over=is_over):
                while not is_over.is_set():
                    number = next(sequence)
                    try:
                        if save(server.port, sitting, number).status == 200:
                            acknowledged.add((sitting.token, number))
                    except (OSError, http.client.HTTPException):
                        return

            people = [threading.Thread(target=answer, args=(each,)) for each in sittings]
            for person in people:
                person.start()
            time.sleep(chance.uniform(0.05, 0.6))
            server.kill()
            is_over.set()
            for person in people:
                person.join()
            server.start_again()
        assert save(server.port, sittings[0], next(sequence)).status == 200

    assert len(acknowledged) >= rounds
    with look() as session:
        kept = set(
            session.execute(
                select(Attempt.token, AttemptStep.sequence)
                .join(Attempt, Attempt.id == AttemptStep.attempt_id)
                .where(AttemptStep.client == "crash")
            ).all()
        )
        after = dict(session.execute(select(Attempt.token, Attempt.deadline_at)).all())
    assert acknowledged <= {tuple(row) for row in kept}
    assert after == deadlines


@pytest.mark.race
def test_each_acknowledged_answer_was_forced_to_the_disk(company, database_url, tmp_path):
    if not database_url.startswith("sqlite"):
        pytest.skip("PostgreSQL writes in processes of its own")
    if (
        not shutil.which("strace")
        or subprocess.run(
            ["strace", "-o", "/dev/null", "true"], check=False, capture_output=True
        ).returncode
    ):
        pytest.skip("strace cannot be used here")
    trace, answers = tmp_path / "trace", 20
    prefix = ("strace", "-f", "-qq", "-e", "trace=fsync,fdatasync", "-o", str(trace))
    with served(database_url, tmp_path / "instance", workers=1, prefix=prefix) as server:
        time.sleep(0.3)
        before = trace.read_text().count("sync(")
        for number in range(1, answers + 1):
            assert save(server.port, company.savers[0], number).status == 200
        forced = trace.read_text().count("sync(") - before

    assert forced >= answers


def test_a_failing_reaction_leaves_the_submitted_exam_whole_and_is_retried(app, session):
    heard, is_broken = [], [True]

    def plant(_session, event):
        if is_broken[0]:
            raise RuntimeError("planted")
        heard.append(event.attempt_id)

    reactions = app.extensions["reactions"]
    app.extensions["reactions"] = (*reactions, events.on(AttemptGraded, plant))
    attempt = take(session, make_paper(session), make_employee(session), right=2)
    session.commit()

    assert (attempt.state, attempt.percent) == (AttemptState.SUBMITTED, 100)
    assert "planted" in session.scalars(select(FailedReaction.fault)).one()
    is_broken[0] = False
    jobs.put(session, "events.retry", {}, key="now")
    session.commit()
    jobs.run_due()
    assert heard == [attempt.id]
    assert session.scalars(select(FailedReaction)).all() == []
